"""The route of the sound itself: the original, or the audio without its ads."""

from __future__ import annotations

import mimetypes
from pathlib import Path, PurePath
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from api.dependencies import Found, Held
from api.problems import Problem, documented
from api.reading import transcript_of
from formats import Clock
from pipeline.holdings import Holdings
from pipeline.stagework import clean_prefix
from storage.library import Entry

router = APIRouter(prefix="/v1", tags=["audio"])


@router.get(
    "/episodes/{id}/audio",
    response_class=FileResponse,
    responses={
        200: {"description": "The audio", "content": {"audio/*": {}}},
        206: {"description": "The part of it that Range asks for", "content": {"audio/*": {}}},
        416: {"description": "There is no such part"},
        **documented("malformed", "not-found", "not-ready", "gone", "invalid"),
    },
)
def audio(
    entry: Found,
    holdings: Held,
    clock: Annotated[Clock, Query(description="with or without the ads")] = "original",
) -> FileResponse:
    """The episode's audio; parts of it by Range, so that a player can seek."""
    path = _clean(entry, holdings) if clock == "clean" else _original(entry, holdings)
    name = PurePath(entry.episode.source)
    kind, _ = mimetypes.guess_type(path.name)
    return FileResponse(
        path,
        media_type=kind if kind and kind.startswith(("audio/", "video/")) else None,
        filename=f"{name.stem}.clean{path.suffix}" if clock == "clean" else name.name,
        content_disposition_type="inline",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"},
    )


def _original(entry: Entry, holdings: Holdings) -> Path:
    path = None if entry.audio is None else holdings.blobs.path(entry.audio)
    if path is None or not path.exists():
        raise Problem("gone", "The original audio is not kept any more.")
    return path


def _clean(entry: Entry, holdings: Holdings) -> Path:
    """The audio cut by the latest edits; the original itself where nothing is cut."""
    cuts = transcript_of(entry, holdings.blobs).cuts
    if not cuts:
        return _original(entry, holdings)
    prefix = holdings.blobs.path(clean_prefix(entry.id, cuts))
    for path in prefix.parent.glob(f"{prefix.name}.*"):
        return path
    if entry.episode.status in ("queued", "running"):
        detail = "The audio is being cut anew: ask again in a moment."
        raise Problem("not-ready", detail, headers={"Retry-After": "2"})
    raise Problem("gone", "There is no audio without the ads; the episode's warnings say why.")
