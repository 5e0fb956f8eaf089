"""The parts of an episode that others have too: what lies between the edges matches share.

This file does not know what a part is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from episodes.repeats import By, Match, Repeat
from episodes.spans import Span, overlap
from episodes.types import AdKind

SAME_EDGE_S = 0.8
"""Edges nearer than this are one: copies are trimmed."""

ALIKE = 0.6
"""Neighbouring parts are one where this share of the episodes has both side by side."""

SHORT_S = 3.0
"""Pieces shorter than this do not divide a part."""

COVERS = 0.7
"""A match counts for a part of which it covers this share."""


@dataclass(frozen=True, slots=True)
class Part(Span):
    """A stretch between two edges, and the matches that cover it."""

    matches: tuple[Match, ...]

    def place_in(self, match: Match) -> Span:
        """Where the part lies in the episode of one of its matches."""
        start = max(0.0, match.other_start + self.start - match.start)
        return Span(start, start + self.duration_s)

    def repeat(
        self, kind: AdKind, confidence: float, why: str, sponsor: str | None = None
    ) -> Repeat:
        """What was found out about it."""
        by: By = "words" if all(m.by == "words" for m in self.matches) else "sound"
        return Repeat(self.start, self.end, kind, confidence, why, sponsor, by)


def parts(matches: Sequence[Match], own: str) -> list[Part]:
    """The parts of the episode `own`, in order; where the same others have two they are one."""
    return _joined(list(_between(matches)), own)


def _between(matches: Sequence[Match]) -> Iterator[Part]:
    """The stretches between neighbouring edges that any match covers."""
    for start, end in pairwise(_edges(matches)):
        bare = Span(start, end)
        covering = [m for m in matches if overlap(m, bare) >= COVERS * bare.duration_s]
        if covering:
            yield Part(start, end, tuple(covering))


def _edges(matches: Sequence[Match]) -> list[float]:
    """Where matches begin and end, those near each other made one."""
    found = sorted([*((m.start, "start") for m in matches), *((m.end, "end") for m in matches)])
    groups: list[list[tuple[float, str]]] = []
    for edge in found:
        if groups and edge[0] - groups[-1][-1][0] <= SAME_EDGE_S:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    return [_edge(group) for group in groups]


def _edge(group: Sequence[tuple[float, str]]) -> float:
    """One for all: between two parts the middle, else about the outermost.

    Copies are trimmed, so that the longest are right; but one in five may be alike beyond
    the end by chance.
    """
    starts = [t for t, side in group if side == "start"]
    ends = [t for t, side in group if side == "end"]
    if starts and ends:
        return (median(starts) + median(ends)) / 2
    return starts[len(starts) // 5] if starts else ends[-1 - len(ends) // 5]


def _joined(between: Sequence[Part], own: str) -> list[Part]:
    """Neighbours, also in the same episodes, are one part, a short piece in between or not.

    Such a piece more episodes have: they use the same music, or a sentence.
    """
    joined: list[Part] = []
    for part in between:
        joined.append(part)
        for back in (2, 3):
            run = joined[-back:]
            whole = len(run) == back and all(a.end == b.start for a, b in pairwise(run))
            short = all(piece.duration_s < SHORT_S for piece in run[1:-1])
            if whole and short and _alike(run[0], run[-1], own):
                longer = max(run[0], run[-1], key=lambda p: p.duration_s)
                joined[-back:] = [Part(run[0].start, part.end, longer.matches)]
                break
    return joined


def _alike(a: Part, b: Part, own: str) -> bool:
    """Whether most episodes that have either have both, and one at the other's side."""
    either = {m.other for m in (*a.matches, *b.matches)} - {own}
    both = {m.other for m in a.matches for n in b.matches if _one_piece(m, n)} - {own}
    return len(both) >= ALIKE * len(either) and bool(either)


def _one_piece(a: Match, b: Match) -> bool:
    """Whether two matches lie in the other episode as they do here.

    An advert beside the intro may be in most episodes, but it is not beside the intro there.
    """
    apart_s = (b.other_start - b.start) - (a.other_start - a.start)
    return a.other == b.other and abs(apart_s) <= SAME_EDGE_S
