"""Two channels to one. This file does not know where samples come from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Mono:
    """Folds two channels to their mean, or to half their difference if one is inverted.

    A miswired cable inverts a channel; the mean of the two would then be near silence.
    Judged by the energy of all that came so far, so that it does not flicker.
    """

    def __init__(self) -> None:
        self._sum_energy = 0.0
        self._difference_energy = 0.0

    def fold(self, block: NDArray[np.int16]) -> NDArray[np.int16]:
        """int16 (n, 1 or 2) to int16 (n,)."""
        if block.shape[1] == 1:
            return block[:, 0]
        left, right = block[:, 0].astype(np.int32), block[:, 1].astype(np.int32)
        total, difference = left + right, left - right
        self._sum_energy += float(np.square(total, dtype=np.float64).sum())
        self._difference_energy += float(np.square(difference, dtype=np.float64).sum())
        inverted = self._difference_energy > 16 * self._sum_energy
        return ((difference if inverted else total) // 2).astype(np.int16)
