from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from audio.mono import LEFT, MEAN, RIGHT, Directions, Fold

RATE_HZ = 8000
Samples = NDArray[np.int16]
NOISE = np.random.default_rng(0)


def voice(seconds: float, level: float = 6000) -> Samples:
    """Noise with the ups and downs of speech."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    swing = 0.5 + 0.5 * np.sin(2 * np.pi * 3 * time)
    return (
        np.round(NOISE.normal(0, level / 3, len(time)) * swing).clip(-9000, 9000).astype("<i2")
    )


def stereo(samples: Samples, left: float, right: float) -> Samples:
    return np.stack([np.rint(samples * left), np.rint(samples * right)], 1).astype("<i2")


def chosen(parts: Sequence[Samples]) -> Fold:
    directions = Directions(RATE_HZ)
    whole = np.concatenate(parts)
    for first in range(0, len(whole), RATE_HZ):
        directions.add(whole[first : first + RATE_HZ])
    return directions.fold()


def level(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=float))))


def test_one_channel_stays_as_it_is() -> None:
    sound = voice(1)
    assert np.array_equal(MEAN.apply(sound[:, np.newaxis]), sound)
    assert chosen([sound[:, np.newaxis]]) == MEAN


def test_two_channels_become_their_mean_without_overflow() -> None:
    loud = np.full((10, 2), [32_767, 32_765], np.int16)
    assert np.array_equal(MEAN.apply(loud), np.full(10, 32_766))
    assert np.array_equal(MEAN.apply(-loud), np.full(10, -32_766))


@pytest.mark.parametrize(("left", "right"), [(1, 1), (1, 0), (0, 1), (1, 0.3), (1, -0.2)])
def test_what_the_mean_hears_is_folded_to_the_mean(left: float, right: float) -> None:
    assert chosen([stereo(voice(20), left, right)]) == MEAN


def test_an_inverted_channel_is_turned_round() -> None:
    sound = stereo(voice(10), 1, -1)
    fold = chosen([sound])
    assert fold == Fold(0.5, -0.5)
    assert level(fold.apply(sound)) == pytest.approx(level(sound[:, 0]), rel=0.01)


ORDERS = {
    "an inverted guest": [(6, 1, 1), (8, 1, -1), (4, 1, 1)],
    "a second of jingle first": [(1, 1, 1), (16, 1, -1)],
    "a minute of music first": [(60, 0.9, 1), (3, 1, -1)],
    "inverted first": [(5, 1, -1), (30, 1, 1)],
    "a short answer in a long talk": [(120, 1, 1), (1.5, -1, 1), (60, 1, 1)],
    "a host on the left, a guest inverted": [(10, 1, 0), (10, 1, -1)],
    "inverted in a weaker channel": [(10, 1, 1), (10, 0.8, -1)],
    "all there is": [(10, 1, 1), (10, 1, -1), (10, 1, 0), (10, 0, 1)],
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_every_second_stays_audible(order: list[tuple[float, float, float]]) -> None:
    parts = [stereo(voice(seconds), left, right) for seconds, left, right in order]
    fold = chosen(parts)
    for part in parts:
        for first in range(0, len(part) - RATE_HZ + 1, RATE_HZ):
            second = part[first : first + RATE_HZ]
            louder = max(level(second[:, 0]), level(second[:, 1]))
            assert level(fold.apply(second)) > 0.25 * louder


def test_two_who_talk_at_once_are_both_heard_where_one_is_inverted() -> None:
    host, guest = voice(10), voice(10)
    both = stereo(host, 1, 1) // 2 + stereo(guest, 1, -1) // 2
    fold = chosen([stereo(host, 1, 1), stereo(guest, 1, -1), both])
    folded = fold.apply(both).astype(float)
    for one in (host, guest):
        assert np.corrcoef(folded, one)[0, 1] > 0.5


@given(
    st.lists(
        st.tuples(st.floats(1, 4), st.floats(-1, 1), st.floats(-1, 1)), min_size=1, max_size=3
    )
)
def test_no_fold_loses_more_than_the_mean(parts: list[tuple[float, float, float]]) -> None:
    whole = [stereo(voice(seconds), left, right) for seconds, left, right in parts]
    fold = chosen(whole)
    assert abs(fold.left) + abs(fold.right) == pytest.approx(1, abs=1e-5)
    joined = np.concatenate(whole)
    lost, lost_by_mean = (
        sum(
            level(one.apply(second)) < 0.2 * max(level(second[:, 0]), level(second[:, 1]))
            for second in np.array_split(joined, max(1, len(joined) // RATE_HZ))
        )
        for one in (fold, MEAN)
    )
    assert lost <= lost_by_mean + 1


def apart(parts: Sequence[Samples]) -> bool:
    directions = Directions(RATE_HZ)
    directions.add(np.concatenate(parts))
    return directions.apart


def test_channels_that_hold_one_voice_each_are_apart() -> None:
    turns = [stereo(voice(5), 1, 0.1), stereo(voice(5), 0.1, 1)] * 3
    assert apart(turns)
    assert not apart([stereo(voice(5), 1, 0.1)] * 3)
    assert not apart([stereo(voice(5), 1, 1), stereo(voice(5), 1, -1)] * 3)
    assert not apart([*turns, stereo(voice(60), 1, 1)])


def test_a_side_is_a_channel() -> None:
    sound = np.stack([voice(1), voice(1)], 1)
    assert np.array_equal(LEFT.apply(sound), sound[:, 0])
    assert np.array_equal(RIGHT.apply(sound), sound[:, 1])
