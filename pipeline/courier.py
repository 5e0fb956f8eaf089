"""Tells webhooks what is waiting for them, signed, again and again until it arrives.

As Standard Webhooks 1.0 has it (https://www.standardwebhooks.com): the headers webhook-id,
webhook-timestamp and webhook-signature; a delivery keeps its id however often it is sent.
Knows when and how something is sent; does not know why, nor where it may lead.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import random
import threading
import time
from collections.abc import Callable
from importlib.metadata import version

from sqlalchemy import Engine

from pipeline.outward import LookUp, Outward, Unreachable, look_up
from pipeline.settings import Settings
from storage.deliveries import PING, Claim, Deliveries, Delivery
from storage.hooks import Hook

log = logging.getLogger(__name__)

WAITS_S = (10.0, 60.0, 300.0, 1800.0, 7200.0, 21_600.0, 43_200.0)
"""How long after each failed attempt the next is made: eight in all, over about 21 hours."""
JITTER = 0.25
"""A wait is longer by up to this part of it, so that not all come again at once."""
ANSWER_S = 10.0
"""The most an attempt may take."""
PATIENCE_S = 5.0
"""How long an attempt that is under way when the worker is asked to end may go on."""
AT_ONCE = 4
"""Webhooks sent to at a time, so that few slow ones do not keep the others waiting."""
POLL_S, TROUBLED_S = 3.0, 15.0
"""How often each looks for work; how long it rests when the database does not answer."""


def signed(hook: Hook, delivery: Delivery, body: bytes, now: float) -> dict[str, str]:
    """The headers that prove who sent `body`, and when: HMAC-SHA256 of id.time.body."""
    moment = str(int(now))
    content = b".".join((delivery.id.encode(), moment.encode(), body))
    mac = base64.b64encode(hmac.digest(hook.key, content, hashlib.sha256)).decode()
    return {
        "webhook-id": delivery.id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{mac}",
    }


def body_of(delivery: Delivery, base: str) -> bytes:
    """What is told: JSON with type, timestamp (of the event, UTC) and data.

    Links are below `base`, the address others reach the service at; paths if it is empty.
    """
    told = dict(delivery.facts)
    if delivery.event != PING:
        place = f"{base}/v1/episodes/{told['id']}"
        told["links"] = {"self": place} | (
            {"transcript": f"{place}/transcript"} if delivery.event == "done" else {}
        )
    kind = PING if delivery.event == PING else f"episode.{delivery.event}"
    content = {"type": kind, "timestamp": delivery.created_at.isoformat(), "data": told}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


class Courier:
    """Sends what is due. `clock` gives Unix time, `find` looks up names."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        find: LookUp = look_up,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._deliveries = Deliveries(engine)
        self._outward = Outward(private=settings.webhook_private, find=find)
        self._base, self._clock = settings.public_url or "", clock
        self._agent = f"cleancast/{version('cleancast')}"
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to look for what is due, in threads of its own."""
        for number in range(AT_ONCE):
            thread = threading.Thread(target=self._run, name=f"courier-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, patience_s: float = PATIENCE_S) -> None:
        """Begin nothing more, and give what is under way some time to end."""
        self._stopped.set()
        deadline = time.monotonic() + patience_s
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def deliver(self) -> bool:
        """Make one attempt, if anything is due; whether there was."""
        claim = self._deliveries.claim(self._clock())
        if claim is None:
            return False
        reason, gone = self._attempt(claim)
        now, named = self._clock(), (claim.delivery.id, claim.hook.id)
        if reason is None:
            self._deliveries.arrived(claim, now)
            log.info("%s arrived at %s", *named)
        elif gone:
            self._deliveries.end(claim, now, reason)
            log.warning("%s: %s is told nothing any more: %s", *named, reason)
        else:
            wait_s = _wait_s(claim.delivery.attempts)
            again_at = None if wait_s is None else now + wait_s
            self._deliveries.failed(claim, now, reason, again_at)
            then = "given up" if wait_s is None else f"again in {wait_s:.0f} s"
            log.warning("%s did not arrive at %s, %s: %s", *named, then, reason)
        return True

    def _attempt(self, claim: Claim) -> tuple[str | None, bool]:
        """Why it did not arrive, if so; and whether the receiver wants nothing any more."""
        headers = {"Content-Type": "application/json", "User-Agent": self._agent}
        try:
            body = body_of(claim.delivery, self._base)
            headers |= signed(claim.hook, claim.delivery, body, self._clock())
            status = self._outward.post(claim.hook.url, headers, body, ANSWER_S)
        except Unreachable as unreachable:
            return str(unreachable), False
        except Exception as error:  # the outer edge: it must be put down, or it comes for ever
            log.exception("%s cannot be sent", claim.delivery.id)
            return f"Something unexpected went wrong ({type(error).__name__}).", False
        return _complaint(status), status == 410

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                busy = self.deliver()
            except Exception as error:  # noqa: BLE001  the outer edge: the database may be away
                log.warning("webhooks rest for a while: %s", error)
                self._stopped.wait(TROUBLED_S)
            else:
                if not busy:
                    self._stopped.wait(POLL_S)


def _complaint(status: int) -> str | None:
    """What is wrong with an answer; None where nothing is."""
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return f"It answered {status}: redirects are not followed, register where it leads."
    if status == 410:
        return "It answered 410 Gone."
    return f"It answered {status}."


def _wait_s(attempts: int) -> float | None:
    """The seconds until the next attempt after so many; None after the last."""
    if attempts > len(WAITS_S):
        return None
    return WAITS_S[attempts - 1] * (1 + JITTER * random.random())
