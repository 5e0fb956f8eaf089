"""The routes of shared links: an episode's files for who has their address, and no key.

Knows whether an address holds; the files come from the routes that everybody with a key
uses. Podcast apps and pages of any site may fetch them (doors.py).
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse

from api.addresses import TEXTS, permission
from api.audio import BINARY, audio
from api.dependencies import Held, Id
from api.problems import Problem, documented
from api.transcripts import CHAPTERS_CONTENT, CONTENT, chapters, transcript
from formats import Clock

router = APIRouter(tags=["shared"])

_ANY = BINARY | CONTENT | CHAPTERS_CONTENT


@router.get(
    "/shared/{signed}/{id}/{clock}/{file}",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The file", "content": _ANY},
        206: {"description": "The part of the audio that Range asks for"},
        304: {"description": "It is still the one you have"},
        **documented("not-found", "not-ready", "gone", "no-such-part", "invalid"),
    },
)
def shared(
    signed: Annotated[str, Path(description="what was signed")],
    id: Id,  # noqa: A002  the address says {id}
    clock: Annotated[Clock, Path(description="with or without the ads")],
    file: Annotated[str, Path(description="audio.mp3, transcript.vtt, chapters.json ...")],
    request: Request,
    holdings: Held,
) -> Response:
    """A file of an episode, as long as its share holds; ads are left out of texts."""
    share = holdings.shares.find(signed, permission(id, clock, file))
    entry = None if share is None else holdings.library.get(id)
    if share is None or entry is None or not share.holds(entry.episode):
        raise Problem("not-found", "Nothing is shared here (any more).")
    kind, _, form = file.partition(".")
    seen = request.headers.get("if-none-match")
    if kind == "audio":
        part, of = (request.headers.get(name) for name in ("range", "if-range"))
        return audio(entry, holdings, clock, part, of, seen)
    if kind == "chapters":
        return chapters(entry, holdings, clock)
    if form not in TEXTS:  # an address of a version that offered more
        raise Problem("gone", "This form of the transcript is not offered any more.")
    return transcript(entry, holdings, form, "strip", clock, if_none_match=seen)
