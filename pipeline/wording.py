"""A person's corrections of the text laid over utterances: other words, other paragraphs. Pure.

Words that nobody corrected stay as they are, and so do the paragraphs around them: nothing is
grouped anew, so that a text does not move under the hands of whoever corrects it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import accumulate, pairwise
from math import inf

from episodes.edits import Break, Correction, Wording
from episodes.spans import Span, overlap
from episodes.types import Utterance, Word
from formats.view import one_line

_WORD = re.compile(r"\s*\S+")

NEAR_S = 1.0
"""So far from its time a text is looked for: another recogniser hears it a little elsewhere."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The `place`th word of an utterance, that of the transcript at index `utterance`."""

    word: Word
    utterance: int
    place: int


def corrected(
    utterances: Sequence[Utterance], corrections: Sequence[Correction], cuts: Sequence[Span]
) -> tuple[Utterance, ...]:
    """The utterances after the corrections, one after the other: by start, none empty.

    `cuts` are sorted and disjoint. A new word has the voice and the paragraph of the one in
    whose place it stands, shares its time by letters, and is certain.
    """
    found = tuple(utterances)
    for one in corrections:
        laid: Iterable[Utterance]
        if isinstance(one, Wording):
            laid = _worded(found, one, cuts)
        else:
            laid = _broken(found, one, cuts)
        found = tuple(sorted(laid, key=lambda utterance: utterance.start))
    return found


def heard(
    utterances: Sequence[Utterance], wording: Wording, near_s: float = NEAR_S
) -> tuple[Spoken, ...]:
    """The words that a wording is about, in order of time.

    They are those that say what it was, the nearest to its span and so near at least; else,
    in its span, those of the voice that speaks most there.
    """
    words = _spoken(utterances, _near(wording, near_s))
    voices, was = _by_voice(words), one_line(wording.was)
    runs = [run for own in (*voices, words) for run in _saying(own, was)]
    if runs:
        return max(runs, key=lambda run: _fit(run, wording))
    inside = [tuple(one for one in own if _holds(wording, one.word)) for own in voices]
    return max(inside, key=_spoken_s, default=())


def reads(utterances: Sequence[Utterance], span: Span) -> set[str]:
    """What each voice says in a span, and what all of them say: one line each."""
    words = [one for one in _spoken(utterances, _near(span)) if _holds(span, one.word)]
    return {text_of(own) for own in (*_by_voice(words), words)}


def text_of(words: Sequence[Spoken]) -> str:
    """What words say, one line."""
    return one_line("".join(one.word.text for one in words))


def break_at(utterances: Sequence[Utterance], at: float) -> Spoken | None:
    """The word that starts nearest to second `at`: a paragraph may begin there.

    None where none is near. A listener's "mm-hm" has no paragraph.
    """
    words = [
        one
        for one in _spoken(utterances, _near(Span(at, at)))
        if not utterances[one.utterance].backchannel and abs(one.word.start - at) <= NEAR_S
    ]
    return min(words, key=lambda one: abs(one.word.start - at), default=None)


def before(utterances: Sequence[Utterance], at: int, cuts: Sequence[Span]) -> int | None:
    """The index of the paragraph that the one at index `at` may go on.

    None where the one before it is another voice's, or on the other side of a cut's edge.
    """
    found = next((i for i in reversed(range(at)) if not utterances[i].backchannel), None)
    if found is None or utterances[found].speaker != utterances[at].speaker:
        return None
    sides = {_side(utterances[i].words[0], _edges(cuts)) for i in (found, at)}
    return found if len(sides) == 1 else None


def _worded(
    utterances: tuple[Utterance, ...], wording: Wording, cuts: Sequence[Span]
) -> Iterator[Utterance]:
    run = heard(utterances, wording)
    replaced = {(one.utterance, one.place) for one in run}
    laid: dict[int, list[Word]] = defaultdict(list)
    for at, word in _laid(run, wording.text, utterances, _edges(cuts)):
        laid[at].append(word)
    touched = {one.utterance for one in run}
    for i, utterance in enumerate(utterances):
        if i not in touched:
            yield utterance
            continue
        stay = [w for k, w in enumerate(utterance.words) if (i, k) not in replaced]
        first = min(one.place for one in run if one.utterance == i)
        words = (*stay[:first], *laid[i], *stay[first:])
        if words:
            yield replace(utterance, words=tuple(sorted(words, key=lambda w: w.start)))


def _broken(
    utterances: tuple[Utterance, ...], one: Break, cuts: Sequence[Span]
) -> tuple[Utterance, ...]:
    first = break_at(utterances, one.at)
    if first is None or one.parted == (first.place == 0):
        return utterances
    at, place = first.utterance, first.place
    here, others = utterances[at], (*utterances[:at], *utterances[at + 1 :])
    if one.parted:
        halves = (here.words[:place], here.words[place:])
        return (*others, *(replace(here, words=words) for words in halves))
    goes_on = before(utterances, at, cuts)
    if goes_on is None:
        return utterances
    words = sorted((*utterances[goes_on].words, *here.words), key=lambda word: word.start)
    return tuple(
        replace(u, words=tuple(words)) if i == goes_on else u for i, u in enumerate(others)
    )


def _laid(
    run: Sequence[Spoken], text: str, utterances: Sequence[Utterance], edges: Sequence[float]
) -> Iterator[tuple[int, Word]]:
    """The words of `text` in the place of a run, each with the index of its utterance."""
    for old, new in _aligned(run, text):
        at, side = old[0].utterance, _side(old[0].word, edges)
        along = [one for one in old if one.utterance == at and _side(one.word, edges) == side]
        if [one.word.text for one in old] == new:
            yield at, old[0].word
        else:
            span = _room(along, utterances[at], edges)
            yield from ((at, word) for word in _sharing([one.word for one in along], new, span))


def _aligned(run: Sequence[Spoken], text: str) -> list[tuple[list[Spoken], list[str]]]:
    """Which words of a run become which of `text`; each word that stays is alone.

    What is put in is with the word before it, at the beginning with the one after it.
    """
    if not run:
        return []
    old = [one.word.text for one in run]
    blank = " " if old[0][:1].isspace() else ""
    new = _WORD.findall(blank + one_line(text))
    becoming: dict[int, tuple[list[Spoken], list[str]]] = defaultdict(lambda: ([], []))
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                becoming[i][0].append(run[i])
                becoming[i][1].append(new[j])
        else:
            at = i1 if i2 > i1 else max(0, i1 - 1)
            becoming[at][0].extend(run[i1:i2])
            becoming[at][1].extend(new[j1:j2])
    return list(becoming.values())


def _room(words: Sequence[Spoken], utterance: Utterance, edges: Sequence[float]) -> Span:
    """The time of words in a row: not across a cut's edge, nor into the word after them."""
    side = _side(words[0].word, edges)
    low, high = (edges[i] if 0 <= i < len(edges) else None for i in (side - 1, side))
    after = utterance.words[words[-1].place + 1 :]
    ends = [max(one.word.end for one in words), *([high] if high is not None else [])]
    start = max(words[0].word.start, low or 0.0)
    return Span(start, max(start, min(*ends, *(word.start for word in after[:1]), inf)))


def _sharing(words: Sequence[Word], texts: Sequence[str], span: Span) -> Iterator[Word]:
    """Texts in the place of words: a span's time shared in proportion to their letters."""
    shares = [len(text.strip()) for text in texts]
    whole = sum(shares) or 1
    edges = [span.start + span.duration_s * n / whole for n in accumulate(shares, initial=0)]
    for i, (text, (start, end)) in enumerate(zip(texts, pairwise(edges), strict=True)):
        like = words[i * len(words) // len(texts)]
        sure = like.probability if text in [word.text for word in words] else 1.0
        yield replace(like, start=start, end=min(end, span.end), text=text, probability=sure)


def _near(span: Span, near_s: float = NEAR_S) -> Span:
    return Span(max(0.0, span.start - near_s), span.end + near_s)


def _spoken(utterances: Sequence[Utterance], span: Span) -> list[Spoken]:
    """The words that touch a span, in order of time."""
    words = [
        Spoken(word, i, k)
        for i, utterance in enumerate(utterances)
        if utterance.start <= span.end and span.start <= utterance.words[-1].end
        for k, word in enumerate(utterance.words)
        if word.start <= span.end and span.start <= word.end
    ]
    return sorted(words, key=lambda one: one.word.start)


def _by_voice(words: Sequence[Spoken]) -> list[list[Spoken]]:
    voices: dict[str | None, list[Spoken]] = defaultdict(list)
    for one in words:
        voices[one.word.speaker].append(one)
    return list(voices.values())


def _saying(words: Sequence[Spoken], text: str) -> Iterator[tuple[Spoken, ...]]:
    """The words in a row that say a text."""
    if not text:
        return
    for first in range(len(words)):
        if not text.startswith(text_of(words[first : first + 1])):
            continue
        for last in range(first + 1, len(words) + 1):
            said = text_of(words[first:last])
            if said == text:
                yield tuple(words[first:last])
            if not text.startswith(said) or said == text:
                break


def _fit(run: Sequence[Spoken], span: Span) -> tuple[float, float]:
    """How well a run fits a span: what they share, then how near it begins."""
    heard_ = Span(run[0].word.start, max(run[0].word.start, run[-1].word.end))
    return overlap(heard_, span), -abs(heard_.start - span.start)


def _spoken_s(words: Sequence[Spoken]) -> float:
    return sum(one.word.duration_s for one in words)


def _holds(span: Span, word: Word) -> bool:
    return span.start <= word.middle < span.end


def _edges(cuts: Sequence[Span]) -> list[float]:
    return [edge for cut in cuts for edge in (cut.start, cut.end)]


def _side(word: Word, edges: Sequence[float]) -> int:
    return bisect_right(edges, word.middle)
