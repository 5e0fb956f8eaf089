"""Who speaks when: the Diarizer every engine is, and the default engine.

The default engine finds local voices (segmentation.py), listens to short windows of them
(embedding.py), finds the voices of the whole episode (clustering.py), and then gives every
window to a voice along each channel, changing voices rarely within a stretch of speech.
This file does not know any words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from episodes.spans import Span, merge
from episodes.types import Audio, Turn
from speakers.clustering import centroids, cluster, normalise
from speakers.embedding import Embedder
from speakers.network import SHA256
from speakers.segmentation import Segmenter, Stretch, stretches

Floats = NDArray[np.float32]
Progress = Callable[[float], None]

_WINDOW_S = 1.5
_STEP_S = 0.75
_SHARE_OF_SEGMENTATION = 0.3
_CLEAR_S = 0.75
_SWITCH = 0.6
_ROUNDS = 3


class Diarizer(Protocol):
    """An engine that tells voices apart. `models` maps its networks to their SHA-256."""

    @property
    def models(self) -> Mapping[str, str]:
        """The networks' names and checksums, for a transcript's provenance."""

    def diarize(
        self, audio: Audio, least: int = 1, most: int = 20, progress: Progress = lambda _: None
    ) -> tuple[Turn, ...]:
        """Turns sorted by start, with `least` to `most` speakers where there is speech."""


@dataclass(frozen=True, slots=True)
class Window(Span):
    """A piece of a stretch short enough to hear one voice; `stretch` is its index."""

    stretch: int


class BuiltinDiarizer:
    """The default engine: needs no download. `threads` 0 takes all cores."""

    models: Mapping[str, str] = SHA256

    def __init__(self, threads: int = 0) -> None:
        self._segment = Segmenter(threads)
        self._embed = Embedder(threads)

    def diarize(
        self, audio: Audio, least: int = 1, most: int = 20, progress: Progress = lambda _: None
    ) -> tuple[Turn, ...]:
        """Turns sorted by start; overlapping where people talk at once.

        Raises ValueError unless 1 <= least <= most.
        """
        if not 1 <= least <= most:
            raise ValueError(f"speakers need 1 <= least <= most, not {least}, {most}")
        share = _SHARE_OF_SEGMENTATION
        found = stretches(self._segment(audio, lambda done: progress(done * share)))
        if not found:
            return ()
        heard = windows(found)
        embeddings = self._embed(
            audio, heard, lambda done: progress(share + done * (1 - share))
        )
        voices = _voices(heard, normalise(embeddings), found, least, most)
        return _turns(heard, found, voices)


def windows(found: Sequence[Stretch]) -> tuple[Window, ...]:
    """Overlapping windows that cover each stretch evenly, sorted by start."""
    pieces: list[Window] = []
    for at, stretch in enumerate(found):
        length = min(_WINDOW_S, stretch.duration_s)
        count = 1 + ceil((stretch.duration_s - length) / _STEP_S)
        starts = np.linspace(stretch.start, stretch.end - length, count).tolist()
        pieces.extend(Window(start, start + length, at) for start in starts)
    return tuple(sorted(pieces, key=lambda w: (w.start, w.end)))


def _voices(
    heard: Sequence[Window],
    vectors: Floats,
    found: Sequence[Stretch],
    least: int,
    most: int,
) -> list[int]:
    """The voice of every window."""
    length = np.array([w.duration_s for w in heard], np.float32)
    clear = length >= min(_CLEAR_S, float(length.max()))
    labels = cluster(vectors[clear], length[clear], least, most)
    chains = [
        [at for at, w in enumerate(heard) if found[w.stretch].channel == channel]
        for channel in sorted({s.channel for s in found})
    ]
    voices = np.zeros(len(heard), np.intp)
    means = centroids(vectors[clear], labels, length[clear])
    for _ in range(_ROUNDS):
        scores = (vectors @ means.T) * (length / _WINDOW_S)[:, None]
        for chain in chains:
            stretch = np.array([heard[at].stretch for at in chain])
            switch = np.where(np.diff(stretch) == 0, _SWITCH, 0.0).astype(np.float32)
            voices[chain] = _decode(scores[chain], switch)
        means = centroids(
            np.concatenate([vectors[clear], means]),
            np.concatenate([voices[clear], np.arange(len(means))]),
            np.concatenate([length[clear], np.full(len(means), 1e-3, np.float32)]),
        )
    return [int(voice) for voice in voices]


def _decode(scores: Floats, switch: Floats) -> NDArray[np.intp]:
    """The best path (Viterbi) through `scores`, shape (steps, voices).

    Changing voice between steps i and i + 1 costs `switch[i]`.
    """
    best = scores[0]
    came_from = np.zeros(scores.shape, np.intp)
    for step in range(1, len(scores)):
        jump = best.max() - switch[step - 1]
        came_from[step] = np.where(best >= jump, np.arange(len(best)), best.argmax())
        best = np.maximum(best, jump) + scores[step]
    path = np.zeros(len(scores), np.intp)
    path[-1] = best.argmax()
    for step in range(len(scores) - 1, 0, -1):
        path[step - 1] = came_from[step, path[step]]
    return path


def _turns(
    heard: Sequence[Window], found: Sequence[Stretch], voices: Sequence[int]
) -> tuple[Turn, ...]:
    """Windows joined to turns; inside a stretch voices change midway between windows."""
    spans: dict[int, list[Span]] = {}
    inside = sorted(range(len(heard)), key=lambda at: (heard[at].stretch, heard[at].start))
    for at, group in groupby(inside, key=lambda i: heard[i].stretch):
        members = list(group)
        start = found[at].start
        for here, following in zip(members, [*members[1:], None], strict=True):
            if following is None:
                end = found[at].end
            else:
                end = (heard[here].middle + heard[following].middle) / 2
                if voices[following] == voices[here]:
                    continue
            spans.setdefault(voices[here], []).append(Span(start, end))
            start = end
    order = sorted(spans, key=lambda voice: min(span.start for span in spans[voice]))
    turns = [
        Turn(span.start, span.end, f"Speaker {number}")
        for number, voice in enumerate(order, 1)
        for span in merge(spans[voice])
    ]
    return tuple(sorted(turns, key=lambda t: (t.start, t.end)))
