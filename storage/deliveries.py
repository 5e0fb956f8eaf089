"""What is to be sent to webhooks: written when an episode ends, kept until it arrived.

The note that something is to be sent is made in the transaction that ends the run, so none
is lost and none is made twice. One webhook is sent to by one worker at a time, which holds
it until a certain moment: should it die, the others go on after that. So a delivery may
arrive twice, under the same id. This file does not know how anything is sent.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Row

from storage.database import deliveries, webhooks, writing
from storage.hooks import Hook, hook_of
from storage.library import Entry
from storage.tallies import Amount, tally

State = Literal["waiting", "delivered", "dropped"]
PING = "ping"

HELD_S = 60.0
"""How long a worker holds a webhook: longer than an attempt takes."""
KEPT_S = 7 * 86_400.0
"""How long it is remembered what became of a delivery."""
TALLY = "webhook_attempts"
"""The counter of attempts, by what came of them: delivered, failed, or dropped at last."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something to be sent, or that was. `attempts` counts those begun; times are UTC.

    `event` is how an episode ended, or "ping"; `facts` are what is told of it, JSON-able.
    """

    id: str
    event: str
    facts: Mapping[str, Any]
    state: State
    attempts: int
    created_at: datetime
    next_at: datetime
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that the holder alone may send now, until a Unix time."""

    hook: Hook
    delivery: Delivery
    until: float


class Deliveries:
    """All deliveries of one database. `now` is Unix time, seconds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ping(self, hook_id: str) -> Delivery | None:
        """Have a webhook sent something, to try it; None where nothing is sent there."""
        with writing(self._engine, hook_id) as connection:
            living = webhooks.c.id == hook_id, webhooks.c.ended.is_(None)
            if connection.execute(_held(*living)).first() is None:
                return None
            row = _row(hook_id, PING, secrets.token_hex(16), {})
            made = sa.insert(deliveries).values(**row).returning(deliveries)
            return _delivery(connection.execute(made).one())

    def of(self, hook_id: str, limit: int = 100) -> list[Delivery]:
        """The latest deliveries to a webhook, newest first."""
        theirs = sa.select(deliveries).filter_by(webhook_id=hook_id)
        newest = theirs.order_by(deliveries.c.created_at.desc(), deliveries.c.id).limit(limit)
        with self._engine.connect() as connection:
            return [_delivery(row) for row in connection.execute(newest)]

    def claim(self, now: float) -> Claim | None:
        """The delivery that has been due for longest, of a webhook nobody sends to."""
        due = (deliveries.c.state == "waiting", deliveries.c.next_at <= now)
        wanted = (
            sa.select(webhooks)
            .join(deliveries)
            .where(*due, webhooks.c.busy_until <= now)
            .order_by(deliveries.c.next_at)
            .limit(1)
        )
        until = now + HELD_S
        with self._engine.begin() as connection:
            while (hook := connection.execute(wanted).first()) is not None:
                # Of two who saw the same, one finds it as it was.
                free = webhooks.c.id == hook.id, webhooks.c.busy_until == hook.busy_until
                taken = sa.update(webhooks).where(*free).values(busy_until=until)
                if not connection.execute(taken).rowcount:
                    continue
                theirs = sa.select(deliveries.c.id).where(
                    deliveries.c.webhook_id == hook.id, *due
                )
                first = theirs.order_by(deliveries.c.next_at, deliveries.c.created_at).limit(1)
                begun = (
                    sa.update(deliveries)
                    .where(deliveries.c.id == first.scalar_subquery())
                    .values(attempts=deliveries.c.attempts + 1)
                    .returning(deliveries)
                )
                row = connection.execute(begun).first()
                if row is not None:
                    return Claim(hook_of(hook), _delivery(row), until)
                free_again = sa.update(webhooks).where(webhooks.c.id == hook.id)
                connection.execute(free_again.values(busy_until=0.0))
        return None

    def arrived(self, claim: Claim, now: float) -> None:
        """Note that a delivery arrived."""
        self._settle(claim, now, None, state="delivered", ended_at=now)

    def failed(self, claim: Claim, now: float, reason: str, next_at: float | None) -> None:
        """Note that an attempt failed; None: it was the last."""
        if next_at is None:
            self._settle(claim, now, reason, state="dropped", ended_at=now)
        else:
            self._settle(claim, now, reason, next_at=next_at)

    def end(self, claim: Claim, now: float, reason: str) -> None:
        """Send nothing to a webhook any more, nor what was still to be sent."""
        with self._engine.begin() as connection:
            if _release(connection, claim, now, reason, ended=reason):
                left = (
                    deliveries.c.webhook_id == claim.hook.id,
                    deliveries.c.state == "waiting",
                )
                dropped = {"state": "dropped", "ended_at": now, "last_error": reason}
                connection.execute(sa.update(deliveries).where(*left).values(**dropped))
                tally(connection, Amount(TALLY, "dropped"))

    def forget(self, now: float) -> None:
        """Drop the memory of deliveries that ended long ago."""
        with self._engine.begin() as connection:
            old = deliveries.c.ended_at < now - KEPT_S
            connection.execute(sa.delete(deliveries).where(old))

    def _settle(self, claim: Claim, now: float, reason: str | None, **values: object) -> None:
        with self._engine.begin() as connection:
            if _release(connection, claim, now, reason):
                this = sa.update(deliveries).where(deliveries.c.id == claim.delivery.id)
                connection.execute(this.values(last_error=reason, **values))
                tally(connection, Amount(TALLY, str(values.get("state", "failed"))))


def announce(connection: Connection, ended: Entry) -> None:
    """Have every webhook that wants to know told of an episode's end; in its transaction."""
    event = ended.episode.status
    facts = {
        "id": ended.id,
        "status": event,
        "title": ended.episode.title,
        "show": ended.episode.show,
        "duration_s": ended.duration_s,
        "language": ended.language,
        "error": ended.episode.error,
    }
    listening = connection.execute(_held(webhooks.c.ended.is_(None))).all()
    told = [hook.id for hook in listening if event in hook.events]
    rows = [_row(hook_id, event, ended.run, facts) for hook_id in told]
    if rows:
        connection.execute(sa.insert(deliveries), rows)


def _held(*where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Webhooks that nobody deletes before the transaction is over."""
    wanted = sa.select(webhooks.c.id, webhooks.c.events).where(*where)
    return wanted.order_by(webhooks.c.id).with_for_update(read=True, key_share=True)


def _row(hook_id: str, event: str, run: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    now = time.time()
    return {
        "id": f"msg_{secrets.token_hex(12)}",
        "webhook_id": hook_id,
        "event": event,
        "run": run,
        "facts": dict(facts),
        "state": "waiting",
        "attempts": 0,
        "created_at": now,
        "next_at": now,
    }


def _release(
    connection: Connection, claim: Claim, now: float, reason: str | None, **values: object
) -> bool:
    """Let a webhook go; False where it is not the holder's any more."""
    # The webhook before its deliveries, as where it is deleted: neither waits for the other.
    held = webhooks.c.id == claim.hook.id, webhooks.c.busy_until == claim.until
    freed = sa.update(webhooks).where(*held)
    values |= {"busy_until": 0.0, "last_at": now, "last_error": reason}
    return bool(connection.execute(freed.values(**values)).rowcount)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        row.id,
        row.event,
        row.facts,
        row.state,
        row.attempts,
        datetime.fromtimestamp(row.created_at, UTC),
        datetime.fromtimestamp(row.next_at, UTC),
        row.last_error,
    )
