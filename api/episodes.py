"""The routes of episodes: send, list, look, change, delete, and what is done with them."""

from __future__ import annotations

import base64
import math
import struct
from dataclasses import replace
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.access import Asking
from api.bodies import BoundedRoute
from api.changes import changed, edited, followed, withdrawn
from api.dependencies import Found, Held, Id, entry_of, missing
from api.headers import count, documented_header
from api.options import checked, lasting
from api.problems import BODY, Problem, documented, invalid
from api.schemas import Changes, EpisodePage, EpisodeView, Options, UploadForm
from api.uploads import receive
from api.views import links, view
from episodes.types import Status
from pipeline.holdings import Holdings
from pipeline.intake import Wanted
from storage.library import Entry

router = APIRouter(prefix="/v1", tags=["episodes"], route_class=BoundedRoute)

_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": {"$ref": "#/components/schemas/UploadForm"}}
        },
    }
}
_PLACE = documented_header("Location", "where the episode is")


@router.post(
    "/episodes",
    status_code=202,
    openapi_extra=_FORM,
    responses={
        200: {
            "model": EpisodeView,
            "description": "It is there already; nothing changed",
            "headers": _PLACE,
        },
        202: {"description": "It is accepted and queued", "headers": _PLACE},
        **documented("malformed", "too-large", "unsupported-media-type", "invalid", "no-room"),
    },
)
async def upload(
    request: Request, response: Response, holdings: Held, caller: Asking
) -> EpisodeView:
    """Send an episode's audio; its processing is queued.

    Content that is there already is not processed again, whatever the options: change
    those with `:reprocess`.
    """
    size = count(request.headers.get("content-length")) or 0
    with await to_thread.run_sync(caller.incoming, holdings, size) as incoming:
        form = await receive(request, incoming)
        wanted = replace(wanted_of(form.texts, holdings), sender=caller.name)
        name = form.name or ""
        entry, created = await to_thread.run_sync(incoming.accept, name, wanted)
    response.status_code = 202 if created else 200
    response.headers["Location"] = links(entry.id)["self"]
    return view(entry)


def wanted_of(texts: dict[str, str], holdings: Holdings) -> Wanted:
    """The fields of an upload, checked. Raises RequestValidationError, Problem, BadOption."""
    try:
        form = UploadForm.model_validate({n: t for n, t in texts.items() if t.strip()})
    except ValidationError as error:
        raise RequestValidationError(
            [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        ) from error
    options = Options(**{name: getattr(form, name) for name in Options.model_fields})
    return Wanted(checked(options, holdings.intake), form.title, form.show)


@router.get("/episodes", response_description="A page of them", responses=documented("invalid"))
def listing(
    holdings: Held,
    show: Annotated[str | None, Query(max_length=500, description="of this show alone")] = None,
    status: Annotated[Status | None, Query(description="in this state alone")] = None,
    q: Annotated[
        str | None, Query(max_length=500, description="in title, show or file name")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="episodes on a page")] = 50,
    after: Annotated[
        str | None, Query(max_length=100, description="`next` of the page before")
    ] = None,
) -> EpisodePage:
    """Episodes, newest first."""
    place = _place(after) if after else None
    found = holdings.library.page(limit + 1, place, show, status, q)
    more = found[limit - 1] if len(found) > limit else None
    return EpisodePage(
        episodes=[view(entry) for entry in found[:limit]], next=_cursor(more) if more else None
    )


@router.get(
    "/episodes/{id}", response_description="As it is now", responses=documented("not-found")
)
def episode(entry: Found) -> EpisodeView:
    """One episode."""
    return view(entry)


@router.patch(
    "/episodes/{id}",
    response_description="As it is with the edits",
    responses=documented(*BODY, "not-found", "not-ready", "invalid"),
)
def edit(entry: Found, changes: Changes, holdings: Held) -> EpisodeView:
    """Correct the title, the show, speakers' names or what is cut.

    Edits lie over what was found and survive processing it again. After a decision about
    ads the audio without them is made anew.
    """
    refused = withdrawn(entry, changes, holdings)
    after = edited(entry.id, holdings, lambda now: changed(now, changes, holdings.blobs))
    for person in refused:
        holdings.roster.people.refuse(person, entry.id)
    return view(followed(entry, after, holdings))


@router.delete(
    "/episodes/{id}",
    status_code=204,
    response_description="It is gone",
    responses=documented("not-found"),
)
def delete(id: Id, holdings: Held) -> None:  # noqa: A002
    """Remove an episode and everything of it, the audio too."""
    if not holdings.library.delete(id):
        raise missing(id)


@router.post(
    "/episodes/{id}:retry",
    status_code=202,
    response_description="It is queued",
    responses=documented("not-found", "conflict"),
)
def retry(entry: Found, holdings: Held) -> EpisodeView:
    """Process a failed or cancelled episode again; finished stages are not repeated."""
    if not holdings.library.restart(entry.id, from_=frozenset({"failed", "cancelled"})):
        raise _conflict(entry, "only what failed or was cancelled is tried again")
    return view(entry_of(entry.id, holdings))


@router.post(
    "/episodes/{id}:cancel",
    status_code=202,
    response_description="It is cancelled",
    responses=documented("not-found", "conflict"),
)
def cancel(entry: Found, holdings: Held) -> EpisodeView:
    """Give up a queued or running episode; a running stage ends within two seconds."""
    if not holdings.library.cancel(entry.id):
        raise _conflict(entry, "there is nothing to cancel")
    return view(entry_of(entry.id, holdings))


@router.post(
    "/episodes/{id}:reprocess",
    status_code=202,
    response_description="It is queued",
    responses=documented(*BODY, "not-found", "conflict", "invalid"),
)
def reprocess(entry: Found, holdings: Held, options: Options | None = None) -> EpisodeView:
    """Process an episode again, under other options if given; edits stay.

    Only the stages that the changed options touch are done again. Until that is finished
    the transcript there was is served.
    """
    given = None
    if options is not None:
        given = checked(options, holdings.intake) | lasting(entry.options)
    if not holdings.library.restart(entry.id, given):
        raise _conflict(entry, "cancel it first, or wait")
    return view(entry_of(entry.id, holdings))


def _conflict(entry: Entry, what: str) -> Problem:
    return Problem("conflict", f"The episode is {entry.episode.status}: {what}.")


_CURSOR = struct.Struct(">d32s")


def _cursor(entry: Entry) -> str:
    raw = _CURSOR.pack(entry.episode.created_at.timestamp(), bytes.fromhex(entry.id))
    return base64.urlsafe_b64encode(raw).decode()


def _place(cursor: str) -> tuple[float, str]:
    """The creation time and id a cursor stands for. Raises Problem."""
    try:
        raw = base64.b64decode(cursor, altchars=b"-_", validate=True)
        created_at, digest = _CURSOR.unpack(raw)
    except (struct.error, ValueError) as error:
        raise invalid("after", "this is not the `next` of a page") from error
    if not math.isfinite(created_at):
        raise invalid("after", "this is not the `next` of a page")
    return created_at, digest.hex()
