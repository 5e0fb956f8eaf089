"""How well repeated parts were found, against the exact truth of a made folder.

Pure functions. Every advert counts for itself, an edge between two adjoining ones as well.
This file does not know how anything was found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.ad_score import iou
from benchmarks.score import Counts, share
from episodes.spans import Span, overlap
from episodes.types import AdSpan

HIT_IOU = 0.5
NEAR_S = 0.3
PLACED = ("intro", "outro")
PROGRAMME = ("content", "teaser", "sting")


@dataclass(frozen=True, slots=True)
class Tally(Counts):
    """Counts over adverts, their edges, and the show's own fixed parts.

    `placed` of `placed_true` intros and outros were found as such; `lost_s` is programme
    inside what was found as an advert.
    """

    hits: int = 0
    missed: int = 0
    false: int = 0
    edges: int = 0
    edges_near: int = 0
    placed: int = 0
    placed_true: int = 0
    lost_s: float = 0.0

    @property
    def f1(self) -> float:
        """Of adverts; a hit has an intersection over union of at least a half."""
        return share(2 * self.hits, 2 * self.hits + self.missed + self.false)

    @property
    def near(self) -> float:
        """The share of the hits' edges within NEAR_S."""
        return share(self.edges_near, self.edges)


def score(truth: Sequence[Mapping[str, object]], found: Sequence[AdSpan]) -> Tally:
    """The counts of one episode; `truth` are rows of a made folder's truth.json."""
    parts = [(str(row["kind"]), Span(_s(row["start"]), _s(row["end"]))) for row in truth]
    spots = [span for kind, span in parts if kind == "sponsor"]
    cuts = [ad for ad in found if ad.kind == "sponsor"]
    pairs = [(a, b) for a in spots for b in cuts if iou(a, b) >= HIT_IOU]
    hits = list({id(a): (a, b) for a, b in {id(b): (a, b) for a, b in pairs}.values()}.values())
    errors = [abs(e) for a, b in hits for e in (b.start - a.start, b.end - a.end)]
    placed = [(kind, span) for kind, span in parts if kind in PLACED]
    programme = [span for kind, span in parts if kind in PROGRAMME]
    return Tally(
        hits=len(hits),
        missed=len(spots) - len(hits),
        false=len(cuts) - len(hits),
        edges=len(errors),
        edges_near=sum(error <= NEAR_S for error in errors),
        placed=sum(
            any(ad.kind == kind and iou(ad, span) >= HIT_IOU for ad in found)
            for kind, span in placed
        ),
        placed_true=len(placed),
        lost_s=sum(overlap(span, cut) for span in programme for cut in cuts),
    )


def _s(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)
