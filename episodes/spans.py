"""The bare interval and its algebra, for anything with `start` and `end`. Pure.

This file does not know what its spans mean.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Span:
    """A bare interval [start, end) in seconds."""

    start: float
    end: float

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, not {self.start}, {self.end}")

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end - self.start

    @property
    def middle(self) -> float:
        """Midpoint in seconds."""
        return (self.start + self.end) / 2


def overlap(a: Span, b: Span) -> float:
    """Seconds that two spans share, >= 0."""
    return max(0.0, min(a.end, b.end) - max(a.start, b.start))


def merge(spans: Iterable[Span], gap_s: float = 0.0) -> tuple[Span, ...]:
    """The union as bare spans, sorted and disjoint; gaps of at most `gap_s` are closed.

    Empty spans vanish.
    """
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if span.end <= span.start:
            continue
        if merged and span.start <= merged[-1].end + gap_s:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(Span(span.start, span.end))
    return tuple(merged)


def gaps(spans: Iterable[Span], within: Span) -> tuple[Span, ...]:
    """What of `within` no span covers: sorted, disjoint, none empty."""
    edges = [within.start]
    for span in merge(spans):
        edges += [min(max(span.start, within.start), within.end)]
        edges += [min(max(span.end, within.start), within.end)]
    edges.append(within.end)
    return tuple(Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b)


def subtract(spans: Iterable[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """The union of `spans` less the union of `holes`: sorted, disjoint."""
    holes = merge(holes)
    parts: list[Span] = []
    for span in merge(spans):
        first = bisect_right(holes, span.start, key=lambda hole: hole.end)
        last = bisect_left(holes, span.end, key=lambda hole: hole.start)
        parts += gaps(holes[first:last], span)
    return tuple(parts)


def inside(t: float, spans: Sequence[Span]) -> bool:
    """Whether second `t` lies in one of `spans`, which must be sorted and disjoint."""
    at = bisect_right(spans, t, key=lambda s: s.start) - 1
    return at >= 0 and t < spans[at].end


def disjoint(spans: Sequence[Span]) -> bool:
    """Whether `spans` are sorted and share no time."""
    return all(a.end <= b.start for a, b in pairwise(spans))
