"""Keys to the service, and the sessions of browsers that showed one.

A key is random, so its plain SHA-256 is safe to keep; the key itself is told once and kept
nowhere. This file does not know what a scope allows, nor HTTP.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Row
from sqlalchemy.exc import IntegrityError

from episodes.errors import BadInput
from storage.database import keys, sessions, writing

Scope = Literal["read", "write", "admin"]
"""Each holds those before it."""

FIRST = "first"
SESSION_S = 30 * 86_400.0
"""How long a browser stays logged in."""
_NOTED_S = 3600.0
"""That a key was used is noted at most so often."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a key may do; None leaves it to the settings.

    `upload_mb` is the most of one file, `queued` the most episodes waiting or being worked
    on at a time, `per_minute` the most requests.
    """

    upload_mb: float | None = None
    queued: int | None = None
    per_minute: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret."""

    name: str
    scope: Scope
    limits: Limits
    created_at: datetime
    used_at: datetime | None


class Keys:
    """All keys of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, name: str, scope: Scope, limits: Limits | None = None) -> str:
        """A new key: what its user shows. Raises BadInput for a name that is taken or odd."""
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
            raise BadInput("A key's name is up to 64 letters, digits, dots and dashes.")
        try:
            with self._engine.begin() as connection:
                return _insert(connection, name, scope, limits or Limits())
        except IntegrityError as error:
            raise BadInput(f"There is a key {name} already: choose another name.") from error

    def first(self) -> str | None:
        """A key to begin with, for everything; None where there are keys."""
        # Of services that start together one makes it.
        with writing(self._engine, "keys") as connection:
            if connection.execute(sa.select(keys.c.name).limit(1)).first() is not None:
                return None
            return _insert(connection, FIRST, "admin", Limits())

    def all(self) -> list[Key]:
        """Every key, by name."""
        with self._engine.connect() as connection:
            return [_key(row) for row in connection.execute(sa.select(keys).order_by("name"))]

    def find(self, secret: str) -> Key | None:
        """The key that somebody shows; None where there is none (any more)."""
        with self._engine.connect() as connection:
            wanted = sa.select(keys).filter_by(hash=_hash(secret))
            row = connection.execute(wanted).one_or_none()
        return None if row is None else self._used(_key(row))

    def revoke(self, name: str) -> bool:
        """End a key and all its sessions; False where there is none."""
        with self._engine.begin() as connection:
            return bool(connection.execute(sa.delete(keys).filter_by(name=name)).rowcount)

    def begin_session(self, key: Key) -> str:
        """A session of a key: what a browser shows from now on."""
        secret = secrets.token_urlsafe(32)
        row = {"hash": _hash(secret), "key": key.name, "ends_at": time.time() + SESSION_S}
        with self._engine.begin() as connection:
            connection.execute(sa.delete(sessions).where(sessions.c.ends_at < time.time()))
            connection.execute(sa.insert(sessions).values(**row))
        return secret

    def in_session(self, secret: str) -> Key | None:
        """The key of a session; None where that has ended."""
        wanted = (
            sa.select(keys)
            .join(sessions, sessions.c.key == keys.c.name)
            .where(sessions.c.hash == _hash(secret), sessions.c.ends_at > time.time())
        )
        with self._engine.connect() as connection:
            row = connection.execute(wanted).one_or_none()
        return None if row is None else self._used(_key(row))

    def end_session(self, secret: str) -> None:
        """Log a browser out."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(sessions).filter_by(hash=_hash(secret)))

    def _used(self, key: Key) -> Key:
        now = time.time()
        if key.used_at is None or now - key.used_at.timestamp() > _NOTED_S:
            with self._engine.begin() as connection:
                used = sa.update(keys).where(keys.c.name == key.name)
                connection.execute(used.values(used_at=now))
        return key


def _insert(connection: Connection, name: str, scope: Scope, limits: Limits) -> str:
    secret = f"cleancast_{secrets.token_hex(24)}"
    row = {
        "name": name,
        "hash": _hash(secret),
        "scope": scope,
        "upload_mb": limits.upload_mb,
        "queued": limits.queued,
        "per_minute": limits.per_minute,
        "created_at": time.time(),
    }
    connection.execute(sa.insert(keys).values(**row))
    return secret


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _key(row: Row[Any]) -> Key:
    used = None if row.used_at is None else datetime.fromtimestamp(row.used_at, UTC)
    return Key(
        row.name,
        row.scope,
        Limits(row.upload_mb, row.queued, row.per_minute),
        datetime.fromtimestamp(row.created_at, UTC),
        used,
    )
