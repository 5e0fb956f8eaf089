"""How a connection to SQLite is set up. Knows no tables."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

SUBSECONDS = (3, 42)
"""The first SQLite whose clock knows fractions of a second."""


def set_up(connection: Any, _record: object = None) -> None:  # noqa: ANN401  a DBAPI connection has no type
    """Set a new connection up for several processes that read and write."""
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
    # From Python 3.12 on the queue asks SQLite for fractions of a second. An older one, such
    # as that of Debian 12, would answer nothing, and no episode could be queued.
    if sqlite3.sqlite_version_info < SUBSECONDS:
        connection.create_function("unixepoch", 1, lambda _modifier: time.time())
