"""The pages a person looks at: the library, an episode to read along, what went wrong.

Server-rendered, of use without scripts. Knows addresses and templates; what a page shows of a
transcript is in reader.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, get_args
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles

from api.access import Asking, needs
from api.dependencies import Found, Held
from api.episodes import listing
from api.headers import entity_tag, matches
from api.html import HEADERS, HERE, page
from api.problems import TYPES, Problem, problem_of
from api.proxied import here
from api.reader import Reader
from api.reading import transcript_of
from api.review import questions_of
from api.reviewer import Reviewer
from api.schemas import EpisodeView
from api.search import search
from api.views import view
from episodes.spans import Span
from episodes.types import Status
from formats import FORMATS
from formats.view import KINDS
from storage.library import EDITS

ASSETS = StaticFiles(directory=HERE / "assets")
"""Styles and scripts, for everybody: they hold nothing of anybody's."""

LATEST = 50
"""Episodes on a page of the library."""


class Page(APIRoute):
    """A route whose errors are pages too; who needs a key is sent to show one."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        answer = super().get_route_handler()

        async def shown(request: Request) -> Response:
            try:
                return await answer(request)
            except Exception as error:  # noqa: BLE001  problem_of logs what nobody foresaw
                return _trouble(problem_of(error, request), request)

        return shown


router = APIRouter(route_class=Page, include_in_schema=False, dependencies=[Depends(needs())])


@router.get("/")
def library(
    caller: Asking,
    holdings: Held,
    show: Annotated[str | None, Query(max_length=500)] = None,
    status: Annotated[Status | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=500)] = None,
    after: Annotated[str | None, Query(max_length=100)] = None,
) -> HTMLResponse:
    """All episodes, newest first, by show."""
    since = round(time.time() * 1000)  # whatever changes from now on, the page's script is told
    asked = {"show": show, "status": status, "q": q}
    found = listing(holdings, show, status, q or None, LATEST, after)
    shows: dict[str, list[EpisodeView]] = {}
    for episode in found.episodes:
        shows.setdefault(episode.show or "", []).append(episode)
    return page(
        "library.html",
        caller,
        shows=shows,
        show=show,
        q=q,
        wanted=status,
        query={name: text for name, text in asked.items() if text},
        after=after,
        next=found.next,
        statuses=get_args(Status),
        since=since,
    )


@router.get("/search")
def find(
    caller: Asking,
    holdings: Held,
    q: Annotated[str, Query(max_length=500)] = "",
    offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> HTMLResponse:
    """What was said, anywhere."""
    found = search(holdings, q, offset=offset) if q.strip() else None
    return page("search.html", caller, q=q, found=found)


@router.get("/episodes/{id}")
def read(entry: Found, caller: Asking, holdings: Held) -> HTMLResponse:
    """An episode to read along, or how far it is."""
    episode = view(entry)
    if entry.transcript is None:
        return page("waiting.html", caller, episode=episode)
    transcript = transcript_of(entry, holdings)
    reader = Reader(transcript, entry.episode)
    return page(
        "read.html",
        caller,
        episode=episode,
        reader=reader,
        transcript=transcript,
        facts={
            "id": entry.id,
            "cuts": [(cut.start, cut.end) for cut in transcript.cuts],
            "duration": transcript.duration_s,
            "corrections": len(entry.edits.corrections),
            "moves": len(entry.edits.moves),
            "decisions": len(entry.edits.ads),
        },
        chapters=entry.episode.chapters,
        forms=FORMATS,
    )


@router.get("/episodes/{id}/words")
def words(
    entry: Found,
    holdings: Held,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """When each word of the page is spoken (Reader.words)."""
    edits = EDITS.dump_python(entry.edits, mode="json")
    tag = entity_tag("words", entry.transcript, edits)
    headers = {**HEADERS, "ETag": tag}
    if if_none_match is not None and matches(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    told = Reader(transcript_of(entry, holdings), entry.episode).words()
    return JSONResponse(told, headers=headers)


@router.get("/episodes/{id}/review")
def review(
    entry: Found,
    caller: Asking,
    holdings: Held,
    start: Annotated[float | None, Query(ge=0, le=1e6)] = None,
    end: Annotated[float | None, Query(ge=0, le=1e6)] = None,
) -> HTMLResponse:
    """What of an episode waits for a person; a stretch they chose to decide about."""
    if entry.transcript is None:
        return page("waiting.html", caller, episode=view(entry))
    transcript = transcript_of(entry, holdings)
    asked, made = questions_of(entry, transcript, holdings), entry.edits.ads
    chosen = None if start is None or end is None or end <= start else Span(start, end)
    return page(
        "review.html",
        caller,
        episode=entry.episode,
        reviewer=Reviewer(transcript, entry.episode, asked, made, chosen),
        transcript=transcript,
        facts={
            "id": entry.id,
            "decisions": len(made),
            "duration": transcript.duration_s,
            "audio": entry.audio is not None,
        },
        kinds=KINDS,
    )


def _trouble(problem: Problem, request: Request) -> Response:
    status, title = TYPES[problem.name]
    if problem.name == "no-key":
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(here(f"/login?next={quote(wanted)}"), 303)
    answer = page("trouble.html", None, status, title=title, detail=problem.detail)
    answer.headers.update(problem.headers)
    return answer
