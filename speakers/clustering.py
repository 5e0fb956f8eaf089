"""How many voices there are, and what each sounds like. Pure numpy.

First windows in a row that sound alike are made one, and these grouped by average linkage,
strictly: a voice falls into several pure fragments. Then fragments are joined, the surest
pair first, as long as they can be one voice. The mean of a short fragment is noisy, so its
cosine to the mean of another is too low; that is corrected for (Spearman's correction for
attenuation), and one threshold serves fragments of three seconds and of an hour. The
longer somebody talks, the more odd moments of theirs there are, enough to look like a voice
in the end: `refine` gives up voices that are no more than another's tail. Long inputs are
condensed block by block, so that time is linear and memory flat. This file does not know
time or audio.
"""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Labels = NDArray[np.intp]

SAME_VOICE = 0.8
"""Corrected cosine from which two fragments are one voice. Measured: halves of one voice
at worst 0.82, different voices at most 0.77."""

UNLIKE = 0.65
"""Under this two are clearly different: a voice of which there is little must be so, and
none that is so is taken for another's tail."""

LITTLE_S = 4.5
TOO_LITTLE_S = 1.8
"""Seconds of speech from which a voice is as good as any, and from which it is one at all."""

FRAGMENT = 0.7
"""Mean cosine within a fragment. Windows of one voice have 0.5 to 0.8: fragments are pure."""

NOISE_S = 1.35
"""Seconds of speech after which an embedding's noise is as great as the voice itself."""

NEIGHBOURS = 0.3
"""The corrected cosine from which windows in a row are taken for one voice, at first."""

TAIL = 5.0
"""A voice must be so many times more than what else of its neighbour is as far off."""

CANDIDATES = 60
_CLEARLY = 0.1
_BLOCK = 1_000
_RUN = 50
_LONGEST_S = 6.0


def normalise(vectors: Floats) -> Floats:
    """Rows scaled to length 1; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def cluster(vectors: Floats, seconds: Floats, least: int = 1) -> Floats:
    """Who may be heard in `vectors`: mean directions, shape (voices, dimensions), length 1.

    `vectors`, shape (n, dimensions), n >= 1, are of length 1; `seconds`, shape (n,), say
    how much speech each stands for (overlapping windows share theirs). There are at least
    `least` voices, as far as there are rows, and at most 60 more; the greatest come first.
    """
    sums, mass = _fragments(vectors, seconds, least)
    return _voices(sums, mass, least, least + CANDIDATES)


def condense(vectors: Floats, seconds: Floats, runs: Labels) -> tuple[Floats, Floats]:
    """Fewer vectors of length 1, and their seconds: alike neighbours in a run made one.

    `runs`, shape (n,), tells which stretch of speech each of the `vectors` is from.
    Somebody who talks on mostly stays the same person, and the mean of some windows in a row
    is far less noisy than each of them.
    """
    order = np.argsort(runs, kind="stable")
    vectors, seconds, runs = vectors[order], seconds[order], runs[order]
    sums: list[Floats] = []
    mass: list[np.float32] = []
    edges = np.flatnonzero(np.diff(runs, prepend=-1, append=-1))
    for start, end in pairwise(edges.tolist()):
        for first in range(start, end, _RUN):
            piece = slice(first, min(first + _RUN, end))
            some, its = _neighbours_joined(vectors[piece], seconds[piece])
            sums += some
            mass += its
    return normalise(np.array(sums)), np.array(mass, np.float32)


def _neighbours_joined(
    vectors: Floats, seconds: Floats
) -> tuple[list[Floats], list[np.float32]]:
    """Sums and seconds of a run's parts: its most alike neighbours joined in turn."""
    sums, mass = list(vectors * seconds[:, None]), list(seconds)
    while len(mass) > 1:
        means = denoised(np.array(sums), np.array(mass))
        alike = (means[:-1] * means[1:]).sum(axis=1)
        alike[np.add(mass[:-1], mass[1:]) > _LONGEST_S] = -1
        at = int(alike.argmax())
        if alike[at] < NEIGHBOURS:
            break
        sums[at] += sums.pop(at + 1)
        mass[at] += mass.pop(at + 1)
    return sums, mass


def refine(
    vectors: Floats, seconds: Floats, labels: Labels, least: int = 1, most: int = 20
) -> Floats:
    """The voices anew, `least` to `most` of them, from embeddings and whose they are.

    `labels`, shape (n,), are 0.. as the voices were counted. Only embeddings that are
    clearly of their voice count: a voice that lived on windows in which the speaker changes
    loses them here, and is given up.
    """
    labels = _absorbed(vectors, seconds, labels, least)
    _, labels = np.unique(labels, return_inverse=True)
    likeness = vectors @ _means(vectors, seconds, labels).T
    own = np.take_along_axis(likeness, labels[:, None], axis=1)[:, 0]
    np.put_along_axis(likeness, labels[:, None], -1, axis=1)
    clear = own - likeness.max(axis=1) > _CLEARLY
    if len(np.unique(labels[clear])) < min(least, likeness.shape[1]):
        clear[:] = True
    sums = np.zeros((likeness.shape[1], vectors.shape[1]), np.float32)
    np.add.at(sums, labels[clear], (vectors * seconds[:, None])[clear])
    mass = np.bincount(labels[clear], seconds[clear], len(sums)).astype(np.float32)
    return _voices(sums[mass > 0], mass[mass > 0], least, most)


def _means(vectors: Floats, seconds: Floats, labels: Labels) -> Floats:
    sums = np.zeros((int(labels.max()) + 1, vectors.shape[1]), np.float32)
    np.add.at(sums, labels, vectors * seconds[:, None])
    return normalise(sums)


def _absorbed(vectors: Floats, seconds: Floats, labels: Labels, least: int) -> Labels:
    """Labels without the voices that are but the tail of a greater one: the least first.

    Of that greater voice, some speech lies even farther from its mean than the little
    voice does on the mean. Unless the little voice is several times more, it belongs there.
    But what is far off may also be speech of somebody who was not found: that must not take
    with it a voice that is clearly different.
    """
    labels = labels.copy()
    means = _means(vectors, seconds, labels)
    mass = np.bincount(labels, seconds).astype(np.float32)
    likeness = means @ means.T
    left = np.flatnonzero(mass).tolist()
    for voice in sorted(left, key=lambda at: float(mass[at]))[:-1]:
        greater = [other for other in left if other != voice and mass[other] >= mass[voice]]
        if len(left) <= least or not greater:
            break
        near = max(greater, key=lambda at: float(likeness[voice, at]))
        one, other = denoised(means[[voice, near]], mass[[voice, near]])
        if one @ other < UNLIKE:
            continue
        mine, its = labels == voice, labels == near
        distance = float(np.average(vectors[mine] @ means[near], weights=seconds[mine]))
        tail = seconds[its][vectors[its] @ means[near] < distance].sum()
        if mass[voice] <= TAIL * tail:
            labels[mine] = near
            mass[near] += mass[voice]
            left.remove(voice)
    return labels


def _voices(sums: Floats, mass: Floats, least: int, most: int) -> Floats:
    """Directions of the voices, greatest first, less the chance finds among them.

    A little group that resembles a greater voice, or a mixture of two of them, is most
    likely made of windows in which the speaker changes, or of one odd sentence.
    """
    sums, mass = _joined(sums, mass, least)
    means = normalise(sums)
    found: list[int] = []
    for at in np.argsort(-mass, kind="stable").tolist():
        if len(found) >= least and mass[at] < TOO_LITTLE_S:
            break
        limit = SAME_VOICE if mass[at] >= LITTLE_S else UNLIKE
        alike = _explained(denoised(sums[at], mass[at]), means[found])
        if len(found) < least or alike < limit:
            found.append(at)
    return means[found[:most]]


def _explained(mean: Floats, voices: Floats) -> float:
    """The length of what any two of `voices` explain of `mean`, mixed with positive weights."""
    cosines = voices @ mean
    best = float(cosines.max(initial=0.0))
    for one, other in combinations(range(len(voices)), 2):
        between = float(voices[one] @ voices[other])
        a, b = float(cosines[one]), float(cosines[other])
        if a > b * between and b > a * between:
            best = max(best, np.sqrt((a * a + b * b - 2 * a * b * between) / (1 - between**2)))
    return best


def _fragments(vectors: Floats, seconds: Floats, least: int) -> tuple[Floats, Floats]:
    """Sums and seconds of pure groups, at most a block of them."""
    sums, mass = vectors * seconds[:, None], seconds
    while len(mass) > _BLOCK:
        blocks = [
            _linked(sums[first : first + _BLOCK], mass[first : first + _BLOCK], 1, _BLOCK // 4)
            for first in range(0, len(mass), _BLOCK)
        ]
        sums = np.concatenate([block[0] for block in blocks])
        mass = np.concatenate([block[1] for block in blocks])
    return _linked(sums, mass, least, _BLOCK)


def _linked(sums: Floats, mass: Floats, least: int, most: int) -> tuple[Floats, Floats]:
    """Average linkage down to pure groups, and in any case to `most`."""
    labels = grouped(normalise(sums), least, most)
    joined = np.zeros((int(labels.max()) + 1, sums.shape[1]), np.float32)
    np.add.at(joined, labels, sums)
    return joined, np.bincount(labels, mass).astype(np.float32)


def grouped(vectors: Floats, least: int, most: int) -> Labels:
    """Which group each vector is in, counted from 0: the nearest two are joined in turn.

    Average linkage (Sokal and Michener 1958) of cosine distances, which grow from one
    joint to the next. It ends with pure groups, but not above `most` nor below `least`.
    """
    apart = 1 - vectors.astype(np.float64) @ vectors.T
    np.fill_diagonal(apart, np.inf)
    sizes = np.ones(len(vectors))
    labels = np.arange(len(vectors))
    nearest, gaps = apart.argmin(axis=1), apart.min(axis=1)
    for left in range(len(vectors), least, -1):
        one = int(gaps.argmin())
        other = int(nearest[one])
        if gaps[one] > 1 - FRAGMENT and left <= most:
            break
        whole = sizes[one] + sizes[other]
        apart[one] = (sizes[one] * apart[one] + sizes[other] * apart[other]) / whole
        apart[:, one] = apart[one]
        apart[other] = apart[:, other] = np.inf
        sizes[one] = whole
        labels[labels == other] = one
        nearest[other], gaps[other] = -1, np.inf
        # A mean is no nearer than the nearer of the two: the other rows keep their nearest.
        stale = np.flatnonzero((nearest == one) | (nearest == other))
        nearest[stale], gaps[stale] = apart[stale].argmin(axis=1), apart[stale].min(axis=1)
    return np.asarray(np.unique(labels, return_inverse=True)[1], np.intp)


def _joined(sums: Floats, mass: Floats, least: int) -> tuple[Floats, Floats]:
    """Groups that can be one voice joined, one pair at a time, the surest pair first."""
    sums, mass = sums.copy(), mass.copy()
    sure = np.stack([_sureness(sums, mass, at) for at in range(len(mass))])
    for _ in range(len(mass) - least):
        at, other = np.unravel_index(int(sure.argmax()), sure.shape)
        if sure[at, other] == -np.inf:
            break
        sums[at] += sums[other]
        mass[at] += mass[other]
        mass[other] = 0
        sure[other] = sure[:, other] = -np.inf
        sure[at] = sure[:, at] = _sureness(sums, mass, int(at))
    return sums[mass > 0], mass[mass > 0]


def _sureness(sums: Floats, mass: Floats, at: int) -> Floats:
    """How much likelier one voice is than two, for a group and every other, shape (groups,).

    The log-likelihood ratio, a dimension, of the two-covariance model (Brummer and
    de Villiers 2010) for a voice and noise of equal spread in all directions. It ranks:
    whether two may be one voice at all is for SAME_VOICE to say; -inf where they may not.
    """
    left = np.flatnonzero((mass > 0) & (np.arange(len(mass)) != at))
    noise = np.sqrt((1 + NOISE_S / mass[left]) * (1 + NOISE_S / mass[at]))
    likeness = normalise(sums[left]) @ normalise(sums[at])
    kept = 1 / noise
    ratio = (kept * likeness - kept**2) / (1 - kept**2) - np.log1p(-(kept**2)) / 2
    sure = np.full(len(mass), -np.inf, np.float32)
    may = likeness * noise >= SAME_VOICE
    sure[left[may]] = ratio[may]
    return sure


def denoised(sums: Floats, mass: Floats | np.float32) -> Floats:
    """Mean directions, longer than 1 by what noise took from their cosines to others."""
    return np.asarray(normalise(sums) * np.sqrt(1 + NOISE_S / mass)[..., None], np.float32)
