"""Finds the ads: words in, spans out. The room's front door.

    words -> sentences -> log-odds of each -> its surroundings -> decoder -> edges -> repeats

This file does not decide what is cut (strip.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from ads import reasons, sponsors, wordless
from ads.cues import CLOSERS, find
from ads.edges import place
from ads.evidence import weigh
from ads.fusion import fuse, wholes
from ads.network import present as fitted
from ads.reasons import explain
from ads.segments import Segment, decode
from ads.sentences import Sentence, split
from ads.sound import hear
from episodes.repeats import Repeat
from episodes.sound import Sound
from episodes.spans import Span, inside, merge
from episodes.types import AdSpan, Word

DOUBTFUL = 0.55
"""The most confidence that rules alone give a spot without any definite sign of one; the fitted
weights too, if it is heard in this episode alone and other spots come again."""

EVEN_SCORE, SCORE_SCALE = 1.2, 9.4
"""A fitted spot's score at even odds, and how much of it stands for one of log-odds: by how
often spots of a score were true on episodes and passages kept out of the fitting."""


def detect(
    words: Sequence[Word],
    duration_s: float | None = None,
    sound: Sound | None = None,
    description: str | None = None,
    repeats: Sequence[Repeat] = (),
    language: str = "en",
) -> tuple[AdSpan, ...]:
    """What is not the programme, sorted and disjoint; () without words and repeats.

    `words` are sorted by start; their speakers are used where known. `duration_s` is the
    episode's length in seconds (the last word's end if None), `sound` what it sounds like,
    `description` the show notes, `repeats` what other episodes have too (repeats.py), which
    tells also where there are no words. Of a `language` that is not understood nothing that
    is said counts, and what is found without repetition stays doubtful. `stripped` is not
    decided here.
    """
    clues = _Clues(duration_s or 0.0, sound, description, understands(language))
    told = _told(words, clues)
    if not repeats:
        return told
    whole = wholes(repeats, split(words))
    spoken = merge(whole)
    rest = [word for word in words if not inside(word.middle, spoken)]
    returning = any(one.kind == "sponsor" for one in whole)
    beside = _told(rest, clues, signed=returning)
    return fuse(whole, told, beside, sound.silences if sound else ())


def understands(language: str) -> bool:
    """Whether what is said in the language, by code or English name, tells its ads."""
    return re.split(r"[-_ ]", language.lower())[0] in ("en", "eng", "english")


@dataclass(frozen=True, slots=True)
class _Clues:
    """What there is beside words. `understood` says whether what is said counts."""

    duration_s: float
    sound: Sound | None
    description: str | None
    understood: bool


def _told(words: Sequence[Word], clues: _Clues, *, signed: bool = False) -> tuple[AdSpan, ...]:
    """What words tell, who says them, and how they sound.

    If `signed`, paid spots without a definite sign of one are doubtful.
    """
    if not words:
        return ()
    sentences = split(words)
    length_s = max(clues.duration_s, sentences[-1].end)
    heard = hear(sentences, clues.sound)
    if clues.understood:
        scores = weigh(sentences, length_s, clues.description, heard)
    else:
        scores = wordless.weigh(sentences, heard)
    segments = decode(sentences, scores)
    edges: dict[Segment, Span] = {}
    for group in (0, 1):  # only paid spots share the pause between them
        alike = [segment for segment in segments if segment.group == group]
        runs = [(sentences[s.first].first, sentences[s.last - 1].last) for s in alike]
        edges.update(zip(alike, place(words, runs, length_s, clues.sound), strict=True))
    spans = []
    for segment in segments:
        own = sentences[segment.first : segment.last]
        if clues.understood:
            sign = _definite(own) or segment.ident(scores) is not None
            confidence = _confidence(segment, sign or (fitted() and not signed))
            sponsor = sponsors.name(own) if segment.kind == "sponsor" else None
            why = explain(sentences, segment, scores, clues.description, heard)
        else:
            confidence, sponsor = _unread(segment), None
            why = reasons.without_words(sentences, segment, heard)
        edge = edges[segment]
        spans.append(AdSpan(edge.start, edge.end, segment.kind, confidence, sponsor, why))
    return tuple(spans)


def _definite(own: Sequence[Sentence]) -> bool:
    """Whether there is an opener, an address, an offer or the like."""
    cues = (cue.value for sentence in own for cue in find(sentence.tokens))
    return any(cue == "opener" or cue in CLOSERS for cue in cues)


def _confidence(segment: Segment, sign: bool) -> float:
    """The segment's score as a probability, softened: its cues are not independent.

    Without a `sign` to rely on a paid spot stays doubtful.
    """
    if segment.kind != "sponsor":
        return _softened(segment)
    if fitted():
        sure = round(1 / (1 + exp((EVEN_SCORE - segment.score) / SCORE_SCALE)), 3)
    else:
        sure = _softened(segment)
    return sure if sign else min(sure, DOUBTFUL)


def _unread(segment: Segment) -> float:
    """The same where what is said does not count: never enough to cut."""
    return min(_softened(segment), DOUBTFUL)


def _softened(segment: Segment) -> float:
    return round(1 / (1 + exp(-segment.score / 3)), 3)
