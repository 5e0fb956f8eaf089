"""What is said, sentence by sentence, the voices around each, and what that tells of names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    """Whom a sentence may be about: the other voices around it, nearest first.

    `last` is who spoke before the sentence's own voice, if that takes part in the talk;
    `just` is who said the very last sentence before, `at_edge` says that the sentence is among
    the last of its turn.
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
