"""What of a transcript is worth checking, as a short list with times.

This file does not know how doubts are found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from episodes.spans import Span

ConcernKind = Literal[
    "speech_without_words",
    "unstable_turns",
    "brief_speaker",
    "change_in_phrase",
    "unsure_words",
    "unsure_speaker",
]
"""Somebody talks and no word stands there; speakers flicker; a voice is heard for moments
only; the speaker changes inside a phrase; words, or whose they are, are doubtful."""

SERIOUS_S = 10.0
"""From this length on, a reader of the bare page is told as well."""


@dataclass(frozen=True, slots=True)
class Concern(Span):
    """Something to check at [start, end), original seconds; `text` says what, to a person.

    `speaker` is the label of the voice it is about, None where it is about no single one.
    """

    kind: ConcernKind
    text: str
    speaker: str | None = None

    @property
    def serious(self) -> bool:
        """Whether it lasts so long that much may be missing or wrong."""
        return self.duration_s >= SERIOUS_S


@dataclass(frozen=True, slots=True)
class Quality:
    """The concerns, the most important first; `further` counts those left out."""

    concerns: tuple[Concern, ...] = ()
    further: int = 0
