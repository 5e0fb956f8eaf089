"""The route of progress as it happens: Server-Sent Events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from api.dependencies import Found, Held
from api.examples import CHANGE, EVENT
from api.headers import count
from api.problems import documented
from api.views import progressed, view
from pipeline.holdings import Holdings
from storage.latest import latest
from storage.library import Entry

router = APIRouter(prefix="/v1", tags=["episodes"])

LOOK_S = 0.4
SKEW_S = 2.0
"""How far the clocks of machines that write may be apart."""
PING_S = 15.0


class EventStream(StreamingResponse):
    """Server-Sent Events: kept by no cache, held back by no proxy."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncIterator[bytes]) -> None:
        super().__init__(
            events, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )


def _stream(event: dict[str, Any], shape: str) -> dict[str, Any]:
    """The schema of a stream whose events are called so and hold a shape."""
    return {
        "type": "object",
        "description": "one event of the stream",
        "properties": {
            "event": event,
            "id": {"type": "string"},
            "data": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": {"$ref": f"#/components/schemas/{shape}"},
            },
        },
        "required": ["event", "id", "data"],
    }


_EVENT = _stream({"enum": ["progress", "done", "failed", "cancelled"]}, "Progressed")
_CHANGE = _stream({"const": "episode"}, "EpisodeView")
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
    return EventStream(_follow(entry, holdings, seen))


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "An event `episode` for each change of any",
            "content": {"text/event-stream": {"schema": _CHANGE, "example": CHANGE}},
        },
        **documented("invalid"),
    },
)
async def all_events(
    holdings: Held,
    last_event_id: Annotated[str | None, Header(description="id of the last one seen")] = None,
    since: Annotated[
        int | None,
        Query(ge=0, le=10**15, description="told from this Unix time in milliseconds on"),
    ] = None,
) -> Response:
    """Follow all episodes: each change of one, as `GET /v1/episodes` shows it, until you go.

    Who comes back with the last id, or says since when, is told what changed from then on,
    some of it perhaps again; everybody else what changes from now on.
    """
    began = count(last_event_id) or since
    since_s = time.time() if began is None else began / 1000
    return EventStream(_changes(holdings, since_s))


async def _changes(holdings: Holdings, since: float) -> AsyncIterator[bytes]:
    told: dict[str, int] = {}
    quiet_s = 0.0
    yield KEEPALIVE_COMMENT  # the connection stands
    while True:
        for entry in await to_thread.run_sync(latest, holdings.engine, since - SKEW_S, told):
            changed_at = entry.updated_at.timestamp()
            since, quiet_s = max(since, changed_at), 0.0
            told[entry.id] = entry.revision
            yield format_sse_event(
                event="episode",
                data_str=view(entry).model_dump_json(),
                id=str(round(changed_at * 1000)),
            )
        if quiet_s >= PING_S:
            yield KEEPALIVE_COMMENT
            quiet_s = 0.0
        await asyncio.sleep(LOOK_S)
        quiet_s += LOOK_S


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
