"""Which voices of an episode's pieces are one voice. Pure numpy.

An engine that cannot hold a long episode tells the voices of its pieces apart; here they
are joined over all pieces, the most alike first (centroid linkage, Sokal and Michener
1958), but never two of one piece, which the engine told apart. This file knows no audio and
no engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from episodes.spans import Span
from episodes.types import Turn
from speakers.clustering import Labels, normalise
from speakers.tracking import turns_of

Floats = NDArray[np.float32]

SAME_VOICE = 0.75
"""Cosine of two means from which voices of different pieces are one."""

SEAM_S = 0.1
"""Who stops and begins so near to where two pieces meet has talked on."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of the piece `piece`: when it talks in the episode, and its mean embedding.

    `mean`, shape (dimensions,), may have any length; zeros are like nobody.
    """

    piece: int
    spans: tuple[Span, ...]
    mean: Floats


def linked(
    voices: Sequence[Voice], seams: Sequence[float] = (), least: int = 1, most: int = 20
) -> tuple[Turn, ...]:
    """The turns of all voices, sorted by start, speakers numbered by first appearance.

    `seams` are the seconds at which pieces meet. Voices are joined until nobody is alike
    or `least` are left, and in any case to `most`, in the end even those of one piece.
    """
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for voice, group in zip(voices, _groups(voices, least, most), strict=True):
        spans[group] += [_to_the_seam(span, seams) for span in voice.spans]
    return turns_of(spans.values())


def _groups(voices: Sequence[Voice], least: int, most: int) -> list[int]:
    """Who each voice is, as the index of one of the voices that are one with it."""
    if len(voices) <= least:
        return list(range(len(voices)))
    seconds = np.array([sum(s.duration_s for s in v.spans) for v in voices], np.float32)
    sums = normalise(np.array([voice.mean for voice in voices])) * seconds[:, None]
    pieces = np.array([voice.piece for voice in voices])
    heard = pieces[:, None] == np.unique(pieces)
    labels: Labels = np.arange(len(voices))
    alive = labels.tolist()
    while len(alive) > least:
        means = normalise(sums[alive])
        likeness = np.where(np.eye(len(alive), dtype=bool), -np.inf, means @ means.T)
        together = heard[alive] @ heard[alive].T
        apart = np.where(together, -np.inf, likeness)
        if len(alive) <= most and apart.max() < SAME_VOICE:
            break
        some = apart if apart.max() > -np.inf else likeness
        one, other = (alive[int(at)] for at in np.unravel_index(some.argmax(), some.shape))
        sums[one] += sums[other]
        heard[one] |= heard[other]
        labels[labels == other] = one
        alive.remove(other)
    return list(labels.tolist())


def _to_the_seam(span: Span, seams: Sequence[float]) -> Span:
    """The span, stretched to where two pieces meet if it ends or begins near there."""
    start = next((seam for seam in seams if abs(span.start - seam) < SEAM_S), span.start)
    end = next((seam for seam in seams if abs(span.end - seam) < SEAM_S), span.end)
    return Span(start, end) if start < end else span
