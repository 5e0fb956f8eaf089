"""The route of progress as it happens: Server-Sent Events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from api.dependencies import Found, Held
from api.examples import EVENT
from api.headers import count
from api.problems import documented
from api.views import progressed
from pipeline.holdings import Holdings
from storage.library import Entry

router = APIRouter(prefix="/v1", tags=["episodes"])

LOOK_S = 0.4
PING_S = 15.0
_EVENT = {
    "type": "object",
    "description": "one event of the stream",
    "properties": {
        "event": {"enum": ["progress", "done", "failed", "cancelled"]},
        "id": {"type": "string"},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": "#/components/schemas/Progressed"},
        },
    },
    "required": ["event", "id", "data"],
}
ENDED = frozenset({"done", "failed", "cancelled"})


@router.get(
    "/episodes/{id}/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events `progress`, then one of `done`, `failed`, `cancelled`",
            "content": {"text/event-stream": {"schema": _EVENT, "example": EVENT}},
        },
        204: {"description": "Nothing more will come"},
        **documented("not-found"),
    },
)
async def events(
    entry: Found,
    holdings: Held,
    last_event_id: Annotated[
        str | None,
        Header(description="id of the last event seen; anything else counts as none"),
    ] = None,
) -> Response:
    """Follow an episode: its stage, how much is done, how long it will take.

    Each event has an id; whoever comes back with it as Last-Event-ID is told what changed
    since, and 204, which stops a browser from asking again, once all is told.
    """
    seen = count(last_event_id)
    if entry.revision == seen and entry.episode.status in ENDED:
        return Response(status_code=204)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _follow(entry, holdings, seen), media_type="text/event-stream", headers=headers
    )


async def _follow(entry: Entry, holdings: Holdings, seen: int | None) -> AsyncIterator[bytes]:
    """An event for each change, until the end of the work or of the episode."""
    latest: Entry | None = entry
    quiet_s = 0.0
    while latest is not None:
        ended = latest.episode.status in ENDED
        if latest.revision != seen:
            seen, quiet_s = latest.revision, 0.0
            yield format_sse_event(
                event=latest.episode.status if ended else "progress",
                data_str=progressed(latest).model_dump_json(),
                id=str(seen),
            )
        if ended:
            return
        if quiet_s >= PING_S:
            yield KEEPALIVE_COMMENT
            quiet_s = 0.0
        await asyncio.sleep(LOOK_S)
        quiet_s += LOOK_S
        latest = await to_thread.run_sync(holdings.library.get, entry.id)
