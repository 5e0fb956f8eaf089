"""A file's audio as 16 kHz mono PCM on disk.

A first pass folds the channels to their mean, as suits nearly every file, and listens for
what it loses: an inverted channel, or a level so low that 16 bits hold little of it. Such a
file is read once more. This file does not know containers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audio.bounds import Bound
from audio.mono import MEAN, Directions, Fold
from audio.reader import Reader
from audio.whole import whole
from episodes.types import Audio, Tags

Told = Callable[[float], None]
RATE_HZ = 16_000
SOFT = 10 ** (-40 / 20)
"""Audio whose peaks stay below this, of full scale 1, is lifted: -40 dBFS."""
LIFTED = 10 ** (-6 / 20)
"""Where they are lifted to: -6 dBFS."""
MOST_GAIN = 10 ** (80 / 20)
"""Noise is not lifted without end: 80 dB."""


def decode(
    source: Path,
    pcm: Path,
    progress: Told = lambda _: None,
    most_s: float = float("inf"),
    *,
    track: int | None = None,
    fold: Fold | None = None,
) -> Audio:
    """Return the audio of `source` as 16 kHz mono int16 PCM in the file `pcm`, written whole.

    `track` counts the file's audio tracks from 1; None takes the one that a player plays.
    `fold` None takes one that hears all there is. What was lost is in the `warnings`. Raises
    BadAudio, also beyond `most_s` seconds.
    """
    return decode_apart(source, pcm, progress, most_s, track=track, fold=fold)[0]


def decode_apart(
    source: Path,
    pcm: Path,
    progress: Told = lambda _: None,
    most_s: float = float("inf"),
    *,
    track: int | None = None,
    fold: Fold | None = None,
) -> tuple[Audio, bool]:
    """Return what `decode` does, and True if the two channels hold different sounds."""
    with closing(Reader(source, track)) as reader:
        bound = Bound(source, RATE_HZ, most_s)
        audio, heard = _pass(reader, pcm, fold or MEAN, bound, progress)
    fitting, gain = fold or heard.directions.fold(), heard.gain()
    if fitting != (fold or MEAN) or gain != 1.0:
        with closing(Reader(source, track, gain=gain)) as reader:
            audio, _ = _pass(reader, pcm, fitting, Bound(source, RATE_HZ, most_s))
    done = {"fold": fold is None and fitting != MEAN, "gain": gain != 1.0}
    named = tuple(name for name, was in done.items() if was)
    progress(1.0)
    return replace(audio, treatment=(*named, *audio.treatment)), heard.directions.apart


def read_tags(source: Path) -> Tags:
    """Title, show, description, date and chapters from the file's tags. Raises BadAudio."""
    with closing(Reader(source)) as reader:
        return reader.tags()


class _Heard:
    """What a first pass notes of the samples as they go by."""

    def __init__(self, rate_hz: int) -> None:
        self.directions = Directions(rate_hz)
        self._peaks: list[int] = []

    def add(self, block: NDArray[np.int16]) -> None:
        """Note int16 (n, channels)."""
        self.directions.add(block)
        self._peaks.append(max(int(block.max(initial=0)), -int(block.min(initial=0))))

    def gain(self) -> float:
        """Return what to multiply samples by: 1 unless all but a few seconds are too soft."""
        peaks = sorted(self._peaks)
        peak = peaks[max(0, len(peaks) - 1 - len(peaks) // 100)] / 32768 if peaks else 1.0
        return 1.0 if peak >= SOFT else min(MOST_GAIN, LIFTED / max(peak, 1e-9))


def _pass(
    reader: Reader, pcm: Path, fold: Fold, bound: Bound, progress: Told = lambda _: None
) -> tuple[Audio, _Heard]:
    """Decode once, by one fold."""
    samples, heard = 0, _Heard(reader.rate_hz)
    with whole(pcm) as part:
        with part.open("wb") as file:
            for block in _resampled(reader, fold, heard, progress):
                file.write(block.astype("<i2").tobytes())
                samples += len(block)
                bound.check(samples)
        treatment = ("gaps",) if reader.patched else ()
        return Audio(pcm, samples, RATE_HZ, reader.warnings(), treatment), heard


def _resampled(
    reader: Reader, fold: Fold, heard: _Heard, progress: Told
) -> Iterator[NDArray[np.int16]]:
    """Mono blocks at 16 kHz, int16 (n,)."""
    from av import AudioFrame, AudioResampler

    resampler = AudioResampler("s16", "mono", RATE_HZ)
    for block in reader.blocks():
        heard.add(block)
        frame = AudioFrame.from_ndarray(fold.apply(block)[np.newaxis], "s16", "mono")
        frame.sample_rate = reader.rate_hz
        for resampled in resampler.resample(frame):
            yield resampled.to_ndarray()[0]
        progress(reader.fraction)
    if reader.rate_hz != RATE_HZ:
        for resampled in resampler.resample(None):
            yield resampled.to_ndarray()[0]
