"""What each sentence sounds like by rule, in log-odds; the fitted weights stand beside it.

The weights below are set by hand, guided by how much more often a role is heard in adverts
than in talk (log ratio of rates per sentence). This file does not know about neighbours,
voices or time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log
from types import MappingProxyType
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from ads.cues import Role, find
from ads.sentences import Sentence
from episodes.types import AdKind

KINDS: tuple[AdKind, ...] = get_args(AdKind)
"""The columns of the array, in order."""

_SPONSOR: Mapping[Role, tuple[float, int]] = MappingProxyType(
    {  # role: log-odds for each cue, and how many cues count at most
        "opener": (1.0, 1),
        "thanks": (3.0, 1),
        "action": (1.6, 2),
        "address": (0.8, 1),
        "offer": (1.6, 2),
        "legal": (3.0, 2),
        "trailer": (2.4, 2),
        "pitch": (0.8, 4),
        "talk": (-0.5, 3),
        "news": (-0.9, 3),
        "aside": (-1.5, 2),
        "jest": (-4.0, 2),
        "listeners": (-6.0, 1),
        "selfpromo": (-0.8, 2),
        "intro": (-1.0, 1),
        "outro": (-2.0, 1),
        "credits": (-2.0, 2),
        "handoff": (-2.0, 1),
        "return": (-2.5, 1),
    }
)
_BASE = -0.4
"""A sentence of average length without any cue, for each kind."""

_REGISTER: Mapping[Role, tuple[float, float]] = MappingProxyType(
    {  # role: how often sentences of adverts have it, and how often those of talk usually do
        "talk": (0.18, 0.55),
        "you": (0.40, 0.25),
    }
)
_USUAL = 60
"""The usual rates count as much as this many sentences of the episode itself."""

_TRUST = 0.7
"""Neighbouring sentences share their register, so each counts for less than alone."""

_PAID: frozenset[Role] = frozenset(("opener", "thanks", "offer", "legal"))
"""Roles that an appeal for the show itself does not have."""

_OWN: tuple[Role, ...] = ("selfpromo", "intro", "outro", "preview", "credits")
"""The roles that speak for the kinds of the same name."""


INVENTED, LISTED = 6, 5
"""Of fewer words it is not told whether somebody said them, nor with fewer commas whether they
are a list of hints."""


def log_odds(sentences: Sequence[Sentence]) -> NDArray[np.float64]:
    """Log-odds of each kind against the programme, shape (sentences, len(KINDS)).

    Each row judges one sentence by its own words, against the way the whole episode talks;
    0 is even odds before any prior.
    """
    counts = [_cues(sentence) for sentence in sentences]
    rates = {role: _rate(role, counts) for role in _REGISTER}
    rows = [
        _row(own, min(1.0, len(sentence.tokens) / 8), rates)
        for sentence, own in zip(sentences, counts, strict=True)
    ]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(KINDS))


def invented(sentence: Sentence) -> bool:
    """Whether the recogniser made it up: one token over and over, or a list of hints."""
    n = len(sentence.tokens)
    if n < INVENTED:
        return False
    most = max(Counter(sentence.tokens).values())
    return most > n / 3 or sentence.text.count(",") >= max(LISTED, 0.4 * n)


def _cues(sentence: Sentence) -> Counter[Role]:
    """How often each role is heard; in what a recogniser made up none is."""
    if invented(sentence):
        return Counter()
    counts = Counter(found.value for found in find(sentence.tokens))
    if counts["selfpromo"] and not counts.keys() & _PAID:
        counts["selfpromo"] += min(counts["action"] + counts["address"], 1)
        counts["action"] = counts["address"] = 0  # an address for the show's own sake
    return counts


def _rate(role: Role, counts: Sequence[Counter[Role]]) -> float:
    """How often this episode's sentences have the role, held near the usual rate."""
    heard = sum(role in own for own in counts)
    return (heard + _USUAL * _REGISTER[role][1]) / (len(counts) + _USUAL)


def _row(counts: Counter[Role], length: float, rates: Mapping[Role, float]) -> list[float]:
    sponsor = _BASE * length
    for role, (weight, most) in _SPONSOR.items():
        sponsor += weight * min(counts[role], most)
    for role, rate in rates.items():
        odds = (
            (_REGISTER[role][0], rate) if counts[role] else (1 - _REGISTER[role][0], 1 - rate)
        )
        sponsor += _TRUST * length * log(odds[0] / odds[1])
    return [sponsor, *(_housekeeping(counts, role, length) for role in _OWN)]


def _housekeeping(counts: Counter[Role], role: Role, length: float) -> float:
    own = 3.0 * min(counts[role], 3) - 1.0 - length
    if role == "selfpromo" and counts["opener"] and counts["listeners"]:
        own += 6.0
    return own
