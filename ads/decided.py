"""What people decided about the same recording, or the same words, in other episodes.

A decision is bound to a stretch of its episode; matches carry it over. This file does not
know who decided, nor how a match was found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ads.parts import COVERS
from episodes.clock import short_time
from episodes.repeats import Known, Match, Other, Repeat
from episodes.spans import overlap, subtract

SOUND, WORDS = 0.99, 0.9
"""The confidence of what a person cut where the very recording, or only its words, come
again: others may speak the words of an advert."""

LEFT_S = 3.0
"""Less than this beside another decision is an error of an edge."""


def decided(matches: Sequence[Match], others: Mapping[str, Other]) -> tuple[Repeat, ...]:
    """What follows for an episode with these `matches`: sorted, disjoint.

    Where people decided otherwise of one recording in different episodes, nothing is cut.
    """
    said = [
        repeat
        for match in matches
        if match.other in others
        for known in others[match.other].known
        if known.person and _follows(known, match, others[match.other])
        for repeat in [_carried(known, match, others[match.other])]
    ]
    # The recording tells more than words do; of two that disagree the one that keeps holds.
    said.sort(key=lambda r: (r.by != "sound", not r.kept, -r.duration_s))
    holding: list[Repeat] = []
    for one in said:
        least_s = min(LEFT_S, COVERS * one.duration_s)
        holding += [
            replace(one, start=part.start, end=part.end)
            for part in subtract([one], holding)
            if part.duration_s >= least_s
        ]
    return tuple(sorted(holding, key=lambda r: r.start))


def unquestioned(other: Other) -> list[Known]:
    """What was found in an episode and no person denied."""
    kept = [known for known in other.known if known.kept]
    return [
        known
        for known in other.known
        if not known.person and sum(overlap(known, s) for s in kept) < COVERS * known.duration_s
    ]


def _follows(known: Known, match: Match, other: Other) -> bool:
    """Whether a decision holds for what matches.

    One show's advert is every show's; what belongs to a show, or to its programme, it alone
    can say. A cut is followed where most of it comes again, so that a theme within does not
    go with it; what lies within a stretch that is kept is kept.
    """
    if not other.same_show and (known.kept or known.kind != "sponsor"):
        return False
    there, shared_s = match.there, overlap(known, match.there)
    least_s = min(known.duration_s, there.duration_s) if known.kept else known.duration_s
    return shared_s > 0 and shared_s >= COVERS * least_s


def _carried(known: Known, match: Match, other: Other) -> Repeat:
    """The decision where the match has it; words may be spoken faster or slower there."""
    there, kept = match.there, known.kept
    pace = match.duration_s / there.duration_s
    start = match.start + pace * (max(known.start, there.start) - there.start)
    end = match.start + pace * (min(known.end, there.end) - there.start)
    confidence = 0.0 if kept else SOUND if match.by == "sound" else WORDS
    why = "a person kept it in" if kept else "a person cut it in"
    place = f'"{other.title}" at {short_time(known.start)}'
    return Repeat(
        start, end, known.kind, confidence, f"{why} {place}", known.sponsor, match.by, True
    )
