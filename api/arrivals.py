"""The routes of uploads that survive a lost connection: the tus protocol, version 1.0.0.

Core, creation, expiration and termination, as tus.io has them: any client of tus can send.
What the parts become is the business of pipeline/arrivals.py.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Path, Request, Response
from starlette.requests import ClientDisconnect

from api.access import Asking
from api.dependencies import Held
from api.episodes import wanted_of
from api.headers import documented_header
from api.problems import Problem, documented, invalid
from api.proxied import here
from api.tus import VERSION
from api.uploads import blocks, file_name
from api.views import links
from pipeline.arrivals import KEPT_S, Arrival, Arrivals, Busy
from pipeline.holdings import Holdings

router = APIRouter(prefix="/v1", tags=["episodes"])

OFFERED = {"Tus-Version": "1.0.0", "Tus-Extension": "creation,termination,expiration"}
OFFSET = documented_header("Upload-Offset", "bytes that have arrived")
PART = "application/offset+octet-stream"


def _versioned(
    tus_resumable: Annotated[str, Header(description="the protocol's version: 1.0.0")] = "",
) -> None:
    """Refuse other versions of the protocol; none means ours. Raise Problem."""
    if tus_resumable not in ("", VERSION["Tus-Resumable"]):
        raise Problem(
            "other-version",
            "Uploads in parts speak tus 1.0.0: send the header Tus-Resumable: 1.0.0.",
            headers=VERSION | OFFERED,
        )


def _arrival(
    upload_id: Annotated[str, Path(description="what creating it told")], holdings: Held
) -> Arrival:
    found = Arrivals(holdings.intake).find(upload_id)
    if found is None:
        raise Problem("not-found", "There is no such upload (any more): begin a new one.")
    return found


Begun = Annotated[Arrival, Depends(_arrival)]
VERSIONED = [Depends(_versioned)]


@router.options(
    "/uploads",
    status_code=204,
    response_class=Response,
    response_description="The headers Tus-Version, Tus-Extension and Tus-Max-Size",
)
@router.options(
    "/uploads/{upload_id}", status_code=204, response_class=Response, include_in_schema=False
)
def offered(caller: Asking, holdings: Held) -> Response:
    """What of the tus protocol is spoken here."""
    most = {"Tus-Max-Size": str(caller.most_bytes(holdings))}
    return Response(status_code=204, headers=VERSION | OFFERED | most)


@router.post(
    "/uploads",
    dependencies=VERSIONED,
    status_code=201,
    response_class=Response,
    responses={
        201: {
            "description": "Send it there",
            "headers": documented_header("Location", "where to send it"),
        },
        **documented("other-version", "too-large", "invalid", "no-room"),
    },
)
def begin(
    caller: Asking,
    holdings: Held,
    upload_length: Annotated[int, Header(ge=0, le=10**15, description="bytes of the file")],
    upload_metadata: Annotated[
        str,
        Header(
            max_length=60_000,
            description="`filename` and the fields of an upload, each with its value in base64",
        ),
    ] = "",
) -> Response:
    """Begin an upload that can go on after a lost connection (tus 1.0.0)."""
    texts = _metadata(upload_metadata)
    name = file_name(texts.pop("filename", "").encode())
    wanted = replace(wanted_of(texts, holdings), sender=caller.name)
    caller.check_queue(holdings)
    most = caller.most_bytes(holdings)
    arrival = Arrivals(holdings.intake).begin(
        name, upload_length, wanted, most, upload_metadata
    )
    return Response(
        status_code=201,
        headers={**VERSION, **_expiry(), "Location": here(f"/v1/uploads/{arrival.id}")},
    )


@router.get(
    "/uploads/{upload_id}",
    dependencies=VERSIONED,
    status_code=204,
    response_class=Response,
    responses={
        204: {"description": "So much has arrived", "headers": OFFSET},
        **documented("other-version", "not-found"),
    },
)
def so_far(arrival: Begun, holdings: Held) -> Response:
    """How much of an upload has arrived; `HEAD` asks the same."""
    return _told(arrival, Arrivals(holdings.intake).offset(arrival))


@router.patch(
    "/uploads/{upload_id}",
    dependencies=VERSIONED,
    status_code=204,
    response_class=Response,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                PART: {
                    "schema": {"type": "string", "format": "binary"},
                    "example": "the bytes from Upload-Offset on",
                }
            },
        }
    },
    responses={
        204: {"description": "So much has arrived", "headers": OFFSET},
        **documented("other-version", "unsupported-media-type", "not-found", "conflict"),
        **documented("invalid", "no-room"),
    },
)
async def send(
    arrival: Begun,
    request: Request,
    holdings: Held,
    upload_offset: Annotated[int, Header(ge=0, description="of the first byte sent")],
) -> Response:
    """Send the next bytes; the last ones make it an episode, named by `Content-Location`."""
    if request.headers.get("content-type") != PART:
        raise Problem("unsupported-media-type", f"Parts are sent as {PART}.")
    if arrival.episode is None:
        await _take(arrival, request, holdings, upload_offset)
    arrivals = Arrivals(holdings.intake)
    offset = arrivals.offset(arrival)
    if arrival.episode is None and offset == arrival.size:
        entry, _ = await to_thread.run_sync(arrivals.finish, arrival)
        arrival = replace(arrival, episode=entry.id)
    return _told(arrival, offset)


@router.delete(
    "/uploads/{upload_id}",
    dependencies=VERSIONED,
    status_code=204,
    response_class=Response,
    response_description="It is given up",
    responses=documented("other-version", "not-found"),
)
def end(arrival: Begun, holdings: Held) -> Response:
    """Give an upload up; what came of it is deleted. The episode it became stays."""
    Arrivals(holdings.intake).drop(arrival)
    return Response(status_code=204, headers=VERSION)


async def _take(arrival: Arrival, request: Request, holdings: Holdings, offset: int) -> None:
    try:
        with Arrivals(holdings.intake).open(arrival) as part:
            if part.offset != offset:
                raise Problem("conflict", f"{part.offset} bytes have arrived, not {offset}.")
            async for block in blocks(request.stream()):
                await to_thread.run_sync(part.write, block)
    except Busy as error:
        raise Problem("conflict", str(error)) from error
    except ClientDisconnect as error:
        raise Problem("malformed", "The upload broke off: go on with the rest.") from error


def _told(arrival: Arrival, offset: int) -> Response:
    headers = {
        **VERSION,
        "Upload-Offset": str(offset),
        "Upload-Length": str(arrival.size),
        "Cache-Control": "no-store",
    }
    if arrival.metadata:
        headers["Upload-Metadata"] = arrival.metadata
    if arrival.episode is None:
        headers |= _expiry()
    if arrival.episode:
        headers["Content-Location"] = links(arrival.episode)["self"]
    return Response(status_code=204, headers=headers)


def _expiry() -> dict[str, str]:
    """Return when an upload that does not go on from now is forgotten."""
    ends = datetime.now(UTC) + timedelta(seconds=KEPT_S)
    return {"Upload-Expires": format_datetime(ends, usegmt=True)}


def _metadata(header: str) -> dict[str, str]:
    """Its pairs of a key and a value in base64. Raises Problem."""
    texts = {}
    for pair in filter(None, (one.strip() for one in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            texts[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise invalid("Upload-Metadata", f"{key} is not text in base64") from error
    return texts
