"""The people of each show, as the API and the command line read and change them.

What changes a name changes it in every episode of the show, in the same transaction. This
file does not know how voices are compared, nor HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from episodes.edits import Edits, Naming
from episodes.errors import BadInput
from episodes.people import Person, Voice
from episodes.spans import Span
from storage.database import episodes, hold, people, refusals, voice_prints, voices, writing
from storage.library import EDITS, change
from storage.results import fingerprint
from storage.voices import episodes_of, learn, prune, roster, set_voices, voices_of

AT_ONCE = 200
"""The voices of so many episodes are held in memory at a time."""


class NameTaken(BadInput):
    """The show has somebody of that name already."""


class People:
    """Everybody who was named, in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self, show: str | None = None) -> tuple[Person, ...]:
        """Everybody, or everybody of a show, by show and name."""
        where = () if show is None else (people.c.show == show,)
        with self._engine.connect() as connection:
            return roster(connection, *where)

    def get(self, person_id: str) -> Person | None:
        """One person, or None."""
        with self._engine.connect() as connection:
            return _find(connection, person_id)

    def made_of(self) -> str:
        """A hash of all that decides which voices are recognised."""
        with self._engine.connect() as connection:
            told = sa.select(people.c.id, people.c.name, voice_prints.c.episode_id)
            ordered = told.join(voice_prints).order_by(people.c.id, voice_prints.c.episode_id)
            rows = connection.execute(ordered).all()
            refused = connection.execute(sa.select(refusals).order_by("person", "episode_id"))
            return fingerprint([list(row) for row in rows], [list(row) for row in refused])

    def voices(self, ids: Collection[str]) -> dict[str, tuple[Voice, ...]]:
        """The voices of these episodes, as found."""
        with self._engine.connect() as connection:
            return voices_of(connection, ids)

    def all_voices(self, ids: Collection[str]) -> Iterator[tuple[str, tuple[Voice, ...]]]:
        """The same of as many episodes as there are, one after the other."""
        ordered = sorted(ids)
        for first in range(0, len(ordered), AT_ONCE):
            yield from self.voices(ordered[first : first + AT_ONCE]).items()

    def episodes(self, show: str | None = None) -> dict[str, tuple[str, str]]:
        """Title and show of each episode of a show, or of all, whose voices are known."""
        with self._engine.connect() as connection:
            return episodes_of(connection, show)

    def episode(self, episode_id: str) -> tuple[str, str] | None:
        """Title and show of an episode; None where its voices are not known."""
        with self._engine.connect() as connection:
            return episodes_of(connection, episode_id=episode_id).get(episode_id)

    def hear(self, episode_id: str, heard: Sequence[Voice]) -> bool:
        """Note the voices of an episode that is not in the library; False where it is.

        Its title and show, or folder, are those with which its prints were put.
        """
        with writing(self._engine, episode_id) as connection:
            known = sa.select(episodes.c.id).filter_by(id=episode_id)
            if connection.execute(known).first() is not None:
                return False
            set_voices(connection, episode_id, heard)
        return True

    def learn(self, episode_id: str, show: str, named: Mapping[str, Voice]) -> None:
        """Make these, by name, the prints that such an episode gives."""
        with writing(self._engine, episode_id) as connection:
            learn(connection, episode_id, show, named)

    def taught(self, episode_id: str) -> dict[str, tuple[tuple[Span, ...], str]]:
        """By name, when those spoke whose prints an episode gave, and by which network."""
        wanted = (
            sa.select(people.c.name, voice_prints.c.spans, voice_prints.c.network)
            .join(voice_prints)
            .where(voice_prints.c.episode_id == episode_id)
        )
        with self._engine.connect() as connection:
            return {
                row.name: (tuple(Span(*span) for span in row.spans), row.network)
                for row in connection.execute(wanted)
            }

    def named(self, person: Person) -> dict[str, set[str]]:
        """Which voices of the library's episodes a person gave that name, by episode."""
        with self._engine.connect() as connection:
            return {
                episode_id: {one.label for one in edits.names if one.name == person.name}
                for episode_id, edits in _naming(connection, person).items()
            }

    def refuse(self, person_id: str, episode_id: str) -> bool:
        """Note that somebody is not heard in an episode; False where nobody is that."""
        with writing(self._engine, "people") as connection:
            if _find(connection, person_id) is None:
                return False
            row = {"person": person_id, "episode_id": episode_id}
            connection.execute(sa.delete(refusals).filter_by(**row))
            connection.execute(sa.insert(refusals).values(**row))
        return True

    def refused(self, ids: Collection[str]) -> set[tuple[str, str]]:
        """Who is not heard in which of these episodes: (person, episode)."""
        wanted = sa.select(refusals).where(refusals.c.episode_id.in_(ids))
        with self._engine.connect() as connection:
            return {(row.person, row.episode_id) for row in connection.execute(wanted)}

    def rename(self, person_id: str, name: str) -> Person | None:
        """Give somebody another name, in every episode; None where there is no such person.

        Raises NameTaken.
        """

        def renamed(connection: Connection, person: Person) -> None:
            taken = sa.select(people.c.id).filter_by(show=person.show, name=name)
            if connection.scalar(taken) not in (None, person.id):
                raise NameTaken(f"There is a {name} already: merge the two.")
            own = sa.update(people).where(people.c.id == person.id)
            connection.execute(own.values(name=name))
            _rename(connection, person, name)

        return self._changed(person_id, renamed)

    def merge(self, person_id: str, into: str) -> Person | None:
        """Make somebody the same person as another of the show; None where either is none.

        Raises BadInput where they are of two shows, or one.
        """
        other = self.get(into)
        if other is None or self.get(person_id) is None:
            return None
        if person_id == into:
            raise BadInput("A person is merged with another one.")

        def merged(connection: Connection, person: Person) -> None:
            if person.show != other.show:
                raise BadInput("People of two shows are not merged: each has its own.")
            _rename(connection, person, other.name)
            both = sa.select(voice_prints.c.episode_id).filter_by(person=into)
            theirs = voice_prints.c.person == person.id
            twice = voice_prints.c.episode_id.in_(both)
            connection.execute(sa.delete(voice_prints).where(theirs, twice))
            connection.execute(sa.update(voice_prints).where(theirs).values(person=into))
            connection.execute(sa.delete(people).where(people.c.id == person.id))
            prune(connection, into)

        self._changed(person_id, merged)
        return self.get(into)

    def forget(self, person_id: str, forgotten: Mapping[str, Collection[int]]) -> bool:
        """Remove somebody: prints, names, and those voices, by episode and place.

        False where there is no such person.
        """

        def removed(connection: Connection, person: Person) -> None:
            connection.execute(sa.delete(people).where(people.c.id == person.id))
            _rename(connection, person, None)
            for episode_id, places in forgotten.items():
                theirs = sa.and_(voices.c.episode_id == episode_id, voices.c.at.in_(places))
                connection.execute(sa.update(voices).where(theirs).values(vector=[]))

        known = self.get(person_id) is not None
        self._changed(person_id, removed)
        return known

    def _changed(
        self, person_id: str, do: Callable[[Connection, Person], None]
    ) -> Person | None:
        """Change a person and every episode that names them; how they are then."""
        person = self.get(person_id)
        if person is None:
            return None
        with writing(self._engine, "") as connection:
            # In the order in which an edit takes them too: first episodes, then people.
            for episode_id in _naming(connection, person):
                hold(connection, episode_id)
            hold(connection, "people")
            person = _find(connection, person_id)
            if person is None:
                return None
            do(connection, person)
            return _find(connection, person_id)


def _find(connection: Connection, person_id: str) -> Person | None:
    found = roster(connection, people.c.id == person_id)
    return found[0] if found else None


def _naming(connection: Connection, person: Person) -> dict[str, Edits]:
    """The edits of the show's episodes in which a person gave that name, by id."""
    show = sa.func.coalesce(episodes.c.show, "") == person.show
    wanted = sa.select(episodes.c.id, episodes.c.edits).where(show).order_by(episodes.c.id)
    read = (
        (row.id, EDITS.validate_python(row.edits, strict=False))
        for row in connection.execute(wanted)
    )
    return {id_: e for id_, e in read if any(one.name == person.name for one in e.names)}


def _rename(connection: Connection, person: Person, name: str | None) -> None:
    """The name another one, or taken back, wherever a person gave it."""
    for episode_id, edits in _naming(connection, person).items():
        names: list[Naming] = []
        for one in edits.names:
            if one.name != person.name:
                names.append(one)
            elif name is not None:
                names.append(replace(one, name=name))
        fresh = replace(edits, names=tuple(names))
        change(connection, episode_id, edits=EDITS.dump_python(fresh, mode="json"))
