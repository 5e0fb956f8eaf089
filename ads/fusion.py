"""What words tell and what repetition tells, made one.

A recording that is heard elsewhere begins and ends where the copies do, to a tenth of a
second, which no word tells as well; what it is, its words tell better. This file does not
know how either was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from episodes.repeats import Repeat
from episodes.spans import Span, overlap, subtract
from episodes.types import AdSpan

ABOUT = 0.5
"""Two spans are about the same where they share this much of the shorter one."""

LEFT_S = 5.0
"""Less than this of a span beside a recording that comes again is an error of its edge."""

QUIET_S = 0.3
"""An edge is moved into a quiet stretch no further away than this, INTO_S deep."""
INTO_S = 0.05

SURE = 0.6
"""Words that are less sure than this give way."""

DOUBTFUL = 0.5
"""At most so sure are words that a person kept where others spoke them."""

MOST = 0.99


def fuse(
    repeats: Sequence[Repeat],
    told: Sequence[AdSpan],
    beside: Sequence[AdSpan],
    silences: Sequence[Span] = (),
) -> tuple[AdSpan, ...]:
    """The repeats with what words tell of them, and what words tell beside them.

    Sorted and disjoint. `told` are the spans of all words, `beside` those of the words
    outside of repeats, which are judged apart: that something is an advert says little of
    what stands next to it. `silences` are quiet stretches of the waveform.
    """
    settled = [_settled(one, silences) for one in repeats]
    joined = [_joined(one, told) for one in settled]
    found = [ad for ad in joined if ad is not None]
    left = [part for ad in beside for part in _left(ad, settled)]
    return tuple(_disjoint(sorted([*found, *left], key=lambda ad: (ad.start, ad.end))))


def wholes(repeats: Sequence[Repeat], sentences: Sequence[Span]) -> tuple[Repeat, ...]:
    """The repeats; what was only read again in the same words, as whole sentences.

    Their edges were heard by words, of which the first and last may be misheard.
    """
    found = []
    for one in repeats:
        own = [s for s in sentences if overlap(s, one) > ABOUT * s.duration_s]
        if one.by == "words" and own:
            one = replace(one, start=own[0].start, end=max(s.end for s in own))  # noqa: PLW2901
        found.append(one)
    return tuple(found)


def _settled(repeat: Repeat, silences: Sequence[Span]) -> Repeat:
    start, end = _in_quiet(repeat.start, silences), _in_quiet(repeat.end, silences)
    return replace(repeat, start=start, end=end) if start < end else repeat


def _in_quiet(t: float, silences: Sequence[Span]) -> float:
    """The second nearest to `t` that is quiet, if one is near."""
    inner = (
        Span(min(s.start + INTO_S, s.middle), max(s.end - INTO_S, s.middle)) for s in silences
    )
    near = [min(max(t, quiet.start), quiet.end) for quiet in inner]
    best = min(near, key=lambda at: abs(at - t), default=t)
    return best if abs(best - t) <= QUIET_S else t


def _joined(repeat: Repeat, told: Sequence[AdSpan]) -> AdSpan | None:
    """The repeat as a span, with what words tell of it; None where nothing calls it an ad."""
    bare = AdSpan(
        repeat.start,
        repeat.end,
        repeat.kind,
        repeat.confidence,
        repeat.sponsor,
        (repeat.evidence,),
    )
    about = [ad for ad in told if overlap(ad, repeat) > ABOUT * _shorter_s(ad, repeat)]
    if not about:
        return None if repeat.kept else bare
    ad = max(about, key=lambda ad: overlap(ad, repeat))
    if repeat.person:
        return _said(bare, ad, repeat)
    kind = ad.kind if _words_win(ad, repeat) else repeat.kind
    both = 1 - (1 - ad.confidence) * (1 - repeat.confidence)
    confidence = (
        both
        if ad.kind == repeat.kind
        else (ad.confidence if kind == ad.kind else repeat.confidence)
    )
    return replace(
        bare,
        kind=kind,
        confidence=round(min(confidence, max(MOST, ad.confidence)), 3),
        sponsor=(ad.sponsor or repeat.sponsor) if kind == "sponsor" else None,
        evidence=(*ad.evidence, repeat.evidence),
    )


def _said(bare: AdSpan, ad: AdSpan, repeat: Repeat) -> AdSpan:
    """A person's word holds: of what one kept elsewhere it is only told what words say."""
    evidence = (*ad.evidence, repeat.evidence)
    if not repeat.kept:
        return replace(bare, sponsor=repeat.sponsor or ad.sponsor, evidence=evidence)
    sure = 0.0 if repeat.by == "sound" else min(ad.confidence, DOUBTFUL)
    return replace(bare, kind=ad.kind, confidence=sure, sponsor=ad.sponsor, evidence=evidence)


def _words_win(ad: AdSpan, repeat: Repeat) -> bool:
    """Whether the kind is that of the words.

    A show's own appeals move about as adverts do, and an advert may always come first.
    """
    if repeat.kind == "sponsor":
        return ad.kind not in ("intro", "outro") or repeat.confidence < SURE
    return ad.confidence >= SURE


def _left(ad: AdSpan, joined: Sequence[Span]) -> Iterator[AdSpan]:
    """What of a span lies beside all repeats: it may be another spot."""
    parts = subtract([ad], joined)
    whole = len(parts) == 1 and parts[0].duration_s == ad.duration_s
    for part in parts:
        if whole or part.duration_s >= LEFT_S:
            yield replace(ad, start=part.start, end=part.end)


def _disjoint(ads: Sequence[AdSpan]) -> Iterator[AdSpan]:
    end = 0.0
    for ad in ads:
        if ad.end > end:
            yield replace(ad, start=max(ad.start, end))
            end = ad.end


def _shorter_s(a: Span, b: Span) -> float:
    return min(a.duration_s, b.duration_s)
