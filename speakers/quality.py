"""The quality report: what of a transcript a person should listen to again. Pure.

Read from what is there: words with their doubts, turns and cuts. What is cut is not
reported on. This file does not know how a report is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise, zip_longest
from statistics import fmean

from episodes.quality import Concern, ConcernKind, Quality
from episodes.spans import Span, inside, merge, overlap, subtract
from episodes.types import Turn, Utterance, Word, in_time
from speakers.assign import PAUSE_S
from speakers.sentences import ends_sentence

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
STRETCH_WORDS = 5
"""Over so many words doubt is averaged: single doubtful words are common."""
UNSURE_WORDS = 0.6
"""Words are doubtful where their mean probability is below this."""
UNSURE_SPEAKER = 0.9
"""A sentence is somebody else's more often where the mean confidence is below this."""

_WEIGHTS: dict[ConcernKind, float] = {
    "speech_without_words": 1.0,
    "unstable_turns": 0.8,
    "unsure_words": 0.5,
    "unsure_speaker": 0.4,
    "brief_speaker": 0.4,
    "change_in_phrase": 0.3,
}
"""How grave a second of each kind is: lost text before doubtful text."""
_QUOTED_WORDS = 4


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
        *_unsure_words(words),
        *_unsure_speakers(words),
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


def _unsure_words(words: Sequence[Word]) -> Iterator[Concern]:
    """Stretches that begin and end with a doubtful word and are doubtful on the whole."""
    sure = [word.probability for word in words]
    doubted = [False] * len(words)
    for at in range(len(words) - STRETCH_WORDS + 1):
        window = range(at, at + STRETCH_WORDS)
        if fmean(sure[i] for i in window) < UNSURE_WORDS:
            faint = [i for i in window if sure[i] < UNSURE_WORDS]
            for i in range(faint[0], faint[-1] + 1):
                doubted[i] = True
    yield from _stretches(words, doubted, "unsure_words", "the words are doubtful")


def _unsure_speakers(words: Sequence[Word]) -> Iterator[Concern]:
    """Whole sentences, as speakers change between them; words without confidence are sure."""
    doubted: list[bool] = []
    sentence: list[float] = []
    for word, following in zip_longest(words, words[1:]):
        sentence.append(1.0 if word.speaker_confidence is None else word.speaker_confidence)
        ends = following is None or following.speaker != word.speaker
        if ends or ends_sentence(word.text):
            doubted += [fmean(sentence) < UNSURE_SPEAKER] * len(sentence)
            sentence.clear()
    yield from _stretches(words, doubted, "unsure_speaker", "who speaks is doubtful")


def _stretches(
    words: Sequence[Word], doubted: Sequence[bool], kind: ConcernKind, text: str
) -> Iterator[Concern]:
    """A concern for each run of doubted words, with the words it begins with."""
    for doubtful, run in groupby(zip(words, doubted, strict=True), key=lambda pair: pair[1]):
        if doubtful:
            heard = [word for word, _ in run]
            opening = "".join(word.text for word in heard[:_QUOTED_WORDS]).strip()
            more = " …" if len(heard) > _QUOTED_WORDS else ""
            end = max(word.end for word in heard)
            yield Concern(heard[0].start, end, kind, f"{text}: “{opening}{more}”")
