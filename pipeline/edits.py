"""A person's edits laid over a transcript, which itself stays as it was found.

Knows the edits' meaning; does not know who made them or where they are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from episodes.edits import Decision, Edits, Naming, settled
from episodes.spans import Span, merge, overlap, subtract
from episodes.types import AdSpan, Speaker, Transcript, Turn, in_time
from speakers.quality import quality
from speakers.utterances import group

MEANT = 0.5
"""A decision is about an ad where they share more than this of the shorter one."""

LEFT_S = 5.0
"""Less than this of an ad beside a decision is an error of its edge."""


def edited(transcript: Transcript, edits: Edits) -> Transcript:
    """The transcript as the person wants it. Labels stay, so that no link breaks."""
    ads = decided(transcript.ads, edits.ads, transcript.duration_s)
    changed = replace(
        transcript, ads=ads, speakers=_named(transcript.speakers, transcript.turns, edits.names)
    )
    if not any(ad.review == "held back" for ad in ads):  # a person has been through all
        told = tuple(one for one in transcript.warnings if one != transcript.held_back)
        changed = replace(changed, warnings=told, held_back=None)
    if changed.cuts == transcript.cuts:
        return changed
    utterances = group(in_time(transcript.utterances), changed.cuts)
    return replace(
        changed,
        utterances=utterances,
        quality=quality(utterances, changed.turns, changed.cuts),
    )


def renamed(
    names: Sequence[Naming], transcript: Transcript, changes: Mapping[str, str | None]
) -> tuple[Naming, ...]:
    """The names, changed for the voices that the transcript now calls by these labels.

    None takes a name back.
    """
    kept = [one for one in names if _voice(one, transcript.turns) not in changes]
    fresh = [
        Naming(label, name, merge(t for t in transcript.turns if t.speaker == label))
        for label, name in changes.items()
        if name is not None
    ]
    return (*kept, *fresh)


def decided(
    ads: Sequence[AdSpan], decisions: Sequence[Decision], duration_s: float
) -> tuple[AdSpan, ...]:
    """The ads found, but inside of decisions what was decided; sorted, disjoint if they were.

    Of an ad that a decision is about in part, the rest stays as it was found.
    """
    holding = settled(decisions)
    keeps = [one for one in holding if one.action == "keep"]
    laid = [part for ad in ads for part in _beside(ad, holding)]
    laid += [part for ad in ads for part in _kept(ad, keeps)]
    laid += [_cut(one, duration_s) for one in holding if one not in keeps]
    return tuple(sorted((ad for ad in laid if ad.duration_s > 0), key=lambda ad: ad.start))


def completed(decision: Decision, ads: Sequence[AdSpan]) -> Decision:
    """The decision, and what it leaves to be seen from the ads found.

    A cut of most of an ad `replaces` it: it is that ad with other edges. Whose ad it is was
    perhaps found.
    """
    if decision.action == "keep":
        return decision
    before = decision.replaces or decision
    about = [ad for ad in ads if overlap(before, ad) > MEANT * ad.duration_s]
    if not about:
        return decision
    alike = [ad for ad in about if ad.kind == decision.kind]
    longest = max(alike, key=lambda ad: ad.duration_s, default=None)
    return replace(
        decision,
        sponsor=decision.sponsor or (longest.sponsor if longest else None),
        replaces=decision.replaces
        or Span(min(ad.start for ad in about), max(ad.end for ad in about)),
    )


def _beside(ad: AdSpan, decisions: Sequence[Decision]) -> list[AdSpan]:
    parts = subtract([ad], decisions)
    return [_part(ad, part) for part in parts if _counts(part, ad)]


def _kept(ad: AdSpan, keeps: Sequence[Decision]) -> list[AdSpan]:
    """What of an ad a person keeps: it is still marked."""
    why = ("kept by a person",)
    return [
        replace(_part(ad, part), stripped=False, review=None, evidence=why)
        for part in subtract([ad], subtract([ad], keeps))
        if _counts(part, ad)
    ]


def _part(ad: AdSpan, part: Span) -> AdSpan:
    return replace(ad, start=part.start, end=part.end)


def _counts(part: Span, ad: AdSpan) -> bool:
    return part.duration_s >= min(LEFT_S, MEANT * ad.duration_s)


def _cut(decision: Decision, duration_s: float) -> AdSpan:
    start, end = min(decision.start, duration_s), min(decision.end, duration_s)
    why = ("cut by a person",)
    return AdSpan(start, end, decision.kind, 1.0, decision.sponsor, why, stripped=True)


def _named(
    speakers: Sequence[Speaker], turns: Sequence[Turn], names: Sequence[Naming]
) -> tuple[Speaker, ...]:
    """Each name goes to the voice that speaks most while the one that was named did."""
    given = {_voice(one, turns): one.name for one in names}
    return tuple(
        Speaker(s.label, given[s.label], "named by a person") if s.label in given else s
        for s in speakers
    )


def _voice(named: Naming, turns: Sequence[Turn]) -> str | None:
    """The label of the voice that a name is for; None where it is not heard any more."""
    shared = {
        label: _shared(named.turns, [turn for turn in turns if turn.speaker == label])
        for label in dict.fromkeys(turn.speaker for turn in turns)
    }
    label = max(shared, key=lambda key: shared[key], default=None)
    return label if label is not None and shared[label] > 0 else None


def _shared(a: Sequence[Span], b: Sequence[Span]) -> float:
    """Seconds that both cover."""
    return (
        sum(s.duration_s for s in merge(a))
        + sum(s.duration_s for s in merge(b))
        - sum(s.duration_s for s in merge([*a, *b]))
    )


def relabelled(edits: Edits, transcript: Transcript) -> Edits:
    """The edits with each name under the label that its voice bears now."""
    names = (replace(n, label=_voice(n, transcript.turns) or n.label) for n in edits.names)
    return replace(edits, names=tuple(names))
