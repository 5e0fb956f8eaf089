"""The library: every episode that was accepted, as the API reads it and people change it.

Each method is one transaction, in which `Enqueue` queues work. Workers write in ledger.py.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, Row
from sqlalchemy.dialects import postgresql, sqlite

from episodes.edits import Edits
from episodes.notes import plain_notes
from episodes.titles import title_of
from episodes.types import Episode, Status, Summary, Tags
from storage.blobs import Blobs
from storage.database import episodes, writing
from storage.voices import forget, teach

Enqueue = Callable[[Connection, str, str], None]
"""Called with the open transaction, an episode's id and its run."""

TAGS = TypeAdapter(Tags)
EDITS = TypeAdapter(Edits)
STARTABLE: frozenset[Status] = frozenset({"done", "failed", "cancelled"})
SUMMARY = TypeAdapter(Summary)


@dataclass(frozen=True, slots=True)
class Entry:
    """An episode as the library holds it.

    `options` are the user's, as texts. `run` is another whenever the work began anew,
    `revision` counts every change. `progress` is 0 to 1. `transcript` and `audio` are keys
    of blobs; None where there is none (yet, or any more). `started_at` is Unix time.
    """

    episode: Episode
    options: Mapping[str, str]
    edits: Edits
    run: str
    revision: int
    stage: str | None
    progress: float
    started_at: float | None
    updated_at: datetime
    duration_s: float | None
    language: str | None
    summary: Summary | None
    transcript: str | None
    audio: str | None
    audio_bytes: int

    @property
    def id(self) -> str:
        """The episode's id."""
        return self.episode.id


class Library:
    """All episodes of one database, and the blobs that belong to them."""

    def __init__(self, engine: Engine, blobs: Blobs, enqueue: Enqueue) -> None:
        self._engine, self._blobs, self._enqueue = engine, blobs, enqueue

    def get(self, episode_id: str) -> Entry | None:
        """One episode, or None."""
        with self._engine.connect() as connection:
            return find(connection, episode_id)

    def several(self, ids: Collection[str]) -> dict[str, Entry]:
        """Those of these episodes that are there, by id."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(episodes).where(episodes.c.id.in_(ids)))
            return {row.id: _entry(row) for row in rows}

    def page(
        self,
        limit: int,
        after: tuple[float, str] | None = None,
        show: str | None = None,
        status: Status | None = None,
        text: str | None = None,
    ) -> list[Entry]:
        """At most `limit` episodes, newest first, that follow the one of (created_at, id).

        `text` is looked for in titles, shows and file names.
        """
        wanted = sa.select(episodes).order_by(
            episodes.c.created_at.desc(), episodes.c.id.desc()
        )
        if after is not None:
            place = sa.tuple_(episodes.c.created_at, episodes.c.id)
            wanted = wanted.where(place < sa.tuple_(*map(sa.literal, after)))
        if show is not None:
            wanted = wanted.where(episodes.c.show == show)
        if status is not None:
            wanted = wanted.where(episodes.c.status == status)
        if text is not None:
            fields = (episodes.c.title, episodes.c.show, episodes.c.source)
            wanted = wanted.where(sa.or_(*(f.icontains(text, autoescape=True) for f in fields)))
        with self._engine.connect() as connection:
            return [_entry(row) for row in connection.execute(wanted.limit(limit))]

    def waiting(self, sender: str) -> int:
        """How many of the episodes that a key sent are waiting or being worked on."""
        theirs = sa.select(sa.func.count()).where(
            episodes.c.sent_by == sender, episodes.c.status.in_(("queued", "running"))
        )
        with self._engine.connect() as connection:
            return connection.scalar(theirs) or 0

    def add(
        self,
        episode: Episode,
        options: Mapping[str, str],
        edits: Edits,
        file: Path,
        sender: str | None = None,
        blobs: Mapping[str, bytes] | None = None,
    ) -> tuple[Entry, bool]:
        """Accept an episode and queue its work; False where it is there already.

        `file` is moved in; an episode that is there takes it only where its audio was
        dropped. `sender` is the name of the key it was sent with; `blobs` come with it.
        """
        # Whole microseconds, as a datetime holds them: pages go on from such a place.
        now, size = round(time.time(), 6), file.stat().st_size
        audio = f"{episode.id}/audio{_suffix(episode.source)}"
        new: dict[str, Any] = {
            "id": episode.id,
            "source": episode.source,
            "title": edits.title or episode.title,
            "show": edits.show or episode.show,
            "tags": TAGS.dump_python(Tags(title=episode.title), mode="json"),
            "options": dict(options),
            "edits": EDITS.dump_python(edits, mode="json"),
            "status": "queued",
            "progress": 0.0,
            "run": _new_run(),
            "revision": 1,
            "audio": audio,
            "audio_bytes": size,
            "audio_at": now,
            "created_at": now,
            "updated_at": now,
            "sent_by": sender,
        }
        # The blob moves inside the transaction: a `delete` cannot come between.
        with writing(self._engine, episode.id) as connection:
            fresh = _insert(self._engine).values(**new).returning(episodes.c.id)
            added = connection.execute(fresh).first() is not None
            dropped = episodes.c.audio.is_(None)
            if added:
                self._enqueue(connection, episode.id, new["run"])
            again = {"audio": audio, "audio_at": now}
            if added or change(connection, episode.id, dropped, **again):
                self._blobs.adopt(audio, file)
            for key, content in (blobs or {}).items():
                self._blobs.write(key, content)
            entry = find(connection, episode.id)
        assert entry is not None
        return entry, added

    def restart(
        self,
        episode_id: str,
        options: Mapping[str, str] | None = None,
        from_: frozenset[Status] = STARTABLE,
    ) -> bool:
        """Queue the work anew, under other `options` if given; False unless it has ended."""
        changed: dict[str, object] = {} if options is None else {"options": dict(options)}
        run = _new_run()
        with self._engine.begin() as connection:
            if not change(
                connection,
                episode_id,
                episodes.c.status.in_(from_),
                **changed,
                status="queued",
                stage=None,
                progress=0.0,
                error=None,
                started_at=None,
                run=run,
            ):
                return False
            self._enqueue(connection, episode_id, run)
        return True

    def cancel(self, episode_id: str) -> bool:
        """Give up the work; a running stage sees it and ends. False where none is left."""
        with self._engine.begin() as connection:
            active = episodes.c.status.in_(("queued", "running"))
            return change(connection, episode_id, active, status="cancelled", stage=None)

    def edit(self, episode_id: str, edited: Callable[[Entry], Edits]) -> Entry | None:
        """Replace an episode's edits by what `edited` makes of the entry; None if gone."""
        with writing(self._engine, episode_id) as connection:  # no other edit is lost
            entry = find(connection, episode_id)
            if entry is None:
                return None
            edits = edited(entry)
            tags = connection.scalar(sa.select(episodes.c.tags).filter_by(id=episode_id))
            found = TAGS.validate_python(tags, strict=False)
            teach(connection, episode_id, edits, edits.show or found.show)
            change(
                connection,
                episode_id,
                edits=EDITS.dump_python(edits, mode="json"),
                title=title_of(entry.episode.source, edits.title, found.title),
                show=edits.show or found.show,
            )
            return find(connection, episode_id)

    def delete(self, episode_id: str) -> bool:
        """Remove an episode and everything of it; False where there is none."""
        with writing(self._engine, episode_id) as connection:
            gone = connection.execute(sa.delete(episodes).filter_by(id=episode_id)).rowcount
            if gone:
                forget(connection, episode_id)
                self._blobs.delete(episode_id)
        return bool(gone)


def _suffix(source: str) -> str:  # of a stranger's name only what every file system takes
    suffix = PurePath(source).suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else ""


def _insert(engine: Engine) -> postgresql.Insert | sqlite.Insert:
    """An insert that leaves a row alone that is there."""
    if engine.dialect.name == "sqlite":
        return sqlite.insert(episodes).on_conflict_do_nothing()
    return postgresql.insert(episodes).on_conflict_do_nothing()


def _new_run() -> str:
    # Not a count: an episode that was deleted and sent again must not meet its old run.
    return uuid.uuid4().hex


def find(connection: Connection, episode_id: str) -> Entry | None:
    """One episode inside a transaction, or None."""
    row = connection.execute(sa.select(episodes).filter_by(id=episode_id)).one_or_none()
    return None if row is None else _entry(row)


def change(
    connection: Connection,
    episode_id: str,
    *where: sa.ColumnElement[bool],
    **values: object,
) -> bool:
    """Change a row where it fits; its revision counts up."""
    statement = sa.update(episodes).where(episodes.c.id == episode_id, *where)
    values |= {"revision": episodes.c.revision + 1, "updated_at": time.time()}
    return bool(connection.execute(statement.values(**values)).rowcount)


def _entry(row: Row[Any]) -> Entry:
    tags = TAGS.validate_python(row.tags, strict=False)
    return Entry(
        episode=Episode(
            id=row.id,
            source=row.source,
            created_at=datetime.fromtimestamp(row.created_at, UTC),
            title=title_of(row.source, row.title),
            show=row.show,
            description=plain_notes(tags.description or "") or None,
            published=tags.published,
            chapters=tags.chapters,
            status=row.status,
            error=row.error,
        ),
        options=row.options,
        edits=EDITS.validate_python(row.edits, strict=False),
        run=row.run,
        revision=row.revision,
        stage=row.stage,
        progress=row.progress,
        started_at=row.started_at,
        updated_at=datetime.fromtimestamp(row.updated_at, UTC),
        duration_s=row.duration_s,
        language=row.language,
        summary=None if row.summary is None else SUMMARY.validate_python(row.summary),
        transcript=row.transcript,
        audio=row.audio,
        audio_bytes=row.audio_bytes,
    )
