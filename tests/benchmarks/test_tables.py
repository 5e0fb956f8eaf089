import wave
from pathlib import Path

import numpy as np

from benchmarks.tables import LONG_REPEATS, ads, repeat
from pipeline.settings import Settings


def test_ads_are_scored_as_stripped_and_as_found(place: Path, settings: Settings) -> None:
    table = ads(place, settings)
    assert [row.name for row in table.rows] == ["e1", "e1", "e2", "e2"]
    for row in table.rows:
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
