from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from episodes.spans import Span, disjoint, merge
from episodes.types import Turn
from speakers.clustering import normalise
from speakers.segmentation import Stretch
from speakers.tracking import WINDOW_S, Window, track, windows

Floats = NDArray[np.float32]
Truth = list[tuple[float, float, int]]
VOICES = normalise(np.random.default_rng(0).normal(size=(6, 192)).astype(np.float32))


def embedded(heard: tuple[Window, ...], truth: Truth, noise: float = 0.6) -> Floats:
    """Embeddings as if the network heard `truth`: (start, end, voice)."""
    rng = np.random.default_rng(1)
    rows = []
    for window in heard:
        shares = np.zeros(len(VOICES), np.float32)
        for start, end, voice in truth:
            shares[voice] += max(0.0, min(end, window.end) - max(start, window.start))
        scatter = rng.normal(scale=np.sqrt(noise / 192), size=192)
        rows.append(shares @ VOICES / max(window.duration_s, 1e-3) + scatter)
    return normalise(np.array(rows, np.float32))


def tracked(
    found: list[Stretch], truth: Truth, least: int = 1, most: int = 20
) -> tuple[Turn, ...]:
    heard = windows(found)
    return track(found, heard, embedded(heard, truth), least, most)


def alone(truth: Truth) -> list[Stretch]:
    """Each row of `truth` as a stretch of its own, on changing channels."""
    return [Stretch(start, end, at % 3) for at, (start, end, _) in enumerate(truth)]


def in_turn(lengths: list[tuple[float, int]], pause_s: float = 0.4) -> Truth:
    truth, t = [], 0.0
    for length, voice in lengths:
        truth.append((t, t + length, voice))
        t += length + pause_s
    return truth


dialogues = st.lists(
    st.tuples(st.floats(0.1, 9.0).map(lambda s: round(s, 2)), st.integers(0, 5)),
    min_size=1,
    max_size=20,
).map(in_turn)


@given(st.lists(st.floats(0.1, 30), min_size=1, max_size=5))
def test_windows_cover_their_stretches_evenly(lengths: list[float]) -> None:
    found = alone([(start, end, 0) for start, end, _ in in_turn([(s, 0) for s in lengths])])
    heard = windows(found)
    assert list(heard) == sorted(heard, key=lambda w: (w.start, w.end))
    for at, stretch in enumerate(found):
        mine = [window for window in heard if window.stretch == at]
        (covered,) = merge(mine)
        assert (covered.start, covered.end) == pytest.approx((stretch.start, stretch.end))
        assert {round(w.duration_s, 6) for w in mine} == {
            round(min(WINDOW_S, stretch.duration_s), 6)
        }
        assert all(b.start - a.start <= 0.6 + 1e-6 for a, b in pairwise(mine))


@given(dialogues)
def test_turns_are_all_speech_and_only_speech(truth: Truth) -> None:
    turns = tracked(alone(truth), truth)
    speech, told = merge(Span(a, b) for a, b, _ in truth), merge(turns)
    assert [(s.start, s.end) for s in told] == [pytest.approx((s.start, s.end)) for s in speech]
    assert list(turns) == sorted(turns, key=lambda t: (t.start, t.end))
    for speaker in {turn.speaker for turn in turns}:
        assert disjoint([turn for turn in turns if turn.speaker == speaker])
    first_seen = list(dict.fromkeys(turn.speaker for turn in turns))
    assert first_seen == [f"Speaker {n}" for n in range(1, len(first_seen) + 1)]


@given(dialogues, st.integers(1, 4))
def test_never_more_than_asked_for(truth: Truth, most: int) -> None:
    assert len({turn.speaker for turn in tracked(alone(truth), truth, 1, most)}) <= most


def test_a_conversation_is_told_apart() -> None:
    truth = in_turn([(4, 0), (3, 1), (0.8, 0), (5, 2), (0.5, 1), (6, 0), (4, 1), (3, 2)])
    turns = tracked(alone(truth), truth)
    assert [int(turn.speaker[-1]) - 1 for turn in turns] == [v for _, _, v in truth]


def test_a_change_inside_a_stretch_is_found() -> None:
    truth = [(0.0, 6.0, 0), (6.0, 11.0, 1), (12.0, 18.0, 0)]
    turns = tracked([Stretch(0, 11, 0), Stretch(12, 18, 0)], truth)
    assert [turn.speaker for turn in turns] == ["Speaker 1", "Speaker 2", "Speaker 1"]
    assert turns[0].end == turns[1].start == pytest.approx(6.0, abs=0.35)


def test_a_wavering_window_does_not_change_the_voice() -> None:
    truth = [(0.0, 30.0, 0), (31.0, 51.0, 1)]
    found = alone(truth)
    heard = windows(found)
    vectors = embedded(heard, truth)
    vectors[10] = normalise(0.55 * VOICES[1] + 0.45 * VOICES[0])
    assert len(track(found, heard, vectors)) == 2


def test_two_who_talk_at_once_are_two_voices() -> None:
    truth = [(0.0, 10.0, 0), (11.0, 21.0, 1), (14.0, 14.9, 1)]
    found = [Stretch(0, 10, 0), Stretch(11, 21, 0), Stretch(14, 14.9, 1)]
    turns = tracked(found, truth)
    assert [(t.start, t.end, t.speaker) for t in turns] == [
        (0, 10, "Speaker 1"),
        (11, 21, "Speaker 2"),
        (14, 14.9, "Speaker 1"),
    ]


def test_two_who_talk_at_once_are_two_voices_also_where_neither_is_within_the_other() -> None:
    truth = [(0.0, 10.0, 0), (11.0, 21.0, 1), (25.0, 33.0, 0)]
    found = [Stretch(0, 10, 0), Stretch(11, 21, 0), Stretch(25, 30, 0), Stretch(28, 33, 1)]
    turns = tracked(found, truth)
    for at in (28.5, 29.0, 29.5):
        assert {t.speaker for t in turns if t.start <= at < t.end} == {"Speaker 1", "Speaker 2"}


@pytest.mark.parametrize("sure", [1.0, 0.5])
def test_talk_at_once_makes_no_voice_of_its_own(sure: float) -> None:
    alone_s = [(0.0, 8.0, 0), (9.0, 17.0, 1), (18.0, 26.0, 0)]
    at_once = [(30.0, 36.0, 0), (30.0, 36.0, 1)]
    places = [*((a, b, 0) for a, b, _ in alone_s), (30.0, 36.0, 0), (30.0, 36.0, 1)]
    found = [Stretch(*place, speech=sure) for place in places]
    turns = tracked(found, alone_s + at_once)
    assert {turn.speaker for turn in turns} == {"Speaker 1", "Speaker 2"}


def test_what_may_be_no_speech_makes_no_voice_of_its_own() -> None:
    truth = [(0.0, 10.0, 0), (11.0, 14.0, 2), (15.0, 25.0, 1)]
    found = [Stretch(0, 10, 0), Stretch(11, 14, 1, speech=0.5), Stretch(15, 25, 0)]
    assert len({turn.speaker for turn in tracked(alone(truth), truth)}) == 3
    turns = tracked(found, truth)
    assert {turn.speaker for turn in turns} == {"Speaker 1", "Speaker 2"}
    assert sum(turn.duration_s for turn in turns) == pytest.approx(23)
    only = tracked([Stretch(1, 4, 0, speech=0.5)], [(1.0, 4.0, 0)])
    assert [(turn.start, turn.end) for turn in only] == [(1, 4)]


def test_a_lone_voice_never_talks_over_itself() -> None:
    truth = [(0.0, 10.0, 0), (4.0, 5.0, 0)]
    (turn,) = tracked([Stretch(0, 10, 0), Stretch(4, 5, 1)], truth)
    assert (turn.start, turn.end, turn.speaker) == (0, 10, "Speaker 1")


def test_a_given_number_of_speakers_is_found() -> None:
    truth = in_turn([(8, 0), (8, 1), (8, 2), (8, 0), (8, 1), (8, 2)])
    for number in (1, 2, 3):
        turns = tracked(alone(truth), truth, number, number)
        assert len({turn.speaker for turn in turns}) == number


def test_a_single_short_word_is_a_turn() -> None:
    (turn,) = tracked([Stretch(1.0, 1.2, 2)], [(1.0, 1.2, 0)])
    assert (turn.start, turn.end, turn.speaker) == (1.0, 1.2, "Speaker 1")
