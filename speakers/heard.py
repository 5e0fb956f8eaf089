"""What is said, sentence by sentence, the voices around each, and what that tells of names.

Does not know how names are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from speakers.mentions import Marked

Kind = Literal["self", "introduced", "addressed", "mentioned"]
_REACH = 12
"""Sentences before and after in which a voice is near."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence outside ads: who says it, its words, and its names marked."""

    speaker: str
    text: str
    marked: Marked


@dataclass(frozen=True, slots=True)
class Clue:
    """`weight` is log-odds that the voice `label` bears `name`; below 0 it speaks against."""

    label: str
    name: str
    weight: float
    kind: Kind
    sentence: str


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Whom a sentence may be about: the other voices around it that take part, nearest first.

    `last` is the voice that spoke before the sentence's own, if that takes part in the talk;
    `just` is another voice that said the very last sentence before, whether it does or not;
    `at_edge` says that the sentence is among the last two of its turn, with another to follow.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    last: tuple[str, ...]
    just: tuple[str, ...]
    at_edge: bool

    @classmethod
    def of(cls, said: Sequence[Said], at: int, lasting: frozenset[str]) -> Neighbours:
        """Those of the sentence at a place; `lasting` voices take part in the talk."""
        own = said[at].speaker
        before = dict.fromkeys(
            s.speaker for s in reversed(said[max(0, at - _REACH) : at]) if s.speaker != own
        )
        after = dict.fromkeys(
            s.speaker for s in said[at + 1 : at + 1 + _REACH] if s.speaker != own
        )
        return cls(
            tuple(v for v in before if v in lasting),
            tuple(v for v in after if v in lasting),
            tuple(v for v in [*before][:1] if v in lasting),
            tuple(s.speaker for s in said[max(0, at - 1) : at] if s.speaker != own),
            any(s.speaker != own for s in said[at + 1 : at + 3]),
        )


def turn_start(said: Sequence[Said], at: int) -> int:
    """The place of the first sentence of the turn that the sentence at a place is in."""
    while at and said[at - 1].speaker == said[at].speaker:
        at -= 1
    return at


def unheard(said: Sequence[Said], label: str, at: int) -> bool:
    """Whether a voice says nothing before the sentence at a place."""
    return all(one.speaker != label for one in islice(said, max(0, at)))
