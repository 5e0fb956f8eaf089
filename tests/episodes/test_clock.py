from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from episodes.clock import CleanClock, milliseconds, runtime, shifted, short_time, timestamp
from episodes.spans import Span, inside, merge, subtract
from episodes.types import Chapter

DAY_MS = 24 * 3600 * 1000

# Points on a grid of 1 ms, as decoded audio and words have them, over an hour.
points = st.integers(0, 3_600_000)
cuts = st.lists(
    st.tuples(points, points).map(lambda ab: Span(min(ab) / 1000, max(ab) / 1000)), max_size=6
)


@given(st.integers(0, 4 * DAY_MS))
def test_a_timestamp_reads_back_to_its_millisecond(ms: int) -> None:
    hours, minutes, rest = timestamp(ms / 1000).split(":")
    seconds, fraction = rest.split(".")
    assert (len(minutes), len(seconds), len(fraction)) == (2, 2, 3)
    assert len(hours) >= 2
    assert int(minutes) < 60
    assert int(seconds) < 60
    read = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction)
    assert read == ms


@pytest.mark.parametrize(
    ("t", "text"),
    [
        (0, "00:00:00.000"),
        (1.001, "00:00:01.001"),  # int(1.001 % 1 * 1000) is 0
        (0.9996, "00:00:01.000"),
        (59.9995001, "00:01:00.000"),
        (3599.9999, "01:00:00.000"),
        (362_439.25, "100:40:39.250"),
    ],
)
def test_timestamps_round_once(t: float, text: str) -> None:
    assert timestamp(t) == text
    assert timestamp(t, ",") == text.replace(".", ",")


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_rounding_keeps_the_order(a: float, b: float) -> None:
    assert (milliseconds(min(a, b))) <= milliseconds(max(a, b))
    assert abs(milliseconds(a) - a * 1000) <= 0.5 + 1e-6


@pytest.mark.parametrize(
    ("t", "text"),
    [(0, "0:00"), (9.99, "0:09"), (725, "12:05"), (3599.9, "59:59"), (3723, "1:02:03")],
)
def test_short_times_read_as_on_a_player(t: float, text: str) -> None:
    assert short_time(t) == text


@pytest.mark.parametrize(
    ("duration_s", "text"),
    [(0, "<1m"), (29, "<1m"), (31, "1m"), (1200, "20m"), (3571, "1h 0m"), (3900, "1h 5m")],
)
def test_runtime_is_in_whole_minutes(duration_s: float, text: str) -> None:
    assert runtime(duration_s) == text


@given(cuts, points)
@example([Span(0.001, 256.002)], 256_002)
def test_kept_time_survives_the_round_trip(some: list[Span], ms: int) -> None:
    clock, t = CleanClock(some), ms / 1000
    if not inside(t, merge(some)):
        assert milliseconds(clock.to_original(clock.to_clean(t))) == ms


@given(cuts, points)
def test_clean_time_survives_the_round_trip(some: list[Span], ms: int) -> None:
    clock, t = CleanClock(some), ms / 1000
    back = clock.to_original(t)
    assert not inside(back + 1e-6, merge(some))
    assert milliseconds(clock.to_clean(back)) == ms


@given(cuts, points)
def test_kept_time_moves_by_what_is_cut_before_it(some: list[Span], ms: int) -> None:
    t, removed = ms / 1000, merge(some)
    if not inside(t, removed):
        cut_ms = sum(milliseconds(one.duration_s) for one in removed if one.end <= t)
        assert milliseconds(CleanClock(some).to_clean(t)) == ms - cut_ms


@given(cuts, points, points)
def test_both_directions_keep_the_order(some: list[Span], a: int, b: int) -> None:
    clock, early, late = CleanClock(some), min(a, b) / 1000, max(a, b) / 1000
    for convert in (clock.to_clean, clock.to_original):
        assert convert(early) <= convert(late)
    assert clock.to_clean(late) - clock.to_clean(early) <= late - early + 1e-9


@given(cuts)
def test_a_cut_takes_no_clean_time_and_the_rest_all_of_its_own(some: list[Span]) -> None:
    clock, whole = CleanClock(some), Span(0, 3600)
    kept = subtract([whole], some)
    assert clock.to_clean(3600) == pytest.approx(sum(part.duration_s for part in kept))
    for cut in merge(some):
        join = clock.to_clean(cut.start)
        assert join == clock.to_clean(cut.middle) == clock.to_clean(cut.end)
        assert clock.to_original(join) == cut.end


def test_without_cuts_the_clocks_agree() -> None:
    assert CleanClock([]).to_clean(12.3) == CleanClock([]).to_original(12.3) == 12.3


def test_the_point_a_cut_leaves_maps_to_the_cuts_end() -> None:
    clock = CleanClock([Span(10, 20), Span(30, 35)])
    assert [clock.to_clean(t) for t in (5, 10, 15, 20, 30, 35, 40)] == [
        5,
        10,
        10,
        10,
        20,
        20,
        25,
    ]
    assert [clock.to_original(t) for t in (5, 10, 20, 25)] == [5, 20, 35, 40]


def test_chapters_move_shrink_or_vanish() -> None:
    clock = CleanClock([Span(10, 20), Span(30, 35)])
    before = (
        Chapter(0, 8, "untouched"),
        Chapter(8, 12, "clipped"),
        Chapter(12, 20, "gone"),
        Chapter(25, 40, "around a cut"),
    )
    assert shifted(before, clock) == (
        Chapter(0, 8, "untouched"),
        Chapter(8, 10, "clipped"),
        Chapter(15, 25, "around a cut"),
    )


def test_a_chapter_of_which_less_than_a_millisecond_remains_vanishes() -> None:
    assert shifted([Chapter(5, 10.0004, "gone")], CleanClock([Span(5, 10)])) == ()


@given(cuts, cuts)
def test_shifted_chapters_last_as_long_as_what_is_kept_of_them(
    some: list[Span], parts: list[Span]
) -> None:
    before = [Chapter(part.start, part.end, str(n)) for n, part in enumerate(parts)]
    after = shifted(before, CleanClock(some))
    kept = {
        chapter.title: sum(span.duration_s for span in subtract([chapter], some))
        for chapter in before
    }
    assert [chapter.title for chapter in after] == [
        title for title, kept_s in kept.items() if milliseconds(kept_s)
    ]
    assert all(c.duration_s == pytest.approx(kept[c.title]) for c in after)
