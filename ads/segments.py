"""The decoder: the most probable division of an episode into programme and spots.

A semi-Markov model over whole sentences: a spot is judged as a whole, by the log-odds of
its sentences, by how well it begins and ends, and by how long it lasts (Sarawagi & Cohen,
"Semi-Markov conditional random fields", 2004; exact search by dynamic programming).
This file does not know what the scores were made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ads.idents import Ident
from ads.rules import KINDS
from ads.sentences import Sentence
from episodes.types import AdKind

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Length:
    """A log-normal prior on a spot's length, scaled to 0 at its most usual length.

    `usual_s` and `most_s` in seconds; `spread` is the standard deviation of the log.
    """

    usual_s: float
    spread: float
    most_s: float


LENGTHS: Mapping[AdKind, Length] = MappingProxyType(
    {
        "sponsor": Length(25.0, 0.9, 300.0),
        "selfpromo": Length(15.0, 0.9, 90.0),
        "intro": Length(12.0, 0.8, 60.0),
        "outro": Length(8.0, 0.9, 60.0),
        "preview": Length(6.0, 0.8, 60.0),
        "credits": Length(20.0, 0.9, 120.0),
    }
)

GROUPS = ((KINDS.index("sponsor"),), tuple(range(1, len(KINDS))))
"""Columns of paid spots, and of the show's own parts: only the former come in breaks."""

BREAKS = 5.0
ENTER = (-5.5, -2.0)
"""As many breaks are usual in an episode however long it is: log-odds against a spot beginning
at a given sentence are -log(sentences / BREAKS), within the range ENTER."""

ENTER_AT_ONCE = -2.0
"""The same at the episode's very beginning, a usual place."""

FOLLOW = -1.5
"""The same right after another spot."""

SHORT = -3.5
SHORT_S = 50.0
"""Programme between two paid spots, or after the last, is as unlikely as SHORT if it lasts
much less than SHORT_S seconds; the effect dies out exponentially."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What the decoder weighs, log-odds against the programme: sentences x kinds.

    `inside` counts for every sentence of a spot, `starts` for its first, `ends` for its
    last; all of shape (sentences, len(KINDS)). Not weighed again: `read` (sentences,) is what
    the fitted weights had to say, if they were asked, `idents` what has an ident's form.
    """

    inside: Array
    starts: Array
    ends: Array
    read: Array | None = None
    idents: tuple[Ident, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """A spot: sentences [first, last) of a kind.

    `score` are its log-odds: what it adds over leaving its sentences to the programme.
    """

    first: int
    last: int
    kind: AdKind
    score: float

    @property
    def group(self) -> int:
        """0 for paid spots, 1 for the show's own parts."""
        return int(self.kind != "sponsor")

    def ident(self, scores: Scores) -> Ident | None:
        """The first of the scores' idents that begins in it."""
        return next((one for one in scores.idents if self.first <= one.first < self.last), None)


def decode(sentences: Sequence[Sentence], scores: Scores) -> tuple[Segment, ...]:
    """The spots of the most probable division, in order; they share no sentence."""
    n = len(sentences)
    grid = _Grid.of(sentences, scores)
    best = np.full((2, n + 1), -np.inf)  # of all divisions whose last spot, by group, ends at i
    best[:, 0] = 0.0
    enter, came = np.empty((2, n + 1)), np.zeros((2, n + 1), dtype=int)
    spots: tuple[list[Segment], list[Segment]] = ([], [])
    for i in range(n + 1):
        for group in (0, 1):
            paths = best[:, : i + 1] + grid.toll(i, group)
            came[group, i] = int(np.argmax(paths))
            enter[group, i] = paths.flat[came[group, i]]
        for group in (0, 1) if i < n else ():
            spots[group].append(grid.spot(i + 1, group, enter[group]))
            best[group, i + 1] = spots[group][i].score
    found: list[Segment] = []
    at, group = n, 0
    while True:
        group, at = divmod(int(came[group, at]), at + 1)
        if at == 0:
            return tuple(_with_prior(found[::-1], grid))
        spot = spots[group][at - 1]
        found.append(replace(spot, score=spot.score - float(enter[group, spot.first])))
        at = spot.first


def _with_prior(found: Sequence[Segment], grid: _Grid) -> Iterator[Segment]:
    """The segments, the difference that each makes to the path's prior added."""
    n = len(grid.begin) - 1
    edge = ((0, 0), *((s.group, s.last) for s in found))  # (group, end) before each
    for i, spot in enumerate(found):
        after, group = (
            (found[i + 1].first, found[i + 1].group) if i + 1 < len(found) else (n, 0)
        )
        here = grid.toll(spot.first, spot.group)[edge[i]]
        onward = grid.toll(after, group)
        yield replace(
            spot, score=spot.score + float(here + onward[edge[i + 1]] - onward[edge[i]])
        )


@dataclass(frozen=True, slots=True)
class _Grid:
    """The sums the search looks up again and again, and the log-odds of entering a spot.

    `begin` (n + 1,) are the sentences' starts and the last one's end; `finish` (n + 1,):
    finish[i] is the end of sentences [0, i); `sums` likewise, of `scores.inside`.
    """

    begin: Array
    finish: Array
    sums: Array
    scores: Scores
    enter: float

    @classmethod
    def of(cls, sentences: Sequence[Sentence], scores: Scores) -> _Grid:
        return cls(
            begin=np.array([*(s.start for s in sentences), sentences[-1].end]),
            finish=np.array([0.0, *(s.end for s in sentences)]),
            sums=np.vstack([np.zeros(len(KINDS)), np.cumsum(scores.inside, axis=0)]),
            scores=scores,
            enter=float(np.clip(-log(len(sentences) / BREAKS), *ENTER)),
        )

    def toll(self, at: int, group: int) -> Array:
        """Log-odds against a spot of the group at sentence `at`, by where the last one ended.

        Shape (2, at + 1): the last one's group and end; end 0 means that there was none.
        `at` = number of sentences stands for the episode's end.
        """
        toll = np.zeros((2, at + 1))
        if group == 0:
            gaps_s = np.maximum(self.begin[at] - self.finish[: at + 1], 0.0)
            toll[0, 1:] = SHORT * np.exp(-gaps_s[1:] / SHORT_S)
        if at == len(self.begin) - 1:
            toll[:, -1] = 0.0
            return toll
        toll += self.enter
        toll[:, -1] = FOLLOW if at else ENTER_AT_ONCE
        return toll

    def spot(self, end: int, group: int, enter: Array) -> Segment:
        """The best spot that ends with sentence `end` - 1; its score counts all before it.

        `enter` (sentences + 1,) is the best score of everything before a spot at each place.
        """
        best = Segment(end - 1, end, KINDS[GROUPS[group][0]], -np.inf)
        for column in GROUPS[group]:
            length = LENGTHS[KINDS[column]]
            low = int(np.searchsorted(self.begin[:end], self.finish[end] - length.most_s))
            low = min(low, end - 1)
            lasts = np.maximum(self.finish[end] - self.begin[low:end], 1.0)
            total = enter[low:end] + self.sums[end, column] - self.sums[low:end, column]
            total += self.scores.starts[low:end, column] + self.scores.ends[end - 1, column]
            total -= 0.5 * ((np.log(lasts) - log(length.usual_s)) / length.spread) ** 2
            at = int(np.argmax(total))
            if total[at] > best.score:
                best = Segment(low + at, end, KINDS[column], float(total[at]))
        return best
