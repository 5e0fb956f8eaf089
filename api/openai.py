"""The routes of OpenAI's API that this service answers: transcriptions, and the models.

An audio sent here becomes an episode like any other. Knows how to wait for its work; the
fields of a request, the forms of an answer and of errors are in openai_*.py.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from pathlib import PurePath
from typing import Annotated, Literal

from anyio import to_thread
from fastapi import APIRouter, Path, Request, Response
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import ConfigDict

from api.access import Asking
from api.awaited import awaited
from api.dependencies import Held
from api.events import PING_S, EventStream
from api.headers import count
from api.openai_errors import FaultRoute, fault, faults
from api.openai_forms import Diarized, Plain, Speech, Verbose
from api.openai_request import (
    ALIASES,
    REPEATABLE,
    Asked,
    TranscriptionForm,
    asked,
    model_name,
)
from api.openai_voices import MOST_TEXT, check_clips
from api.problems import Problem, problem_of, shown
from api.reading import Reading, transcript_of
from api.schemas import Shape
from api.uploads import receive
from pipeline import clips
from pipeline.holdings import Holdings
from pipeline.intake import Wanted
from storage.library import Entry
from transcribe.models import NAMES

router = APIRouter(prefix="/v1", tags=["openai"], route_class=FaultRoute)

CREATED = 1_767_225_600
"""Clients want a model to have a date; nobody reads it."""

_BEFORE = frozenset((None, "decode", "clips"))
"""Stages before whose end nothing is known of clips."""

_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": TranscriptionForm.model_json_schema(),
                "example": {
                    "file": "<the audio>",
                    "model": "whisper-1",
                    "response_format": "diarized_json",
                },
            }
        },
    }
}
_EVENT = {
    "type": "object",
    "description": "one event of the stream",
    "properties": {
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "description": "transcript.text.delta or .segment, then .done; or an error",
        }
    },
    "required": ["data"],
}


class Model(Shape):
    """A model that may be asked for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"id": "base", "object": "model", "created": CREATED, "owned_by": "cleancast"}
            ]
        }
    )

    id: str
    object: Literal["model"] = "model"
    created: int = CREATED
    owned_by: Literal["cleancast"] = "cleancast"


class ModelList(Shape):
    """All of them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "object": "list",
                    "data": [
                        {
                            "id": "base",
                            "object": "model",
                            "created": CREATED,
                            "owned_by": "cleancast",
                        }
                    ],
                }
            ]
        }
    )

    object: Literal["list"] = "list"
    data: list[Model]


@router.get(
    "/models",
    response_description="The names that may be asked for",
    responses=faults("no-key", "too-many", "internal", "not-working"),
)
def models(holdings: Held) -> ModelList:
    """The service's model, and the names that mean it."""
    names = dict.fromkeys((model_name(holdings), *ALIASES))
    return ModelList(data=[Model(id=name) for name in names])


@router.get(
    "/models/{id:path}",
    response_description="The name may be asked for",
    responses=faults("no-key", "not-found", "too-many", "internal", "not-working"),
)
def one_model(
    id: Annotated[str, Path(description="its name", examples=["whisper-1"])],  # noqa: A002
    holdings: Held,
) -> Model:
    """One of the names that a transcription may be asked for with."""
    own = holdings.settings.model
    hidden = PurePath(own).is_absolute() or own.startswith(".")  # a folder of the server
    if id in (model_name(holdings), *ALIASES, *NAMES, *(() if hidden else (own,))):
        return Model(id=id)
    raise Problem("not-found", f"There is no model {shown(id)}: /v1/models lists some.")


@router.post("/audio/translations", include_in_schema=False)
def translations() -> None:
    """Refuse: what is said is written down in its own language."""
    raise Problem(
        "not-found",
        "This service does not translate: /v1/audio/transcriptions writes down what is said "
        "in its own language.",
    )


@router.post(
    "/audio/transcriptions",
    response_class=Response,
    openapi_extra=_FORM,
    responses={
        200: {
            "description": "The transcript, in the form asked for",
            "model": Plain | Verbose | Diarized,
            "content": {
                "text/plain": {
                    "schema": {"type": "string"},
                    "example": "Thanks. For nineteen years nobody asked.\n",
                },
                "text/event-stream": {
                    "schema": _EVENT,
                    "example": 'data: {"type":"transcript.text.delta","delta":"Thanks."}\n\n',
                },
            },
        },
        **faults("malformed", "invalid", "unsupported-media-type", "not-found", "conflict"),
        **faults("no-key", "forbidden", "too-large", "too-many"),
        **faults("gone", "internal", "not-working", "no-room"),
    },
)
async def transcriptions(request: Request, holdings: Held, caller: Asking) -> Response:
    """Transcribe audio as OpenAI's API does; answers when the work is done.

    The audio becomes an episode, and one whose work is done already is answered at once. A
    client that hangs up leaves the work to go on, and may ask again. Ads are told unless
    `ads` is strip; times are those of the audio as sent.
    """
    size = max(0, (count(request.headers.get("content-length")) or 0) - MOST_TEXT)
    with await to_thread.run_sync(caller.incoming, holdings, size) as incoming:
        form = await receive(request, incoming, REPEATABLE, MOST_TEXT)
        wish = await to_thread.run_sync(asked, form, holdings)
        wanted = Wanted(wish.options, sender=caller.name, clips=wish.clips)
        entry, fresh = await to_thread.run_sync(incoming.accept, form.name or "", wanted)
    work = _work(entry, wish, holdings, fresh)
    latest = await anext(work)  # what is known at once is told by the status
    if wish.stream:
        return EventStream(_told(work, latest, wish, holdings, request))
    async with aclosing(work):
        async for look in work:
            latest = look
            if await request.is_disconnected():
                raise Problem("malformed", "The client hung up.")
    return await to_thread.run_sync(_answer, latest, wish, holdings)


async def _work(
    entry: Entry, wish: Asked, holdings: Holdings, fresh: bool
) -> AsyncGenerator[Entry, None]:
    """The work awaited; it ends where a clip turns out to be of no use. Raises Problem."""
    places, checked = clips.keys(entry.id, wish.clips), None
    options = {**wish.options, **clips.option(places)}
    async with aclosing(awaited(entry, options, holdings, fresh=fresh)) as work:
        async for look in work:
            status, stage = look.episode.status, look.stage
            if places and (status == "done" or stage not in _BEFORE):
                if checked != (look.run, stage):
                    await to_thread.run_sync(check_clips, places, holdings.blobs)
                checked = (look.run, stage)
            yield look


def _answer(entry: Entry, wish: Asked, holdings: Holdings) -> Response:
    if wish.form in ("srt", "vtt"):
        text = Reading(entry, holdings).text(wish.form, "original", wish.ads)
        return Response(text, media_type="text/plain")
    speech = _speech(entry, wish, holdings)
    if wish.form == "text":
        return Response(f"{speech.text}\n", media_type="text/plain")
    body: Plain | Verbose | Diarized
    if wish.form == "verbose_json":
        body = speech.verbose(wish.words)
    else:
        diarized = wish.form == "diarized_json"
        body = speech.diarized() if diarized else speech.plain(wish.logprobs)
    return Response(body.model_dump_json(exclude_none=True), media_type="application/json")


def _speech(entry: Entry, wish: Asked, holdings: Holdings) -> Speech:
    return Speech.of(transcript_of(entry, holdings), entry.episode, wish.ads)


async def _told(
    work: AsyncIterator[Entry],
    latest: Entry,
    wish: Asked,
    holdings: Holdings,
    request: Request,
) -> AsyncIterator[bytes]:
    """The events of a stream; comments keep it open until there is something to tell."""
    entry, told_at = latest, time.monotonic()
    try:
        async for look in work:
            entry = look
            if time.monotonic() - told_at >= PING_S:
                told_at = time.monotonic()
                yield KEEPALIVE_COMMENT
        speech = await to_thread.run_sync(_speech, entry, wish, holdings)
        for event in speech.events(wish.form == "diarized_json", wish.logprobs):
            yield format_sse_event(data_str=event.model_dump_json(exclude_none=True))
    except Exception as error:  # noqa: BLE001  the status is sent: only an event can tell
        yield format_sse_event(data_str=fault(problem_of(error, request)).model_dump_json())
