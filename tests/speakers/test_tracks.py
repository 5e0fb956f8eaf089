from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from episodes.spans import Span
from episodes.types import Turn, Word
from speakers.tracks import (
    PAD_S,
    dominance,
    flags,
    overlap_share,
    phrases_in_order,
    spoken_by,
    turns,
)

FRAME_S, FRAMES = 0.05, 1200
Floats = NDArray[np.float64]
Spoken = list[tuple[float, float]]


def table(
    one: Spoken, other: Spoken, bleed_db: float, gain_db: float = 0
) -> tuple[Floats, list[list[Span]], Floats]:
    """Levels, speech and likeness of two tracks that hear each other so much softer."""
    talks = [flags([Span(*edge) for edge in spans], FRAMES, FRAME_S) for spans in (one, other)]
    own = [np.where(talk, -20.0, -90.0) for talk in talks]
    levels = [np.maximum(own[at], own[1 - at] - bleed_db) for at in (0, 1)]
    heard = np.maximum(np.stack([levels[0], levels[1] + gain_db], 1), -70.0)
    speech = [
        [Span(*edge) for edge in (*spans, *(others if bleed_db < 45 else ()))]
        for spans, others in ((one, other), (other, one))
    ]
    alike = np.where(talks[0] & talks[1], 0.1, 0.9)
    return heard, speech, alike


def found(one: Spoken, other: Spoken, bleed_db: float, gain_db: float = 0) -> dict[str, Spoken]:
    heard, speech, alike = table(one, other, bleed_db, gain_db)
    made = turns(heard, FRAME_S, speech, {(0, 1): alike}, ["A", "B"])
    assert list(made) == sorted(made, key=lambda turn: (turn.start, turn.end))
    return {
        label: [(round(t.start, 2), round(t.end, 2)) for t in made if t.speaker == label]
        for label in "AB"
    }


def padded(spans: Spoken) -> Spoken:
    return [(max(0.0, round(a - PAD_S, 2)), round(b + PAD_S, 2)) for a, b in spans]


ONE, OTHER = [(0.0, 10.0), (20.0, 30.0), (45.0, 50.0)], [(12.0, 18.0), (32.0, 44.0)]


@pytest.mark.parametrize("gain_db", [0, -15, 10])
@pytest.mark.parametrize("bleed_db", [60, 30, 12])
def test_each_track_keeps_its_own_speech(bleed_db: float, gain_db: float) -> None:
    got = found(ONE, OTHER, bleed_db, gain_db)
    assert got == {"A": padded(ONE), "B": padded(OTHER)}


def test_two_who_talk_at_once_both_talk() -> None:
    got = found([*ONE, (52.0, 58.0)], [*OTHER, (53.0, 57.0)], 14)
    assert padded([(53.0, 57.0)])[0] in got["B"]
    assert padded([(52.0, 58.0)])[0] in got["A"]


def test_who_never_talks_has_no_turns() -> None:
    assert found(ONE, [], 12) == {"A": padded(ONE), "B": []}
    assert found([], OTHER, 12, 6) == {"A": [], "B": padded(OTHER)}


def test_shares() -> None:
    talk = [Turn(0, 10, "A"), Turn(2, 4, "B"), Turn(12, 14, "B")]
    assert overlap_share(talk) == pytest.approx(0.5)
    assert overlap_share(talk[:1]) == 0
    assert dominance(talk) == pytest.approx(10 / 14)
    assert dominance([]) == 1


def said(speaker: str, text: str, start: float) -> list[Word]:
    return [
        Word(start + 0.3 * at, start + 0.3 * (at + 1), f" {one}", speaker=speaker)
        for at, one in enumerate(text.split())
    ]


def test_phrases_stay_whole_where_two_talk_at_once() -> None:
    words = said("A", "I was the only clock. Then they came.", 0) + said(
        "B", "Really? Oh no.", 0.5
    )
    ordered = phrases_in_order(sorted(words, key=lambda word: word.start))
    assert "".join(word.text for word in ordered) == (
        " I was the only clock. Really? Oh no. Then they came."
    )


@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.floats(0, 50), st.sampled_from(["a.", "b", "c"]))
    )
)
def test_no_word_is_lost_and_each_is_sure(given_words: list[tuple[str, float, str]]) -> None:
    words = [Word(at, at + 0.2, f" {text}", speaker=who) for who, at, text in given_words]
    spans = [Turn(word.start, word.end, word.speaker or "") for word in words]
    known = spoken_by(words, spans)
    assert sorted(known, key=str) == sorted(phrases_in_order(known), key=str)
    assert [word.start for word in known] == sorted(word.start for word in words)
    assert all(word.speaker_confidence == 1 for word in known)
