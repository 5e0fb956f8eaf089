from __future__ import annotations

from itertools import pairwise, permutations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from episodes.types import Audio
from speakers.segmentation import CHANNELS, FRAME_STEP_S, Segmenter, Stretch, stretches


class FakeNetwork:
    """Knows who talks by the samples' value, and numbers local speakers as it likes.

    In a window, sample value k / 10 means that voice k talks alone; each call shuffles
    which local number a voice gets.
    """

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        logprobs = np.full((len(batch), 589, 7), -20.0, np.float32)
        for at, window in enumerate(batch[:, 0]):
            self.calls += 1
            order = list(permutations(range(CHANNELS)))[self.calls % 6]
            middles = (495 + 270 * np.arange(589)).clip(max=len(window) - 1)
            voices = np.round(window[middles] * 10).astype(int)
            logprobs[
                at, np.arange(589), [0 if v == 0 else 1 + order[v - 1] for v in voices]
            ] = 0
        return logprobs


def written(path: Path, runs: list[tuple[float, int]]) -> Audio:
    """Audio in which voice k talks for the given seconds, run after run."""
    samples = np.concatenate([np.full(round(s * 16_000), k / 10) for s, k in runs])
    (samples * 32_768).astype("<i2").tofile(path)
    return Audio(path, len(samples))


def activity_of(rows: list[tuple[int, list[float]]]) -> NDArray[np.float32]:
    """Activity frames, (count, probabilities) after one another."""
    return np.concatenate([np.tile(np.array(p, np.float32), (n, 1)) for n, p in rows])


def test_windows_are_stitched_whatever_their_local_numbers(tmp_path: Path) -> None:
    runs = [(4.0, 1), (3.0, 2), (1.0, 0), (6.0, 1), (9.0, 2), (2.0, 1), (5.0, 3), (3.3, 2)]
    audio = written(tmp_path / "a.pcm", runs)
    reported: list[float] = []
    activity = Segmenter(network=FakeNetwork())(audio, reported.append)
    found = stretches(activity)
    edges = np.cumsum([0.0] + [seconds for seconds, _ in runs])
    expected = [(edges[at], edges[at + 1]) for at, (_, voice) in enumerate(runs) if voice]
    assert len(found) == len(expected)
    for stretch, (start, end) in zip(found, expected, strict=True):
        assert stretch.start == pytest.approx(start, abs=0.06)
        assert stretch.end == pytest.approx(end, abs=0.06)
    for here, following in pairwise(found):
        if following.start - here.end < 0.5:
            assert here.channel != following.channel
    assert reported == sorted(reported)
    assert reported[-1] == 1


def test_activity_covers_the_audio_and_no_more(tmp_path: Path) -> None:
    for seconds in (0.5, 9.0, 10.0, 12.6, 33.0):
        audio = written(tmp_path / "a.pcm", [(seconds, 1)])
        activity = Segmenter(network=FakeNetwork())(audio)
        assert activity.shape[1] == CHANNELS
        assert len(activity) == pytest.approx(seconds / FRAME_STEP_S, abs=3)
        (stretch,) = stretches(activity)
        assert seconds - 0.06 < stretch.end <= seconds


def test_the_network_hears_no_voice_in_silence_and_hiss(tmp_path: Path) -> None:
    hiss = np.random.default_rng(0).normal(scale=100, size=12 * 16_000)
    hiss[: 6 * 16_000] = 0
    hiss.astype("<i2").tofile(tmp_path / "hiss.pcm")
    audio = Audio(tmp_path / "hiss.pcm", len(hiss))
    assert stretches(Segmenter(threads=1)(audio)) == ()


def test_nobody_talks() -> None:
    assert stretches(np.zeros((100, CHANNELS), np.float32)) == ()


def test_overlap_needs_two_sure_channels() -> None:
    activity = activity_of([(100, [0.9, 0.8, 0]), (100, [0.9, 0.4, 0])])
    found = stretches(activity)
    ends = {stretch.channel: stretch.end for stretch in found}
    assert len(found) == 2
    assert ends[1] < ends[0]


def test_doubt_about_who_is_no_doubt_that_two_talk() -> None:
    activity = activity_of([(50, [0.6, 0.5, 0.5]), (50, [0.9, 0.3, 0.1])])
    found = stretches(activity)
    assert [round(s.duration_s / FRAME_STEP_S) for s in found] in ([50, 100], [100, 50])


def test_doubt_about_who_is_no_doubt_that_somebody_talks() -> None:
    activity = activity_of([(50, [0.3, 0.3, 0.3]), (50, [0.05, 0.05, 0])])
    (stretch,) = stretches(activity)
    assert stretch.duration_s == pytest.approx(50 * FRAME_STEP_S)


def test_a_stretch_tells_how_sure_it_is_that_somebody_talks() -> None:
    activity = activity_of([(50, [0.3, 0.2, 0]), (50, [0, 0, 0]), (50, [0.9, 0, 0.8])])
    doubtful, *sure = stretches(activity)
    assert doubtful.speech == pytest.approx(0.5)
    assert [stretch.speech for stretch in sure] == [1, 1]


def test_breaths_do_not_part_a_stretch_but_pauses_do() -> None:
    breath = activity_of([(50, [1, 0, 0]), (5, [0, 0, 0]), (50, [1, 0, 0])])
    pause = activity_of([(50, [1, 0, 0]), (20, [0, 0, 0]), (50, [1, 0, 0])])
    assert len(stretches(breath)) == 1
    assert len(stretches(pause)) == 2


def test_clicks_are_no_speech() -> None:
    assert stretches(activity_of([(50, [0, 0, 0]), (3, [1, 0, 0]), (50, [0, 0, 0])])) == ()


def test_stretches_are_sorted() -> None:
    rng = np.random.default_rng(1)
    activity = np.repeat(rng.random((40, CHANNELS)), 20, axis=0).astype(np.float32)
    found = stretches(activity)
    assert list(found) == sorted(found, key=lambda s: (s.start, s.end))
    assert all(isinstance(s, Stretch) and s.channel in range(CHANNELS) for s in found)
