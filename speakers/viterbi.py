"""The best path through scores when changing costs something. Pure.

This file does not know what the steps and states are.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]


def best_path(scores: Floats, stay: Floats, leave: Floats) -> NDArray[np.intp]:
    """The state of every step, shape (steps,), of the path with the highest sum.

    `scores`, shape (steps, states), steps >= 1; `stay` and `leave`, shape (steps - 1,), are
    added when the state remains and when it changes (Viterbi, 1967). Linear in both sizes,
    since what a change costs does not depend on the states.
    """
    best = scores[0]
    came_from = np.zeros(scores.shape, np.intp)
    for step in range(1, len(scores)):
        jump = best.max() + leave[step - 1]
        kept = best + stay[step - 1]
        came_from[step] = np.where(kept >= jump, np.arange(len(best)), best.argmax())
        best = np.maximum(kept, jump) + scores[step]
    path = np.zeros(len(scores), np.intp)
    path[-1] = best.argmax()
    for step in range(len(scores) - 1, 0, -1):
        path[step - 1] = came_from[step, path[step]]
    return path
