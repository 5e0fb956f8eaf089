"""Who talks, told apart only locally: the powerset segmentation network over 10 s windows.

Plaquet and Bredin, "Powerset multi-class cross entropy loss for neural speaker
diarization", 2023. Consecutive windows overlap; their up to three local speakers are
matched by permutation and averaged. A channel of the result is one voice only as long as
it keeps talking: over longer times channels are used again by others. This file does not
know who anybody is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from episodes.spans import Span, merge
from episodes.types import Audio
from speakers.network import Network

Floats = NDArray[np.float32]

CHANNELS = 3
FRAME_STEP_S = 270 / 16_000
"""One frame of the network's output, in seconds."""

_RATE_HZ = 16_000
_WINDOW = 160_000
_FRAMES = 589
_FIRST_FRAME_S = (991 - 270) / 2 / _RATE_HZ
_HOP_FRAMES = 148
_BATCH = 8
_POWERSET = np.array(
    [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], np.float32
)
_ORDERS = [list(order) for order in permutations(range(CHANNELS))]
_TRUST = np.hamming(_FRAMES).astype(np.float32)[:, None]
"""A window knows its middle better than its edges."""

_SOMEBODY = 0.35
_SEVERAL = 1.4
"""From so many voices on average, over what the network thinks possible, one talks, and two."""

_BREATH_S = 0.15
_SHORTEST_S = 0.1


@dataclass(frozen=True, slots=True)
class Stretch(Span):
    """One channel talks without a break.

    `speech` in [0, 1] is the mean probability that somebody talks at all.
    """

    channel: int
    speech: float = 1.0


def stretches(activity: Floats) -> tuple[Stretch, ...]:
    """Where each channel talks, sorted by start; `activity` as from Segmenter.

    How many talk is told from the sum over the channels, so also where the network doubts
    who it is; then it is the most active ones. The network knows of two at once at most.
    """
    voices = activity.sum(axis=1)
    ranks = activity.argsort(axis=1)
    talks = np.zeros(activity.shape, bool)
    for rank, needed in ((-1, _SOMEBODY), (-2, _SEVERAL)):
        enough = np.flatnonzero(voices > needed)
        talks[enough, ranks[enough, rank]] = True
    found = []
    for channel in range(CHANNELS):
        edges = np.flatnonzero(np.diff(talks[:, channel], prepend=False, append=False))
        times = _FIRST_FRAME_S + edges * FRAME_STEP_S
        runs = merge((Span(*pair) for pair in times.reshape(-1, 2).tolist()), _BREATH_S)
        found += [
            Stretch(run.start, run.end, channel, _speech(voices, run))
            for run in runs
            if run.duration_s >= _SHORTEST_S
        ]
    return tuple(sorted(found, key=lambda s: (s.start, s.end)))


def _speech(voices: Floats, run: Span) -> float:
    """The mean probability that somebody talks; `voices` are how many on average, by frame."""
    first, last = (
        round((time - _FIRST_FRAME_S) / FRAME_STEP_S) for time in (run.start, run.end)
    )
    return float(np.minimum(voices[first:last], 1).mean())


class Segmenter:
    """Local speaker activity of an audio. `network` replaces the shipped one."""

    def __init__(
        self, threads: int = 0, network: Callable[[Floats], Floats] | None = None
    ) -> None:
        self._network = network or Network("segmentation", threads)

    def __call__(
        self, audio: Audio, progress: Callable[[float], None] = lambda _: None
    ) -> Floats:
        """Probability that each channel talks, shape (frames, 3), a frame every 16.9 ms."""
        total = max(0, int((audio.duration_s - _FIRST_FRAME_S) / FRAME_STEP_S))
        starts = range(0, max(1, total - _FRAMES + _HOP_FRAMES), _HOP_FRAMES)
        activity = np.zeros((starts[-1] + _FRAMES, CHANNELS), np.float32)
        trust = np.zeros((starts[-1] + _FRAMES, 1), np.float32)
        for first in range(0, len(starts), _BATCH):
            some = starts[first : first + _BATCH]
            batch = np.stack([_padded(audio, start) for start in some])[:, None]
            local = np.exp(self._network(batch)) @ _POWERSET
            for start, window in zip(some, local, strict=True):
                _stitch(activity, trust, start, window)
            progress(min(1.0, (first + _BATCH) / len(starts)))
        return np.asarray(activity / trust, np.float32)[:total]


def _padded(audio: Audio, frame: int) -> Floats:
    """The 10 s window that begins at a frame, with silence after the audio's end."""
    start = frame * FRAME_STEP_S
    samples = audio.window(start, start + _WINDOW / _RATE_HZ)
    return np.pad(samples, (0, _WINDOW - len(samples)))


def _stitch(activity: Floats, trust: Floats, start: int, window: Floats) -> None:
    """Add a window, shape (589, 3), in the channel order that agrees best with the past."""
    here = slice(start, start + _FRAMES)
    past = activity[here] * _TRUST
    best = max(_ORDERS, key=lambda order: float((past * window[:, order]).sum()))
    activity[here] += window[:, best] * _TRUST
    trust[here] += _TRUST
