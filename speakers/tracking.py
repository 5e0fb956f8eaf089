"""From stretches of local speech to turns of voices: windows, their voices, their joints.

Every stretch is covered by short windows, each heard on its own. A voice is followed
along each channel (Viterbi): changing it is free between stretches, where the
segmentation heard a change or a pause, and costs something inside one. Two channels that
talk at once are two voices. This file is pure and does not know any audio or network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

from episodes.spans import Span, merge, overlap
from episodes.types import Turn
from speakers.clustering import cluster, condense, refine
from speakers.segmentation import Stretch
from speakers.viterbi import best_path

Floats = NDArray[np.float32]
Labels = NDArray[np.intp]

WINDOW_S = 1.2
_STEP_S = 0.6
_CLEAR_S = 0.75
"""Windows under this are too noisy to find voices by; they are only given to one."""

_SPEECH = 0.7
"""Stretches that are less surely speech teach no voice: music would sound like a new one."""

_CLASH_S = 0.1
_ROUNDS = 2
_SWITCH = 0.15
"""Cost of a change of voice inside a stretch, in seconds of speech times cosine."""


@dataclass(frozen=True, slots=True)
class Window(Span):
    """A piece of a stretch short enough to hear one voice; `stretch` is its index."""

    stretch: int


def windows(found: Sequence[Stretch]) -> tuple[Window, ...]:
    """Overlapping windows that cover each stretch evenly, sorted by start."""
    pieces: list[Window] = []
    for at, stretch in enumerate(found):
        length = min(WINDOW_S, stretch.duration_s)
        count = 1 + ceil((stretch.duration_s - length) / _STEP_S)
        starts = np.linspace(stretch.start, stretch.end - length, count).tolist()
        pieces.extend(Window(start, start + length, at) for start in starts)
    return tuple(sorted(pieces, key=lambda w: (w.start, w.end)))


def track(
    found: Sequence[Stretch],
    heard: Sequence[Window],
    vectors: Floats,
    least: int = 1,
    most: int = 20,
) -> tuple[Turn, ...]:
    """Turns sorted by start, speakers numbered by first appearance.

    `heard` are the windows of `found`, at least one; `vectors`, shape (windows,
    dimensions), their embeddings of length 1. No more than `most` speakers are found, and
    no fewer than `least` looked for.
    """
    stretch = np.array([window.stretch for window in heard])
    shares = np.array([s.duration_s for s in found], np.float32) / np.bincount(stretch)
    seconds = shares[stretch].astype(np.float32)
    length = np.array([window.duration_s for window in heard])
    clear = length >= min(_CLEAR_S, float(length.max()))
    channel = np.array([s.channel for s in found])[stretch]
    speech = np.array([s.speech for s in found])[stretch]

    lone = clear & _alone(found, heard)
    # Who may be heard is learnt from voices alone, and sure ones, where there are any.
    known = next(some for some in (lone & (speech >= _SPEECH), lone, clear) if some.any())
    means, mass = condense(vectors[known], seconds[known], stretch[known])
    if len(means) < least:
        means, mass = vectors[known], seconds[known]
    voices = cluster(means, mass, least)
    for _ in range(_ROUNDS):
        labels = _follow(vectors @ voices.T * seconds[:, None], stretch, channel)
        voices = refine(vectors[known], seconds[known], labels[known], least, most)
    likeness = vectors @ voices.T
    labels = _follow(likeness * seconds[:, None], stretch, channel)
    _part(found, heard, likeness, labels)
    return _turns(found, heard, labels)


def _follow(scores: Floats, stretch: Labels, channel: Labels) -> Labels:
    """The voice of every window, decoded along each channel."""
    labels = np.zeros(len(scores), np.intp)
    for one in np.unique(channel):
        chain = np.flatnonzero(channel == one)
        leave = np.where(np.diff(stretch[chain]) == 0, -_SWITCH, 0.0).astype(np.float32)
        labels[chain] = best_path(scores[chain], np.zeros_like(leave), leave)
    return labels


def _part(
    found: Sequence[Stretch], heard: Sequence[Window], likeness: Floats, labels: Labels
) -> None:
    """Where two stretches at once have the same voice, give one of them its next best.

    That one of which the windows in question lose less likeness, summed over their speech.
    """
    if likeness.shape[1] == 1:
        return
    members = _members(found, heard)
    owned = _owned(found, heard, members)
    for pair in _simultaneous(found):
        mine, its = (
            [at for at in members[one] if overlap(owned[at], found[other]) > _CLASH_S]
            for one, other in (pair, pair[::-1])
        )
        clashes = [
            (at, beside)
            for at in mine
            for beside in its
            if labels[at] == labels[beside] and overlap(owned[at], owned[beside]) > _CLASH_S
        ]
        sides = [sorted(set(side)) for side in zip(*clashes, strict=True)]
        if sides:
            least = min(sides, key=lambda side: _loss(side, owned, likeness, labels))
            labels[least] = _without(likeness[least], labels[least]).argmax(axis=1)


def _loss(side: list[int], owned: Sequence[Span], likeness: Floats, labels: Labels) -> float:
    """What these windows lose by their next best voices, in seconds times cosine."""
    apart = likeness[side, labels[side]] - _without(likeness[side], labels[side]).max(axis=1)
    return float(sum(owned[at].duration_s * gap for at, gap in zip(side, apart, strict=True)))


def _without(likeness: Floats, labels: Labels) -> Floats:
    """The likeness to all other voices."""
    others = likeness.copy()
    np.put_along_axis(others, labels[:, None], -np.inf, axis=1)
    return others


def _alone(found: Sequence[Stretch], heard: Sequence[Window]) -> NDArray[np.bool_]:
    """Which windows are for at least half of their time without another channel's talk."""
    talked_over = np.zeros(len(heard))
    members = _members(found, heard)
    for one, other in _simultaneous(found):
        for mine, its in ((one, other), (other, one)):
            for at in members[mine]:
                talked_over[at] += overlap(heard[at], found[its])
    return talked_over <= np.array([window.duration_s for window in heard]) / 2


def _simultaneous(found: Sequence[Stretch]) -> Iterator[tuple[int, int]]:
    """Pairs of stretches that talk at once."""
    for at, one in enumerate(found):
        for after in range(at + 1, len(found)):
            if found[after].start >= one.end:
                break
            yield at, after


def _members(found: Sequence[Stretch], heard: Sequence[Window]) -> list[list[int]]:
    """The windows of each stretch, by start."""
    members: list[list[int]] = [[] for _ in found]
    for at, window in enumerate(heard):
        members[window.stretch].append(at)
    return members


def _owned(
    found: Sequence[Stretch], heard: Sequence[Window], members: Sequence[Sequence[int]]
) -> list[Span]:
    """What each window speaks for: inside a stretch, up to midway to its neighbours."""
    owned: list[Span] = list(heard)
    for stretch, mine in zip(found, members, strict=True):
        joints = [(heard[a].middle + heard[b].middle) / 2 for a, b in pairwise(mine)]
        edges = pairwise([stretch.start, *joints, stretch.end])
        for at, (start, end) in zip(mine, edges, strict=True):
            owned[at] = Span(start, end)
    return owned


def _turns(
    found: Sequence[Stretch], heard: Sequence[Window], labels: Labels
) -> tuple[Turn, ...]:
    """Windows joined to turns; inside a stretch voices change midway between windows."""
    spans: dict[int, list[Span]] = {}
    for label, span in zip(
        labels.tolist(), _owned(found, heard, _members(found, heard)), strict=True
    ):
        spans.setdefault(label, []).append(span)
    return turns_of(spans.values())


def turns_of(voices: Iterable[Iterable[Span]]) -> tuple[Turn, ...]:
    """The turns of voices that talk in those spans; what touches is one turn.

    Sorted by start, speakers numbered by first appearance.
    """
    merged = sorted(map(merge, voices), key=lambda parts: parts[0].start)
    turns = [
        Turn(span.start, span.end, f"Speaker {number}")
        for number, parts in enumerate(merged, 1)
        for span in parts
    ]
    return tuple(sorted(turns, key=lambda turn: (turn.start, turn.end)))
