"""Who speaks when: the Diarizer every engine is, and the default engine.

The default engine hears local voices (segmentation.py), listens to short windows of them
(embedding.py) and follows the voices of the whole episode through them (tracking.py).
This file does not know any words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from episodes.types import Audio, Turn
from speakers.clustering import normalise
from speakers.embedding import Embedder
from speakers.network import SHA256
from speakers.segmentation import Segmenter, stretches
from speakers.tracking import track, windows

Progress = Callable[[float], None]

_SEGMENTED = 0.35
"""Progress when segmentation is done: about its share of the time."""


class Diarizer(Protocol):
    """An engine that tells voices apart. `models` maps its networks to their SHA-256."""

    @property
    def models(self) -> Mapping[str, str]:
        """The networks' names and checksums, for a transcript's provenance."""

    def diarize(
        self, audio: Audio, least: int = 1, most: int = 20, progress: Progress = lambda _: None
    ) -> tuple[Turn, ...]:
        """Turns sorted by start, with `least` to `most` speakers where there is speech."""


class BuiltinDiarizer:
    """The default engine: needs no download. `threads` 0 takes all cores.

    Raises WeightsError where the project's weights are missing or altered.
    """

    models: Mapping[str, str] = SHA256

    def __init__(self, threads: int = 0) -> None:
        self._segment = Segmenter(threads)
        self._embed = Embedder(threads)

    def diarize(
        self, audio: Audio, least: int = 1, most: int = 20, progress: Progress = lambda _: None
    ) -> tuple[Turn, ...]:
        """Turns sorted by start; overlapping where people talk at once.

        There are at most `most` speakers and, where there is enough speech, `least`. Raises
        ValueError unless 1 <= least <= most.
        """
        if not 1 <= least <= most:
            raise ValueError(f"speakers need 1 <= least <= most, not {least} and {most}")
        found = stretches(self._segment(audio, lambda done: progress(done * _SEGMENTED)))
        heard = windows(found)
        embeddings = self._embed(
            audio, heard, lambda done: progress(_SEGMENTED + done * (1 - _SEGMENTED))
        )
        turns = track(found, heard, normalise(embeddings), least, most) if heard else ()
        progress(1.0)
        return turns
