"""The nouns of what episodes have in common: stretches heard again, and what they are.

This file does not know how such a stretch is recognised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from episodes.spans import Span
from episodes.types import AdKind

By = Literal["sound", "words"]
"""What agrees: the very recording, or only what is said in it."""


@dataclass(frozen=True, slots=True)
class Match(Span):
    """A stretch of an episode that is heard in `other` too, there from `other_start` on.

    `other` is an episode's id, its own where it repeats itself. `other_end` in seconds of
    that episode.
    """

    other: str
    other_start: float
    other_end: float
    by: By = "sound"

    @property
    def there(self) -> Span:
        """The same stretch in the other episode."""
        return Span(self.other_start, self.other_end)


@dataclass(frozen=True, slots=True)
class Other:
    """An episode that was compared. `same_show` says that it is of the same show or folder.

    `known` are the parts of it that were told from the programme when it was processed,
    each with a kind, a confidence and perhaps a sponsor. `repeated` is what of it is heard in
    any other episode: sorted, disjoint.
    """

    id: str
    title: str
    duration_s: float
    same_show: bool = True
    known: tuple[Known, ...] = ()
    repeated: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Known(Span):
    """A part of an episode that was found not to be the programme, and how surely.

    Where a `person` said so it holds; a confidence of 0 then says that it is the programme.
    """

    kind: AdKind
    confidence: float
    sponsor: str | None = None
    person: bool = False

    @property
    def kept(self) -> bool:
        """Whether a person said that it is the programme."""
        return self.person and self.confidence == 0


@dataclass(frozen=True, slots=True)
class Repeat(Span):
    """What repetition says of a stretch: its kind, how surely, and why.

    `evidence` is a phrase a person can check. Where a `person` decided on the same stretch
    of another episode, a confidence of 0 says that it was kept there.
    """

    kind: AdKind
    confidence: float
    evidence: str
    sponsor: str | None = None
    by: By = "sound"
    person: bool = False

    @property
    def kept(self) -> bool:
        """Whether a person said that it is the programme."""
        return self.person and self.confidence == 0
