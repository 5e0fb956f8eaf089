"""Episodes as the weights see them: sentences by the program's own rules, columns, truth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ads import rules
from ads.features import describe, heard
from ads.sentences import Sentence, split
from benchmarks.ad_training.tape import Labelled


def columns(sentences: Sequence[Sentence], duration_s: float) -> NDArray[np.float32]:
    """The columns of ads/features.py without show notes."""
    own = rules.log_odds(sentences)[:, :2]
    return describe(sentences, heard(sentences), own, duration_s)


def truth(sentences: Sequence[Sentence], episode: Labelled) -> NDArray[np.float32]:
    """What context.py is to tell, by each sentence's middle word; -1 where unknown."""
    middles = [(s.first + s.last) // 2 for s in sentences]
    labels = [episode.labels[i] for i in middles]
    spots = [episode.spots[i] if episode.labels[i] == "sponsor" else -1 for i in middles]
    out = np.zeros((len(sentences), 4), dtype=np.float32)
    for i, label in enumerate(labels):
        if label is None:
            out[i] = -1
            continue
        out[i, 0], out[i, 3] = label == "sponsor", label == "selfpromo"
        if label == "sponsor":
            out[i, 1] = i == 0 or spots[i - 1] != spots[i]
            out[i, 2] = i + 1 == len(labels) or spots[i + 1] != spots[i]
    return out


def episode_sheet(
    episode: Labelled,
) -> tuple[tuple[str, ...], NDArray[np.float32], NDArray[np.float32]]:
    """Texts to be encoded, columns and truth of a spliced episode."""
    sentences = split(episode.words)
    return texts(sentences), columns(sentences, episode.duration_s), truth(sentences, episode)


def texts(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """What the encoder reads."""
    return tuple(" ".join(s.tokens) for s in sentences)
