"""The commands for one stage alone, beside what `process` does with a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from typer.testing import CliRunner

from audio.decode import decode
from episodes.errors import BadAudio
from pipeline.cli import app
from pipeline.engines import Engines
from pipeline.repeats import open_repeats
from pipeline.run import Run
from pipeline.settings import Settings
from pipeline.stages import process
from tests.audio.test_fingerprint import as_mp3, sound
from tests.fakes import FakeEngines

SPOT_S, OWN_S = 12.0, 75.0


def test_what_other_episodes_of_the_folder_have_too_is_cut_as_process_cuts_it(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Captions on the clean clock, which `process` writes, are to fit the audio of `cut`."""
    monkeypatch.setenv("CLEANCAST_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr("pipeline.engines.Engines", lambda _: FakeEngines())
    others = open_repeats(settings).beside(str(tmp_path))
    for i, at in enumerate((20.0, 60.0, 5.0)):
        parts = [sound(2 * i + 2, at), sound(1, SPOT_S), sound(2 * i + 3, OWN_S - at)]
        file = tmp_path / f"{i}.mp3"
        as_mp3(np.concatenate(parts).astype(np.float32), file, 64_000)
        with Run(file, settings, cast("Engines", FakeEngines())) as run:
            processed = process(run, others)
    (cut,) = processed.cuts
    asked = ("--quiet", "--model", settings.model)
    told = CliRunner().invoke(app, ["ads", str(file), *asked], catch_exceptions=False)
    (ad,) = json.loads(told.stdout)["ads"]
    assert (ad["start"], ad["end"]) == pytest.approx((cut.start, cut.end), abs=1e-3)
    assert ad["stripped"]
    CliRunner().invoke(app, ["cut", str(file), *asked], catch_exceptions=False)
    clean = decode(tmp_path / "2.clean.mp3", tmp_path / "clean.pcm")
    assert clean.duration_s == pytest.approx(OWN_S + SPOT_S - cut.duration_s, abs=1e-3)


@pytest.mark.parametrize("command", ["transcribe", "diarize", "ads", "cut"])
def test_a_folder_is_called_one(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEANCAST_DATA_DIR", str(tmp_path / "data"))
    with pytest.raises(BadAudio, match="is a folder: give an audio file"):
        CliRunner().invoke(app, [command, str(tmp_path)], catch_exceptions=False)
