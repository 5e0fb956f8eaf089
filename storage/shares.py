"""Shared links: what somebody without a key may fetch, until it is taken back.

A share is of an episode, or of a show with all its episodes. Each address below it is
signed by itself: who is given one learns no other. This file does not know addresses.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine, Row

from episodes.types import Episode
from storage.database import shares

_MAC_BYTES = 16
"""Of a signature: nobody guesses 128 bits over a network."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of one episode (by its id), or of a show (by its name).

    Times are UTC; without `ends_at` it holds until it is revoked.
    """

    id: str
    secret: str
    episode_id: str | None
    show: str | None
    created_at: datetime
    ends_at: datetime | None

    def sign(self, what: str) -> str:
        """What proves that this share allows `what`: its id and an HMAC (RFC 2104)."""
        digest = hmac.digest(self.secret.encode(), what.encode(), hashlib.sha256)
        mac = base64.urlsafe_b64encode(digest[:_MAC_BYTES]).decode().rstrip("=")
        return f"{self.id}.{mac}"

    def holds(self, episode: Episode) -> bool:
        """Whether an episode belongs to it, as it is now."""
        if self.episode_id is not None:
            return episode.id == self.episode_id
        return episode.show == self.show


class Shares:
    """All shares of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def make(
        self,
        episode_id: str | None = None,
        show: str | None = None,
        days: float | None = None,
    ) -> Share:
        """A new share of an episode or of a show, for some days or until it is revoked."""
        now = time.time()
        row = {
            "id": secrets.token_urlsafe(9),
            "secret": secrets.token_urlsafe(32),
            "episode_id": episode_id,
            "show": show,
            "created_at": now,
            "ends_at": None if days is None else now + days * 86_400,
        }
        with self._engine.begin() as connection:
            made = sa.insert(shares).values(**row).returning(shares)
            return _share(connection.execute(made).one())

    def all(self, limit: int = 1000) -> list[Share]:
        """The shares that hold, newest first."""
        wanted = sa.select(shares).where(_holds()).order_by(shares.c.created_at.desc())
        with self._engine.connect() as connection:
            return [_share(row) for row in connection.execute(wanted.limit(limit))]

    def get(self, share_id: str) -> Share | None:
        """A share that holds; None where there is none (any more)."""
        with self._engine.connect() as connection:
            wanted = sa.select(shares).where(shares.c.id == share_id, _holds())
            row = connection.execute(wanted).one_or_none()
        return None if row is None else _share(row)

    def find(self, signed: str, what: str) -> Share | None:
        """The share that allows `what`, by what was signed; None where none does."""
        share = self.get(signed.partition(".")[0])
        if share is None:
            return None
        return (
            share if hmac.compare_digest(share.sign(what).encode(), signed.encode()) else None
        )

    def revoke(self, share_id: str) -> bool:
        """End a share; False where there is none."""
        with self._engine.begin() as connection:
            return bool(connection.execute(sa.delete(shares).filter_by(id=share_id)).rowcount)


def _holds() -> sa.ColumnElement[bool]:
    return sa.or_(shares.c.ends_at.is_(None), shares.c.ends_at > time.time())


def _share(row: Row[Any]) -> Share:
    return Share(
        row.id,
        row.secret,
        row.episode_id,
        row.show,
        datetime.fromtimestamp(row.created_at, UTC),
        None if row.ends_at is None else datetime.fromtimestamp(row.ends_at, UTC),
    )
