"""Why a span was found, in short sentences a person can check against the transcript.

This file does not score anything: it looks again at what the decoder chose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ads import sponsors
from ads.cues import Role, find
from ads.segments import Scores, Segment
from ads.sentences import Sentence
from ads.sound import Heard

_SAYS: Mapping[Role, str] = MappingProxyType(
    {
        "opener": "opens like a spot",
        "thanks": "thanks a sponsor",
        "action": "calls to action",
        "address": "gives an address",
        "offer": "makes an offer",
        "legal": "legal wording",
        "trailer": "recommends a show",
        "pitch": "sales wording",
        "listeners": "names the audience as supporter",
        "selfpromo": "asks something of the audience",
        "intro": "greets",
        "outro": "says goodbye",
        "credits": "lists who made it",
        "preview": "announces",
    }
)
_PAID: tuple[Role, ...] = ("opener", "thanks", "legal", "offer", "action", "address", "trailer")
_SHOW: Mapping[str, tuple[Role, ...]] = MappingProxyType(
    {
        "sponsor": _PAID,
        "selfpromo": ("listeners", "selfpromo"),
        "intro": ("intro",),
        "outro": ("outro",),
        "preview": ("preview",),
        "credits": ("credits",),
    }
)


USUAL = "stands where such a part usually stands"
"""All there is to say where nothing else tells."""

READS = 0.8
"""A spot reads like an advert if the fitted weights are this sure of its usual sentence."""


def explain(
    sentences: Sequence[Sentence],
    segment: Segment,
    scores: Scores,
    description: str | None = None,
    heard: Heard | None = None,
) -> tuple[str, ...]:
    """Short reasons for the segment, the strongest sort first; never empty.

    `scores` are what the decoder chose by, `heard` is how the sentences sound.
    """
    own = sentences[segment.first : segment.last]
    reasons = list(_quotes(own, _SHOW[segment.kind]))
    if segment.kind == "sponsor":
        reasons += [] if any(_has(s, "opener") for s in own) else _form(segment, scores)
        if not reasons:
            reasons += _quotes(own, ("pitch",))
        reasons += _reading(segment, scores.read)
        reasons += _around(sentences, segment, description)
        reasons += _sound(segment, heard)
    return tuple(reasons) or (USUAL,)


def without_words(
    sentences: Sequence[Sentence], segment: Segment, heard: Heard | None = None
) -> tuple[str, ...]:
    """The reasons that need no words; never empty."""
    return (*_strangers(sentences, segment), *_sound(segment, heard)) or (USUAL,)


def _strangers(sentences: Sequence[Sentence], segment: Segment) -> list[str]:
    rest = (*sentences[: segment.first], *sentences[segment.last :])
    own = {s.speaker for s in sentences[segment.first : segment.last]} - {None}
    return ["a voice heard nowhere else"] if own - {s.speaker for s in rest} else []


def _sound(segment: Segment, heard: Heard | None) -> list[str]:
    return [] if heard is None else list(heard.why(segment.first, segment.last))


def _form(segment: Segment, scores: Scores) -> list[str]:
    ident = segment.ident(scores)
    return [] if ident is None else [f'says who pays, or whose it is: "{ident.said}"']


def _reading(segment: Segment, read: NDArray[np.float64] | None) -> list[str]:
    if read is None:
        return []
    odds = float(np.median(read[segment.first : segment.last]))
    sure = 1 / (1 + exp(-max(odds, 0.0)))
    return [f"reads like an advert ({sure:.2f})"] if sure >= READS else []


def _quotes(own: Sequence[Sentence], roles: Sequence[Role]) -> list[str]:
    """One quotation for each role, its longest."""
    reasons = []
    for role in roles:
        quotes = [
            " ".join(sentence.tokens[found.first : found.last])
            for sentence in own
            for found in find(sentence.tokens)
            if found.value == role
        ]
        if quotes:
            reasons.append(f'{_SAYS[role]}: "{max(quotes, key=len)}"')
    return reasons


def _around(
    sentences: Sequence[Sentence], segment: Segment, description: str | None
) -> list[str]:
    """What the neighbours, the voices, the name and the show notes add."""
    own = sentences[segment.first : segment.last]
    rest = (*sentences[: segment.first], *sentences[segment.last :])
    reasons = []
    if segment.first and _has(sentences[segment.first - 1], "handoff"):
        reasons.append("follows a hand-off to a break")
    if segment.last < len(sentences) and _has(sentences[segment.last], "return"):
        reasons.append("the show comes back right after")
    reasons += _strangers(sentences, segment)
    name = sponsors.name(own) or ""
    keys = sponsors.keys(name)
    count = sum(bool(keys & sponsors.said(s)) for s in own)
    if count > 1 and not any(keys & sponsors.said(s) for s in rest):
        reasons.append(f'names "{name}" in {count} sentences, and nobody else does')
    noted = sponsors.noted(description or "")
    linked = {stem for s in own for stem in sponsors.address_stems(s)} & noted
    return reasons + [f"linked in the show notes: {stem}" for stem in sorted(linked)]


def _has(sentence: Sentence, role: Role) -> bool:
    return any(found.value == role for found in find(sentence.tokens))
