"""The tables, and the connection to the database that holds them.

SQLite in a file. The job engine keeps its own tables in the same database, so that an
episode and its job are accepted in one transaction. This file does not know what is done
with the rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import (
    JSON,
    Column,
    Engine,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    event,
)

metadata = sa.MetaData()

episodes = Table(
    "episodes",
    metadata,
    Column("id", Text, primary_key=True),  # SHA-256 of the audio file
    Column("source", Text, nullable=False),
    Column("title", Text),  # as edited, else as the tags say
    Column("show", Text),
    Column("tags", JSON, nullable=False),
    Column("options", JSON, nullable=False),
    Column("edits", JSON, nullable=False),
    Column("status", Text, nullable=False),
    Column("stage", Text),
    Column("progress", Float, nullable=False),  # 0 to 1
    Column("error", Text),
    Column("run", Text, nullable=False),  # another one whenever the work begins anew
    Column("revision", Integer, nullable=False),  # counts up with every change of the row
    Column("duration_s", Float),
    Column("language", Text),
    Column("summary", JSON),
    Column("transcript", Text),  # the blob's key
    Column("audio", Text),  # the blob's key; null once it was dropped
    Column("audio_bytes", Integer, nullable=False),
    Column("created_at", Float, nullable=False),  # Unix time, seconds
    Column("updated_at", Float, nullable=False),
    Column("started_at", Float),
    Column("finished_at", Float),
    Index("episodes_by_age", "created_at", "id"),
    Index("episodes_by_status", "status"),
)

utterances = Table(
    "utterances",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("episode_id", Text, ForeignKey("episodes.id", ondelete="CASCADE"), nullable=False),
    Column("speaker", Text),
    Column("start", Float, nullable=False),  # original seconds
    Column("end", Float, nullable=False),
    Column("text", Text, nullable=False),
    Index("utterances_by_episode", "episode_id"),
)

workers = Table(
    "workers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("beat_at", Float, nullable=False),  # Unix time, seconds
)

# The full text index holds no text of its own: triggers keep it level with `utterances`.
_SEARCH = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS utterances_index USING fts5(
        text, content='utterances', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER IF NOT EXISTS utterances_added AFTER INSERT ON utterances BEGIN
        INSERT INTO utterances_index(rowid, text) VALUES (new.id, new.text); END""",
    """CREATE TRIGGER IF NOT EXISTS utterances_removed AFTER DELETE ON utterances BEGIN
        INSERT INTO utterances_index(utterances_index, rowid, text)
        VALUES ('delete', old.id, old.text); END""",
)


def connect(path: Path) -> Engine:
    """The database in the file `path`, made with all its tables where it is not there yet.

    Raises sqlalchemy.exc.DBAPIError where it cannot be opened.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _set_up)
    with engine.begin() as connection:
        connection.execute(sa.text("BEGIN IMMEDIATE"))  # one process makes them, not two
        metadata.create_all(connection)
        for statement in _SEARCH:
            connection.execute(sa.text(statement))
    return engine


def _set_up(connection: Any, _record: object) -> None:  # noqa: ANN401  a DBAPI connection has no type
    # Writers queue up from the start of a transaction: one that begins by reading could
    # not be repeated safely. Readers never wait for them (write-ahead log).
    connection.isolation_level = "IMMEDIATE"
    for pragma in (
        "busy_timeout = 30000",
        "journal_mode = WAL",
        "synchronous = FULL",  # what was accepted outlives a power cut
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
