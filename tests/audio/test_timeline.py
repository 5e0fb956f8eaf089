from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.timeline import HOLE_S, LAG_S, MOST_GAP_S, Timeline

FRAME_S = 0.02


def played(
    times: list[float], *, exact: bool = True, end_s: float | None = None
) -> list[float]:
    """Where frames of 20 ms land that bear these times."""
    timeline, written, landed = Timeline(exact=exact, end_s=end_s), 0.0, []
    for time, following in zip(times, [*times[1:], None], strict=True):
        written += timeline.missing_s(time, written, following)
        landed.append(written)
        written += FRAME_S
    return landed


def frames(*stretches: tuple[float, float]) -> list[float]:
    """Times of the frames that fill stretches of (start, end)."""
    return [
        start + FRAME_S * i
        for start, end in stretches
        for i in range(round((end - start) / FRAME_S))
    ]


def test_frames_in_a_row_get_no_silence() -> None:
    assert played(frames((0, 5))) == pytest.approx(frames((0, 5)))


def test_a_stream_that_begins_late_begins_at_zero() -> None:
    assert played(frames((4, 6))) == pytest.approx(frames((0, 2)))


@pytest.mark.parametrize("end_s", [None, 78.0])
def test_pauses_that_were_left_out_keep_their_length(end_s: float | None) -> None:
    pause = [6 + 0.4 * i for i in range(150)]
    landed = played([*frames((0, 6)), *pause, *frames((66, 78))], end_s=end_s)
    assert landed[-1] == pytest.approx(78 - FRAME_S, abs=LAG_S)


def test_many_small_losses_do_not_add_up() -> None:
    times = [time for i, time in enumerate(frames((0, 60))) if i % 15 >= 3]
    assert (
        max(abs(a - b + times[0]) for a, b in zip(played(times), times, strict=True))
        <= LAG_S + FRAME_S
    )


def test_drifting_times_are_believed_only_at_a_jump() -> None:
    drifting = [time * 1.02 for time in frames((0, 60))]
    assert played(drifting, exact=False) == pytest.approx(frames((0, 60)))
    hole = frames((0, 5), (15, 20))
    assert played(hole, exact=False, end_s=20)[-1] == pytest.approx(hole[-1])
    assert played(hole, exact=False, end_s=10)[-1] == pytest.approx(10 - FRAME_S)


def test_one_damaged_time_is_not_believed() -> None:
    times = frames((0, 5))
    times[100] = 3000.0
    assert played(times)[-1] == pytest.approx(5 - FRAME_S, abs=HOLE_S)
    times[100:] = [one + MOST_GAP_S * 2 for one in frames((2, 5))]
    assert played(times)[-1] == pytest.approx(5 - FRAME_S, abs=HOLE_S)


def test_times_that_begin_anew_go_on_from_there() -> None:
    assert played(frames((0, 5), (0, 5)))[-1] == pytest.approx(10 - FRAME_S)


@given(
    st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=30),
    st.booleans(),
)
def test_silence_is_never_negative_nor_endless(times: list[float | None], exact: bool) -> None:
    timeline, written = Timeline(exact=exact, end_s=None), 0.0
    for time, following in zip(times, [*times[1:], None], strict=True):
        missing = timeline.missing_s(time, written, following)
        assert 0 <= missing <= MOST_GAP_S
        written += missing + FRAME_S
