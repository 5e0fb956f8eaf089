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

from ads.classify import KINDS
from ads.sentences import Sentence
from episodes.types import AdKind


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
        "sponsor": Length(35.0, 0.9, 300.0),
        "selfpromo": Length(15.0, 0.9, 90.0),
        "intro": Length(12.0, 0.8, 60.0),
        "outro": Length(8.0, 0.9, 60.0),
        "preview": Length(6.0, 0.8, 60.0),
        "credits": Length(20.0, 0.9, 120.0),
    }
)

ENTER = -4.5
"""Log-odds against a spot beginning at a given sentence of the programme."""

ENTER_AT_ONCE = -2.0
"""The same at the episode's very beginning, a usual place."""

FOLLOW = -1.5
"""The same right after another spot: spots come in breaks."""

SHORT = -2.0
SHORT_S = 40.0
"""Programme between two spots for less than about SHORT_S seconds is as unlikely."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What the decoder weighs, log-odds against the programme: sentences x kinds.

    `inside` counts for every sentence of a spot, `starts` for its first, `ends` for its
    last; all of shape (sentences, len(KINDS)).
    """

    inside: NDArray[np.float64]
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Segment:
    """A spot: sentences [first, last) of a kind; `score` are its log-odds.

    The prior is in them: that of a spot of its own, or the milder one next to another.
    """

    first: int
    last: int
    kind: AdKind
    score: float


def decode(sentences: Sequence[Sentence], scores: Scores) -> tuple[Segment, ...]:
    """The spots of the most probable division, in order; they share no sentence."""
    n = len(sentences)
    begin = np.array([s.start for s in sentences])
    finish = np.array([0.0, *(s.end for s in sentences)])  # finish[i]: of sentences [0, i)
    sums = np.vstack([np.zeros(len(KINDS)), np.cumsum(scores.inside, axis=0)])
    best = np.full(n + 1, -np.inf)  # of all divisions whose last spot ends at sentence i
    best[0] = 0.0
    enter, came = np.empty(n), np.zeros(n, dtype=int)
    chosen: list[Segment | None] = [None]
    for i in range(n):
        paths = best[: i + 1] + _toll(begin[i] - finish[: i + 1], i)
        came[i] = int(np.argmax(paths))
        enter[i] = paths[came[i]]
        spot = _spot(i + 1, scores, sums, begin, finish[i + 1], enter)
        best[i + 1] = spot.score
        chosen.append(spot)
    found: list[Segment] = []
    last = chosen[int(np.argmax(best))]
    while last is not None:
        found.append(replace(last, score=last.score - float(enter[last.first])))
        last = chosen[came[last.first]]
    return tuple(_with_prior(found[::-1], finish))


def _with_prior(found: Sequence[Segment], finish: NDArray[np.float64]) -> Iterator[Segment]:
    """The segments, the prior of beginning where they do added to their scores."""
    for i, spot in enumerate(found):
        near = (i > 0 and finish[spot.first] - finish[found[i - 1].last] < SHORT_S) or (
            i + 1 < len(found) and finish[found[i + 1].first] - finish[spot.last] < SHORT_S
        )
        prior = FOLLOW if near else ENTER if spot.first else ENTER_AT_ONCE
        yield replace(spot, score=spot.score + prior)


def _toll(gaps_s: NDArray[np.float64], at: int) -> NDArray[np.float64]:
    """Log-odds against a spot beginning at sentence `at`, by the programme since the last.

    `gaps_s` are the seconds since each earlier sentence's end; the first stands for the
    episode's beginning, the last for a spot that ends where this one begins.
    """
    toll = ENTER + SHORT * np.exp(-np.maximum(gaps_s, 0.0) / SHORT_S)
    toll[0] = ENTER
    toll[-1] = FOLLOW if at else ENTER_AT_ONCE
    return np.asarray(toll)


def _spot(
    end: int,
    scores: Scores,
    sums: NDArray[np.float64],
    begin: NDArray[np.float64],
    finish_s: float,
    enter: NDArray[np.float64],
) -> Segment:
    """The best spot that ends with sentence `end` - 1; its score counts all before it."""
    best = Segment(end - 1, end, KINDS[0], -np.inf)
    for column, kind in enumerate(KINDS):
        length = LENGTHS[kind]
        low = min(int(np.searchsorted(begin[:end], finish_s - length.most_s)), end - 1)
        lasts = np.maximum(finish_s - begin[low:end], 1.0)
        own = sums[end, column] - sums[low:end, column] + scores.starts[low:end, column]
        own = own - 0.5 * ((np.log(lasts) - log(length.usual_s)) / length.spread) ** 2
        total = enter[low:end] + own + scores.ends[end - 1, column]
        at = int(np.argmax(total))
        if total[at] > best.score:
            best = Segment(low + at, end, kind, float(total[at]))
    return best
