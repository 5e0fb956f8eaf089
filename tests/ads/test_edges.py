from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ads.edges import FAR_S, JOIN_S, LOST_S, REACH_S, place
from episodes.sound import HOP_S, Sound
from episodes.spans import Span, disjoint
from episodes.types import Word


def at(*times: tuple[float, float]) -> list[Word]:
    return [Word(start=a, end=b, text=" x") for a, b in times]


WORDS = at((1, 2), (2.6, 3), (3, 4), (4.4, 5), (9, 10))


def test_the_middle_of_the_pause_between_words() -> None:
    assert place(WORDS, [(1, 3)], 10.0) == (Span(2.3, 4.2),)


def test_in_a_long_pause_the_edge_stays_near_the_ads_words() -> None:
    assert place(WORDS, [(4, 5)], 10.0) == (Span(9 - REACH_S, 10.0),)
    assert place(WORDS, [(3, 4)], 10.0) == (Span(4.2, 5 + REACH_S),)


def test_a_silence_decides_where_there_is_one() -> None:
    quiet = (Span(2.0, 2.2), Span(4.0, 4.1))
    assert place(WORDS, [(1, 3)], 10.0, Sound(quiet)) == (Span(2.1, 4.05),)


def test_the_silence_nearest_to_the_ad_decides_and_a_far_one_does_not() -> None:
    assert place(WORDS, [(4, 5)], 10.0, Sound((Span(5.1, 5.3), Span(7.0, 7.2))))[0].start == 7.1
    assert place(WORDS, [(4, 5)], 10.0, Sound((Span(5.1, 5.3),)))[0].start == 9 - REACH_S


def test_a_silence_that_word_times_swallowed_still_decides() -> None:
    words = at((1, 2), (2, 3))
    assert place(words, [(1, 2)], 3.0, Sound((Span(2.1, 2.3),)))[0].start == pytest.approx(2.2)


def over_music(*spans: tuple[float, float], duration_s: float = 30.0) -> Sound:
    """Speech with gaps everywhere, over music in `spans`."""
    floors = [-30 if i % 3 else -70 for i in range(round(duration_s / HOP_S))]
    for start, end in spans:
        first, last = round(start / HOP_S), round(end / HOP_S)
        floors[first:last] = [max(floor, -35) for floor in floors[first:last]]
    return Sound(level_db=(-20,) * len(floors), floor_db=tuple(floors))


def test_music_under_the_ad_sets_in_and_stops_with_it() -> None:
    words = at((0, 9), (12, 19), (21, 30))
    (found,) = place(words, [(1, 2)], 30.0, over_music((10, 20.5)))
    assert found.start == pytest.approx(10, abs=0.3)
    assert found.end == pytest.approx(20.5, abs=0.3)


def test_music_in_the_pause_or_under_both_is_not_the_ads() -> None:
    words = at((0, 9), (12, 19), (21, 30))
    plain = (Span(12 - REACH_S, 19 + REACH_S),)
    assert place(words, [(1, 2)], 30.0, over_music((9.5, 11), (19.2, 20.5))) == plain
    assert place(words, [(1, 2)], 30.0, over_music((0, 30))) == plain


def test_a_silence_where_the_music_sets_in_decides() -> None:
    words = at((0, 9), (12, 19), (21, 30))
    quiet = (Span(9.6, 10.0), Span(11.6, 11.8))
    (found,) = place(words, [(1, 2)], 30.0, replace(over_music((10, 20.5)), silences=quiet))
    assert found.start == pytest.approx(9.8)


def test_music_before_the_first_word_and_after_the_last_is_the_ads() -> None:
    words = at((6, 12), (14, 20))
    assert place(words, [(0, 1)], 30.0, over_music((0, 13)))[0].start == 0
    assert place(words, [(1, 2)], 26.0, over_music((13.5, 26), duration_s=26))[0].end == 26
    (late,) = place(words, [(0, 1)], 30.0, over_music((3, 13)))
    assert late.start == pytest.approx(3, abs=0.2)


def test_the_episodes_ends_belong_to_a_spot_next_to_them() -> None:
    assert place(WORDS, [(0, 5)], 10.0 + FAR_S) == (Span(0.0, 10.0 + FAR_S),)
    far = at((60, 61))
    assert place(far, [(0, 1)], 120.0) == (Span(60 - REACH_S, 61 + REACH_S),)


def test_adjoining_spots_share_the_start_of_the_later() -> None:
    words = at((1, 2), (2.4, 3), (5, 6), (7, 8))
    assert place(words, [(1, 2), (2, 3)], 8.0) == (Span(2.2, 4.5), Span(4.5, 6.5))


def test_adjoining_spots_far_apart_do_not() -> None:
    gap = JOIN_S + 1
    words = at((0, 1), (1 + gap, 2 + gap))
    first, second = place(words, [(0, 1), (1, 2)], 2 + gap)
    assert (first.end, second.start) == (1 + REACH_S, 1 + gap - REACH_S)


def test_a_spot_that_breaks_off_in_a_sentence_lasts_until_the_next() -> None:
    said = [Word(0, 1, " Shop."), Word(1, 2, " With"), Word(27, 28, " Shop.")]
    first, second = place(said, [(0, 2), (2, 3)], 28.0)
    assert first.end == second.start == 27 - REACH_S
    ended = [said[0], Word(1, 2, " With."), said[2]]
    assert place(ended, [(0, 2), (2, 3)], 28.0)[0].end == 2 + REACH_S
    later = [*said[:2], Word(2 + LOST_S + 1, 2 + LOST_S + 2, " Shop.")]
    assert place(later, [(0, 2), (2, 3)], 60.0)[0].end == 2 + REACH_S


def test_words_without_any_full_stop_break_off_nowhere() -> None:
    words = at((0, 1), (1, 2), (27, 28))
    assert place(words, [(0, 2), (2, 3)], 28.0)[0].end == 2 + REACH_S


times = st.lists(st.tuples(st.floats(0, 4), st.floats(0.05, 2)), min_size=2, max_size=30)


@given(times, st.data())
def test_edges_lie_around_the_words_and_never_cross(
    spec: list[tuple[float, float]], data: st.DataObject
) -> None:
    words, t = [], 0.0
    for pause, length in spec:
        words += at((t + pause, t + pause + length))
        t += pause + length
    marks = sorted(data.draw(st.sets(st.integers(0, len(words)), min_size=2, max_size=6)))
    runs = list(pairwise(marks))[:: data.draw(st.integers(1, 2))]
    spans = place(words, runs, t)
    assert disjoint(spans)
    for span, (first, last) in zip(spans, runs, strict=True):
        assert span.start <= words[first].start + 1e-9
        assert words[last - 1].end <= span.end + 1e-9
        assert span.start >= words[first].start - max(REACH_S, FAR_S)
