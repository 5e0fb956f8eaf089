"""Bodies that are held in memory, which therefore have bounds. Knows no route."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

MOST_BODY = 2_000_000
"""Bytes of a body."""


class BoundedRoute(APIRoute):
    """A route whose body, where the framework reads it, has at most MOST_BODY bytes."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        answer = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            return await answer(Request(request.scope, _bounded(request.receive)))

        return answer if self.body_field is None else bounded


def _bounded(receive: Receive) -> Receive:
    size = 0

    async def bounded() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MOST_BODY:  # an HTTPException is what the framework lets through here
            raise HTTPException(413, f"A body has at most {MOST_BODY} bytes")
        return message

    return bounded
