"""The doctor's look at what keeps the library: the database and the storage, of any kind.

Each check gives what was seen, a phrase, and the cure, which is "" when nothing is wrong.
Knows no other part of the machine.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError

from episodes.errors import BadInput
from storage.database import connect
from storage.objects import ObjectBlobs

Seen = tuple[str, str]


def sqlite_file(file: Path) -> Seen:
    """Whether the database in a file is sound. Raises sqlite3.OperationalError."""
    if not file.exists():
        return f"{file} will be made at first start", ""
    cure = f"Restore {file} from a backup, or move it and its -wal away: a new one is made."
    uri = f"{file.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=1)) as library:
            (verdict,) = library.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError:
        raise  # it could not be looked at, which says nothing of it
    except sqlite3.DatabaseError as error:
        verdict = error
    return f"{file}: {verdict}", "" if verdict == "ok" else cure


def full_text(connect_: Callable[[], sqlite3.Connection]) -> Seen:
    """Whether this SQLite can search. Raises sqlite3.OperationalError."""
    with closing(connect_()) as memory:
        memory.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    return f"SQLite {sqlite3.sqlite_version} with FTS5", ""


def database_server(url: str) -> Seen:
    """Whether a database server lets us in and make tables."""
    cure = (
        "Set CLEANCAST_DATABASE_URL to postgresql://USER:PASSWORD@HOST/DATABASE of a running "
        "server whose user may create tables there."
    )
    try:
        engine = connect(url)
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TEMPORARY TABLE cleancast_doctor (x integer)"))
            version = str(connection.scalar(sa.text("SHOW server_version")))
        engine.dispose()
    except (ArgumentError, ModuleNotFoundError):
        return "the database's URL cannot be read", cure
    except DBAPIError as error:
        return str(error.orig).strip().splitlines()[0], cure
    return f"PostgreSQL {version.split(maxsplit=1)[0]}", ""


def object_store(url: str) -> Seen:
    """Whether a blob can be written, read and deleted there."""
    cure = (
        "Set CLEANCAST_STORAGE_URL to s3://BUCKET/FOLDER of a bucket that is there, and "
        "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and, for a server of your own, "
        "AWS_ENDPOINT_URL."
    )
    key = f"doctor/{uuid.uuid4().hex}"
    try:
        blobs = ObjectBlobs(url)
        blobs.write(key, b"well?")
        answer = blobs.read(key)
        blobs.delete(key)
    except (BadInput, OSError) as error:
        return str(error).splitlines()[0], cure
    return f"{url} keeps what it is given", "" if answer == b"well?" else cure
