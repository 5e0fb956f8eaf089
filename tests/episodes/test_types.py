from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes import errors
from episodes.spans import Span, inside, merge
from episodes.types import (
    AdSpan,
    Audio,
    Provenance,
    Segment,
    Transcript,
    Turn,
    Utterance,
    Word,
)

SAMPLES = np.arange(-8000, 8000, dtype="<i2")


@pytest.fixture(scope="session")
def audio(tmp_path_factory: pytest.TempPathFactory) -> Audio:
    """One second whose samples count up."""
    path = tmp_path_factory.mktemp("pcm") / "ramp.pcm"
    SAMPLES.tofile(path)
    return Audio(path, len(SAMPLES))


def test_a_window_holds_just_its_samples(audio: Audio) -> None:
    window = audio.window(0.25, 0.5)
    assert window.dtype == np.float32
    assert np.array_equal(window * 32768, SAMPLES[4000:8000])
    assert np.array_equal(audio.window() * 32768, SAMPLES)
    assert audio.duration_s == 1.0


@given(a=st.floats(-1, 2), b=st.floats(-1, 2))
def test_windows_are_clipped_to_the_audio(a: float, b: float, audio: Audio) -> None:
    first, last = (min(max(round(t * 16_000), 0), 16_000) for t in (a, b))
    assert np.array_equal(audio.window(a, b) * 32768, SAMPLES[first : max(first, last)])


@given(st.lists(st.integers(0, 16_000), max_size=8).map(sorted))
def test_windows_side_by_side_make_up_the_audio(audio: Audio, edges: list[int]) -> None:
    times = [0.0, *(edge / 16_000 for edge in edges), 1.0]
    parts = [audio.window(a, b) for a, b in pairwise(times)]
    assert np.array_equal(np.concatenate(parts), audio.window())


def test_samples_lie_in_minus_one_to_one(tmp_path: Path) -> None:
    path = tmp_path / "loud.pcm"
    np.array([-32768, 0, 32767], dtype="<i2").tofile(path)
    low, middle, high = Audio(path, 3).window()
    assert (low, middle) == (-1, 0)
    assert 0.9999 < high < 1


def test_joining_words_restores_the_text() -> None:
    words = (Word(0, 1, " Well"), Word(1, 1.5, ","), Word(1.2, 1.4, " yes"))
    assert Segment(0, 2, words).text == " Well, yes"
    utterance = Utterance("Speaker 1", words)
    assert utterance.text == "Well, yes"
    assert (utterance.start, utterance.end) == (0, 1.5)


def test_an_utterance_needs_words() -> None:
    with pytest.raises(ValueError, match="needs words"):
        Utterance(None, ())


def test_values_are_frozen() -> None:
    for noun in (Word(0, 1, " a"), Turn(0, 1, "Speaker 1"), AdSpan(0, 1, "sponsor", 1.0)):
        assert isinstance(noun, Span)
        with pytest.raises(FrozenInstanceError):
            noun.start = 2  # type: ignore[misc]
    with pytest.raises(ValueError, match="0 <= start <= end"):
        Word(2, 1, " late")


def spoken(ads: tuple[AdSpan, ...], edges: list[float]) -> Transcript:
    """A word between each two edges, an utterance each."""
    utterances = tuple(
        Utterance("Speaker 1", (Word(a, b, " word"),)) for a, b in pairwise(edges)
    )
    return Transcript("ab", "en", 60.0, (), utterances, (), ads, Provenance("0", {}, ""))


edges = st.lists(st.integers(0, 60), min_size=2, max_size=20, unique=True).map(sorted)
spots = st.tuples(st.integers(0, 60), st.integers(0, 60), st.booleans()).map(
    lambda t: AdSpan(min(t[:2]), max(t[:2]), "sponsor", 0.5, stripped=t[2])
)


@given(st.lists(spots, max_size=5), edges)
def test_what_is_kept_lies_outside_the_cuts(ads: list[AdSpan], at: list[float]) -> None:
    transcript = spoken(tuple(sorted(ads, key=lambda ad: ad.start)), at)
    stripped = [ad for ad in ads if ad.stripped]
    dropped = [u for u in transcript.utterances if u not in transcript.kept]
    for utterances, cut in ((transcript.kept, False), (dropped, True)):
        for utterance in utterances:
            middle = utterance.words[0].middle
            assert inside(middle, transcript.cuts) is cut
            assert any(ad.start <= middle < ad.end for ad in stripped) is cut
    assert len(transcript.kept) + len(dropped) == len(transcript.utterances)


def test_every_error_is_one_of_ours() -> None:
    own = [e for e in vars(errors).values() if isinstance(e, type)]
    assert len(own) >= 6
    for error in own:
        assert issubclass(error, errors.CleancastError)
        assert error.__name__ in (errors.__doc__ or "") or error is errors.CleancastError
    assert issubclass(errors.BadAudio, errors.BadInput)
    assert issubclass(errors.BadText, errors.BadInput)


@given(
    st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), max_size=3),
    st.integers(0, 15),
    st.integers(0, 15),
)
def test_outside_the_kept_spans_audio_is_silent(
    audio: Audio, edges: list[tuple[int, int]], start: int, end: int
) -> None:
    kept = merge(Span(min(edge) / 16, max(edge) / 16) for edge in edges)
    masked = replace(audio, kept=kept).window(start / 16, end / 16)
    plain = audio.window(start / 16, end / 16)
    times = start / 16 + np.arange(len(plain)) / 16_000
    audible = np.array([inside(time, kept) for time in times], bool)
    assert np.array_equal(masked, np.where(audible, plain, 0))
