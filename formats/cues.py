"""Utterances divided into cues: short pieces of text with a time, for any caption format.

A cue holds one speaker, two lines at most, six seconds at most; it ends where a sentence,
a phrase or a breath ends, where one is near. This file does not know any caption format.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from episodes.letters import breaks, clusters, columns, parts
from episodes.types import AdSpan, Utterance, Word
from formats.view import View, one_line, removed

_LONGEST_S = 6.0
_BRIEFEST_S = 1.0
_BREATH_S = 0.3
_INSIDE_A_LETTER = 1000.0
# Western marks, then those of Chinese and Japanese.
SENTENCE_END = tuple(".?!\u2026\u3002\uff1f\uff01")
_PHRASE_END = tuple(",;:\u2013\u2014\u3001\uff0c\uff1b\uff1a")
QUOTES = "\"')\u2019\u201d"


@dataclass(frozen=True, slots=True)
class Cue:
    """Text to show from `start` to `end`: seconds on the view's clock, whole ms, start < end.

    `speaker` is the name shown, None where nobody is known; `lines` are one or two.
    """

    start: float
    end: float
    speaker: str | None
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines as one."""
        return " ".join(self.lines)


def cues(view: View, width: int, *, prefixed: bool = False) -> tuple[Cue, ...]:
    """The view as cues, sorted by start; lines have at most `width` columns.

    A single word longer than that stays whole. With `prefixed`, the text opens with
    "Name: " where another speaker sets in. A marked ad is a cue only on the original
    clock: on the clean one there is no time for it.
    """
    found = []
    previous: str | None = None
    for entry in _in_turn(view):
        if isinstance(entry, AdSpan):
            if view.clock == "original":
                lines = _lines(removed(entry), width)
                found.append(_cue(view, entry.start, entry.end, None, lines))
                previous = None
            continue
        name = view.name(entry.speaker)
        words = _prefixed(entry, name) if prefixed and name != previous else entry.words
        previous = name
        for run in _divide(words, width):
            end = max(word.end for word in run)
            found.append(_cue(view, run[0].start, end, name, _lines(_text(run), width)))
    return tuple(sorted((cue for cue in found if cue.text), key=lambda cue: cue.start))


def _in_turn(view: View) -> Iterator[Utterance | AdSpan]:
    """The view's entries as they are heard: an utterance parts where another lies in it."""
    heard: list[tuple[float, Utterance | AdSpan, tuple[Word, ...]]] = []
    for entry in view.entries():
        if isinstance(entry, AdSpan):
            heard.append((entry.start, entry, ()))
        else:
            heard += [(word.start, entry, (word,)) for word in entry.words]
    heard.sort(key=lambda one: one[0])
    for _, run in groupby(heard, key=lambda one: id(one[1])):
        (_, entry, words), *others = run
        if isinstance(entry, Utterance):
            entry = replace(entry, words=(*words, *(w for _, _, more in others for w in more)))
        yield entry


def _cue(view: View, start: float, end: float, name: str | None, lines: tuple[str, ...]) -> Cue:
    first = view.at(start)
    last = min(view.at(end), round(first + _LONGEST_S, 3))
    # A word may take no time, or lose it to a cut; a cue may not.
    return Cue(first, max(last, round(first + 0.001, 3)), name, lines)


def _prefixed(utterance: Utterance, name: str | None) -> tuple[Word, ...]:
    if name is None:
        return utterance.words
    first, *others = utterance.words
    return (replace(first, text=f" {name}: {first.text.lstrip()}"), *others)


def _text(words: Sequence[Word]) -> str:
    return one_line("".join(word.text for word in words))


def _lines(text: str, width: int) -> tuple[str, ...]:
    """One line if it fits, else two of about equal length."""
    if columns(text) <= width:
        return (text,)
    pairs = [(text[:at].rstrip(), text[at:].lstrip()) for at in breaks(text)]
    return min(pairs, key=lambda pair: max(map(columns, pair)), default=(text,))


def _divide(words: Sequence[Word], width: int) -> list[Sequence[Word]]:
    """Runs of words, one a cue: those that fill cues well and part at good places.

    The cheapest division as a whole (as Knuth and Plass break paragraphs), so that no
    single word is left over for the last cue.
    """
    cheapest = [0.0]
    origin = [0]
    for end in range(1, len(words) + 1):
        parting = _parting(words, end)
        costs = []
        for start in range(end - 1, -1, -1):
            run = words[start:end]
            fill = _fill(run, width)
            if fill > 1 and len(run) > 1:
                break
            brief = max(0.0, 1 - _seconds(run) / _BRIEFEST_S)
            cost = max(0.0, 1 - fill) ** 2 + brief + parting
            costs.append((cheapest[start] + cost, start))
        cost, start = min(costs)
        cheapest.append(cost)
        origin.append(start)
    runs = []
    end = len(words)
    while end:
        runs.append(words[origin[end] : end])
        end = origin[end]
    return runs[::-1]


def _fill(run: Sequence[Word], width: int) -> float:
    """How full a cue of these words is, in text or time; above 1 it does not fit."""
    text = _text(run)
    full, seconds = columns(text) / (2 * width + 1), _seconds(run)
    if full > 1 or seconds > _LONGEST_S:  # known without looking for a line's end
        return 2.0
    if max(map(columns, _lines(text, width))) > width:
        return 2.0
    return max(full, seconds / _LONGEST_S)


def _beginnings(letters: Sequence[str]) -> set[str]:
    """The texts made of the first letters, one of each length."""
    return set(accumulate(letters))


def _seconds(run: Sequence[Word]) -> float:
    return max(word.end for word in run) - run[0].start


def _parting(words: Sequence[Word], end: int) -> float:
    """What it costs to part the words before `words[end]`: 0 at the best places."""
    if end == len(words):
        return 0.0
    before, after = words[end - 1], words[end]
    text = before.text.rstrip().rstrip(QUOTES)
    if before.text and after.text and not after.text[0].isspace():
        joined = clusters(before.text[-8:] + after.text[:8])
        if before.text[-8:] not in _beginnings(joined):
            return _INSIDE_A_LETTER
        if not parts(clusters(before.text)[-1], clusters(after.text)[0]):
            return 5.0  # inside a word such as "AI" "-based"
    if text.endswith(SENTENCE_END):
        return 0.0
    if text.endswith(_PHRASE_END) or after.start - before.end >= _BREATH_S:
        return 0.2
    return 0.6
