"""Voices of pieces made one: the same voices whatever the pieces, within what is asked."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.spans import Span, merge
from episodes.types import Turn
from speakers.linking import Voice, linked

PIECE_S = 100.0
DIMENSIONS = 32


def mean(person: int, piece: int = 0, noise: float = 0.0) -> np.ndarray:
    """What a person sounds like in a piece: persons are orthogonal, of any length."""
    rng = np.random.default_rng([person, piece])
    vector = np.eye(DIMENSIONS)[person] + noise * rng.standard_normal(DIMENSIONS) / 6
    return np.asarray(3.0 * vector, np.float32)


def said(person: int, piece: int) -> tuple[Span, ...]:
    """Everybody talks for ten seconds of each piece, one after the other."""
    start = piece * PIECE_S + 10 * person
    return (Span(start, start + 10),)


@given(
    st.lists(st.sets(st.integers(0, 8), min_size=1), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
def test_each_person_is_one_speaker_over_all_pieces(
    pieces: list[set[int]], random: Random
) -> None:
    there = [(piece, person) for piece, some in enumerate(pieces) for person in some]
    random.shuffle(there)
    voices = [Voice(at, said(who, at), mean(who, at, 0.2)) for at, who in there]
    turns = linked(voices)
    assert all(a.start <= b.start for a, b in pairwise(turns))
    labels = list(dict.fromkeys(turn.speaker for turn in turns))
    assert labels == [f"Speaker {at}" for at in range(1, len(labels) + 1)]
    by_person: dict[int, set[str]] = {}
    for piece, person in there:
        (span,) = said(person, piece)
        of = {t.speaker for t in turns if t.start <= span.start and span.end <= t.end}
        by_person.setdefault(person, set()).update(of)
    assert all(len(of) == 1 for of in by_person.values())
    assert len(labels) == len(by_person)


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=5),
    st.integers(1, 12),
    st.integers(0, 8),
)
def test_as_many_as_are_asked_for(counts: list[int], least: int, more: int) -> None:
    people = iter(range(DIMENSIONS))
    voices = [
        Voice(piece, said(person % 9, piece), mean(person))
        for piece, count in enumerate(counts)
        for person in (next(people) for _ in range(count))
    ]
    found = {turn.speaker for turn in linked(voices, (), least, least + more)}
    assert min(least, len(voices)) <= len(found) <= least + more


def test_two_voices_of_one_piece_stay_two_however_alike() -> None:
    voices = [
        Voice(0, (Span(0, 10),), mean(0)),
        Voice(0, (Span(10, 20),), mean(0, 1, 0.1)),
        Voice(1, (Span(100, 110),), mean(0, 2, 0.1)),
    ]
    turns = linked(voices)
    assert len({turn.speaker for turn in turns}) == 2
    assert turns[2].speaker in {turns[0].speaker, turns[1].speaker}
    # Only where no more than one is wanted are they made one.
    assert {turn.speaker for turn in linked(voices, most=1)} == {"Speaker 1"}


def test_whoever_talks_on_where_pieces_meet_has_one_turn() -> None:
    voices = [
        Voice(0, (Span(90, 99.97),), mean(0)),
        Voice(1, (Span(100.05, 104), Span(104.05, 110)), mean(0)),
        Voice(1, (Span(110, 120),), mean(1)),
    ]
    assert linked(voices, [100.0]) == (
        Turn(90, 104, "Speaker 1"),
        Turn(104.05, 110, "Speaker 1"),
        Turn(110, 120, "Speaker 2"),
    )


@pytest.mark.parametrize("n", [0, 1])
def test_nobody_and_one(n: int) -> None:
    voices = [Voice(0, said(0, 0), np.zeros(DIMENSIONS, np.float32))] * n
    assert [turn.speaker for turn in linked(voices, least=3)] == ["Speaker 1"] * n
    assert merge(linked(voices)) == merge(span for voice in voices for span in voice.spans)
