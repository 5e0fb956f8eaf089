from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from episodes.errors import WeightsError
from speakers.network import SHA256, WEIGHTS, Network


def test_the_shipped_weights_are_the_tested_ones_and_run() -> None:
    features = np.zeros((2, 50, 80), np.float32)
    assert Network("campplus", threads=1)(features).shape == (2, 192)
    waveforms = np.zeros((1, 1, 160_000), np.float32)
    logprobs = Network("segmentation", threads=1)(waveforms)
    assert logprobs.shape == (1, 589, 7)
    np.testing.assert_allclose(np.exp(logprobs).sum(axis=-1), 1, rtol=1e-4)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"campplus\.onnx is missing: restore it"):
        Network("campplus", folder=tmp_path)


def test_altered_weights_are_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "campplus.onnx"
    shutil.copy(WEIGHTS / "campplus.onnx", path)
    with path.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(WeightsError, match=r"campplus\.onnx is not the file"):
        Network("campplus", folder=tmp_path)


def test_the_readme_states_the_checksums() -> None:
    readme = (WEIGHTS / "README.md").read_text()
    assert all(f"`{sha256}`  {name}.onnx" in readme for name, sha256 in SHA256.items())
