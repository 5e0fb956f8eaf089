"""What browsers may do: names the service answers to, and whose pages may ask it.

A page of another site that a person looks at reaches whatever that person's machine does,
a service on loopback too: by its own name made to lead here (DNS rebinding; the Host header
tells) or by sending a form (Origin tells, RFC 6454). Shared links alone are for every page
(Fetch Standard, CORS). Knows no route and no key.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.openai_errors import respond_by_address
from api.problems import Problem, shown
from api.proxied import route_path
from pipeline.settings import Settings

SHARED = ("/shared/", "/feeds/")
"""What bears its permission in its address."""
_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_FOR_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Range, If-None-Match, If-Range",
    "Access-Control-Expose-Headers": "Content-Length, Content-Range, ETag",
    "Access-Control-Max-Age": "86400",
}


class Doors:
    """Middleware that turns away what a foreign page sends."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._public = _public(settings)
        self._names = self._public | _own(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif (problem := self._problem(scope)) is not None:
            await respond_by_address(problem, scope)(scope, receive, send)
        elif not route_path(scope).startswith(SHARED):
            await self._app(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=_FOR_ALL)(scope, receive, send)
        else:
            await self._app(scope, receive, _for_all(send))

    def _problem(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._known(host):
            return Problem(
                "misdirected",
                f"This service does not go by {shown(host) or 'no name'}: "
                "CLEANCAST_HOSTS names what else it is called.",
            )
        if scope["method"] in _SAFE:
            return None
        origin = headers.get("origin")
        if origin is None:
            foreign = headers.get("sec-fetch-site") in ("cross-site", "same-site")
        else:  # a proxy may have put another Host
            place = _split(origin)
            foreign = place != host.lower() and _name(place) not in self._public
        if not foreign:
            return None
        return Problem("forbidden", "Pages of other sites may not do that.")

    def _known(self, host: str) -> bool:
        name = _name(host)
        return name in self._names or _is_address(name)


def _public(settings: Settings) -> frozenset[str]:
    """The names that a person gave it."""
    return settings.hosts | {_name(_split(settings.public_url or ""))} - {""}


def _own(settings: Settings) -> frozenset[str]:
    """The names it has by where it runs."""
    names = {"localhost", settings.host.lower()}
    if settings.needs_keys:
        machine = socket.gethostname().lower()
        names |= {machine, f"{machine}.local"}
    return frozenset(names)


def _split(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def _name(host: str) -> str:
    """A host without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower().removesuffix(".")


def _is_address(name: str) -> bool:
    # No foreign name can be made to look like a number.
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _for_all(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_FOR_ALL)
        await send(message)

    return sent
