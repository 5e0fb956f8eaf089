"""Blocks of samples, taken off in other lengths. Does not know where they come from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


class Tape:
    """Blocks of samples, int16 (n, channels), taken off in whatever lengths are asked for."""

    def __init__(self, blocks: Iterator[NDArray[np.int16]], channels: int) -> None:
        self._blocks = blocks
        self._rest = np.empty((0, channels), np.int16)

    def take(self, count: int | None) -> Iterator[NDArray[np.int16]]:
        """Yield the next `count` samples, or all that are left; fewer where the tape ends."""
        while count is None or count > 0:
            if not len(self._rest):
                following = next(self._blocks, None)
                if following is None:
                    return
                self._rest = following
            taken = self._rest if count is None else self._rest[:count]
            self._rest = self._rest[len(taken) :]
            count = None if count is None else count - len(taken)
            yield taken
