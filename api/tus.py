"""What the tus protocol (1.0.0) asks of every request and answer to do with uploads.

Its version in each answer, errors too; and PATCH or DELETE as a POST with
X-HTTP-Method-Override, for clients that can send no other. Knows no route's work.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.proxied import route_path

VERSION = {"Tus-Resumable": "1.0.0"}
_METHODS = frozenset(("PATCH", "DELETE", "HEAD"))


class Tus:
    """Middleware around the addresses of uploads."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not f"{route_path(scope)}/".startswith("/v1/uploads/"):
            await self._app(scope, receive, send)
            return
        wanted = Headers(scope=scope).get("x-http-method-override", "").upper()
        if scope["method"] == "POST" and wanted in _METHODS:
            scope = {**scope, "method": wanted}

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(VERSION)
            await send(message)

        await self._app(scope, receive, sent)
