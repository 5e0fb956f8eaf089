"""The route of the sound itself: the original, or the audio without its ads."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse

from api.dependencies import Found, Held
from api.headers import ETAG, documented_header, entity_tag, matches
from api.problems import Problem, documented
from api.ranges import part_of
from api.reading import transcript_of
from audio.kinds import MEDIA_TYPES, Kind
from formats import Clock
from pipeline.holdings import Holdings
from pipeline.kinds import kind_kept
from pipeline.stagework import clean_folder
from storage.library import Entry

router = APIRouter(prefix="/v1", tags=["audio"])

BINARY: dict[str, dict[str, object]] = {kind: {} for kind in MEDIA_TYPES}


@router.get(
    "/episodes/{id}/audio",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The audio", "content": BINARY, "headers": ETAG},
        206: {
            "description": "The part of it that Range asks for",
            "content": BINARY,
            "headers": ETAG | documented_header("Content-Range", "which: bytes 0-99/1234"),
        },
        304: {"description": "It is still the one you have", "headers": ETAG},
        **documented("not-found", "not-ready", "gone", "no-such-part", "invalid"),
    },
)
def audio(
    entry: Found,
    holdings: Held,
    clock: Annotated[Clock, Query(description="with or without the ads")] = "original",
    range_: Annotated[
        str | None,
        Header(alias="Range", description="the part wanted; what cannot be read is no range"),
    ] = None,
    if_range: Annotated[str | None, Header(description="ETag the part is to be of")] = None,
    if_none_match: Annotated[str | None, Header(description="ETag of the one you have")] = None,
) -> Response:
    """The episode's audio; parts of it by Range, so that a player can seek."""
    key = audio_key(entry, clock, holdings)
    size = None if key is None else holdings.blobs.size(key)
    if key is None or size is None:
        raise Problem("gone", "The original audio is not kept any more.")
    tag = entity_tag(key)  # a key's content never changes
    if if_none_match is not None and matches(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-cache"})
    part = part_of(size, range_ if if_range in (None, tag) else None)
    if part is None:
        detail = f"The audio has {size} bytes."
        raise Problem("no-such-part", detail, headers={"Content-Range": f"bytes */{size}"})
    kind = kind_kept(key, holdings.blobs)
    headers = {
        **part.headers(),
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Content-Disposition": _disposition(entry, kind, clock),
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(
        holdings.blobs.stream(key, part.start, part.end),
        status_code=200 if part.whole else 206,
        media_type=kind.media_type,
        headers=headers,
    )


def audio_key(entry: Entry, clock: Clock, holdings: Holdings) -> str | None:
    """The key of the audio on a clock, None where it was dropped. Raises Problem.

    The clean one is that cut by the latest edits; the original where nothing is cut.
    """
    if clock == "original":
        return entry.audio
    cuts = transcript_of(entry, holdings).cuts
    if not cuts:
        return entry.audio
    if made := holdings.blobs.below(clean_folder(entry.id, cuts)):
        return made[0]
    status = entry.episode.status
    if status in ("queued", "running"):
        detail = "The audio is being cut anew: ask again in a moment."
        raise Problem("not-ready", detail, headers={"Retry-After": "2"})
    if status != "done":
        raise Problem("not-ready", f"The episode is {status}: the ads are not cut out of it.")
    raise Problem("gone", "There is no audio without the ads; the episode's warnings say why.")


def _disposition(entry: Entry, kind: Kind, clock: Clock) -> str:
    """Shown rather than saved, under a name that says what it is (RFC 6266)."""
    name = kind.named(entry.episode.source, ".clean" if clock == "clean" else "")
    return f"inline; filename*=UTF-8''{quote(name, safe='')}"
