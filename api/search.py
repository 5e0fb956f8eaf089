"""The route of the search over everything that was said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import Held
from api.problems import documented
from api.schemas import SearchHit, SearchPage
from api.views import links
from formats.view import whole_ms
from storage.library import Entry
from storage.search import Hit
from storage.search import search as find

router = APIRouter(prefix="/v1", tags=["search"])


@router.get("/search", response_description="The hits", responses=documented("invalid"))
def search(
    holdings: Held,
    q: Annotated[
        str, Query(max_length=500, description='words that all occur; "a phrase" in quotes')
    ],
    episode: Annotated[
        str | None, Query(max_length=100, description="in the episode of this id alone")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="hits on a page")] = 20,
    offset: Annotated[int, Query(ge=0, le=10_000, description="`next` of the page before")] = 0,
) -> SearchPage:
    """Utterances that hold all words, the best first; ads that were cut are not searched."""
    hits = find(holdings.engine, q, limit + 1, offset, episode)
    entries = holdings.library.several({hit.episode_id for hit in hits})
    names = holdings.roster.names(entries.values())
    return SearchPage(
        hits=[
            _shown(hit, entries.get(hit.episode_id), names.get(hit.episode_id, {}))
            for hit in hits[:limit]
        ],
        next=offset + limit if len(hits) > limit else None,
    )


def _shown(hit: Hit, entry: Entry | None, named: Mapping[str, str]) -> SearchHit:
    found = dict(entry.summary.names) if entry and entry.summary else {}
    names = {**found, **named}
    return SearchHit(
        episode_id=hit.episode_id,
        title=entry.episode.title if entry else None,
        show=entry.episode.show if entry else None,
        speaker=hit.speaker,
        name=names.get(hit.speaker or ""),
        start=whole_ms(hit.start),
        end=whole_ms(hit.end),
        snippet=hit.snippet,
        marks=list(hit.marks),
        link=f"{links(hit.episode_id)['transcript']}?format=html#t={whole_ms(hit.start)}",
    )
