"""The made folders: the same from the same seed, with a truth that fits; and their score."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from audio.decode import decode
from benchmarks import repeats_folder
from benchmarks.repeats_folder import RATE_HZ, make
from benchmarks.repeats_score import score
from benchmarks.repeats_texts import adverts, talk
from episodes.types import AdSpan


def hum(text: str, voice: str) -> NDArray[np.float32]:
    """In place of a voice: noise that only this text has."""
    noise = np.random.default_rng(zlib.crc32(f"{voice} {text}".encode()))
    return (0.1 * noise.standard_normal(len(text) * RATE_HZ // 60)).astype(np.float32)


def test_a_folder_has_the_truth_about_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats_folder, "EPISODES", 3)
    monkeypatch.setattr(repeats_folder, "TALK_S", (20.0, 25.0))
    music = [hum("music" * 500, "track")]
    truth = json.loads(make(4, hum, music, tmp_path / "one").read_text())
    again = json.loads(make(4, hum, music, tmp_path / "two").read_text())
    assert truth == again
    assert list(truth) == ["01.mp3", "02.mp3", "03.mp3"]
    for name, rows in truth.items():
        assert [row["start"] for row in rows[1:]] == [row["end"] for row in rows[:-1]]
        audio = decode(tmp_path / "one" / name, tmp_path / "a.pcm")
        assert audio.duration_s == pytest.approx(rows[-1]["end"], abs=0.1)
        assert {"sponsor", "intro", "outro", "content"} <= {row["kind"] for row in rows}


def test_talk_never_comes_again_and_adverts_are_of_different_brands() -> None:
    random, said = Random(1), set[str]()
    assert len({talk(random, said) for _ in range(300)}) == 300
    assert len({brand for brand, _ in adverts(random, 8)}) == 8


def test_adverts_edges_and_fixed_parts_are_counted() -> None:
    truth = [
        {"kind": "intro", "start": 0.0, "end": 10.0},
        {"kind": "sponsor", "start": 10.0, "end": 30.0},
        {"kind": "content", "start": 30.0, "end": 60.0},
        {"kind": "sponsor", "start": 60.0, "end": 80.0},
    ]
    found = [
        AdSpan(0.0, 9.8, "intro", 0.9),
        AdSpan(10.2, 29.0, "sponsor", 0.9),
        AdSpan(40.0, 50.0, "sponsor", 0.9),
    ]
    tally = score(truth, found)
    assert (tally.hits, tally.missed, tally.false) == (1, 1, 1)
    assert (tally.edges, tally.edges_near) == (2, 1)
    assert (tally.placed, tally.placed_true) == (1, 1)
    assert tally.lost_s == pytest.approx(10.0)
    assert tally.f1 == pytest.approx(0.5)
