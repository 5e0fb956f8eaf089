"""What of an episode waits for a person: doubtful spans, those held back, other episodes' word.

Knows transcripts with their edits, and offers; does not know how either came about, nor how
a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from episodes.edits import Action, Decision
from episodes.repeats import Repeat
from episodes.spans import Span, overlap, subtract
from episodes.types import AdKind, AdSpan, Transcript
from pipeline.edits import LEFT_S, MEANT

Reason = Literal["unsure", "held back", "repeats"]
"""Why something waits: as a span's `review` says, or because other episodes tell of it."""

FIRST, LAST = 30, 15
"""Of what is said in a long one so many words from its beginning and its end are quoted."""


@dataclass(frozen=True, slots=True)
class Question(Span):
    """Something to decide, in original seconds; `stripped` says that it is cut now.

    `suggested` is what the evidence speaks for, None where that is open. `quote` is what is
    said in it, shortened.
    """

    reason: Reason
    kind: AdKind
    confidence: float
    sponsor: str | None
    evidence: tuple[str, ...]
    quote: str
    suggested: Action | None = None
    stripped: bool = False


def questions(
    transcript: Transcript, offers: Sequence[Repeat], decisions: Sequence[Decision]
) -> tuple[Question, ...]:
    """What a person has not decided yet, in order.

    `transcript` has the `decisions` laid over it. Of `offers`, what other episodes tell,
    those that it follows already are left out; a doubtful span that one is about is told
    with it.
    """
    undecided = [one for one in offers if not any(same(one, d) for d in decisions)]
    told = [one for one in undecided if not _followed(one, transcript)]
    asked = [_offered(one, transcript) for one in told]
    asked += [
        _found(ad, transcript)
        for ad in transcript.ads
        if ad.review is not None and not any(same(ad, one) for one in told)
    ]
    return tuple(sorted(asked, key=lambda one: (one.start, one.end)))


def same(a: Span, b: Span) -> bool:
    """Whether two stretches are about the same."""
    return overlap(a, b) > MEANT * min(a.duration_s, b.duration_s)


def _followed(offer: Repeat, transcript: Transcript) -> bool:
    """Whether the transcript does already what the offer says."""
    left_s = sum(part.duration_s for part in subtract([offer], transcript.cuts))
    half_s = MEANT * offer.duration_s
    if offer.kept:
        return offer.duration_s - left_s < min(LEFT_S, half_s)
    return left_s < half_s


def _found(ad: AdSpan, transcript: Transcript) -> Question:
    assert ad.review is not None
    return Question(
        ad.start,
        ad.end,
        ad.review,
        ad.kind,
        ad.confidence,
        ad.sponsor,
        ad.evidence,
        quote(ad, transcript),
        "cut" if ad.review == "held back" else None,
    )


def _offered(offer: Repeat, transcript: Transcript) -> Question:
    """An offer, with what was found there."""
    found = [why for ad in transcript.ads if same(ad, offer) for why in ad.evidence]
    return Question(
        offer.start,
        offer.end,
        "repeats",
        offer.kind,
        offer.confidence,
        offer.sponsor,
        (*found, offer.evidence),
        quote(offer, transcript),
        "keep" if offer.kept else "cut",
        stripped=offer.kept,
    )


def quote(span: Span, transcript: Transcript) -> str:
    """What is said in a stretch, shortened."""
    words = [
        word.text
        for utterance in transcript.utterances
        for word in utterance.words
        if span.start <= word.middle < span.end
    ]
    if len(words) > FIRST + LAST:
        words[FIRST:-LAST] = [" ..."]
    return "".join(words).strip()
