"""Several tracks of a file read as one sound. This file does not know which are worth it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audio.reader import Reader
from audio.tape import Tape


class Mixer(Reader):
    """A reader whose blocks are the sum of several tracks, named by number.

    All else is that of the first one; no tracks means the one that a player plays.
    """

    def __init__(self, source: Path, tracks: Sequence[int] = ()) -> None:
        super().__init__(source, *tracks[:1])
        self._others = [Reader(source, track, like=self) for track in tracks[1:]]

    def close(self) -> None:
        """Let go of the file."""
        for reader in self._others:
            reader.close()
        super().close()

    def blocks(self) -> Iterator[NDArray[np.int16]]:
        """Yield the mix, int16 (n, channels), as long as the longest track."""
        tapes = [Tape(reader.blocks(), self.channels) for reader in self._others]
        for block in super().blocks():
            yield _sum(block, tapes)
        while True:
            silence = np.zeros((self.rate_hz, self.channels), np.int16)
            parts = [_next(tape, self.rate_hz) for tape in tapes]
            longest = max((len(part) for part in parts), default=0)
            if not longest:
                return
            rest = [Tape(iter([part]), self.channels) for part in parts]
            yield _sum(silence[:longest], rest)


def _sum(block: NDArray[np.int16], tapes: Sequence[Tape]) -> NDArray[np.int16]:
    """Return a block with as much of each tape added to it."""
    if not tapes:
        return block
    total = block.astype(np.int32)
    for tape in tapes:
        part = _next(tape, len(block))
        total[: len(part)] += part
    return total.clip(-32768, 32767).astype(np.int16)


def _next(tape: Tape, count: int) -> NDArray[np.int16]:
    parts = list(tape.take(count))
    return np.concatenate(parts) if parts else np.empty((0, 1), np.int16)
