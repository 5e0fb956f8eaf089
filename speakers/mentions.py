"""What is known of names in text: a mention, a sentence with its mentions, and show notes.

Does not know how they are found there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from speakers.sounds import maybe_same, nearly_same, same_first, same_name


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as it stands in a sentence; `title` is what goes before, such as "Dr.".

    `common` says that the word is said in small letters too, as no name.
    """

    name: str
    title: str = ""
    possessive: bool = False
    common: bool = False

    @property
    def full(self) -> bool:
        """Whether it is more than one word, as a first and a last name are."""
        return " " in self.name

    def resolved(self, names: Collection[str]) -> Mention:
        """With the whole name for a title and a last name, where one of `names` alone fits."""
        if self.full or not self.title:
            return self
        fit = [name for name in names if name.split()[1:][-1:] == [self.name]]
        return replace(self, name=fit[0]) if len(fit) == 1 else self


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence in small letters with each name as a number: "i'm <0> , and this is <1> ."."""

    text: str
    mentions: tuple[Mention, ...]

    def resolved(self, names: Collection[str]) -> Marked:
        """With the whole name for a title and a last name, where one of `names` alone fits."""
        return Marked(self.text, tuple(one.resolved(names) for one in self.mentions))


@dataclass(frozen=True, slots=True)
class Noted:
    """What is known before anybody speaks: persons by name, and which have a part in the show.

    `taking_part` are hosts and guests; the others are only talked about, or made the show.
    `show` is the show's name; `nicknames` are pairs of what somebody is called and the name.
    """

    persons: tuple[str, ...] = ()
    taking_part: frozenset[str] = frozenset()
    show: str = ""
    nicknames: tuple[tuple[str, str], ...] = ()

    def spelled(self, name: str) -> str:
        """The name as the notes spell it, if one person there sounds like it."""
        same = [one for one in self.persons if same_name(one, name)]
        same = same or [one for one in self.persons if maybe_same(one, name)]
        return same[0] if len(same) == 1 else name

    def called(self, first: str) -> tuple[str, ...]:
        """The persons who go by this first name."""
        nicknamed = [whole for nickname, whole in self.nicknames if nickname == first]
        return tuple(one for one in self.persons if same_first(one, first) or one in nicknamed)

    def nearly(self, name: str) -> bool:
        """Whether a person there has a name so near that one of the two may be misheard."""
        spelled = self.spelled(name)
        return any(nearly_same(one, name) for one in self.persons if one != spelled)
