"""Finds the ads: words in, spans out. The room's front door.

    words -> sentences -> log-odds of each -> evidence around them -> decoder -> edges

This file does not decide what is cut (strip.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from ads import sponsors
from ads.classify import log_odds
from ads.edges import end_edge, start_edge
from ads.evidence import weigh
from ads.reasons import explain
from ads.segments import Segment, decode
from ads.sentences import Sentence, split
from episodes.spans import Span
from episodes.types import AdSpan, Word


def detect(
    words: Sequence[Word],
    duration_s: float | None = None,
    silences: Sequence[Span] = (),
    description: str | None = None,
) -> tuple[AdSpan, ...]:
    """What is not the programme, sorted and disjoint; () without words.

    `words` are sorted by start; their speakers are used where known. `duration_s` is the
    episode's length in seconds (the last word's end if None), `silences` are quiet
    stretches of the waveform, `description` the show notes. `stripped` is not decided here.
    """
    if not words:
        return ()
    sentences = split(words)
    length_s = max(duration_s or 0.0, sentences[-1].end)
    scores = weigh(sentences, log_odds(sentences), length_s, description)
    spans: list[AdSpan] = []
    for segment in decode(sentences, scores):
        own = sentences[segment.first : segment.last]
        start = start_edge(words, own[0].first, silences)
        end = end_edge(words, own[-1].last, length_s, silences)
        start = max(start, spans[-1].end if spans else 0.0)
        spans.append(
            AdSpan(
                start=start,
                end=max(start, end),
                kind=segment.kind,
                confidence=_confidence(segment),
                sponsor=sponsors.name(own) if segment.kind == "sponsor" else None,
                evidence=explain(sentences, segment, description),
            )
        )
    return tuple(spans)


def _confidence(segment: Segment) -> float:
    """The segment's log-odds as a probability, softened: its cues are not independent."""
    return round(1 / (1 + exp(-segment.score / 3)), 3)
