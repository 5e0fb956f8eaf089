"""Cutting audio at pauses: nothing spoken is lost, nothing is longer than Whisper hears."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.spans import Span, disjoint, gaps, overlap, subtract
from transcribe.chunks import LONGEST_S, PAD_S, border, pad, plan, speech

PIECE = Span(0.0, 600.0)


@st.composite
def spoken(draw: st.DrawFn) -> tuple[Span, ...]:
    """Sorted disjoint speech inside PIECE, also stretches longer than any chunk."""
    spans, t = [], draw(st.floats(0, 20))
    for pause, length in draw(
        st.lists(st.tuples(st.floats(0.1, 30), st.floats(0.1, 70)), max_size=25)
    ):
        if t + length > PIECE.end:
            break
        spans.append(Span(t, t + length))
        t += length + pause
    return tuple(spans)


@given(spoken())
def test_chunks_hold_all_speech_and_fit(spans: tuple[Span, ...]) -> None:
    chunks = plan(spans, PIECE)
    assert disjoint(chunks)
    assert all(0 <= c.start <= c.end <= PIECE.end for c in chunks)
    assert all(c.duration_s <= LONGEST_S + 2 * PAD_S + 1e-6 < 30 for c in chunks)
    assert sum(s.duration_s for s in subtract(spans, chunks)) < 1e-6
    assert all(any(overlap(chunk, span) > 0 for span in spans) for chunk in chunks)


def test_borders_lie_in_the_longest_pauses() -> None:
    # Words of 2 s with pauses of 0.2 s, but one of 1 s after 20 s: cut there, not at 28 s.
    starts = [i * 2.2 for i in range(9)] + [20.6 + i * 2.2 for i in range(9)]
    spans = tuple(Span(t, t + 2.0) for t in starts)
    first, second = plan(spans, PIECE)
    assert first.end <= 20.6 - PAD_S + 0.01
    assert second.start == pytest.approx(20.6 - PAD_S)


def test_few_chunks_rather_than_many() -> None:
    spans = tuple(Span(float(t), t + 4.0) for t in range(0, 25, 5))  # pauses of 1 s
    assert len(plan(spans, PIECE)) == 1


def test_long_silence_parts_chunks() -> None:
    assert len(plan((Span(0.0, 2.0), Span(20.0, 22.0)), PIECE)) == 2


def test_no_speech_no_chunks() -> None:
    assert plan((), PIECE) == ()


@given(spoken())
def test_padding_never_reaches_the_neighbour(spans: tuple[Span, ...]) -> None:
    padded = pad(spans, PIECE)
    assert disjoint(padded)
    for span, wide in zip(spans, padded, strict=True):
        assert wide.start <= span.start
        assert span.end <= wide.end
        assert wide.duration_s <= span.duration_s + 2 * PAD_S + 1e-6


@given(st.lists(st.floats(0, 1), max_size=200), st.floats(0, 1000))
def test_speech_is_sorted_disjoint_and_within(levels: list[float], start: float) -> None:
    found = speech(levels, 0.032, start)
    assert disjoint(found)
    assert all(gap.duration_s > 0.1 for gap in gaps(found, Span(start, start + 7))[1:-1])
    assert all(start <= s.start <= s.end <= start + 0.033 * len(levels) for s in found)


def test_speech_opens_high_and_closes_low() -> None:
    levels = [0.0] * 10 + [0.6] * 10 + [0.4] * 10 + [0.2] * 10
    assert speech(levels, 0.1, 5.0) == (Span(6.0, 8.0),)


def test_a_click_is_not_speech() -> None:
    assert speech([0.0, 0.9, 0.0], 0.032) == ()


def test_border_is_in_the_longest_pause() -> None:
    spans = (Span(0.0, 10.0), Span(10.5, 20.0), Span(22.0, 60.0))
    assert border(spans, Span(5.0, 50.0)) == 21.0


def test_border_without_pause_is_the_middle() -> None:
    assert border((Span(0.0, 60.0),), Span(10.0, 50.0)) == 30.0
