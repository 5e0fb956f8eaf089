"""The route of a show's private feed, and what a shared episode adds to its publisher's own.

Knows which episodes and addresses a feed has; how one is written is the business of
formats/.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from api.addresses import TEXTS, address, audio_file, base_url, feed_address
from api.dependencies import Held
from api.examples import FEED
from api.headers import ETAG, entity_tag, matches
from api.problems import Problem, documented
from api.reading import transcript_of
from formats import Clock
from formats.feed import MEDIA_TYPE, feed, snippet
from formats.listing import Enclosure, Listing, Show, listing
from pipeline.holdings import Holdings
from storage.library import Entry
from storage.shares import Share

router = APIRouter(tags=["shared"])

MOST = 100
"""Episodes in a feed, the newest."""


@router.get(
    "/feeds/{signed}.xml",
    response_class=Response,
    responses={
        200: {
            "description": "The feed",
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": FEED}},
            "headers": ETAG,
        },
        304: {"description": "It is still the one you have", "headers": ETAG},
        **documented("not-found"),
    },
)
def show_feed(
    signed: Annotated[str, Path(description="what was signed")],
    request: Request,
    holdings: Held,
) -> Response:
    """A show as a podcast app subscribes to it: the audio without ads, transcripts to match.

    Its addresses bear their permission, as its own does. An episode whose audio is being
    cut anew appears when that is done.
    """
    share = holdings.shares.find(signed, "feed")
    if share is None or share.show is None:
        raise Problem("not-found", "Nothing is shared here (any more).")
    base = base_url(request, holdings)
    newest = holdings.library.page(MOST, show=share.show, status="done")
    listed = [one for entry in newest if (one := _listed(share, base, entry, holdings))]
    about = Show(
        title=share.show,
        address=feed_address(share, base),
        page=base,
        language=listed[0].language if listed else "en",
        description=f"{share.show}, without its ads and with transcripts.",
    )
    text = feed(about, listed)
    headers = {"ETag": entity_tag(text), "Cache-Control": "private, no-cache"}
    if matches(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(text, media_type=MEDIA_TYPE, headers=headers)


def rss_item(share: Share, base: str, entry: Entry, clock: Clock, holdings: Holdings) -> str:
    """What an episode's item gains in a feed whose audio runs on that clock."""
    transcript = transcript_of(entry, holdings)
    return snippet(listing(transcript, entry.episode, _links(share, base, entry, clock)))


def _listed(share: Share, base: str, entry: Entry, holdings: Holdings) -> Listing | None:
    audio = audio_file(entry, "clean", holdings)
    if audio is None:
        return None
    file, media_type, size_bytes = audio
    enclosure = Enclosure(
        url=address(share, base, entry.id, "clean", file),
        media_type=media_type,
        size_bytes=size_bytes,
    )
    links = _links(share, base, entry, "clean")
    return listing(transcript_of(entry, holdings), entry.episode, links, enclosure)


def _links(share: Share, base: str, entry: Entry, clock: Clock) -> dict[str, str]:
    files = {form: f"transcript.{form}" for form in TEXTS} | {"chapters": "chapters.json"}
    return {name: address(share, base, entry.id, clock, file) for name, file in files.items()}
