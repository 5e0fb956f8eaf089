"""What the surroundings say: structure, voices, pauses, place, names and show notes.

Turns the sentences' own log-odds into the scores the decoder weighs. Every source is
optional; a missing one adds nothing. This file does not decide anything.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ads import sponsors
from ads.classify import KINDS
from ads.cues import Role, find
from ads.segments import Scores
from ads.sentences import Sentence

SPONSOR = KINDS.index("sponsor")

NEAR_S = 75.0
"""A sponsor's name counts this many seconds around an opener or an address."""

CLOSERS: frozenset[Role] = frozenset(("action", "address", "offer", "legal", "thanks", "trailer"))
"""Roles that usually end a spot."""


def weigh(
    sentences: Sequence[Sentence],
    own: NDArray[np.float64],
    duration_s: float,
    description: str | None = None,
) -> Scores:
    """Scores for the decoder from the sentences' own log-odds (shape as in classify)."""
    roles = [frozenset(found.value for found in find(s.tokens)) for s in sentences]
    inside = own + _place(sentences, duration_s)
    inside[:, SPONSOR] += _names(sentences, roles, description) + _voices(sentences)
    starts, ends = np.zeros_like(own), np.zeros_like(own)
    borders = _borders(sentences)
    starts += borders[:-1, None]
    ends += borders[1:, None]
    starts[:, SPONSOR] += [_begins(roles, i) for i in range(len(roles))]
    ends[:, SPONSOR] += [_closes(roles, i) for i in range(len(roles))]
    return Scores(inside, starts, ends)


def _begins(roles: Sequence[frozenset[Role]], i: int) -> float:
    score = 2.5 if "opener" in roles[i] else 0.0
    if i == 0:
        return score
    score += 3.0 * ("handoff" in roles[i - 1])
    return score + 1.0 * (bool(roles[i - 1] & CLOSERS) and not roles[i] & CLOSERS)


def _closes(roles: Sequence[frozenset[Role]], i: int) -> float:
    score = 1.5 if roles[i] & CLOSERS else -0.5
    if i + 1 < len(roles):
        score += 1.5 * bool(roles[i + 1] & {"return", "intro"})
        score -= 1.0 * bool(roles[i + 1] & CLOSERS - {"offer"})
    if any("aside" in later for later in roles[i + 1 : i + 3]):
        score -= 3.0
    return score


def _borders(sentences: Sequence[Sentence]) -> NDArray[np.float64]:
    """How much each border before, between and after the sentences looks like a splice."""
    scores = np.zeros(len(sentences) + 1)
    for i in range(1, len(sentences)):
        before, after = sentences[i - 1], sentences[i]
        pause = max(after.pause_s, 0.05)
        scores[i] = float(np.clip(0.6 * np.log2(pause / 0.6), -0.4, 1.2))
        if before.speaker is not None and after.speaker is not None:
            scores[i] += 0.7 if before.speaker != after.speaker else -0.3
    return scores


def _place(sentences: Sequence[Sentence], duration_s: float) -> NDArray[np.float64]:
    """Openings belong near the beginning, endings near the end; a penalty elsewhere."""
    scores = np.zeros((len(sentences), len(KINDS)))
    early, late = max(300.0, 0.2 * duration_s), duration_s - max(180.0, 0.15 * duration_s)
    for i, sentence in enumerate(sentences):
        for column, kind in enumerate(KINDS):
            misplaced = (kind in ("intro", "preview") and sentence.start > early) or (
                kind in ("outro", "credits") and sentence.end < late
            )
            scores[i, column] = -3.0 if misplaced else 0.0
    return scores


def _names(
    sentences: Sequence[Sentence], roles: Sequence[frozenset[Role]], description: str | None
) -> NDArray[np.float64]:
    """A sentence that names a sponsor named by an opener or an address close by."""
    scores = np.zeros(len(sentences))
    noted = sponsors.noted(description or "")
    anchors = [
        (s.middle, key)
        for s, own in zip(sentences, roles, strict=True)
        for key in _anchored(s, own)
    ]
    for i, sentence in enumerate(sentences):
        said = set(sentence.tokens) | {a + b for a, b in zip(sentence.tokens, sentence.tokens[1:], strict=False)}
        said |= {re.sub(r"'s$", "", word) for word in said}
        if any(key in said for t, key in anchors if abs(t - sentence.middle) <= NEAR_S):
            scores[i] += 0.8
        if said & noted:
            scores[i] += 1.0
    return scores


def _anchored(sentence: Sentence, roles: frozenset[Role]) -> frozenset[str]:
    if not roles & {"opener", "thanks", "address"}:
        return frozenset()
    opened = sponsors.opened_by(sentence) if roles & {"opener", "thanks"} else None
    return frozenset(sponsors.address_stems(sentence)) | sponsors.keys([opened] if opened else [])


def _voices(sentences: Sequence[Sentence]) -> NDArray[np.float64]:
    """A voice heard only within two minutes of a longer episode: a guest of a spot, or a clip.

    Worth little, since news clips look the same: 1 in all for a voice, however long.
    """
    scores = np.zeros(len(sentences))
    own: dict[str, list[int]] = defaultdict(list)
    for i, sentence in enumerate(sentences):
        if sentence.speaker is not None:
            own[sentence.speaker].append(i)
    if not sentences or sentences[-1].end - sentences[0].start < 300:
        return scores
    for places in own.values():
        if sentences[places[-1]].end - sentences[places[0]].start <= 120:
            scores[places] = 1.0 / len(places)
    return scores
