"""The real recogniser, with the small network, on a minute of a seed episode."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from episodes.errors import WeightsError
from episodes.spans import Span, overlap
from episodes.types import Audio, Segment, Word
from transcribe.models import Weights
from transcribe.whisper import Recogniser

SEEDS = Path(__file__).parents[2] / "seeds"


def write(path: Path, samples: NDArray[np.int16]) -> Audio:
    path.write_bytes(samples.astype("<i2").tobytes())
    return Audio(path, len(samples))


def bare(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.casefold())


@pytest.fixture(scope="module")
def turns() -> list[dict[str, str | float]]:
    """What is said in the clip, in whole turns."""
    truth = json.loads((SEEDS / "interview.truth.json").read_text(encoding="utf-8"))
    return [turn for turn in truth["turns"] if turn["end"] < 59]


@pytest.fixture(scope="module")
def progress() -> list[float]:
    return []


@pytest.fixture(scope="module")
def segments(recogniser: Recogniser, clip: Audio, progress: list[float]) -> tuple[Segment, ...]:
    (piece,) = recogniser.pieces(clip)
    return recogniser.transcribe(clip, piece, "en", progress=progress.append)


@pytest.fixture(scope="module")
def words(segments: tuple[Segment, ...]) -> list[Word]:
    return [word for segment in segments for word in segment.words]


def test_nearly_every_word_is_heard_and_none_twice(
    words: list[Word], turns: list[dict[str, str | float]]
) -> None:
    spoken = bare(" ".join(str(turn["text"]) for turn in turns))
    heard = bare("".join(word.text for word in words))
    assert len(set(spoken) & set(heard)) > 0.85 * len(set(spoken))
    assert 0.9 * len(spoken) < len(heard) < 1.15 * len(spoken)


def test_words_are_ordered_within_the_audio_and_make_up_the_text(
    segments: tuple[Segment, ...], words: list[Word], clip: Audio
) -> None:
    assert all(a.start <= a.end <= b.start for a, b in pairwise(words))
    assert words[0].start >= 0
    assert words[-1].end <= clip.duration_s
    assert all(word.text.startswith(" ") for word in words)
    assert all(0 <= word.probability <= 1 for word in words)
    for segment in segments:
        assert (segment.start, segment.end) == (segment.words[0].start, segment.words[-1].end)
        assert segment.avg_logprob <= 0
        assert 0 <= segment.no_speech_prob <= 1


def test_words_stand_where_they_are_said(
    words: list[Word], turns: list[dict[str, str | float]]
) -> None:
    for turn in turns:
        said = Span(float(turn["start"]), float(turn["end"]))
        inner = [word for word in words if overlap(word, said) > 0.1]
        assert abs(inner[0].start - said.start) < 0.5
        assert abs(inner[-1].end - said.end) < 0.5


def test_progress_never_falls_and_ends_at_one(
    segments: tuple[Segment, ...], progress: list[float]
) -> None:
    assert segments
    assert progress == sorted(progress)
    assert (progress[0] > 0, progress[-1]) == (True, 1.0)


def test_an_english_network_hears_english(recogniser: Recogniser, clip: Audio) -> None:
    assert recogniser.language(clip) == "en"


def test_a_term_is_spelled_as_given(recogniser: Recogniser, clip: Audio) -> None:
    ad = Span(0.0, 12.0)
    plain = recogniser.transcribe(clip, ad, "en")
    hinted = recogniser.transcribe(clip, ad, "en", ("WindowsillCrate", "Hildur"))
    text = "".join(segment.text for segment in hinted)
    assert text.count("WindowsillCrate") == 2
    assert len(bare(text)) == len(bare("".join(s.text for s in plain))) - 2


def test_pieces_cover_long_audio_and_meet_in_pauses(
    recogniser: Recogniser, samples: NDArray[np.int16], tmp_path: Path
) -> None:
    pause = np.zeros(2 * 16_000, np.int16)
    talk = np.concatenate([samples[8_000 : 18 * 16_000], pause])
    audio = write(tmp_path / "long.pcm", np.tile(talk, 1260 * 16_000 // len(talk)))
    pieces = recogniser.pieces(audio)
    assert (pieces[0].start, pieces[-1].end) == (0.0, audio.duration_s)
    assert all(a.end == b.start for a, b in pairwise(pieces))
    assert len(pieces) == 2
    border = pieces[0].end
    assert not audio.window(border - 0.1, border + 0.1).any()


@pytest.mark.parametrize("seconds", [0.001, 3.0])
def test_silence_has_no_words(recogniser: Recogniser, tmp_path: Path, seconds: float) -> None:
    audio = write(tmp_path / "silence.pcm", np.zeros(round(seconds * 16_000), np.int16))
    (piece,) = recogniser.pieces(audio)
    assert recogniser.transcribe(audio, piece, "en") == ()
    assert recogniser.language(audio) == "en"


def test_noise_has_no_words(recogniser: Recogniser, tmp_path: Path) -> None:
    noise = np.random.default_rng(7).normal(0, 800, 20 * 16_000).astype(np.int16)
    audio = write(tmp_path / "noise.pcm", noise)
    assert recogniser.transcribe(audio, Span(0.0, 20.0), "en") == ()


def test_damaged_weights_are_told(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"no network")
    with pytest.raises(WeightsError, match="cannot be loaded"):
        Recogniser(Weights("broken", tmp_path, "", "test"), device="cpu")
