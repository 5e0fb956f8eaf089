"""What is told of each sentence beside its meaning: cues, length, pauses, place, voices, names.

One row of numbers a sentence, as the fitted weights know them: the order of the columns is
part of the weights. What is missing (times, voices, show notes) is 0 and told as missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from ads import mentions, sponsors, voices
from ads.cues import Role, Roles, find
from ads.sentences import Sentence

ROLES: tuple[Role, ...] = get_args(Role)
WIDTH = len(ROLES) + 17
"""Columns of `describe`."""

EVEN_S = 0.05
"""Pauses that differ by less than this were not heard but made up, as for a bare list."""


def heard(sentences: Sequence[Sentence]) -> list[frozenset[Role]]:
    """The roles in each sentence."""
    return [frozenset(found.value for found in find(s.tokens)) for s in sentences]


def describe(
    sentences: Sequence[Sentence],
    roles: Roles,
    own: NDArray[np.float64],
    duration_s: float,
    description: str | None = None,
) -> NDArray[np.float32]:
    """The columns, shape (sentences, WIDTH).

    `roles` is from `heard`; `own` are two columns of log-odds by hand-set weights: of a
    paid spot, of an appeal for the show.
    """
    n = len(sentences)
    names = mentions.named(sentences, roles)
    noted = sponsors.noted(description or "")
    columns = [
        *(np.array([role in own for own in roles], dtype=float) for role in ROLES),
        *(np.clip(own / 4, -2, 2).T),
        np.array([min(len(s.tokens), 40) / 20 for s in sentences]),
        *_pauses(sentences),
        *_place(sentences, duration_s),
        *_voices(sentences),
        np.array([bool(own) for own in names], dtype=float),
        np.array([i > 0 and bool(names[i] & names[i - 1]) for i in range(n)], dtype=float),
        np.array(
            [bool(sponsors.said(s) & noted) if noted else False for s in sentences], float
        ),
    ]
    return np.stack(columns, axis=1).astype(np.float32).reshape(n, WIDTH)


def _pauses(sentences: Sequence[Sentence]) -> list[NDArray[np.float64]]:
    """Whether pauses are known; how long the pauses before and after are."""
    gaps = np.array([s.pause_s for s in sentences[1:]])
    known = len(gaps) > 2 and float(np.std(np.clip(gaps, 0, 2))) > EVEN_S
    sizes = np.zeros(len(sentences) + 1)
    if known:
        sizes[1:-1] = np.clip(np.log2(np.maximum(gaps, 0.05) / 0.3), -2.5, 5.0) / 2
    return [np.full(len(sentences), float(known)), sizes[:-1], sizes[1:]]


def _place(sentences: Sequence[Sentence], duration_s: float) -> list[NDArray[np.float64]]:
    """How near the episode's beginning and end are, on two scales."""
    since = np.array([s.start for s in sentences])
    left = np.maximum(duration_s - np.array([s.end for s in sentences]), 0.0)
    return [np.exp(-side / scale) for side in (since, left) for scale in (45.0, 300.0)]


def _voices(sentences: Sequence[Sentence]) -> list[NDArray[np.float64]]:
    """Whether voices are known; whether it changes before and after; whether it passes by."""
    labels = [s.speaker for s in sentences]
    known = len(set(labels) - {None}) > 1
    change = np.zeros(len(labels) + 1)
    if known:
        change[1:-1] = [a is not None and b is not None and a != b for a, b in pairwise(labels)]
    brief = voices.passing(sentences) if known else {}
    passes = np.array([label in brief for label in labels], dtype=float)
    return [np.full(len(labels), float(known)), change[:-1], change[1:], passes]
