"""How many voices there are, and which embeddings belong together. Pure numpy and scipy.

Embeddings are grouped bottom-up by the mean cosine similarity of their groups (average
linkage). So that time and memory stay flat, long inputs are first condensed: blocks are
grouped on their own at a stricter threshold, and only what they leave is grouped again.
This file does not know about time, turns or audio.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

Floats = NDArray[np.float32]
Labels = NDArray[np.intp]

SAME_VOICE = 0.5
"""Mean cosine similarity from which two groups are one voice."""

_CONDENSE = 0.7
_BLOCK = 1_000


def normalise(vectors: Floats) -> Floats:
    """Rows scaled to length 1; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def centroids(vectors: Floats, labels: Labels, weights: Floats) -> Floats:
    """The weighted mean direction of every label, shape (labels, dimensions), length 1."""
    sums = np.zeros((int(labels.max()) + 1, vectors.shape[1]), np.float32)
    np.add.at(sums, labels, vectors * weights[:, None])
    return normalise(sums)


def cluster(vectors: Floats, weights: Floats, least: int = 1, most: int = 20) -> Labels:
    """A label 0.. for every row of `vectors`, shape (n, dimensions), each of length 1.

    `weights`, shape (n,), say how much of each there is (seconds of speech). There are at
    least `least` and at most `most` labels, as far as there are rows.
    """
    if len(vectors) > _BLOCK:
        first = _condense(vectors)
        means = centroids(vectors, first, weights)
        mass = np.bincount(first, weights).astype(np.float32)
        return cluster(means, mass, least, most)[first]
    return _group(vectors, SAME_VOICE, least, most)


def _condense(vectors: Floats) -> Labels:
    labels = np.zeros(len(vectors), np.intp)
    found = 0
    for first in range(0, len(vectors), _BLOCK):
        block = _group(vectors[first : first + _BLOCK], _CONDENSE, 1, _BLOCK)
        labels[first : first + _BLOCK] = block + found
        found += int(block.max()) + 1
    return labels


def _group(vectors: Floats, similarity: float, least: int, most: int) -> Labels:
    """Average linkage, cut at a similarity but within least..most groups."""
    if len(vectors) == 1:
        return np.zeros(1, np.intp)
    tree = linkage(vectors, method="average", metric="cosine")
    merges_left = int((tree[:, 2] > 1 - similarity).sum())
    groups = min(max(merges_left + 1, least), most, len(vectors))
    return np.asarray(fcluster(tree, groups, "maxclust") - 1, np.intp)
