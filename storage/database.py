"""The tables, and the connection to the database that holds them: SQLite or PostgreSQL.

The job engine keeps its own tables in the same database, so that an episode and its job are
accepted in one transaction. The schema comes about by migrations (migrations/), this file
says what it is now. It does not know what is done with the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Engine,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    event,
)

from storage.sqlite import set_up

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
    Column("audio_bytes", sa.BigInteger, nullable=False),
    Column("audio_at", Float, nullable=False),  # when it came, or came again
    Column("created_at", Float, nullable=False),  # Unix time, seconds
    Column("updated_at", Float, nullable=False),
    Column("started_at", Float),
    Column("finished_at", Float),
    Column("sent_by", Text),  # the name of a key
    Index("episodes_by_age", "created_at", "id"),
    Index("episodes_by_status", "status"),
    Index("episodes_by_change", "updated_at"),
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
    Column("folded", Text, nullable=False),  # the same as it is looked for
    Index("utterances_by_episode", "episode_id"),
)

workers = Table(
    "workers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("beat_at", Float, nullable=False),  # Unix time, seconds
)

keys = Table(
    "keys",
    metadata,
    Column("name", Text, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),  # the key itself is kept nowhere
    Column("scope", Text, nullable=False),
    Column("upload_mb", Float),  # limits of its own; null leaves it to the settings
    Column("queued", Integer),
    Column("per_minute", Integer),
    Column("created_at", Float, nullable=False),  # Unix time, seconds
    Column("used_at", Float),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("key", Text, ForeignKey("keys.name", ondelete="CASCADE"), nullable=False),
    Column("ends_at", Float, nullable=False),
)

shares = Table(
    "shares",
    metadata,
    Column("id", Text, primary_key=True),
    Column("secret", Text, nullable=False),
    Column("episode_id", Text, ForeignKey("episodes.id", ondelete="CASCADE")),
    Column("show", Text),
    Column("created_at", Float, nullable=False),
    Column("ends_at", Float),  # null is never
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("events", JSON, nullable=False),  # "done", "failed"
    Column("created_at", Float, nullable=False),  # Unix time, seconds
    Column("busy_until", Float, nullable=False),  # a worker sends to it, until then at most
    Column("last_at", Float),  # of the last attempt
    Column("last_error", Text),  # null where it went well
    Column("ended", Text),  # why nothing is sent there any more
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("webhook_id", Text, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("event", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("next_at", Float, nullable=False),
    Column("last_error", Text),
    Column("ended_at", Float),
    sa.UniqueConstraint("webhook_id", "run", "event", name="deliveries_once"),
    Index("deliveries_by_due", "state", "next_at"),
    Index("deliveries_by_end", "ended_at"),
)

tallies = Table(
    "tallies",
    metadata,
    Column("name", Text, primary_key=True),
    Column("label", Text, primary_key=True),
    Column("bound", Text, primary_key=True),  # of a histogram's bucket; else empty
    Column("value", Float, nullable=False),
)

printed = Table(
    "printed",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("episode_id", Text, nullable=False, unique=True),  # of the library, or of a folder
    Column("shelf", Text, nullable=False),  # the show, or the folder
    Column("title", Text, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("sound", Integer, nullable=False),  # version of its prints; 0 is none yet
    Column("words", Text, nullable=False),  # hash of what its rows of words were made of
    Index("printed_by_shelf", "shelf"),
)

prints = Table(
    "prints",
    metadata,
    Column("hash", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("printed", ForeignKey("printed.id", ondelete="CASCADE"), primary_key=True),
    Column("at", Integer, primary_key=True, autoincrement=False),  # frame, or 10 ms
    Index("prints_by_printed", "printed"),
    sqlite_with_rowid=False,  # the key is all there is
)

matches = Table(
    "matches",
    metadata,
    Column("a", ForeignKey("printed.id", ondelete="CASCADE"), nullable=False),
    Column("b", ForeignKey("printed.id", ondelete="CASCADE"), nullable=False),
    Column("by", Text, nullable=False),  # sound or words
    Column("a_start", Float, nullable=False),  # original seconds
    Column("a_end", Float, nullable=False),
    Column("b_start", Float, nullable=False),
    Column("b_end", Float, nullable=False),
    Index("matches_by_a", "a"),
    Index("matches_by_b", "b"),
)

marked = Table(
    "marked",
    metadata,
    Column("printed", ForeignKey("printed.id", ondelete="CASCADE"), nullable=False),
    Column("start", Float, nullable=False),
    Column("end", Float, nullable=False),
    Column("kind", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("sponsor", Text),
    Column("teller", Text, nullable=False),  # repeats, words or person
    Index("marked_by_printed", "printed"),
)

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("show", Text, nullable=False),  # or the folder; empty where nobody knows it
    Column("name", Text, nullable=False),
    sa.UniqueConstraint("show", "name", name="people_once"),
)

voice_prints = Table(
    "voice_prints",
    metadata,
    Column("person", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("episode_id", Text, primary_key=True),  # in which the person was named
    Column("network", Text, nullable=False),  # SHA-256
    Column("vector", JSON, nullable=False),
    Column("speech_s", Float, nullable=False),
    Column("spans", JSON, nullable=False),  # [start, end] of what was listened to
    Index("voice_prints_by_episode", "episode_id"),
)

voices = Table(
    "voices",
    metadata,
    Column("episode_id", Text, primary_key=True),
    Column("at", Integer, primary_key=True, autoincrement=False),
    Column("label", Text),  # null where a person took its speech apart
    Column("name", Text),  # as found without the roster
    Column("evidence", Text),
    Column("named_by", Text),
    Column("network", Text, nullable=False),
    Column("vector", JSON, nullable=False),  # empty where it is forgotten
    Column("speech_s", Float, nullable=False),
    Column("spans", JSON, nullable=False),
)

refusals = Table(
    "refusals",
    metadata,
    Column("person", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("episode_id", Text, primary_key=True),  # in which the person is not heard
    Index("refusals_by_episode", "episode_id"),
)


def connect(url: str, *, held: bool = True) -> Engine:
    """The database at a URL such as "sqlite:///library.db" or "postgresql://host/name".

    Connections are `held` for the next use, until the engine is disposed of; else each is
    closed after its use, and nobody need dispose of the engine.
    Opens no connection yet. Raises sqlalchemy.exc.ArgumentError for what is no URL, and
    ModuleNotFoundError for a kind of database without a driver.
    """
    address = sa.make_url(url)
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(
        address,
        pool_pre_ping=address.get_backend_name() != "sqlite",
        poolclass=None if held else sa.NullPool,
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", set_up)
    return engine


@contextmanager
def writing(engine: Engine, about: str = "") -> Iterator[Connection]:
    """A transaction that looks before it writes: no other of these `about` it comes between.

    SQLite has one writer at a time anyway.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(sa.text("BEGIN IMMEDIATE"))
        else:
            hold(connection, about)
        yield connection


def hold(connection: Connection, about: str) -> None:
    """Until the transaction ends no other that is `about` it comes between."""
    if connection.dialect.name != "sqlite":
        number = sa.func.hashtextextended(about, 0)
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))
