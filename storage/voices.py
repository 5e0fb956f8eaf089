"""The voices of episodes, and the prints of those that a person named, kept.

Rows of an episode are written together with its transcript or its edits, in the same
transaction: nothing here is stale. This file does not know how voices are compared.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row
from sqlalchemy.dialects import postgresql, sqlite

from episodes.edits import Edits
from episodes.people import Person, Print, Voice, VoicePrint, most_different, moved_voices
from episodes.spans import Span
from episodes.types import Speaker
from storage import prints
from storage.database import episodes, hold, people, printed, refusals, voice_prints, voices

ENOUGH_S = 2.25
"""Seconds of speech that a voice needs, to be known by it elsewhere."""

_SHOW = sa.case(
    (episodes.c.id.is_not(None), sa.func.coalesce(episodes.c.show, "")),
    else_=sa.func.coalesce(printed.c.shelf, ""),
)
_TITLE = sa.func.coalesce(episodes.c.title, printed.c.title, "an episode")


def set_voices(connection: Connection, episode_id: str, heard: Sequence[Voice]) -> None:
    """Replace what an episode's voices are."""
    connection.execute(sa.delete(voices).filter_by(episode_id=episode_id))
    rows = [
        {
            "episode_id": episode_id,
            "at": at,
            "label": one.label,
            "name": one.found and one.found.name,
            "evidence": one.found and one.found.name_evidence,
            "named_by": one.found and one.found.named_by,
            **_row_of(one),
        }
        for at, one in enumerate(heard)
    ]
    if rows:
        connection.execute(sa.insert(voices), rows)


def voices_of(connection: Connection, ids: Collection[str]) -> dict[str, tuple[Voice, ...]]:
    """The voices of each of these episodes, as they were put."""
    wanted = sa.select(voices).where(voices.c.episode_id.in_(ids))
    found: dict[str, list[Voice]] = {episode_id: [] for episode_id in ids}
    for row in connection.execute(wanted.order_by(voices.c.episode_id, voices.c.at)):
        found[row.episode_id].append(_voice(row))
    return {episode_id: tuple(some) for episode_id, some in found.items()}


def episodes_of(
    connection: Connection, show: str | None = None, episode_id: str | None = None
) -> dict[str, tuple[str, str]]:
    """Title and show of each episode that has voices, by id: of a show, or only one, or all."""
    joined = (
        sa.select(voices.c.episode_id, _TITLE, _SHOW)
        .outerjoin(episodes, episodes.c.id == voices.c.episode_id)
        .outerjoin(printed, printed.c.episode_id == voices.c.episode_id)
        .distinct()
        .order_by(voices.c.episode_id)
    )
    if show is not None:
        joined = joined.where(_SHOW.in_([show]))
    if episode_id is not None:
        joined = joined.where(voices.c.episode_id == episode_id)
    return {row[0]: (row[1], row[2]) for row in connection.execute(joined)}


def teach(connection: Connection, episode_id: str, edits: Edits, show: str | None) -> None:
    """Have other episodes learn what a person said of one, inside a transaction.

    The show's people know the voices that were named; what was decided about its ads holds
    for the same recordings and words elsewhere.
    """
    prints.teach(connection, episode_id, edits.ads)
    heard = moved_voices(voices_of(connection, [episode_id])[episode_id], edits.moves)
    by_label = {voice.label: voice for voice in heard if voice.label is not None}
    named: dict[str, Voice] = {}
    for label, name in edits.named.items():
        voice, before = by_label.get(label), named.get(name)
        if voice and (before is None or before.print.speech_s < voice.print.speech_s):
            named[name] = voice
    learn(connection, episode_id, show or "", named)


def learn(
    connection: Connection, episode_id: str, show: str, named: Mapping[str, Voice]
) -> None:
    """Make these, by name, the prints that an episode gives its show's people, and no others.

    Who is new becomes one of them; who has no print any more is none. A voice that is too
    short, or forgotten, gives no print.
    """
    hold(connection, "people")
    connection.execute(sa.delete(voice_prints).filter_by(episode_id=episode_id))
    for name, voice in named.items():
        if not voice.print.vector or voice.print.speech_s < ENOUGH_S:
            continue
        person = _person(connection, show, name)
        row = {"person": person, "episode_id": episode_id, **_row_of(voice)}
        connection.execute(sa.insert(voice_prints).values(**row))
        connection.execute(sa.delete(refusals).filter_by(person=person, episode_id=episode_id))
        prune(connection, person)
    leave(connection)


def leave(connection: Connection) -> None:
    """Remove who has no print any more."""
    known = sa.select(voice_prints.c.person)
    connection.execute(sa.delete(people).where(people.c.id.not_in(known)))


def prune(connection: Connection, person: str) -> None:
    """Keep of a person's prints the most different."""
    wanted = sa.select(voice_prints).filter_by(person=person).order_by("episode_id")
    rows = connection.execute(wanted).all()
    # Networks change seldom: a person's prints are then remade one by one.
    kept = most_different([_print(row) for row in rows])
    gone = [row.episode_id for at, row in enumerate(rows) if at not in kept]
    connection.execute(
        sa.delete(voice_prints).where(
            voice_prints.c.person == person, voice_prints.c.episode_id.in_(gone)
        )
    )


def roster(connection: Connection, *where: sa.ColumnElement[bool]) -> tuple[Person, ...]:
    """People, by show and name, those alone for whom `where` holds."""
    wanted = (
        sa.select(
            people.c.id,
            people.c.show,
            people.c.name,
            voice_prints,
            _TITLE.label("title"),
        )
        .join(voice_prints, voice_prints.c.person == people.c.id)
        .outerjoin(episodes, episodes.c.id == voice_prints.c.episode_id)
        .outerjoin(printed, printed.c.episode_id == voice_prints.c.episode_id)
        .where(*where)
        .order_by(people.c.show, people.c.name, voice_prints.c.episode_id)
    )
    found: dict[str, Person] = {}
    for row in connection.execute(wanted):
        before = found.get(row.id) or Person(row.id, row.show, row.name, ())
        one = VoicePrint(_print(row), row.network, row.episode_id, row.title)
        found[row.id] = Person(row.id, row.show, row.name, (*before.prints, one))
    return tuple(found.values())


def forget(connection: Connection, episode_id: str) -> None:
    """Remove all that is kept of an episode beside its row, inside a transaction."""
    prints.forget(connection, episode_id)
    hold(connection, "people")
    for table in (voices, voice_prints, refusals):
        connection.execute(sa.delete(table).where(table.c.episode_id == episode_id))
    leave(connection)


def _person(connection: Connection, show: str, name: str) -> str:
    """The id of who bears a name in a show."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    new = {"id": f"p_{secrets.token_hex(8)}", "show": show, "name": name}
    connection.execute(insert(people).values(**new).on_conflict_do_nothing())
    found = connection.execute(sa.select(people.c.id).filter_by(show=show, name=name))
    return str(found.scalar_one())


def _row_of(voice: Voice) -> dict[str, object]:
    return {
        "network": voice.network,
        "vector": list(voice.print.vector),
        "speech_s": voice.print.speech_s,
        "spans": [[span.start, span.end] for span in voice.spans],
    }


def _print(row: Row[Any]) -> Print:
    return Print(tuple(row.vector), row.speech_s)


def _voice(row: Row[Any]) -> Voice:
    found = None
    if row.name is not None:
        found = Speaker(row.label, row.name, row.evidence, row.named_by)
    spans = tuple(Span(start, end) for start, end in row.spans)
    return Voice(row.label, _print(row), row.network, spans, found)
