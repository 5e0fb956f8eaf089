"""Where two episodes sound the same, from their prints.

    keys in common -> shifts between the two -> at each shift, where the bits agree

A stretch begins and ends where the bits stop agreeing; as each print looks 0.15 s to both
sides, that is known to about 0.1 s. This file does not know where prints are kept, nor what
the stretches are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audio.fingerprint import FRAME_S, Bits, Prints

AGREE = 0.30
"""Prints that differ in a smaller share of their bits are taken for the same sound: copies
differ in up to 0.15, unlike sounds in about 0.5 (Haitsma & Kalker take 0.35)."""

SHORTEST_S = 1.0
"""No shorter stretch is told from chance."""

GIVE_UP_S = 1.5
"""A stretch ends where the sounds have been unlike for about so long."""

CROWDED = 40
"""What a copy of so many keys may be kept under tells nothing: a loop, or a noise."""

MOST_SHIFTS = 200
"""Two episodes are compared at no more shifts: those that most keys speak for."""

BLUR = 3
"""Frames by which prints stop agreeing before the sounds do, as they look to both sides."""

SAME_S = 0.2
"""Shifts that differ by less are one."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames [first, last) sound like those of the other from first + shift on.

    `score` grows with its length and likeness.
    """

    first: int
    last: int
    shift: int
    score: float

    @property
    def seconds(self) -> tuple[float, float, float, float]:
        """Start and end in the one episode, then in the other."""
        here = (self.first * FRAME_S, self.last * FRAME_S)
        return (*here, here[0] + self.shift * FRAME_S, here[1] + self.shift * FRAME_S)


class Lookup:
    """The keys of one episode by what copies of them may be kept under."""

    def __init__(self, own: Prints) -> None:
        guesses = own.guesses()
        frames = np.repeat(own.keys, guesses.shape[1])
        order = np.argsort(guesses.ravel(), kind="stable")
        hashes, frames = guesses.ravel()[order], frames[order]
        _, which, counts = np.unique(hashes, return_inverse=True, return_counts=True)
        telling = counts[which] <= CROWDED
        self._hashes, self._frames = hashes[telling], frames[telling]

    @property
    def hashes(self) -> Bits:
        """All of them, sorted, each once."""
        return np.unique(self._hashes)

    def votes(self, hashes: Bits, frames: NDArray[np.integer]) -> NDArray[np.int64]:
        """Pairs of an own frame and one of the other, (votes, 2), for keys of the other."""
        first = np.searchsorted(self._hashes, hashes, "left")
        count = np.searchsorted(self._hashes, hashes, "right") - first
        offsets = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        own = self._frames[np.repeat(first, count) + offsets]
        return np.stack([own, np.repeat(frames, count)], axis=1).astype(np.int64)


def stretches(
    own: Prints, other: Prints, votes: NDArray[np.int64], *, itself: bool = False
) -> tuple[Stretch, ...]:
    """What `own` has in common with `other`, sorted; `votes` as `Lookup.votes` gives them.

    `itself` says that both are the same episode: then every stretch is found in both places.
    """
    near = round(SHORTEST_S / FRAME_S) if itself else -1
    found: list[Stretch] = []
    for shift, anchors in _shifts(votes):
        if abs(shift) > near:
            found += _at_shift(own, other, shift, anchors)
    best: list[Stretch] = []
    for one in sorted(found, key=lambda s: -s.score):
        if not any(_same(one, kept) for kept in best):
            best.append(one)
    return tuple(sorted(best, key=lambda s: (s.first, s.last)))


def _same(one: Stretch, other: Stretch) -> bool:
    shared = min(one.last, other.last) - max(one.first, other.first)
    alike = abs(one.shift - other.shift) <= SAME_S / FRAME_S
    return alike and shared > 0.5 * (one.last - one.first)


def _shifts(votes: NDArray[np.int64]) -> Iterator[tuple[int, Iterable[int]]]:
    """Shifts that more than one key speaks for, and the own frames of those keys."""
    shifts = votes[:, 1] - votes[:, 0]
    values, counts = np.unique(shifts, return_counts=True)
    if not len(values):
        return
    # A copy lies on another grid, so its votes fall on two neighbouring shifts.
    low = np.searchsorted(values, values - 1, "left")
    high = np.searchsorted(values, values + 1, "right")
    sums = np.concatenate([[0], np.cumsum(counts)])
    around = sums[high] - sums[low]
    likely = np.flatnonzero(around > 1)
    for at in likely[np.argsort(-around[likely], kind="stable")][:MOST_SHIFTS]:
        own = np.unique(votes[np.abs(shifts - values[at]) <= 1, 0])
        if len(own) > 1:
            yield int(values[at]), own.tolist()


def _at_shift(
    own: Prints, other: Prints, shift: int, anchors: Iterable[int]
) -> Iterator[Stretch]:
    begin, end = max(0, -shift), min(len(own.bits), len(other.bits) - shift)
    if end <= begin:
        return
    here, there = slice(begin, end), slice(begin + shift, end + shift)
    unlike = np.bitwise_count(own.bits[here] ^ other.bits[there]) / np.float64(32)
    # Where both are silent the bits say nothing.
    gains = np.where(own.loud[here] | other.loud[there], AGREE - unlike, 0.0)
    sums = np.concatenate([[0.0], np.cumsum(gains)])
    done = 0
    for anchor in anchors:
        at = anchor - begin
        if not done <= at < len(gains):
            continue
        first, last = at - _reach(sums[at::-1], -1), at + _reach(sums[at:], 1)
        score = float(sums[last] - sums[first])
        if last - first >= SHORTEST_S / FRAME_S and score >= 0.3 * AGREE * (last - first):
            first, last = max(0, first - BLUR), min(len(gains), last + BLUR)
            yield Stretch(first + begin, last + begin, shift, score)
            done = last


def _reach(sums: Sequence[float] | NDArray[np.float64], sign: int) -> int:
    """How many frames from the first on agree, going on over what does not for a while."""
    patience = GIVE_UP_S / FRAME_S * (0.5 - AGREE)
    gained = sign * (np.asarray(sums) - sums[0])
    most = np.maximum.accumulate(gained)
    given_up = np.flatnonzero(most - gained > patience)
    stop = int(given_up[0]) if len(given_up) else len(gained)
    return int(np.argmax(gained[:stop]))
