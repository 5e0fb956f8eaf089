"""The routes of what was said: the transcript in every form, and the chapters.

Knows forms by name and media type; rendering is the business of formats/.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from api.dependencies import Found, Held
from api.examples import CHAPTERS, FORMS
from api.headers import ETAG, best, entity_tag, matches
from api.problems import Problem, documented, invalid
from api.reading import Reading, transcript_of
from formats import FORMATS, Ads, Clock
from formats.chapters import chapters as chapters_json
from storage.library import Entry

router = APIRouter(prefix="/v1", tags=["transcripts"])

MEDIA_TYPES = {
    "json": "application/json",
    "txt": "text/plain",
    "md": "text/markdown",
    "html": "text/html",
    "vtt": "text/vtt",
    "srt": "application/x-subrip",
    "rttm": "text/x-rttm",
    "podcast.json": "application/podcast+json",
}
"""Each form's media type; the first is given to who asks for none."""
CHAPTERS_TYPE = "application/json+chapters"


CONTENT = {
    kind: {
        "schema": {"type": "object" if kind.endswith("json") else "string"},
        "example": FORMS[form],
    }
    for form, kind in MEDIA_TYPES.items()
}
CHAPTERS_CONTENT = {CHAPTERS_TYPE: {"schema": {"type": "object"}, "example": CHAPTERS}}
_HEADERS = {
    # What is said in an episode comes from strangers: a page of it runs nothing.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
    "Vary": "Accept",
}
Form = Annotated[
    str | None,
    Query(description="its form; else by Accept", json_schema_extra={"enum": [*FORMATS]}),
]
ClockOf = Annotated[Clock, Query(description="of the audio with or without its ads")]
AdsOf = Annotated[Ads, Query(description="ads left out, left in, or marked by a line")]


@router.get(
    "/episodes/{id}/transcript",
    response_class=Response,
    responses={
        200: {"description": "The transcript", "content": CONTENT, "headers": ETAG},
        304: {"description": "It is still the one you have", "headers": ETAG},
        **documented("not-found", "not-acceptable", "not-ready", "gone", "invalid"),
    },
)
def transcript(  # noqa: PLR0917  a route's parameters are its arguments
    entry: Found,
    holdings: Held,
    format: Form = None,  # noqa: A002  the query's name
    ads: AdsOf = "strip",
    clock: ClockOf = "original",
    accept: Annotated[str, Header(include_in_schema=False)] = "*/*",
    if_none_match: Annotated[str | None, Header(description="ETag of the one you have")] = None,
) -> Response:
    """The transcript with all edits, in the form asked for.

    `clock` sets the times of vtt, srt, rttm and podcast.json; json bears both.
    """
    form = _form(format, accept)
    reading = Reading(entry, holdings)
    text = reading.text(form, clock, ads)
    headers = {**_HEADERS, "ETag": _tag(entry, reading, form, clock, ads)}
    if if_none_match is not None and matches(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(text, media_type=MEDIA_TYPES[form], headers=headers)


@router.get(
    "/episodes/{id}/chapters",
    response_class=Response,
    responses={
        200: {
            "description": "Podcasting 2.0 chapters; none where the file has none",
            "content": CHAPTERS_CONTENT,
        },
        **documented("not-found", "not-ready", "gone", "invalid"),
    },
)
def chapters(entry: Found, holdings: Held, clock: ClockOf = "original") -> Response:
    """The file's own chapters, on either clock."""
    cuts = transcript_of(entry, holdings).cuts
    text = chapters_json(entry.episode, cuts, clock)
    return Response(text, media_type=CHAPTERS_TYPE, headers=_HEADERS)


def _form(format_: str | None, accept: str) -> str:
    """The form to send. Raises Problem where it is not offered."""
    if format_ is not None:
        if format_ not in MEDIA_TYPES:
            raise invalid("format", f"choose among {', '.join(MEDIA_TYPES)}")
        return format_
    kind = best(accept, list(MEDIA_TYPES.values()))
    for form, offered in MEDIA_TYPES.items():
        if offered == kind:
            return form
    raise Problem("not-acceptable", f"Offered are {', '.join(MEDIA_TYPES.values())}.")


def _tag(entry: Entry, reading: Reading, form: str, clock: Clock, ads: Ads) -> str:
    """An entity tag: another one whenever the text might be another."""
    episode = entry.episode
    told = (episode.title, episode.show, episode.description, episode.published)
    return entity_tag(*reading.made_of, told, version("cleancast"), form, clock, ads)
