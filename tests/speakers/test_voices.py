from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from episodes.people import Print
from speakers.voices import Match, best_pairs, likenesses, match, match_people
from tests.fakes import direction


def heard(*vectors: tuple[float, ...], speech_s: float = 1e6) -> list[Print]:
    """So much speech that nothing is noise."""
    return [Print(vector, speech_s) for vector in vectors]


ONE, OTHER, THIRD = direction(1), direction(0, 1), direction(0, 0, 1)


def pairs(found: tuple[Match, ...]) -> list[tuple[int, int]]:
    return [(one.voice, one.known) for one in found]


def test_each_known_voice_is_found() -> None:
    found = match(heard(ONE, OTHER, THIRD), heard(direction(0, 0, 0.9), ONE))
    assert pairs(found) == [(0, 1), (2, 0)]
    assert [one.likeness for one in found] == pytest.approx([1.0, 0.9], abs=1e-4)


def test_who_is_not_there_is_not_found() -> None:
    assert match(heard(ONE, OTHER), heard(direction(0.79, 0.2))) == ()
    assert match(heard(ONE, OTHER), heard(THIRD)) == ()


@pytest.mark.parametrize(("second", "sure"), [(0.75, False), (0.65, True), (0.0, True)])
def test_a_voice_like_two_people_and_a_person_like_two_voices_are_left_alone(
    second: float, sure: bool
) -> None:
    near, far = direction(0.8), direction(second)
    assert bool(match(heard(near, far), heard(ONE))) is sure
    assert bool(match(heard(ONE), heard(near, far))) is sure


def test_the_best_assignment_counts_not_the_best_pair() -> None:
    # The first voice is like both people; the second, like the second alone, settles it.
    voices = heard(direction(0.8, 0.55), direction(0, 0.97))
    assert pairs(match(voices, heard(ONE, direction(0.3, 0.95)), 0.6)) == [(0, 0), (1, 1)]


def test_nobody_s_and_little_speech_tell_nothing() -> None:
    assert match([], heard(ONE)) == match(heard(ONE), []) == ()
    assert match([Print(ONE, 2.0)], heard(ONE)) == ()
    assert match([Print()], heard(ONE)) == ()
    assert match(heard(ONE), [Print(ONE, 5.0, trouble="it is damaged")]) == ()
    assert match(heard(ONE), [Print()]) == ()


def test_the_less_speech_the_less_likeness_is_asked() -> None:
    near = direction(0.75)
    assert match(heard(near), heard(ONE)) == ()
    assert match(heard(near), [Print(ONE, 3.0)])


@given(
    st.lists(st.lists(st.floats(-1, 1, width=32), min_size=6, max_size=6), max_size=5),
    st.lists(st.lists(st.floats(-1, 1, width=32), min_size=6, max_size=6), max_size=5),
)
def test_nobody_is_two_voices_and_the_order_does_not_matter(
    voices: list[list[float]], known: list[list[float]]
) -> None:
    def prints(rows: list[list[float]]) -> list[Print]:
        lengths = [float(np.linalg.norm(row)) for row in rows]
        return [
            Print(tuple(x / length for x in row), 9.0)
            for row, length in zip(rows, lengths, strict=True)
            if length > 1e-3
        ]

    some, few = prints(voices), prints(known)
    found = match(some, few)
    assert len({one.voice for one in found}) == len({one.known for one in found}) == len(found)
    assert all(0.8 <= one.likeness <= 1 for one in found)
    again = match(some[::-1], few)
    assert {(len(some) - 1 - v, k) for v, k in pairs(again)} == set(pairs(found))


@given(
    arrays(
        np.float32,
        st.tuples(st.integers(0, 6), st.integers(0, 6)),
        elements=st.floats(0, 1, width=16).map(lambda x: x if x > 0.3 else 0.0),
    )
)
def test_the_pairs_are_those_that_gain_most(gain: NDArray[np.float32]) -> None:
    found = best_pairs(gain)
    for side in (0, 1):
        assert len({pair[side] for pair in found}) == len(found)
    most = gain[linear_sum_assignment(gain, maximize=True)].sum()
    assert sum(gain[pair] for pair in found) == pytest.approx(most, abs=1e-5)


def test_forty_people_are_as_easily_matched_as_four() -> None:
    gain = np.full((40, 40), 0.1, np.float32)
    order = np.random.default_rng(1).permutation(40)
    gain[np.arange(40), order] = 0.3
    assert best_pairs(gain) == tuple(enumerate(order.tolist()))


def test_of_several_prints_of_a_person_the_nearest_counts() -> None:
    people = [heard(THIRD, direction(0.9)), heard(OTHER), [Print(trouble="too short")], []]
    (one, other) = match_people(heard(ONE, OTHER), people)
    assert (one.voice, one.known, one.print) == (0, 0, 1)
    assert one.likeness == pytest.approx(0.9, abs=1e-4)
    assert (other.voice, other.known, other.print) == (1, 1, 0)
    alike, nearest = likenesses(heard(ONE, OTHER), people)
    assert alike.shape == nearest.shape == (2, 4)
    assert (alike[:, 2:] == -1).all()


@given(st.integers(0, 3), st.integers(0, 3))
def test_one_print_each_is_the_same_as_before(n: int, m: int) -> None:
    axes = [direction(*(0.0,) * at, 1.0) for at in range(6)]
    voices, known = heard(*axes[:n]), heard(*axes[1 : 1 + m])
    assert match(voices, known) == match_people(voices, [[one] for one in known])
