"""Prints with the real networks, on real (synthetic) speech."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.decode import decode
from episodes.spans import Span, overlap
from episodes.types import Audio, Turn
from speakers.prints import VOICE_S, Listener, samples
from speakers.voices import match
from tests.conftest import SEEDS


@pytest.fixture(scope="module")
def listener() -> Listener:
    return Listener(threads=1)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Audio:
    return decode(SEEDS / "interview.mp3", tmp_path_factory.mktemp("talk") / "talk.pcm")


def clip(talk: Audio, start: float, end: float, folder: Path) -> Audio:
    content = (talk.window(start, end) * 32_768).astype("<i2")
    content.tofile(folder / "clip.pcm")
    return Audio(folder / "clip.pcm", len(content))


def test_people_are_known_by_clips_from_elsewhere(
    listener: Listener, talk: Audio, tmp_path: Path
) -> None:
    rows = json.loads((SEEDS / "interview.truth.json").read_text())["turns"]
    turns = [
        Turn(r["start"], r["end"], r["speaker"]) for r in rows if 20 < r["start"] < 71
    ]  # Speaker 1 and Speaker 2
    spans = samples(turns)
    voices = listener.voices(talk, tuple(spans.values()))
    given = {"Edmund": (110.5, 114.0), "a reader": (93.0, 97.0), "Nora": (239.0, 242.0)}
    clips = [listener.clip(clip(talk, *span, tmp_path)) for span in given.values()]
    named = {list(spans)[one.voice]: list(given)[one.known] for one in match(voices, clips)}
    assert named == {"Speaker 1": "Nora", "Speaker 2": "Edmund"}


def test_a_clip_needs_speech(listener: Listener, talk: Audio, tmp_path: Path) -> None:
    np.zeros(80_000, "<i2").tofile(tmp_path / "silence.pcm")
    silence = listener.clip(Audio(tmp_path / "silence.pcm", 80_000))
    assert silence.trouble == "it has 0.0 s of speech and needs 1 s"
    assert silence.vector == ()
    word = listener.clip(clip(talk, 23.0, 23.6, tmp_path))
    assert word.trouble is not None


def test_a_voice_that_never_talks_alone_has_no_print(listener: Listener, talk: Audio) -> None:
    (nothing,) = listener.voices(talk, [()])
    assert nothing.vector == ()


TURNS = st.builds(
    lambda start, length, speaker: Turn(start, start + length, f"Speaker {speaker}"),
    st.floats(0, 3000),
    st.floats(0, 400),
    st.integers(1, 3),
)


@given(st.lists(TURNS, max_size=12))
def test_samples_are_short_and_of_one_voice_alone(turns: list[Turn]) -> None:
    found = samples(turns)
    assert set(found) == {turn.speaker for turn in turns}
    for label, spans in found.items():
        assert sum(span.duration_s for span in spans) <= 1.5 * VOICE_S
        assert list(spans) == sorted(spans, key=lambda span: span.start)
        for span in spans:
            assert 0.75 - 1e-6 <= span.duration_s <= 2.4 + 1e-6
            others = [turn for turn in turns if turn.speaker != label]
            assert sum(overlap(span, other) for other in others) < 1e-6
            mine = [turn for turn in turns if turn.speaker == label]
            assert any(overlap(Span(span.middle, span.middle + 1e-3), turn) for turn in mine)
