from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speakers.viterbi import best_path


@given(st.integers(1, 6), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_no_other_path_is_better(steps: int, states: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(steps, states))
    stay, leave = rng.normal(size=(2, steps - 1)) - [[0], [1]]
    leave = np.minimum(leave, stay)  # a change never pays by itself

    def worth(path: tuple[int, ...]) -> float:
        moves = sum(stay[i] if a == b else leave[i] for i, (a, b) in enumerate(pairwise(path)))
        return float(sum(scores[i, state] for i, state in enumerate(path)) + moves)

    best = max(map(worth, product(range(states), repeat=steps)))
    found = tuple(best_path(scores, stay, leave).tolist())
    assert worth(found) == pytest.approx(best)
