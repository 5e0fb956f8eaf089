"""What a voice sounds like: Kaldi filter banks and the CAM++ network over short spans.

The features follow Kaldi's compute-fbank-feats (povey window, pre-emphasis 0.97, 25 ms
every 10 ms, edges snipped, no dither, 80 mel bands from 20 Hz to 8 kHz). The network is
CAM++ (Wang et al., "CAM++: A Fast and Efficient Network for Speaker Verification Using
Context-Aware Masking", 2023). This file does not know who speaks or where a turn ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from episodes.spans import Span
from episodes.types import Audio
from speakers.network import Network

Floats = NDArray[np.float32]

FRAME_STEP_S = 0.01
SHORTEST_S = 0.3
"""Spans under this are widened around their middle: the network needs some frames."""
DIMENSIONS = 192

_RATE_HZ = 16_000
_FRAME = 400
_STEP = 160
_FFT = 512
_BANDS = 80
_BLOCK_S = 60.0
_BATCH = 32


def _mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1127.0 * np.log1p(hertz / 700.0)


def _mel_banks() -> Floats:
    """Triangular filters, shape (80, 257), as Kaldi lays them out."""
    low, high = _mel(np.array([20.0, _RATE_HZ / 2]))
    width = (high - low) / (_BANDS + 1)
    left = low + np.arange(_BANDS)[:, None] * width
    bins = _mel(np.arange(_FFT // 2) * _RATE_HZ / _FFT)[None]
    rising, falling = (bins - left) / width, (left + 2 * width - bins) / width
    banks = np.maximum(0.0, np.minimum(rising, falling))
    return np.pad(banks, ((0, 0), (0, 1))).astype(np.float32)


_MEL_BANKS = _mel_banks()
_POVEY = ((0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FRAME) / (_FRAME - 1))) ** 0.85).astype(
    np.float32
)


def filter_banks(samples: Floats) -> Floats:
    """Log mel energies, shape (frames, 80), of 16 kHz samples in [-1, 1), shape (n,).

    Frame i covers samples 160 i to 160 i + 400.
    """
    if len(samples) < _FRAME:
        return np.zeros((0, _BANDS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_STEP]
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    spectrum = np.fft.rfft((frames - np.float32(0.97) * before) * _POVEY, _FFT)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    floor = np.finfo(np.float32).eps
    return np.asarray(np.log(np.maximum(power @ _MEL_BANKS.T, floor)), np.float32)


class Embedder:
    """Voice embeddings of spans of an audio, in time and memory linear in what is asked."""

    def __init__(self, threads: int = 0) -> None:
        self._network = Network("campplus", threads)

    def __call__(
        self,
        audio: Audio,
        spans: Sequence[Span],
        progress: Callable[[float], None] = lambda _: None,
    ) -> Floats:
        """One embedding a span, shape (spans, 192), not normalised.

        `spans` are sorted by start. Features are computed once, by blocks of a minute;
        spans of the same length go through the network together.
        """
        embeddings = np.zeros((len(spans), DIMENSIONS), np.float32)
        first = 0
        while first < len(spans):
            begin = spans[first].start
            last = first
            while last < len(spans) and spans[last].start < begin + _BLOCK_S:
                last += 1
            embeddings[first:last] = self._embed_block(audio, spans[first:last])
            first = last
            progress(last / len(spans))
        return embeddings

    def _embed_block(self, audio: Audio, spans: Sequence[Span]) -> Floats:
        begin = max(0.0, spans[0].start - SHORTEST_S)
        end = max(span.end for span in spans) + SHORTEST_S
        features = filter_banks(audio.window(begin, end))
        by_length: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for at, span in enumerate(spans):
            length = max(span.duration_s, SHORTEST_S)
            count = min(round(length / FRAME_STEP_S) - 2, len(features))
            start = round((span.middle - length / 2 - begin) / FRAME_STEP_S)
            by_length[count].append((at, min(max(0, start), len(features) - count)))
        embeddings = np.zeros((len(spans), DIMENSIONS), np.float32)
        for count, places in by_length.items():
            for some in range(0, len(places), _BATCH):
                batch = places[some : some + _BATCH]
                cut = np.stack([features[start : start + count] for _, start in batch])
                cut -= cut.mean(axis=1, keepdims=True)
                embeddings[[at for at, _ in batch]] = self._network(cut)
        return embeddings
