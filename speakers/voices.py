"""Which voices are those of people known by name: prints of voices, matched. Pure.

Open-set: nobody is always among the candidates, since a wrong name is worse than none.
This file does not know where prints come from, nor any name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from episodes.people import Print
from speakers.clustering import SAME_VOICE, denoised

Floats = NDArray[np.float32]

MARGIN = 0.1
"""By so much a match must beat whatever else could be."""

LEAST_SPEECH_S = 1.0
"""Seconds of speech that a clip needs to tell whose voice it is."""


LEAST_HEARD_S = 2.25
"""Seconds of speech that a voice of the episode needs to be told whose it is."""


@dataclass(frozen=True, slots=True)
class Match:
    """Voice number `voice` is that of known person number `known`; `likeness` is 0 to 1.

    `print` says which of the person's prints is most alike.
    """

    voice: int
    known: int
    likeness: float
    print: int = 0


def match(
    voices: Sequence[Print],
    known: Sequence[Print],
    least: float = SAME_VOICE,
    margin: float = MARGIN,
) -> tuple[Match, ...]:
    """The pairs that are one person, by voice; each voice and each person at most once.

    Of all assignments the best counts, and of that the pairs whose corrected cosine is at
    least `least` and without which the best would lose at least `margin`. So a voice that
    is like two people, or a person who is like two voices, is left alone.
    """
    return match_people(voices, [[one] for one in known], least, margin)


def match_people(
    voices: Sequence[Print],
    people: Sequence[Sequence[Print]],
    least: float = SAME_VOICE,
    margin: float = MARGIN,
) -> tuple[Match, ...]:
    """The same where people have several prints each: the one most alike counts."""
    alike, nearest = likenesses(voices, people)
    gain = np.maximum(alike - (least - margin), 0)
    best = best_sum(gain)
    found = []
    for row, column in best_pairs(gain):
        without = gain.copy()
        without[row, column] = 0
        if alike[row, column] >= least and best - best_sum(without) >= margin - 1e-6:
            likeness = min(1.0, float(alike[row, column]))
            found.append(Match(row, column, likeness, int(nearest[row, column])))
    return tuple(found)


def likenesses(
    voices: Sequence[Print], people: Sequence[Sequence[Print]]
) -> tuple[Floats, NDArray[np.intp]]:
    """Corrected cosines, shape (voices, people), and which print of each person it is.

    -1 where there is no print of use, of a voice or of a person.
    """
    alike = np.full((len(voices), len(people)), -1, np.float32)
    nearest = np.zeros(alike.shape, np.intp)
    heard = [
        at for at, one in enumerate(voices) if one.vector and one.speech_s >= LEAST_HEARD_S
    ]
    given = [
        (person, at)
        for person, prints in enumerate(people)
        for at, one in enumerate(prints)
        if one.vector and one.trouble is None
    ]
    if not heard or not given:
        return alike, nearest
    prints = _directions([people[person][at] for person, at in given])
    each = _directions([voices[at] for at in heard]) @ prints.T
    for column, (person, at) in enumerate(given):
        closer = np.array(heard)[each[:, column] > alike[heard, person]]
        alike[closer, person] = each[np.isin(heard, closer), column]
        nearest[closer, person] = at
    return alike, nearest


def _directions(prints: Sequence[Print]) -> Floats:
    """Vectors, shape (n, dimensions), longer than 1 by what noise took from their cosines."""
    sums = np.array([one.vector for one in prints], np.float32)
    return denoised(sums, np.array([one.speech_s for one in prints], np.float32))


def best_pairs(gain: Floats) -> tuple[tuple[int, int], ...]:
    """The (row, column) pairs, each at most once, whose gains, 0 or more, sum to the most.

    By shortest augmenting paths (Jonker and Volgenant 1987), so that many people cost
    little. By row; pairs that gain nothing are left out.
    """
    rows, columns = gain.shape
    # Each row may also take a column of its own that gains nothing: nobody.
    cost = np.hstack([-gain.astype(np.float64), np.zeros((rows, rows))])
    start = columns + rows
    owner = np.full(start + 1, -1)
    row_price, price = np.zeros(rows), np.zeros(start + 1)
    for row in range(rows):
        owner[start], at = row, start
        seen = np.zeros(start + 1, bool)
        slack, before = np.full(start, np.inf), np.full(start, start)
        while owner[at] >= 0:
            seen[at] = True
            reach = cost[owner[at]] - row_price[owner[at]] - price[:start]
            nearer = ~seen[:start] & (reach < slack)
            slack[nearer], before[nearer] = reach[nearer], at
            left = np.where(seen[:start], np.inf, slack)
            at = int(left.argmin())
            row_price[owner[seen]] += left[at]
            price[seen] -= left[at]
            slack[~seen[:start]] -= left[at]
        while at != start:
            owner[at] = owner[before[at]]
            at = int(before[at])
    found = [(int(owner[column]), column) for column in range(columns) if owner[column] >= 0]
    return tuple(sorted(pair for pair in found if gain[pair] > 0))


def best_sum(gain: Floats) -> float:
    """What the best assignment's gains sum to; leaving somebody out is worth 0."""
    return float(sum(gain[pair] for pair in best_pairs(gain)))
