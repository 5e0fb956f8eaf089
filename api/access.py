"""Who asks, and whether they may: keys, sessions of browsers, scopes and limits.

On a service for this machine's users alone nobody needs a key and everything is allowed.
Knows what a key's scope allows; does not know what a route does.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from api.dependencies import Held
from api.problems import Problem
from pipeline.holdings import Holdings
from pipeline.intake import Incoming
from storage.keys import Key, Limits, Scope

COOKIE = "cleancast_session"
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
RANK: tuple[Scope, ...] = ("read", "write", "admin")
QUEUE_S = 60
"""When to come again while too many of one's episodes wait."""

_BEARER = HTTPBearer(auto_error=False, description="a key, as `cleancast keys add` told it")
_SESSION = APIKeyCookie(
    name=COOKIE,
    auto_error=False,
    description="a browser's session; what changes something also needs X-CSRF-Token",
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a key, or anybody where none is needed. `session` is a browser's secret."""

    key: Key | None = None
    session: str | None = None

    @property
    def name(self) -> str | None:
        """The key's name."""
        return None if self.key is None else self.key.name

    @property
    def scope(self) -> Scope:
        """What the caller may do."""
        return "admin" if self.key is None else self.key.scope

    @property
    def limits(self) -> Limits:
        """The key's own limits."""
        return Limits() if self.key is None else self.key.limits

    def incoming(self, holdings: Holdings, size: int) -> Incoming:
        """Begin to take in a file of theirs. Raises Problem, NoRoom, TooLarge."""
        self.check_queue(holdings)
        return holdings.intake.incoming(size, self.most_bytes(holdings))

    def most_bytes(self, holdings: Holdings) -> int:
        """How large a file of theirs may be."""
        most_mb = min(self.limits.upload_mb or math.inf, holdings.settings.most_upload_mb)
        return int(most_mb * 1e6)

    def check_queue(self, holdings: Holdings) -> None:
        """Whether another episode of theirs may wait. Raises Problem."""
        if self.key is None:
            return
        most = self.limits.queued or holdings.settings.key_queued
        if holdings.library.waiting(self.key.name) >= most:
            detail = f"{most} episodes of this key wait already: come again when some are done."
            raise Problem("too-many", detail, headers={"Retry-After": str(QUEUE_S)})


class Rates:
    """Counts requests a minute, in this process."""

    def __init__(self) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def check(self, name: str, most: int) -> None:
        """Count one. Raises Problem."""
        item = RateLimitItemPerMinute(most)
        if self._limiter.hit(item, name):
            return
        wait_s = self._limiter.get_window_stats(item, name).reset_time - time.time()
        raise Problem(
            "too-many",
            f"This key may ask {most} times a minute.",
            headers={"Retry-After": str(max(1, math.ceil(wait_s)))},
        )


def csrf_token(session: str) -> str:
    """What a page of ours sends along, and no other site's can know."""
    return hmac.digest(session.encode(), b"csrf", hashlib.sha256).hex()


def _caller(
    request: Request,
    holdings: Held,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    session: Annotated[str | None, Security(_SESSION)],
) -> Caller:
    if not holdings.settings.needs_keys:
        return Caller()
    caller = None
    if bearer is not None:
        key = holdings.keys.find(bearer.credentials)
        caller = None if key is None else Caller(key)
    elif session:
        caller = browser(holdings, session)
        if caller is not None and request.method not in SAFE:
            check_csrf(session, request.headers.get("x-csrf-token", ""))
    if caller is None:
        shown = "This is no key (any more)." if bearer else "This service asks for a key."
        how = " Send it as Authorization: Bearer KEY; `cleancast keys add NAME` makes one."
        raise no_key(shown + how)
    assert caller.key is not None
    rates: Rates = request.app.state.rates
    most = caller.limits.per_minute or holdings.settings.key_per_minute
    rates.check(caller.key.name, most)
    return caller


def no_key(detail: str) -> Problem:
    """The problem that a key is needed."""
    return Problem("no-key", detail, headers={"WWW-Authenticate": "Bearer"})


def browser(holdings: Holdings, session: str) -> Caller | None:
    """Whose session it is; None where it has ended."""
    key = holdings.keys.in_session(session)
    return None if key is None else Caller(key, session)


def check_csrf(session: str, token: str) -> None:
    """Whether a page of ours sent this. Raises Problem."""
    if not hmac.compare_digest(csrf_token(session).encode(), token.encode()):
        raise Problem("forbidden", "X-CSRF-Token is missing or not the session's.")


Asking = Annotated[Caller, Depends(_caller)]


def needs(scope: Scope | None = None) -> Callable[[Request, Caller], None]:
    """A dependency that asks for a scope; without one, read to look and write to change."""

    def check(request: Request, caller: Asking) -> None:
        wanted = scope or ("read" if request.method in SAFE else "write")
        if RANK.index(caller.scope) < RANK.index(wanted):
            raise Problem(
                "forbidden", f"That takes a key of scope {wanted}; this one has {caller.scope}."
            )

    return check
