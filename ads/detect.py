"""Finds the ads: words in, spans out. The room's front door.

    words -> sentences -> log-odds of each -> its surroundings -> decoder -> edges -> repeats

This file does not decide what is cut (strip.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from ads import sponsors
from ads.cues import CLOSERS, find
from ads.edges import place
from ads.evidence import weigh
from ads.fusion import fuse, wholes
from ads.network import present as fitted
from ads.reasons import explain
from ads.segments import Segment, decode
from ads.sentences import Sentence, split
from episodes.repeats import Repeat
from episodes.spans import Span, inside, merge
from episodes.types import AdSpan, Word

DOUBTFUL = 0.55
"""The most confidence that rules alone give a spot without any definite sign of one."""

EVEN_SCORE, SCORE_SCALE = 3.4, 6.4
"""A fitted spot's score at even odds, and how much of it stands for one of log-odds: by how
often spots of a score were true on episodes and passages kept out of the fitting."""


def detect(
    words: Sequence[Word],
    duration_s: float | None = None,
    silences: Sequence[Span] = (),
    description: str | None = None,
    repeats: Sequence[Repeat] = (),
) -> tuple[AdSpan, ...]:
    """What is not the programme, sorted and disjoint; () without words and repeats.

    `words` are sorted by start; their speakers are used where known. `duration_s` is the
    episode's length in seconds (the last word's end if None), `silences` are quiet
    stretches of the waveform, `description` the show notes, `repeats` what other episodes
    have too (repeats.py), which tells also where there are no words. `stripped` is not
    decided here.
    """
    told = _told(words, duration_s, silences, description)
    if not repeats:
        return told
    whole = wholes(repeats, split(words))
    spoken = merge(whole)
    rest = [word for word in words if not inside(word.middle, spoken)]
    beside = _told(rest, duration_s, silences, description)
    return fuse(whole, told, beside, silences)


def _told(
    words: Sequence[Word],
    duration_s: float | None,
    silences: Sequence[Span],
    description: str | None,
) -> tuple[AdSpan, ...]:
    """What words alone tell."""
    if not words:
        return ()
    sentences = split(words)
    length_s = max(duration_s or 0.0, sentences[-1].end)
    scores = weigh(sentences, length_s, description)
    segments = decode(sentences, scores)
    edges: dict[Segment, Span] = {}
    for group in (0, 1):  # only paid spots share the pause between them
        alike = [segment for segment in segments if segment.group == group]
        runs = [(sentences[s.first].first, sentences[s.last - 1].last) for s in alike]
        edges.update(zip(alike, place(words, runs, length_s, silences), strict=True))
    return tuple(_span(sentences, s, edges[s], description) for s in segments)


def _span(
    sentences: Sequence[Sentence], segment: Segment, edge: Span, description: str | None
) -> AdSpan:
    own = sentences[segment.first : segment.last]
    return AdSpan(
        start=edge.start,
        end=edge.end,
        kind=segment.kind,
        confidence=_confidence(segment, own),
        sponsor=sponsors.name(own) if segment.kind == "sponsor" else None,
        evidence=explain(sentences, segment, description),
    )


def _definite(sentence: Sentence) -> bool:
    return any(cue.value == "opener" or cue.value in CLOSERS for cue in find(sentence.tokens))


def _confidence(segment: Segment, own: Sequence[Sentence]) -> float:
    """The segment's score as a probability, softened: its cues are not independent.

    By rules alone, sales talk without an opener, an address, an offer or the like stays
    doubtful.
    """
    if segment.kind == "sponsor" and fitted():
        return round(1 / (1 + exp((EVEN_SCORE - segment.score) / SCORE_SCALE)), 3)
    sure = round(1 / (1 + exp(-segment.score / 3)), 3)
    plain = segment.kind == "sponsor" and not any(_definite(sentence) for sentence in own)
    return min(sure, DOUBTFUL) if plain else sure
