"""Of all names for all voices, which are given: the best assignment, where it is sure enough.

Each voice bears at most one name, and each name is borne by at most one voice. Does not know
how what speaks for a name came about.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from speakers.heard import Said
from speakers.mentions import Noted
from speakers.sounds import first_word, same_word
from speakers.voices import best_pairs, best_sum

LEAST = 2.2
"""Log-odds from which a name is given: a confidence of 0.9."""
MOST = 5.0
"""Log-odds at most: a confidence of 0.99."""
RIVAL = 2.0
"""A voice that bears another name as well by so much, as others tell, bears none for sure."""
_LEFT_OVER = 0.9
"""How sure it is who is left when all others who take part are named."""
_SHORT = 3
"""Letters that a short name has in common with the whole: Ben, Benjamin."""
_FAINT = 1.0
"""What speaks for a name by less than this is no rival to others."""


@dataclass(frozen=True, slots=True)
class Case:
    """What speaks for one voice bearing one name; `own` is what the voice says of itself."""

    label: str
    name: str
    score: float
    own: float
    evidence: str


def chosen(cases: Sequence[Case]) -> Iterator[tuple[Case, float]]:
    """The best assignment's cases that are sure enough, with their confidence."""
    cases = [case for case in cases if case.score > _FAINT]
    labels = list(dict.fromkeys(case.label for case in cases))
    names: list[str] = list(dict.fromkeys(case.name for case in cases))
    gain = np.zeros((len(labels), len(names)), np.float32)
    by_place = {}
    for case in cases:
        place = labels.index(case.label), names.index(case.name)
        if case.score - _FAINT > gain[place]:
            gain[place] = case.score - _FAINT
            by_place[place] = case
    if not by_place:
        return
    best = best_sum(gain)
    for row, column in best_pairs(gain):
        case = by_place[row, column]
        if any(
            other.label == case.label
            and (other.own == 0 or case.own == 0)
            and other.score > RIVAL
            and not akin(other.name, case.name)
            for other in cases
        ):
            continue
        without = gain.copy()
        without[row, column] = 0
        if case.own >= LEAST:
            # Two voices may both say that they are this person, and be one told apart.
            without[:, column] = 0
            alone = gain.copy()
            alone[np.arange(len(labels)) != row, column] = 0
            sure = _FAINT + best_sum(alone) - best_sum(without)
        else:
            sure = _FAINT + best - best_sum(without)
        if sure >= LEAST - 1e-4:  # gains are rounded to float32
            yield case, round(1 / (1 + math.exp(-min(sure, MOST))), 2)


def left_over(
    given: Sequence[tuple[Case, float]], said: Sequence[Said], told: Noted
) -> list[tuple[Case, float]]:
    """The last voice, if all others and only they bear the other names of who takes part."""
    voices = {one.speaker for one in said} - {case.label for case, _ in given}
    bear = {case.name for case, _ in given}
    left = [{*some} - bear for some in (told.persons, told.taking_part) if bear <= {*some}]
    names = next((some for some in left if len(some) == 1), set[str]())
    if len(voices) != 1 or not names:
        return []
    (label,), (name,) = voices, names
    if (
        not given
        or name not in told.taking_part
        or any(one.speaker == label and first_word(name) in one.text for one in said)
    ):
        return []
    evidence = next(one.text for one in said if one.speaker == label)
    return [(Case(label, name, LEAST, 0.0, evidence), _LEFT_OVER)]


def akin(one: str, other: str) -> bool:
    """Whether two names' first words may be one person's: alike, or short for each other."""
    a, b = first_word(one), first_word(other)
    return same_word(a, b) or a[:_SHORT].casefold() == b[:_SHORT].casefold()
