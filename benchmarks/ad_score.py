"""How far detected ads are from the true ones: blocks, edges, words, lost content.

Pure functions over spans. Blocks less than 15 s apart are one block, in truth and in
answer. This file does not know how ads were found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.score import Counts, share
from episodes.spans import Span, inside, merge, overlap, subtract
from episodes.types import Word

JOIN_S = 15.0
HIT_IOU = 0.5


@dataclass(frozen=True, slots=True)
class AdScore(Counts):
    """Counts over blocks, edges of hit blocks and words; `lost_s` is content cut."""

    hits: int = 0
    missed: int = 0
    false: int = 0
    edges: int = 0
    edges_1s: int = 0
    edges_half_s: int = 0
    words_right: int = 0
    words_true: int = 0
    words_found: int = 0
    lost_s: float = 0.0
    duration_s: float = 0.0

    @property
    def f1(self) -> float:
        """Of blocks, a hit being an intersection over union of at least a half."""
        return share(2 * self.hits, 2 * self.hits + self.missed + self.false)

    @property
    def lost_s_per_hour(self) -> float:
        """Seconds of content cut per hour of audio."""
        return 3600 * share(self.lost_s, self.duration_s)


@dataclass(frozen=True, slots=True)
class SpotError:
    """One true spot: the share of it that was found, and where the cut's edges lie.

    Edge errors are seconds, negative where the cut's edge comes early; None where the
    spot was not found.
    """

    spot: Span
    covered: float
    start_error_s: float | None
    end_error_s: float | None


def blocks(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans with gaps of less than 15 s closed."""
    return merge(spans, gap_s=JOIN_S - 1e-6)


def ad_score(
    truth: Sequence[Span], found: Sequence[Span], words: Sequence[Word], duration_s: float
) -> AdScore:
    """The figures of one episode; `words` are judged by their middles."""
    truth, found = blocks(truth), blocks(found)
    hits = [(t, f) for t in truth for f in found if iou(t, f) >= HIT_IOU]
    # Two answers can each be exactly half of a block: only one of them is its hit.
    hits = list({t: (t, f) for t, f in {f: (t, f) for t, f in hits}.values()}.values())
    errors = [abs(d) for t, f in hits for d in (f.start - t.start, f.end - t.end)]
    true_words = {i for i, w in enumerate(words) if inside(w.middle, truth)}
    found_words = {i for i, w in enumerate(words) if inside(w.middle, found)}
    return AdScore(
        hits=len(hits),
        missed=len(truth) - len(hits),
        false=len(found) - len(hits),
        edges=len(errors),
        edges_1s=sum(e <= 1.0 for e in errors),
        edges_half_s=sum(e <= 0.5 for e in errors),
        words_right=len(true_words & found_words),
        words_true=len(true_words),
        words_found=len(found_words),
        lost_s=sum(s.duration_s for s in subtract(found, truth)),
        duration_s=duration_s,
    )


def spot_errors(spots: Sequence[Span], found: Sequence[Span]) -> tuple[SpotError, ...]:
    """Each true spot on its own, against the cuts as they are (not joined).

    Between two spots of a block a cut need not have an edge: where it runs on, the error
    there is 0.
    """
    cuts, truth = merge(found, gap_s=0.01), blocks(spots)
    errors = []
    for spot in spots:
        cut = max(cuts, key=lambda c: overlap(c, spot), default=Span(0.0, 0.0))
        block = next(b for b in truth if overlap(b, spot) or b == spot)
        covered = sum(overlap(c, spot) for c in cuts) / spot.duration_s
        start, end = cut.start - spot.start, cut.end - spot.end
        if block.start < spot.start:
            start = max(0.0, start)
        if block.end > spot.end:
            end = min(0.0, end)
        hit = overlap(cut, spot) > 0
        errors.append(SpotError(spot, covered, start if hit else None, end if hit else None))
    return tuple(errors)


def iou(a: Span, b: Span) -> float:
    """Intersection over union of two spans, in [0, 1]."""
    both = overlap(a, b)
    return share(both, a.duration_s + b.duration_s - both)
