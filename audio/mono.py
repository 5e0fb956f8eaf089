"""Two channels to one, so that nothing that is audible in either is lost.

A voice lies in one direction of the stereo plane: at 45 degrees where both channels are
alike, at 0 or 90 in one channel alone, at -45 where a miswired cable inverts one of them.
A mean of the channels looks along 45 degrees and is deaf at -45. So the directions of the
whole file are counted first, and the fold then looks along one that hears them all. Looking
along one direction throughout keeps two voices that speak at once. This file does not know
where samples come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

PIECES = 4
"""Pieces of a second; a piece is short enough to hold mostly one voice."""
STEP = pi / 36
"""Width of a bin of directions, radians: 5 degrees."""
BINS = 36
DIRECTED = 4.0
"""Power along a direction over that across it, from which a piece has a direction."""
AUDIBLE = 32768.0 * 10 ** (-70 / 20)
"""Root mean square of a piece, in int16 steps, below which it is silence: -70 dBFS."""
DEAF = 0.25
"""Share of a sound's amplitude below which a fold loses it: -12 dB."""
BRIEF_S = 0.5
"""A direction heard for less than this is chance."""
ASIDE = pi / 9
"""A sound within 20 degrees of a channel lies in that channel alone."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Two channels to one: `left` and `right` are the channels' weights, at most 1 together."""

    left: float = 0.5
    right: float = 0.5

    def apply(self, block: NDArray[np.int16]) -> NDArray[np.int16]:
        """Return int16 (n,) from int16 (n, 1 or 2)."""
        if block.shape[1] == 1:
            return block[:, 0]
        left, right = block[:, 0].astype(np.int32), block[:, 1].astype(np.int32)
        if (self.left, self.right) == (0.5, 0.5):
            return ((left + right) // 2).astype(np.int16)
        mixed = self.left * left + self.right * right
        return np.rint(mixed).clip(-32768, 32767).astype(np.int16)


MEAN, LEFT, RIGHT = Fold(), Fold(1.0, 0.0), Fold(0.0, 1.0)


class Directions:
    """Counts the seconds that a stereo sound spends in each direction."""

    def __init__(self, rate_hz: int) -> None:
        self._length = max(1, rate_hz // PIECES)
        self._piece_s = self._length / rate_hz
        self._counts = np.zeros(BINS)
        self._left = self._right = self._sound = 0

    def add(self, block: NDArray[np.int16]) -> None:
        """Count int16 (n, 1 or 2); one channel has no directions."""
        if block.shape[1] == 1:
            return
        for first in range(0, len(block) - self._length // 2, self._length):
            piece = block[first : first + self._length].astype(np.float32)
            (ll, lr), (_, rr) = piece.T @ piece / len(piece)
            total, spread = ll + rr, float(np.hypot(ll - rr, 2 * lr))
            if total < AUDIBLE**2:
                continue
            self._sound += 1
            if total + spread < DIRECTED * (total - spread):
                continue
            angle = 0.5 * float(np.arctan2(2 * lr, ll - rr))
            self._counts[round(angle / STEP) % BINS] += 1
            self._left += abs(angle) < ASIDE
            self._right += abs(angle) > pi / 2 - ASIDE

    def fold(self) -> Fold:
        """Return the fold that hears the most of the file; the mean, wherever it will do."""
        seconds = self._counts * self._piece_s
        angles = np.arange(BINS) * STEP
        heard = np.abs(np.cos(angles[:, None] - angles[None, :]))  # (looking, sound)
        lost_s = (heard < DEAF) @ seconds
        mean = BINS // 4
        if lost_s[mean] < BRIEF_S:
            return MEAN
        often = seconds >= BRIEF_S
        weakest = np.where((heard >= DEAF) & often, heard, 1.0).min(axis=1)
        from_mean = np.minimum(abs(np.arange(BINS) - mean), BINS - abs(np.arange(BINS) - mean))
        best = min(
            range(BINS),
            key=lambda i: (
                round(float(lost_s[i]), 3),
                -round(float(weakest[i]), 3),
                from_mean[i],
            ),
        )
        left, right = cos(best * STEP), sin(best * STEP)
        total = (abs(left) + abs(right)) * (1 if left > 0 else -1)
        return Fold(round(left / total, 6), round(right / total, 6))

    @property
    def apart(self) -> bool:
        """True if nearly all sound lies in one channel or the other, and some in each."""
        least = max(2.0 / self._piece_s, 0.02 * self._sound)
        both = min(self._left, self._right)
        return both >= least and self._left + self._right >= 0.7 * self._sound
