"""The route of the sound itself: the original, or the audio without its ads."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import FileResponse
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from api.dependencies import Found, Held
from api.headers import matches
from api.problems import Problem, documented
from api.reading import transcript_of
from formats import Clock
from pipeline.holdings import Holdings
from pipeline.stagework import clean_prefix
from storage.library import Entry

router = APIRouter(prefix="/v1", tags=["audio"])


MEDIA_TYPES = {
    **dict.fromkeys((".mp3", ".mp2"), "audio/mpeg"),
    **dict.fromkeys((".m4a", ".m4b"), "audio/mp4"),
    **dict.fromkeys((".ogg", ".oga", ".opus"), "audio/ogg"),
    **dict.fromkeys((".aif", ".aiff", ".aifc"), "audio/aiff"),
    **dict.fromkeys((".mp4", ".m4v"), "video/mp4"),
    ".aac": "audio/aac",
    ".flac": "audio/flac",
    ".wav": "audio/wav",
    ".wma": "audio/x-ms-wma",
    ".mka": "audio/x-matroska",
    ".weba": "audio/webm",
    ".caf": "audio/x-caf",
    ".amr": "audio/amr",
    ".ac3": "audio/ac3",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".avi": "video/x-msvideo",
    ".3gp": "video/3gpp",
    ".ts": "video/mp2t",
}
"""By a file's ending. A table of our own: the system's differ, and what is none of these
must not be shown as a page, whatever a stranger called it."""

OTHER = "application/octet-stream"
_BINARY: dict[str, dict[str, object]] = {kind: {} for kind in {*MEDIA_TYPES.values(), OTHER}}
_RANGE = {
    "name": "Range",
    "in": "header",
    "required": False,
    "description": "the part wanted, in bytes; what cannot be read counts as none",
    "schema": {"type": "string"},
    "example": "bytes=0-1023",
}


@router.get(
    "/episodes/{id}/audio",
    response_class=FileResponse,
    openapi_extra={"parameters": [_RANGE]},
    responses={
        200: {"description": "The audio", "content": _BINARY},
        206: {
            "description": "The part of it that Range asks for",
            "content": {**_BINARY, "multipart/byteranges": {}},
        },
        304: {"description": "It is still the one you have"},
        **documented("not-found", "not-ready", "gone", "no-such-part", "invalid"),
    },
)
def audio(
    entry: Found,
    holdings: Held,
    clock: Annotated[Clock, Query(description="with or without the ads")] = "original",
    if_none_match: Annotated[str | None, Header(description="ETag of the one you have")] = None,
) -> Response:
    """The episode's audio; parts of it by Range, so that a player can seek."""
    path = _clean(entry, holdings) if clock == "clean" else _original(entry, holdings)
    name = PurePath(entry.episode.source)
    try:
        sound = _Sound(
            path,
            media_type=MEDIA_TYPES.get(path.suffix, OTHER),
            filename=f"{name.stem}.clean{path.suffix}" if clock == "clean" else name.name,
            stat_result=path.stat(),
            content_disposition_type="inline",
            headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"},
        )
    except FileNotFoundError as error:
        raise Problem("gone", "The audio is not kept any more.") from error
    if if_none_match is not None and matches(if_none_match, sound.headers["etag"]):
        kept = {name: sound.headers[name] for name in ("etag", "cache-control")}
        return Response(status_code=304, headers=kept)
    return sound


class _Unread(Exception):
    """The Range header cannot be read."""


class _Sound(FileResponse):
    """A file in parts: what the framework says of bad ranges as plain text, said as ours is."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_good(message: Message) -> None:
            status = message.get("status")
            if status == 416:
                headers = {"Content-Range": Headers(raw=message["headers"])["content-range"]}
                raise Problem("no-such-part", "The audio ends before that.", headers=headers)
            if status == 400:
                raise _Unread
            await send(message)

        try:
            await super().__call__(scope, receive, send_good)
        except _Unread:  # such a header is to be ignored (RFC 9110, 14.2)
            headers = [one for one in scope["headers"] if one[0] != b"range"]
            await super().__call__({**scope, "headers": headers}, receive, send)


def _original(entry: Entry, holdings: Holdings) -> Path:
    if entry.audio is None:
        raise Problem("gone", "The original audio is not kept any more.")
    return holdings.blobs.path(entry.audio)


def _clean(entry: Entry, holdings: Holdings) -> Path:
    """The audio cut by the latest edits; the original itself where nothing is cut."""
    cuts = transcript_of(entry, holdings.blobs).cuts
    if not cuts:
        return _original(entry, holdings)
    prefix = holdings.blobs.path(clean_prefix(entry.id, cuts))
    for path in prefix.parent.glob(f"{prefix.name}.*"):
        return path
    status = entry.episode.status
    if status in ("queued", "running"):
        detail = "The audio is being cut anew: ask again in a moment."
        raise Problem("not-ready", detail, headers={"Retry-After": "2"})
    if status != "done":
        raise Problem("not-ready", f"The episode is {status}: the ads are not cut out of it.")
    raise Problem("gone", "There is no audio without the ads; the episode's warnings say why.")
