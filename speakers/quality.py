"""The quality report: what of a transcript a person should listen to again. Pure.

Read from what is there: words with their doubts, turns and cuts. What is cut is not
reported on. This file does not know how a report is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from episodes.quality import Concern, ConcernKind, Quality
from episodes.spans import Span, inside, merge, overlap, subtract
from episodes.types import Turn, Utterance, Word, in_time
from speakers.assign import PAUSE_S

MOST = 20
"""A longer list is not read."""
WORDLESS_S = 3.0
"""Somebody talks so long and no word stands there."""
SLACK_S = 0.3
"""Word times are this vague: a word also covers what lies as near as this."""
BRIEF_S = 5.0
"""A voice that talks less in all may be a piece of another one."""
FLICKER_CHANGES = 4
FLICKER_S = 10.0
"""So many changes of speaker inside phrases within so many seconds: turns are unstable."""
STRETCH_WORDS = 8
"""Doubt is told of so many words in a row; single doubtful words are common."""
UNSURE_WORDS = 0.5
UNSURE_SPEAKER = 0.6
"""A stretch is doubtful where the mean of its words is below this."""

_WEIGHTS: dict[ConcernKind, float] = {
    "speech_without_words": 1.0,
    "unstable_turns": 0.8,
    "unsure_words": 0.5,
    "unsure_speaker": 0.4,
    "brief_speaker": 0.4,
    "change_in_phrase": 0.3,
}
"""How grave a second of each kind is: lost text before doubtful text."""
_QUOTED_WORDS = 3


def quality(
    utterances: Iterable[Utterance], turns: Sequence[Turn], cuts: Sequence[Span]
) -> Quality:
    """What is worth checking outside the cuts: at most `MOST`, the most important first.

    The importance is the kind's weight times the seconds concerned, of 1 at least.
    """
    cuts = merge(cuts)
    said = [u for u in utterances if not inside(u.words[0].middle, cuts)]
    words = in_time(u for u in said if not u.backchannel)
    changes = list(_changes_in_phrases(words))
    flicker = _unstable(changes)
    found = [
        *_speech_without_words(in_time(said), turns, cuts),
        *flicker,
        *(one for one in changes if not any(overlap(one, f) for f in flicker)),
        *_brief_speakers(words, turns, cuts),
        *_doubtful(words, _unsure_words),
        *_doubtful(words, _unsure_speaker),
    ]
    found.sort(key=lambda one: (-_WEIGHTS[one.kind] * max(1.0, one.duration_s), one.start))
    return Quality(tuple(found[:MOST]), max(0, len(found) - MOST))


def _speech_without_words(
    words: Sequence[Word], turns: Sequence[Turn], cuts: Sequence[Span]
) -> Iterator[Concern]:
    covered = [Span(max(0.0, word.start - SLACK_S), word.end + SLACK_S) for word in words]
    for hole in subtract(turns, [*covered, *cuts]):
        if hole.duration_s >= WORDLESS_S:
            yield Concern(
                hole.start,
                hole.end,
                "speech_without_words",
                f"{hole.duration_s:.0f} s sound like speech, and there are no words",
            )


def _changes_in_phrases(words: Sequence[Word]) -> Iterator[Concern]:
    """Changes of speaker after which the phrase goes on without a pause."""
    for before, after in pairwise(words):
        if None in (before.speaker, after.speaker) or before.speaker == after.speaker:
            continue
        if after.start - before.end < PAUSE_S and _runs_on(before.text, after.text):
            yield Concern(
                before.start,
                max(before.end, after.end),
                "change_in_phrase",
                f"the speaker changes inside a phrase, “{_joined(before, after)}”",
            )


def _runs_on(before: str, after: str) -> bool:
    """Whether one phrase holds both words: no mark between them, and no new sentence."""
    return before.strip()[-1:].isalnum() and not after.strip()[:1].isupper()


def _joined(before: Word, after: Word) -> str:
    return f"{before.text.strip()} / {after.text.strip()}"


def _unstable(changes: Sequence[Concern]) -> tuple[Concern, ...]:
    """Stretches in which such changes crowd."""
    crowds = [
        Span(first.start, last.end)
        for first, last in zip(changes, changes[FLICKER_CHANGES - 1 :], strict=False)
        if last.start - first.start <= FLICKER_S
    ]
    return tuple(
        Concern(
            crowd.start,
            crowd.end,
            "unstable_turns",
            f"the speaker changes {sum(bool(overlap(crowd, one)) for one in changes)} times "
            f"inside phrases within {crowd.duration_s:.0f} s",
        )
        for crowd in merge(crowds)
    )


def _brief_speakers(
    words: Sequence[Word], turns: Sequence[Turn], cuts: Sequence[Span]
) -> Iterator[Concern]:
    """Voices that talk little in all, ads included, and not only in what is cut."""
    voices = dict.fromkeys(turn.speaker for turn in turns)
    told = {word.speaker for word in words}
    for speaker in voices:
        own = [turn for turn in turns if turn.speaker == speaker]
        kept = subtract(own, cuts)
        talk_s = sum(span.duration_s for span in merge(own))
        if talk_s >= BRIEF_S or not kept or len(voices) == 1:
            continue
        doubt = "may be one of the other voices" if speaker in told else "no word is theirs"
        text = f"talks for {talk_s:.1f} s in all; {doubt}"
        yield Concern(kept[0].start, kept[0].end, "brief_speaker", text, speaker)


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A kind of doubt about words: how sure each is, and from where on it is too little."""

    kind: ConcernKind
    sure: Callable[[Word], float]
    least: float
    text: str


_unsure_words = _Doubt(
    "unsure_words", lambda word: word.probability, UNSURE_WORDS, "the words are doubtful"
)
_unsure_speaker = _Doubt(
    "unsure_speaker",
    lambda word: 1.0 if word.speaker_confidence is None else word.speaker_confidence,
    UNSURE_SPEAKER,
    "who speaks is doubtful",
)


def _doubtful(words: Sequence[Word], doubt: _Doubt) -> Iterator[Concern]:
    """Stretches of `STRETCH_WORDS` or more whose mean is below the doubt's least."""
    sure = [doubt.sure(word) for word in words]
    windows = [range(at, at + STRETCH_WORDS) for at in range(len(words) - STRETCH_WORDS + 1)]
    doubted = {
        at
        for window in windows
        if fmean(sure[i] for i in window) < doubt.least
        for at in window
    }
    for run in _runs(sorted(doubted)):
        heard = words[run.start : run.stop]
        opening = "".join(word.text for word in heard[:_QUOTED_WORDS]).strip()
        yield Concern(
            heard[0].start,
            max(word.end for word in heard),
            doubt.kind,
            f"{doubt.text} for {len(heard)} words from “{opening}” on",
        )


def _runs(numbers: Sequence[int]) -> Iterator[range]:
    """Numbers in order as ranges without gaps."""
    start = 0
    for at in range(1, len(numbers) + 1):
        if at == len(numbers) or numbers[at] != numbers[at - 1] + 1:
            yield range(numbers[start], numbers[at - 1] + 1)
            start = at
