"""What the audio sounds like: where it is quiet, how loud, how full, how wide its band.

This file does not know what is said or who speaks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from episodes.sound import HOP_S, Sound
from episodes.spans import Span
from episodes.types import Audio

FRAME_S = 0.01
WINDOW_S = 30.0
MINIMUM_S = 0.15

BAND_HZ = 250
"""Bandwidths are told to this."""

BELOW_DB = 45.0
"""A band further than this below the fullest one holds next to nothing: a codec's or a
telephone's limit is steeper, speech without it is not that weak there."""

FAINT_DB = -60.0
"""Frames below this level, of full scale, are too quiet to have a bandwidth."""

Floats = NDArray[np.float32]


def listen(audio: Audio) -> Sound:
    """What `audio` sounds like; reads it once, window by window.

    Silences last at least 0.15 s, their edges are right to 10 ms. Quiet is what lies near
    the episode's own noise floor, or far below the speech around it, and clearly below that
    speech in any case: music without pauses holds no silence.
    """
    energies, bandwidths = [np.zeros(0, np.float32)], [np.zeros(0, np.int64)]
    for start in np.arange(0.0, audio.duration_s, WINDOW_S):
        samples = audio.window(start, start + WINDOW_S)
        energies.append(_energies(samples, round(FRAME_S * audio.sample_rate_hz)))
        bandwidths.append(_bandwidths(samples, audio.sample_rate_hz))
    energy = np.concatenate(energies)
    per_hop = round(HOP_S / FRAME_S)
    around = np.pad(energy, 1)
    smooth = (around[:-2] + around[1:-1] + around[2:]) / 3
    rest = (0, -len(energy) % per_hop)
    level = np.pad(energy, rest).reshape(-1, per_hop).mean(axis=1)
    floor = np.pad(smooth, rest, constant_values=np.inf).reshape(-1, per_hop).min(axis=1)
    return Sound(
        _silences(_db(smooth), audio.duration_s),
        _whole_db(level),
        _whole_db(np.minimum(floor, level)),
        tuple(np.concatenate(bandwidths).tolist()),
    )


def _energies(samples: Floats, size: int) -> Floats:
    """Mean square of each frame of `size` samples, float32 (n,)."""
    frames = np.pad(samples, (0, -len(samples) % size)).reshape(-1, size)
    energies: Floats = np.einsum("fs,fs->f", frames, frames) / np.float32(size)
    return energies


def _bandwidths(samples: Floats, rate_hz: int) -> NDArray[np.int64]:
    """The bandwidth of each hop, Hz, 0 where it is faint; (n,)."""
    size = round(HOP_S * rate_hz)
    frames = np.pad(samples, (0, -len(samples) % size)).reshape(-1, size)
    spectra = np.abs(np.fft.rfft(frames * np.hanning(size).astype(np.float32), axis=1))
    bins = round(BAND_HZ * HOP_S)  # of 1 / HOP_S Hz each
    bands = np.square(spectra[:, 1:]).reshape(len(frames), -1, bins).mean(axis=2)
    full = bands > bands.max(axis=1, keepdims=True) * 10 ** (-BELOW_DB / 10)
    highest = bands.shape[1] - np.argmax(full[:, ::-1], axis=1)
    loud = np.einsum("fs,fs->f", frames, frames) / size > 10 ** (FAINT_DB / 10)
    bandwidths: NDArray[np.int64] = np.where(loud, highest * BAND_HZ, 0)
    return bandwidths


def _db(energy: NDArray[np.floating[Any]]) -> Floats:
    levels: Floats = (10 * np.log10(energy + 1e-10)).astype(np.float32)
    return levels


def _whole_db(energy: NDArray[np.floating[Any]]) -> tuple[int, ...]:
    return tuple(np.rint(_db(energy)).astype(int).tolist())


def _silences(levels: Floats, duration_s: float) -> tuple[Span, ...]:
    """The quiet stretches, by the level of each frame."""
    if not len(levels):
        return ()
    quiet = np.zeros(len(levels) + 2, bool)
    quiet[1:-1] = levels < _thresholds_db(levels)
    edges = np.flatnonzero(quiet[1:] != quiet[:-1])
    spans = (
        Span(float(first * FRAME_S), min(float(last * FRAME_S), duration_s))
        for first, last in edges.reshape(-1, 2)
    )
    return tuple(span for span in spans if span.duration_s > MINIMUM_S - FRAME_S / 2)


def _thresholds_db(levels: Floats) -> Floats:
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
