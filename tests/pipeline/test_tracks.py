"""A recording with a track or a channel for each speaker, through the real spine."""

from __future__ import annotations

import json
import wave
from pathlib import Path
from subprocess import run
from typing import Any

import imageio_ffmpeg  # type: ignore[import-untyped]
import numpy as np
import pytest
from numpy.typing import NDArray

from audio.decode import decode
from episodes.types import Transcript
from pipeline.engines import Engines
from pipeline.run import Run
from pipeline.settings import Settings
from pipeline.stages import process
from tests.conftest import SEEDS

Floats = NDArray[np.float64]
START, END = 20.8, 38.8
"""Two people of the seed, without an ad."""
TURNS: list[dict[str, Any]] = [
    turn
    for turn in json.loads((SEEDS / "interview.truth.json").read_text())["turns"]
    if turn["start"] < END and turn["end"] > START
]
NAMES = {"Speaker 1": "nora", "Speaker 2": "edmund"}


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Floats, Floats]:
    """Each speaker's sound, as their own microphone would have it, and faint bleed."""
    pcm = tmp_path_factory.mktemp("pcm") / "x.pcm"
    samples = decode(SEEDS / "interview.mp3", pcm).window(START, END).astype(np.float64)
    talks = np.zeros((2, len(samples)))
    for turn in TURNS:
        first, last = (round((turn[edge] - START) * 16_000) for edge in ("start", "end"))
        talks[list(NAMES).index(turn["speaker"]), max(0, first) : last] = 1
    bleed = 0.05
    return samples * (talks[0] + bleed * talks[1]), samples * (talks[1] + bleed * talks[0])


def _wav(path: Path, samples: Floats) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1 if samples.ndim == 1 else 2, 2, 16_000, 0, "NONE", ""))
        file.writeframes((samples.clip(-1, 1) * 32767).astype("<i2").tobytes())
    return path


@pytest.fixture
def tracked(sounds: tuple[Floats, Floats], tmp_path: Path) -> Path:
    """Both in one file, a track each."""
    inputs = [_wav(tmp_path / f"{at}.wav", sound) for at, sound in enumerate(sounds)]
    target = tmp_path / "talk.mka"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error"]
    for file in inputs:
        command += ["-i", str(file)]
    for at, name in enumerate(NAMES.values()):
        command += ["-map", str(at), f"-metadata:s:a:{at}", f"title=show-{name}"]
    run([*command, "-c:a", "flac", str(target)], check=True)
    return target


def transcript_of(source: Path, settings: Settings) -> Transcript:
    with Run(source, settings, Engines(settings)) as working:
        return process(working)


def said(transcript: Transcript) -> list[tuple[str | None, str]]:
    """Who says what, paragraph by paragraph."""
    return [(one.speaker, one.text) for one in transcript.utterances]


def check(transcript: Transcript) -> None:
    speakers = [speaker for speaker, _ in said(transcript)]
    assert speakers == ["Speaker 1", "Speaker 2", "Speaker 1"]
    first, answer, last = (text for _, text in said(transcript))
    assert "lit a lamp every evening" in first
    assert "only clock" in answer
    assert "spring" in last
    words = [word for one in transcript.utterances for word in one.words]
    assert 50 <= len(words) <= 58, "nothing is heard twice"
    assert next(w.start for w in words if "clock" in w.text) == pytest.approx(7.5, abs=0.4)


def test_a_track_a_speaker_needs_no_clustering(tracked: Path, settings: Settings) -> None:
    transcript = transcript_of(tracked, settings)
    check(transcript)
    assert [(one.name, one.named_by) for one in transcript.speakers] == [
        ("Nora", "track"),
        ("Edmund", "track"),
    ]
    assert {turn.speaker for turn in transcript.turns} == {"Speaker 1", "Speaker 2"}


def test_a_second_run_decodes_nothing(tracked: Path, settings: Settings) -> None:
    first = transcript_of(tracked, settings)
    assert transcript_of(tracked, settings).utterances == first.utterances


def test_a_channel_a_speaker_is_found_by_itself(
    sounds: tuple[Floats, Floats], settings: Settings, tmp_path: Path
) -> None:
    check(transcript_of(_wav(tmp_path / "talk.wav", np.stack(sounds, 1)), settings))


def test_the_mix_and_one_track_can_be_asked_for(tracked: Path, settings: Settings) -> None:
    mixed = transcript_of(tracked, settings.model_copy(update={"tracks": "mix"}))
    assert all(speaker.named_by != "track" for speaker in mixed.speakers)
    alone = transcript_of(tracked, settings.model_copy(update={"tracks": "2"}))
    assert "only clock" in " ".join(text for _, text in said(alone))
    assert all(speaker.named_by != "track" for speaker in alone.speakers)
