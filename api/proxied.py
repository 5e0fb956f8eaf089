"""A proxy before the service: what its X-Forwarded-* headers tell, and the path below it.

The path (`/podcasts` of https://example.org/podcasts) comes from CLEANCAST_PUBLIC_URL, or
from X-Forwarded-Prefix where a trusted proxy sends it. A proxy may strip it from the
requests that it passes on, or leave it. Knows no route.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from pipeline.place import BASE_PATH, trusted_proxies
from pipeline.settings import Settings

_PREFIX: ContextVar[str] = ContextVar("prefix", default="")


def here(path: str) -> str:
    """Return a path of this service as a browser has to ask for it in this request."""
    return _PREFIX.get() + path


def route_path(scope: Scope) -> str:
    """Return a request's path without what a proxy puts before it."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


class Proxied:
    """Middleware that heeds a proxy: scheme and client as uvicorn does, and the path.

    Proxies are trusted by address: FORWARDED_ALLOW_IPS, else this machine alone. The path
    becomes ASGI's `root_path`, and `path` begins with it, as ASGI has it.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._path = urlsplit(settings.public_url or "").path
        self._forwarded = ProxyHeadersMiddleware(self._placed, trusted_proxies())  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            scope["cleancast.prefix"] = self._prefix(scope)  # before its client is another
        await self._forwarded(scope, receive, send)  # type: ignore[arg-type]

    def _prefix(self, scope: Scope) -> str:
        peer = (scope.get("client") or ("", 0))[0]
        told = Headers(scope=scope).get("x-forwarded-prefix")
        if told is None or peer not in self._forwarded.trusted_hosts:
            return self._path
        wanted = told.strip().rstrip("/")
        return wanted if re.fullmatch(BASE_PATH, wanted) else self._path

    async def _placed(self, scope: Scope, receive: Receive, send: Send) -> None:
        prefix: str = scope.pop("cleancast.prefix", "")
        if not prefix:
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if path == prefix and scope["method"] in ("GET", "HEAD"):
            await RedirectResponse(f"{prefix}/", 307)(scope, receive, send)
            return
        if not path.startswith(f"{prefix}/"):  # the proxy stripped it
            path = prefix + path
        placed = {**scope, "path": path, "raw_path": quote(path).encode(), "root_path": prefix}
        token = _PREFIX.set(prefix)
        try:
            await self._app(placed, receive, send)
        finally:
            _PREFIX.reset(token)
