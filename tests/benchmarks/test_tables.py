import wave
from pathlib import Path

import numpy as np
import pytest

from benchmarks.tables import LONG_REPEATS, ads, repeat
from pipeline.settings import Settings


def test_ads_are_scored_as_stripped_and_as_found_and_their_cost_is_told(
    place: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.ad_cost.HOUR_S", 25.0)
    with wave.open(str(place / "journal" / "journal.mp3"), "wb") as out:
        out.setparams((1, 2, 16_000, 160_000, "NONE", ""))
        out.writeframes(bytes(320_000))
    table = ads(place, settings)
    *scored, hour = table.rows
    assert [row.name for row in scored] == ["e1", "e1", "e2", "e2"]
    assert list(hour.figures) == ["listening, s", "words and sound, s", "words alone, s"]
    for row in scored:
        hits, missed, _ = str(row.figures["hit/missed/false"]).split("/")
        assert int(hits) + int(missed) == 1
    assert [file.name for file in table.files] == [
        "podcasts_dev.jsonl.gz",
        "addetection_dev.jsonl.gz",
    ]
    assert table.settings["model"] == settings.model


def test_a_repeated_recording_is_as_much_longer(tmp_path: Path) -> None:
    samples = (np.sin(np.arange(8000) / 10) * 8000).astype("<i2").tobytes()
    short, long = tmp_path / "short.wav", tmp_path / "long.wav"
    with wave.open(str(short), "wb") as out:
        out.setparams((1, 2, 16_000, 8000, "NONE", ""))
        out.writeframes(samples)
    repeat(short, long)
    with wave.open(str(long), "rb") as file:
        assert file.getnframes() == 8000 * LONG_REPEATS
        file.setpos(8000 * (LONG_REPEATS - 1))
        assert file.readframes(8000) == samples
