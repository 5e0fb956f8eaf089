"""The default engine with its real networks, on real (synthetic) speech."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from audio.decode import decode
from episodes.spans import overlap
from episodes.types import Audio, Turn
from speakers.diarize import BuiltinDiarizer, Diarizer
from speakers.network import SHA256

SEEDS = Path(__file__).parents[2] / "seeds"
BEGINNING_S = 60.0


@pytest.fixture(scope="module")
def engine() -> Diarizer:
    return BuiltinDiarizer(threads=1)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Audio:
    """The beginning of a seed episode."""
    pcm = tmp_path_factory.mktemp("talk") / "talk.pcm"
    audio = decode(SEEDS / "threesome.mp3", pcm)
    return Audio(audio.path, round(BEGINNING_S * audio.sample_rate_hz))


@pytest.fixture(scope="module")
def truth() -> list[Turn]:
    rows = json.loads((SEEDS / "threesome.truth.json").read_text())["turns"]
    return [Turn(r["start"], r["end"], r["speaker"]) for r in rows if r["end"] <= BEGINNING_S]


def test_the_voices_of_a_seed_are_told_apart(
    engine: Diarizer, talk: Audio, truth: list[Turn]
) -> None:
    reported: list[float] = []
    turns = engine.diarize(talk, progress=reported.append)
    shared: dict[tuple[str, str], float] = {}
    for reference in truth:
        for turn in turns:
            pair = (reference.speaker, turn.speaker)
            shared[pair] = shared.get(pair, 0.0) + overlap(reference, turn)
    owner = {ref: max(shared, key=lambda p: shared[p] * (p[0] == ref))[1] for ref, _ in shared}
    speech = sum(turn.duration_s for turn in truth)
    right = sum(seconds for (ref, ours), seconds in shared.items() if owner[ref] == ours)
    assert len({turn.speaker for turn in turns}) == len(set(owner.values())) == len(owner)
    assert right > 0.95 * speech
    assert sum(turn.duration_s for turn in turns) < 1.1 * speech
    assert reported == sorted(reported)
    assert reported[-1] == 1


def test_a_given_number_is_honoured(engine: Diarizer, talk: Audio) -> None:
    some = Audio(talk.path, 15 * talk.sample_rate_hz)
    assert len({turn.speaker for turn in engine.diarize(some, 1, 1)}) == 1
    assert len({turn.speaker for turn in engine.diarize(some, 3, 3)}) == 3


@pytest.mark.parametrize("seconds", [0, 0.01, 5])
def test_silence_has_no_turns(engine: Diarizer, tmp_path: Path, seconds: float) -> None:
    samples = np.zeros(round(seconds * 16_000), "<i2")
    samples.tofile(tmp_path / "silence.pcm")
    reported: list[float] = []
    turns = engine.diarize(
        Audio(tmp_path / "silence.pcm", len(samples)), progress=reported.append
    )
    assert turns == ()
    assert reported[-1] == 1


@pytest.mark.parametrize(("least", "most"), [(0, 2), (3, 2), (0, 0)])
def test_impossible_numbers_are_refused(
    engine: Diarizer, tmp_path: Path, least: int, most: int
) -> None:
    with pytest.raises(ValueError, match="1 <= least <= most"):
        engine.diarize(Audio(tmp_path / "never-read.pcm", 0), least, most)


def test_models_are_named_with_their_checksums(engine: Diarizer) -> None:
    assert engine.models == SHA256
    assert set(engine.models) == {"segmentation", "campplus"}
