"""What a person decided about an episode: an overlay that survives processing it again.

Nothing here changes a transcript: pipeline/edits.py lays the overlay on one. Names, moves,
decisions and corrections are bound to times, not to labels, found ads or found words, since
those may change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Literal

from episodes.spans import Span, subtract
from episodes.types import AdKind

Action = Literal["keep", "cut"]


@dataclass(frozen=True, slots=True)
class Decision(Span):
    """Whether what lies in [start, end), original seconds, is kept or cut.

    `kind` and `sponsor` say what it is where it is cut. Where an edge was moved, `replaces`
    is what was there before: of that, what lies outside of the decision is kept, and what was
    cut within it by an earlier decision is no decision any more.
    """

    action: Action
    kind: AdKind = "sponsor"
    sponsor: str | None = None
    replaces: Span | None = None


def settled(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """What holds of decisions that overlap: sorted, disjoint, each without `replaces`.

    The later one holds. What one replaces is kept only where no other says anything.
    """
    holding: list[Decision] = []
    for one in decisions:
        bare = replace(one, replaces=None)
        before = [d for d in holding if not _moved(d, one)]
        holding = [*_without(before, one), *([bare] if bare.duration_s > 0 else [])]
    left = subtract([d.replaces for d in decisions if d.replaces is not None], holding)
    holding += [Decision(part.start, part.end, "keep") for part in left]
    return tuple(sorted(holding, key=lambda one: one.start))


def _moved(before: Decision, one: Decision) -> bool:
    """Whether a decision is an earlier one with other edges."""
    was = one.replaces
    return (
        was is not None
        and before.action == "cut"
        and was.start <= before.start
        and before.end <= was.end
    )


def _without(decisions: Iterable[Decision], hole: Span) -> list[Decision]:
    return [
        replace(one, start=part.start, end=part.end)
        for one in decisions
        for part in subtract([one], [hole])
    ]


@dataclass(frozen=True, slots=True)
class Naming:
    """The name of a voice: `label` is what it was called when named, `turns` when it spoke."""

    label: str
    name: str
    turns: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """What one voice says is another's: all of it, or what lies in [start, end).

    `label` is the voice it is taken from, None whoever speaks then; `into` the one it goes
    to, a label that nobody bears being a new voice's. `turns` and `into_turns` are when these
    spoke; nothing for a new one. None as `start` or `end` is the episode's.
    """

    into: str
    label: str | None = None
    start: float | None = None
    end: float | None = None
    turns: tuple[Span, ...] = ()
    into_turns: tuple[Span, ...] = ()

    @property
    def span(self) -> Span:
        """When it holds."""
        return Span(self.start or 0.0, inf if self.end is None else self.end)


@dataclass(frozen=True, slots=True)
class Wording(Span):
    """What one voice says in [start, end), original seconds, in other words.

    `text` is what is said, nothing where it is empty; `was` the text that it replaces.
    """

    text: str
    was: str


@dataclass(frozen=True, slots=True)
class Break:
    """At original second `at` a paragraph begins, or (not `parted`) goes on."""

    at: float
    parted: bool


Correction = Wording | Break


@dataclass(frozen=True, slots=True)
class Edits:
    """All that a person changed; None and nothing mean as found.

    Moves come first, one after the other; names are those of the voices after them.
    Corrections of the text come last, each on top of those before it.
    """

    title: str | None = None
    show: str | None = None
    names: tuple[Naming, ...] = ()
    ads: tuple[Decision, ...] = ()
    moves: tuple[Move, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @property
    def named(self) -> dict[str, str]:
        """The names a person gave, by the labels that their voices have after the moves."""
        found: dict[str, str] = {}
        for one in self.names:
            label = one.label
            for move in self.moves:
                if move.label == label and (move.start, move.end) == (None, None):
                    label = move.into
            # Of two voices that are one by now, the name of the one that the other went to.
            if label not in found or label == one.label:
                found[label] = one.name
        return found
