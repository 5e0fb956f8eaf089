"""Where the audio is quiet. This file does not know what is said or who speaks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from episodes.spans import Span
from episodes.types import Audio

FRAME_S = 0.01
WINDOW_S = 30.0
MINIMUM_S = 0.15


def silences(audio: Audio) -> tuple[Span, ...]:
    """Quiet stretches of at least 0.15 s, sorted and disjoint, edges to 10 ms.

    Quiet is what lies near the episode's own noise floor, or far below the speech around
    it, and clearly below that speech in any case: music without pauses holds no silence.
    """
    levels = _levels_db(audio)
    if not len(levels):
        return ()
    quiet = np.zeros(len(levels) + 2, bool)
    quiet[1:-1] = levels < _thresholds_db(levels)
    edges = np.flatnonzero(quiet[1:] != quiet[:-1])
    spans = (
        Span(float(first * FRAME_S), min(float(last * FRAME_S), audio.duration_s))
        for first, last in edges.reshape(-1, 2)
    )
    return tuple(span for span in spans if span.duration_s > MINIMUM_S - FRAME_S / 2)


def _levels_db(audio: Audio) -> NDArray[np.float32]:
    """Level of each frame of 10 ms, averaged over three, dB of full scale; float32 (n,)."""
    size = round(FRAME_S * audio.sample_rate_hz)
    energies = []
    for start in np.arange(0.0, audio.duration_s, WINDOW_S):
        samples = audio.window(start, start + WINDOW_S)
        frames = np.pad(samples, (0, -len(samples) % size)).reshape(-1, size)
        energies.append(np.einsum("fs,fs->f", frames, frames) / size)
    energy = np.concatenate([[0.0], *energies, [0.0]]) if energies else np.zeros(2)
    smooth = (energy[:-2] + energy[1:-1] + energy[2:]) / 3
    return (10 * np.log10(smooth + 1e-10)).astype(np.float32)


def _thresholds_db(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    """The level below which each frame counts as quiet, dB; float32 (n,)."""
    size = round(WINDOW_S / FRAME_S)
    around = [levels[at : at + size] for at in range(0, len(levels), size)]
    # Under a music bed the pauses are no quieter than the bed, so the floor is local too;
    # a stretch of dead air is no yardstick of speech, so that is judged by the episode.
    floor = np.array([np.percentile(part, 10) for part in around])
    floor = np.maximum(floor, np.percentile(levels, 10))
    speech = np.array([np.percentile(part, 95) for part in around])
    speech = np.maximum(speech, np.percentile(levels, 95) - 15)
    thresholds = np.minimum(np.maximum(floor + 6, speech - 32), speech - 15)
    return np.repeat(thresholds, size)[: len(levels)].astype(np.float32)
