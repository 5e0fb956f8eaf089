"""The cut of a real mp3, by its sound: where each word lies in it, and that no joint clicks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from audio.cut import cut
from audio.decode import decode
from episodes.clock import CleanClock
from episodes.spans import Span, merge, overlap
from episodes.types import Audio
from tests.conftest import SEEDS

WORD_S = 0.3
AROUND_S = 0.1
"""How far off a word is looked for in the cut file."""

JOINT_S, NEAR_S = 0.01, 0.5

Floats = NDArray[np.float32]


def rows(name: str, key: str) -> list[dict[str, object]]:
    truth: dict[str, object] = json.loads((SEEDS / f"{name}.truth.json").read_text("utf-8"))
    return cast("list[dict[str, object]]", truth[key])


def spans(found: Sequence[dict[str, object]]) -> list[Span]:
    return [Span(float(str(row["start"])), float(str(row["end"]))) for row in found]


def spoken(turns: Sequence[Span], cuts: Sequence[Span]) -> list[Span]:
    """A stretch as long as a word every two seconds of what is said and kept."""
    words = [
        Span(at, at + WORD_S)
        for turn in turns
        for at in np.arange(turn.start, turn.end - WORD_S, 2.0).tolist()
    ]
    return [word for word in words if not sum(overlap(word, one) for one in cuts)]


def lag_s(sample: Floats, audio: Audio, at: float) -> float:
    """How far from `at` the sample sounds most alike, within AROUND_S."""
    first = max(0.0, at - AROUND_S)
    around = audio.window(first, at + len(sample) / audio.sample_rate_hz + AROUND_S)
    energy = np.convolve(np.square(around), np.ones(len(sample)), "valid")
    alike = np.correlate(around, sample, "valid") / np.sqrt(energy + 1e-9)
    return float(first + alike.argmax() / audio.sample_rate_hz - at)


@pytest.mark.parametrize("name", ["interview", "threesome"])
def test_every_word_sounds_where_the_clean_clock_says(name: str, tmp_path: Path) -> None:
    source, target = SEEDS / f"{name}.mp3", tmp_path / "cut.mp3"
    cuts = spans(rows(name, "ads"))
    cut(source, target, cuts)
    before, after = decode(source, tmp_path / "a.pcm"), decode(target, tmp_path / "b.pcm")
    clock = CleanClock(merge(cuts))
    lags = [
        lag_s(sample, after, clock.to_clean(word.start))
        for word in spoken(spans(rows(name, "turns")), cuts)
        for sample in [before.window(word.start, word.end)]
        if np.sqrt(np.mean(np.square(sample))) > 0.01
    ]
    assert len(lags) > 60
    assert np.abs(lags).max() <= 0.001


def loudest(audio: Audio, at: float) -> float:
    """Where within a second from `at` the sound is loudest."""
    return at + float(np.abs(audio.window(at, at + 1.0)).argmax()) / audio.sample_rate_hz


def clicks(samples: Floats, joints: Sequence[float], rate_hz: int) -> list[float]:
    """How rough the sound is within JOINT_S of each joint, by the roughest within 0.5 s."""
    rough = np.abs(np.diff(samples, 2))  # a click is large there, voices are small

    def most(at: float, reach_s: float) -> float:
        first, last = (round((at + side * reach_s) * rate_hz) for side in (-1, 1))
        return float(rough[max(0, first) : last].max())

    return [most(at, JOINT_S) / most(at, NEAR_S) for at in joints]


def test_no_joint_clicks_however_badly_it_lies(tmp_path: Path) -> None:
    """Cuts from one loud moment to another, as no detector makes them."""
    source, target = SEEDS / "threesome.mp3", tmp_path / "cut.mp3"
    before = decode(source, tmp_path / "a.pcm")
    cuts = [Span(loudest(before, at), loudest(before, at + 8.0)) for at in range(5, 195, 15)]
    cut(source, target, cuts)
    after = decode(target, tmp_path / "b.pcm")
    joints = [CleanClock(cuts).to_clean(one.start) for one in cuts]
    edges = [0.0, *(edge for one in cuts for edge in (one.start, one.end)), before.duration_s]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    bare = np.concatenate([before.window(*pair) for pair in pairs])
    cleaned, rate_hz = after.window(0.0, after.duration_s), before.sample_rate_hz
    unfaded, faded = (clicks(samples, joints, rate_hz) for samples in (bare, cleaned))
    assert sum(rough == 1.0 for rough in unfaded) > len(cuts) / 2  # so clicks are noticed
    assert max(faded) < 0.75
