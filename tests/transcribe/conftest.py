"""A minute of a seed episode as Audio, and the small network to recognise it with."""

from __future__ import annotations

import os
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from episodes.types import Audio
from transcribe.models import Weights, find
from transcribe.whisper import Recogniser

SEEDS = Path(__file__).parents[2] / "seeds"
RATE_HZ = 16_000


def write(path: Path, samples: NDArray[np.int16]) -> Audio:
    path.write_bytes(samples.astype("<i2").tobytes())
    return Audio(path, len(samples))


@pytest.fixture(scope="session")
def cache() -> Path:
    return Path(os.environ.get("CLEANCAST_CACHE_DIR", "~/.cache/cleancast")).expanduser()


@pytest.fixture(scope="session")
def weights(cache: Path) -> Weights:
    return find("tiny.en", cache)


@pytest.fixture(scope="session")
def recogniser(weights: Weights) -> Recogniser:
    return Recogniser(weights, threads=2, device="cpu")


@pytest.fixture(scope="session")
def samples() -> NDArray[np.int16]:
    """The first 60 s of the interview seed, 16 kHz mono."""
    resampler = av.AudioResampler("s16", "mono", RATE_HZ)
    blocks: list[NDArray[np.int16]] = []
    with av.open(str(SEEDS / "interview.mp3")) as container:
        for frame in container.decode(audio=0):
            blocks += [part.to_ndarray()[0] for part in resampler.resample(frame)]
            if sum(map(len, blocks)) >= 60 * RATE_HZ:
                break
    return np.concatenate(blocks)[: 60 * RATE_HZ]


@pytest.fixture(scope="session")
def clip(samples: NDArray[np.int16], tmp_path_factory: pytest.TempPathFactory) -> Audio:
    return write(tmp_path_factory.mktemp("clip") / "clip.pcm", samples)
