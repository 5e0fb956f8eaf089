"""Where voices and pauses say that something was spliced in.

Every voice label may be missing or wrong, and a report's clips sound like a spot's voices:
so this is worth little next to words. This file does not know what is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ads.sentences import Sentence

BRIEF_S, LONG_S = 120.0, 150.0
"""A voice passes by that is heard only within BRIEF_S and a third of the episode. In what
is shorter than LONG_S nobody can be told from a guest."""


def passing(sentences: Sequence[Sentence]) -> dict[str, int]:
    """The voices that pass by, and in how many sentences."""
    own: dict[str, list[Sentence]] = defaultdict(list)
    for sentence in sentences:
        if sentence.speaker is not None:
            own[sentence.speaker].append(sentence)
    length_s = sentences[-1].end - sentences[0].start if sentences else 0.0
    if length_s < LONG_S:
        return {}
    brief_s = min(BRIEF_S, length_s / 3)
    return {v: len(s) for v, s in own.items() if s[-1].end - s[0].start <= brief_s}


def borders(sentences: Sequence[Sentence], brief: Mapping[str, int]) -> NDArray[np.float64]:
    """How much each border looks like a splice, by pause and voices: (sentences + 1,).

    The first and the last entry stand for the episode's ends. `brief` is from `passing`.
    """
    scores = np.zeros(len(sentences) + 1)
    several = len({s.speaker for s in sentences}) > 1
    for i in range(1, len(sentences)):
        old, new = sentences[i - 1].speaker, sentences[i].speaker
        pause_s = max(sentences[i].pause_s, 0.05)
        scores[i] = np.clip(0.6 * np.log2(pause_s / 0.6), -0.4, 2.0)
        if several and old is not None and new is not None:
            scores[i] += 0.7 if old != new else -1.6 if old in brief else -0.3
    return scores


def seams(sentences: Sequence[Sentence], brief: Mapping[str, int]) -> NDArray[np.float64]:
    """What it costs a spot to hold the border before each sentence within itself.

    Where a passing voice meets a lasting one, either the spot or the programme ends; and
    lasting voices that take turns are more likely a conversation than a spot.
    """
    costs = np.zeros(len(sentences))
    for i in range(1, len(sentences)):
        old, new = sentences[i - 1].speaker, sentences[i].speaker
        if old is None or new is None or old == new:
            continue
        if (old in brief) != (new in brief):
            costs[i] = 1.5
        elif new not in brief:
            costs[i] = 0.8
    return costs
