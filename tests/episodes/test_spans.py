from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.spans import Span, disjoint, gaps, inside, merge, overlap, subtract
from episodes.types import Word

# Whole numbers of a small range: spans often touch, nest and coincide.
seconds = st.integers(0, 30)
pairs = st.tuples(seconds, seconds).map(sorted)
spans = pairs.map(lambda pair: Span(*pair))
lists = st.lists(spans, max_size=8)


def covered(some: list[Span] | tuple[Span, ...]) -> set[int]:
    """The whole seconds in the union."""
    return {t for span in some for t in range(int(span.start), int(span.end))}


def is_tidy(some: tuple[Span, ...]) -> bool:
    """Sorted, disjoint, none empty."""
    return disjoint(some) and all(span.start < span.end for span in some)


@pytest.mark.parametrize(
    ("start", "end"), [(-1, 2), (2, 1), (float("nan"), 1), (0, float("nan"))]
)
def test_a_span_is_ordered_and_not_negative(start: float, end: float) -> None:
    with pytest.raises(ValueError, match="0 <= start <= end"):
        Span(start, end)


def test_length_and_middle() -> None:
    assert Span(2, 5).duration_s == 3
    assert Span(2, 5).middle == 3.5
    assert Span(4, 4).duration_s == 0


@given(spans, spans)
def test_overlap_is_what_both_cover(a: Span, b: Span) -> None:
    assert overlap(a, b) == len(covered([a]) & covered([b])) == overlap(b, a)


@given(lists)
def test_merge_keeps_the_union(some: list[Span]) -> None:
    merged = merge(some)
    assert is_tidy(merged)
    assert covered(merged) == covered(some)
    assert merge(merged) == merged
    assert all(a.end < b.start for a, b in pairwise(merged))


@given(lists, st.integers(0, 5))
def test_merge_closes_small_gaps_only(some: list[Span], gap_s: int) -> None:
    closed = merge(some, gap_s)
    assert covered(closed) >= covered(some)
    assert all(b.start - a.end > gap_s for a, b in pairwise(closed))
    bridged = covered(closed) - covered(some)
    holes = [g for g in pairwise(merge(some)) if g[1].start - g[0].end <= gap_s]
    assert bridged == {t for a, b in holes for t in range(int(a.end), int(b.start))}


def test_merge_gives_bare_spans() -> None:
    assert merge([Word(1, 2, " hi")]) == (Span(1, 2),)
    assert type(merge([Word(1, 2, " hi")])[0]) is Span


@given(lists, spans)
def test_gaps_are_the_rest(some: list[Span], within: Span) -> None:
    rest = gaps(some, within)
    assert is_tidy(rest)
    assert covered(rest) == covered([within]) - covered(some)


@given(lists, lists)
def test_subtract_is_set_difference(some: list[Span], holes: list[Span]) -> None:
    left = subtract(some, holes)
    assert is_tidy(left)
    assert covered(left) == covered(some) - covered(holes)


@given(lists, st.integers(0, 30))
def test_kept_and_cut_make_up_the_whole(cuts: list[Span], end: int) -> None:
    whole = Span(0, end)
    kept = subtract([whole], cuts)
    cut = subtract([whole], kept)
    assert all(overlap(a, b) == 0 for a in kept for b in cut)
    assert merge(kept + cut) == merge([whole])
    assert sum(s.duration_s for s in kept + cut) == whole.duration_s


@given(lists, st.integers(-1, 31), st.booleans())
def test_inside_is_half_open(some: list[Span], t: int, half: bool) -> None:
    merged = merge(some)
    assert inside(t + half / 2, merged) == (t in covered(merged))


@given(lists)
def test_disjoint_says_whether_spans_are_sorted_and_apart(some: list[Span]) -> None:
    apart = all(a.end <= b.start for i, a in enumerate(some) for b in some[i + 1 :])
    assert disjoint(some) == apart
