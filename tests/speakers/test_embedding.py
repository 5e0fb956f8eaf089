from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from episodes.spans import Span
from episodes.types import Audio
from speakers.embedding import Embedder, filter_banks


@pytest.fixture(scope="module")
def embed() -> Embedder:
    return Embedder(threads=1)


def noise(seconds: float, seed: int = 0) -> NDArray[np.float32]:
    """Noise whose loudness and colour change over time, in [-1, 1)."""
    rng = np.random.default_rng(seed)
    samples = rng.normal(scale=0.05, size=round(seconds * 16_000))
    swell = 1 + 0.9 * np.sin(np.arange(len(samples)) / 3_000)
    return (np.cumsum(samples) * 0.01 + samples * swell).clip(-1, 0.99).astype(np.float32)


@pytest.fixture
def audio(tmp_path: Path) -> Audio:
    samples = (noise(70) * 32_768).astype("<i2")
    samples.tofile(tmp_path / "noise.pcm")
    return Audio(tmp_path / "noise.pcm", len(samples))


def kaldi_frame(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """One frame's log mel energies as Kaldi's feature-window.cc and mel-computations.cc say."""
    frame = samples.astype(np.float64)
    frame -= frame.mean()
    for at in range(399, 0, -1):
        frame[at] -= 0.97 * frame[at - 1]
    frame[0] -= 0.97 * frame[0]
    hann = [0.5 - 0.5 * np.cos(2 * np.pi * at / 399) for at in range(400)]
    spectrum = np.abs(np.fft.rfft(frame * np.power(hann, 0.85), 512)) ** 2

    def mel(hertz: float) -> float:
        return float(1127 * np.log(1 + hertz / 700))

    width = (mel(8000) - mel(20)) / 81
    energies = []
    for band in range(80):
        left = mel(20) + band * width
        energy = 0.0
        for at in range(256):
            here = mel(at * 16_000 / 512)
            if left < here <= left + width:
                energy += spectrum[at] * (here - left) / width
            elif left + width < here < left + 2 * width:
                energy += spectrum[at] * (left + 2 * width - here) / width
        energies.append(np.log(max(energy, 1.1920929e-07)))
    return np.array(energies)


def test_filter_banks_are_kaldis() -> None:
    samples = noise(0.1)
    features = filter_banks(samples)
    assert features.shape == (8, 80)
    for at in (0, 3, 7):
        expected = kaldi_frame(samples[160 * at : 160 * at + 400])
        np.testing.assert_allclose(features[at], expected, atol=2e-3)


def test_edges_are_snipped() -> None:
    assert filter_banks(np.zeros(399, np.float32)).shape == (0, 80)
    assert filter_banks(np.zeros(400, np.float32)).shape == (1, 80)
    assert filter_banks(np.zeros(16_000, np.float32)).shape == (98, 80)


def test_silence_is_floored_not_infinite() -> None:
    np.testing.assert_allclose(filter_banks(np.zeros(800, np.float32)), np.log(1.1920929e-07))


def test_company_does_not_change_an_embedding(embed: Embedder, audio: Audio) -> None:
    spans = [
        Span(at, at + length) for at in (0.0, 1.0, 3.3, 61.0, 65.0) for length in (1.0, 1.5)
    ]
    together = embed(audio, spans)
    assert together.shape == (len(spans), 192)
    for span, vector in zip(spans, together, strict=True):
        alone = embed(audio, [span])[0]
        cosine = vector @ alone / np.linalg.norm(vector) / np.linalg.norm(alone)
        assert cosine > 0.99


def test_the_shortest_and_outermost_spans_have_embeddings(
    embed: Embedder, audio: Audio
) -> None:
    end = audio.duration_s
    spans = [Span(0, 0), Span(0, 0.1), Span(end - 0.1, end), Span(end, end)]
    vectors = embed(audio, spans)
    assert np.isfinite(vectors).all()
    assert (np.linalg.norm(vectors, axis=1) > 0).all()


def test_progress_ends_at_one(embed: Embedder, audio: Audio) -> None:
    reported: list[float] = []
    embed(audio, [Span(at, at + 0.5) for at in (0.0, 30.0, 61.0)], reported.append)
    assert reported == sorted(reported)
    assert reported[-1] == 1


def test_no_spans(embed: Embedder, audio: Audio) -> None:
    assert embed(audio, []).shape == (0, 192)
