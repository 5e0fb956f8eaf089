"""HEAD for every address that answers GET: the same headers, no body (RFC 9110, 9.3.2).

Knows no route.
"""

from __future__ import annotations

from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class _Answered(Exception):
    """The headers are sent: whoever would go on with a body need not."""


class Head:
    """Middleware that asks with GET and stops the answer after its headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_headers(message: Message) -> None:
            await send(message)
            await send({"type": "http.response.body", "body": b""})
            raise _Answered

        with suppress(_Answered):
            await self._app({**scope, "method": "GET"}, receive, send_headers)
