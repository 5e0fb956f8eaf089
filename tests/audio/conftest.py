"""Audio made on the spot: sharp clicks at known times over faint noise, in any container."""

from __future__ import annotations

import subprocess
import wave
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg  # type: ignore[import-untyped]
import numpy as np
import pytest
from numpy.typing import NDArray

from episodes.types import Audio

RATE_HZ = 44_100
LENGTH_S = 8
CLICKS = (0.5, 1.0, 2.25, 3.75, 5.125, 7.5)

Encode = Callable[..., Path]
Samples = Callable[..., Path]


def _wav(path: Path, samples: NDArray[np.float64], rate_hz: int) -> Path:
    """`samples` (n,) or (n, channels) in [-1, 1] as 16 bit."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes((samples.clip(-1, 1) * 32767).astype("<i2").tobytes())
    return path


def _ffmpeg(*arguments: object) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error"]
    subprocess.run([*command, *map(str, arguments)], check=True)


@pytest.fixture
def ffmpeg() -> Callable[..., None]:
    """Runs the wheel's ffmpeg."""
    return _ffmpeg


@pytest.fixture
def wav(tmp_path: Path) -> Samples:
    """Writes samples as a wav file."""

    def write(samples: NDArray[np.float64], rate_hz: int = 16_000, name: str = "x.wav") -> Path:
        return _wav(tmp_path / name, samples, rate_hz)

    return write


@pytest.fixture
def pcm(tmp_path: Path) -> Callable[[NDArray[np.float64]], Audio]:
    """Samples in [-1, 1] at 16 kHz as decoded audio."""

    def write(samples: NDArray[np.float64]) -> Audio:
        path = tmp_path / "x.pcm"
        (samples.clip(-1, 1) * 32767).astype("<i2").tofile(path)
        return Audio(path, len(samples))

    return write


@pytest.fixture(scope="session")
def clicks() -> tuple[float, ...]:
    """Where the clicks of `encoded` are, seconds."""
    return CLICKS


@pytest.fixture(scope="session")
def clicking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wav file that all others are made from: 8 s of stereo at 44.1 kHz."""
    samples = np.random.default_rng(0).normal(0, 0.001, LENGTH_S * RATE_HZ)
    ring = np.arange(200)
    for at in CLICKS:
        first = round(at * RATE_HZ)
        samples[first : first + 200] += 0.6 * np.exp(-ring / 20) * np.cos(0.4 * ring)
    folder = tmp_path_factory.mktemp("clicking")
    return _wav(folder / "clicks.wav", np.stack([samples, 0.8 * samples], 1), RATE_HZ)


@pytest.fixture(scope="session")
def encoded(clicking: Path, tmp_path_factory: pytest.TempPathFactory) -> Encode:
    """Makes the click track into the file `name` by ffmpeg's `arguments`; kept for all."""
    made: dict[tuple[object, ...], Path] = {}

    def encode(name: str, *arguments: object) -> Path:
        key = (name, *arguments)
        if key not in made:
            made[key] = tmp_path_factory.mktemp("encoded") / name
            _ffmpeg("-i", clicking, *arguments, made[key])
        return made[key]

    return encode


@pytest.fixture(scope="session")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small red picture."""
    path = tmp_path_factory.mktemp("picture") / "cover.png"
    _ffmpeg("-f", "lavfi", "-i", "color=red:s=32x32:d=0.1", "-frames:v", 1, path)
    return path


@pytest.fixture(scope="session")
def filmed(clicking: Path, tmp_path_factory: pytest.TempPathFactory) -> Encode:
    """A video with the click track, whose sound starts `late_s` after the picture."""

    def film(name: str, late_s: float, *arguments: object) -> Path:
        path = tmp_path_factory.mktemp("filmed") / name
        picture = ("-f", "lavfi", "-i", "color=red:s=32x32:r=10:d=12")
        _ffmpeg(
            *picture, "-itsoffset", late_s, "-i", clicking, "-c:v", "mpeg4", *arguments, path
        )
        return path

    return film


@pytest.fixture
def landed() -> Callable[[Audio, float], float]:
    """How far, in seconds, the loudest sample within 0.2 s of a time is from it."""

    def offset(audio: Audio, at: float) -> float:
        first = max(0.0, at - 0.2)
        samples = np.abs(audio.window(first, at + 0.2))
        assert samples.max() > 0.15, f"no click at {at}"
        return float(first + samples.argmax() / audio.sample_rate_hz - at)

    return offset
