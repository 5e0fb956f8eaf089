"""The fitted classifier: what each sentence is, read in the context of the whole episode.

Loads the weights (ads/weights) once and only when there is something to judge. Where they are
missing the hand-set rules are all there is. This file does not know what is made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ads.network import Network
from ads.network import present as fitted
from ads.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Judgement:
    """Log-odds for each sentence, arrays of shape (sentences,).

    `inside` a paid spot, `first` or `last` of one, inside an `appeal` for the show itself.
    """

    inside: NDArray[np.float64]
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    appeal: NDArray[np.float64]


def judge(sentences: Sequence[Sentence], columns: NDArray[np.float32]) -> Judgement | None:
    """What the fitted weights say; None without weights, or without sentences.

    `columns` is from features.describe. Raises WeightsError if a file of the weights is
    damaged.
    """
    if not sentences or not fitted():
        return None
    reader = _reader()
    vectors = reader.vectors([" ".join(s.tokens) for s in sentences])
    odds = reader.network.judge(vectors, columns).astype(np.float64)
    return Judgement(*odds.T)


class _Reader:
    """The network, and what it made of the sentences read last.

    An episode is read twice where parts of it come again in others.
    """

    def __init__(self) -> None:
        self.network = Network()
        self._lately: dict[str, NDArray[np.float32]] = {}

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A vector for each of at least one text, shape (texts, 384)."""
        lately = self._lately
        new = [text for text in texts if text not in lately]
        known = {**lately, **dict(zip(new, self.network.encode(new), strict=True))}
        self._lately = {text: known[text] for text in texts}
        return np.stack([known[text] for text in texts])


@cache
def _reader() -> _Reader:
    return _Reader()
