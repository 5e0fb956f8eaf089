"""From stretches of local speech to turns of voices: windows, their voices, their joints.

Every stretch is covered by short windows, each heard on its own. A voice is followed
along each channel (Viterbi): changing it is free between stretches, where the
segmentation heard a change or a pause, and costs something inside one. Two channels that
talk at once are two voices. This file is pure and does not know any audio or network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

from episodes.spans import Span, merge, overlap
from episodes.types import Turn
from speakers.clustering import cluster, refine
from speakers.segmentation import Stretch
from speakers.viterbi import best_path

Floats = NDArray[np.float32]
Labels = NDArray[np.intp]

WINDOW_S = 1.2
_STEP_S = 0.6
_CLEAR_S = 0.75
"""Windows under this are too noisy to find voices by; they are only given to one."""

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

    voices = cluster(vectors[clear], seconds[clear], least)
    for _ in range(_ROUNDS):
        labels = _follow(vectors @ voices.T * seconds[:, None], stretch, channel)
        voices = refine(vectors[clear], seconds[clear], labels[clear], least, most)
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
    """Where a stretch lies within another of the same voice, give it its next best voice."""
    if likeness.shape[1] == 1:
        return
    members: list[list[int]] = [[] for _ in found]
    for at, window in enumerate(heard):
        members[window.stretch].append(at)
    for little, great in _simultaneous(found):
        middle = found[little].middle
        beside = min(members[great], key=lambda at: abs(heard[at].middle - middle))
        for at in members[little]:
            if labels[at] == labels[beside]:
                others = likeness[at].copy()
                others[labels[beside]] = -np.inf
                labels[at] = others.argmax()


def _simultaneous(found: Sequence[Stretch]) -> Iterator[tuple[int, int]]:
    """Pairs of stretches, shorter first, of which the shorter is mostly within the other."""
    for at, one in enumerate(found):
        for after in range(at + 1, len(found)):
            other = found[after]
            if other.start >= one.end:
                break
            little, great = sorted((at, after), key=lambda i: found[i].duration_s)
            if overlap(one, other) >= found[little].duration_s / 2:
                yield little, great


def _turns(
    found: Sequence[Stretch], heard: Sequence[Window], labels: Labels
) -> tuple[Turn, ...]:
    """Windows joined to turns; inside a stretch voices change midway between windows."""
    spans: dict[int, list[Span]] = {}
    order = sorted(range(len(heard)), key=lambda at: (heard[at].stretch, heard[at].start))
    for at, group in groupby(order, key=lambda at: heard[at].stretch):
        members = list(group)
        joints = [(heard[a].middle + heard[b].middle) / 2 for a, b in pairwise(members)]
        edges = pairwise([found[at].start, *joints, found[at].end])
        for member, (start, end) in zip(members, edges, strict=True):
            spans.setdefault(int(labels[member]), []).append(Span(start, end))
    merged = sorted(
        (merge(parts) for parts in spans.values()), key=lambda parts: parts[0].start
    )
    turns = [
        Turn(span.start, span.end, f"Speaker {number}")
        for number, parts in enumerate(merged, 1)
        for span in parts
    ]
    return tuple(sorted(turns, key=lambda turn: (turn.start, turn.end)))
