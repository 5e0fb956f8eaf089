"""What a person decided about an episode: an overlay that survives processing it again.

Nothing here changes a transcript: pipeline/edits.py lays the overlay on one. Names and
decisions are bound to times, not to labels or to found ads, since those may change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from episodes.spans import Span
from episodes.types import AdKind

Action = Literal["keep", "cut"]


@dataclass(frozen=True, slots=True)
class Decision(Span):
    """Whether what lies in [start, end), original seconds, is kept or cut.

    `kind` and `sponsor` say what it is where it is cut.
    """

    action: Action
    kind: AdKind = "sponsor"
    sponsor: str | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """The name of a voice: `label` is what it was called when named, `turns` when it spoke."""

    label: str
    name: str
    turns: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Edits:
    """All that a person changed; None and nothing mean as found."""

    title: str | None = None
    show: str | None = None
    names: tuple[Naming, ...] = ()
    ads: tuple[Decision, ...] = ()
