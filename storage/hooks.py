"""Webhooks: addresses that are told when an episode ends.

Knows who is to be told of what; what is to be sent is in deliveries.py. This file does not
know HTTP.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Engine, Row

from episodes.errors import BadInput
from storage.database import webhooks, writing

Ending = Literal["done", "failed"]
"""How an episode ends that somebody is told of."""

MOST = 100
"""Webhooks at a time: each is written for in the transaction that ends an episode."""
_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook. `secret` is shared with the receiver, who proves by it what is from here.

    `last_at` and `last_error` are of the last attempt, the latter None where that went
    well. `ended` is why nothing is sent there any more; None while something is.
    """

    id: str
    url: str
    secret: str
    events: tuple[Ending, ...]
    created_at: datetime
    last_at: datetime | None = None
    last_error: str | None = None
    ended: str | None = None

    @property
    def key(self) -> bytes:
        """The secret as bytes, to sign with."""
        return base64.b64decode(self.secret.removeprefix(_PREFIX))


class Hooks:
    """All webhooks of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, url: str, events: Sequence[Ending], secret: str | None = None) -> Hook:
        """Register a URL that was checked. Raises BadInput for too many, or a bad secret."""
        row = {
            "id": f"wh_{secrets.token_hex(12)}",
            "url": url,
            "secret": _checked(secret) if secret is not None else _new_secret(),
            "events": sorted(set(events)),
            "created_at": time.time(),
            "busy_until": 0.0,
        }
        with writing(self._engine, "webhooks") as connection:
            there = connection.scalar(sa.select(sa.func.count()).select_from(webhooks)) or 0
            if there >= MOST:
                raise BadInput(f"There are {MOST} webhooks already: delete one of them.")
            made = sa.insert(webhooks).values(**row).returning(webhooks)
            return hook_of(connection.execute(made).one())

    def all(self) -> list[Hook]:
        """Every webhook, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(webhooks).order_by("created_at", "id"))
            return [hook_of(row) for row in rows]

    def get(self, hook_id: str) -> Hook | None:
        """One webhook, or None."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(webhooks).filter_by(id=hook_id)).one_or_none()
        return None if row is None else hook_of(row)

    def delete(self, hook_id: str) -> bool:
        """Remove one, and what was still to be sent to it; False where there is none."""
        with self._engine.begin() as connection:
            return bool(connection.execute(sa.delete(webhooks).filter_by(id=hook_id)).rowcount)


def hook_of(row: Row[Any]) -> Hook:
    """A row as a Hook."""
    return Hook(
        row.id,
        row.url,
        row.secret,
        tuple(row.events),
        datetime.fromtimestamp(row.created_at, UTC),
        None if row.last_at is None else datetime.fromtimestamp(row.last_at, UTC),
        row.last_error,
        row.ended,
    )


def _new_secret() -> str:
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _checked(secret: str) -> str:
    """The secret as Standard Webhooks has it. Raises BadInput."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or not 24 <= len(key) <= 64:
        raise BadInput(
            'A secret is "whsec_" and 24 to 64 random bytes in base64; leave it out to be '
            "given one."
        )
    return secret
