"""The routes by which links are shared, listed and taken back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from api.addresses import addresses, base_url, feed_address
from api.bodies import BoundedRoute
from api.dependencies import Held, entry_of
from api.feeds import rss_item
from api.headers import documented_header
from api.problems import BODY, Problem, documented, invalid, shown
from api.proxied import here
from api.reading import transcript_of
from api.schemas import ShareLinks, ShareList, ShareView, ShareWanted
from pipeline.holdings import Holdings
from storage.shares import Share

router = APIRouter(prefix="/v1", tags=["access"], route_class=BoundedRoute)

ShareId = Annotated[str, Path(description="its id", examples=["hq3Xb0sLwVJk"])]


@router.post(
    "/shares",
    status_code=201,
    response_description="It is shared",
    responses={
        201: {"headers": documented_header("Location", "the share, to look at or revoke")},
        **documented(*BODY, "not-found", "not-ready", "gone", "invalid"),
    },
)
def share(
    wanted: ShareWanted, request: Request, response: Response, holdings: Held
) -> ShareLinks:
    """Make links to an episode's transcripts, captions and audio, or to a show's feed.

    They need no key, may be fetched by pages of any site, and hold until they are revoked,
    or for some days. Each address is signed by itself: it gives away no other.
    """
    if wanted.episode is not None:
        transcript_of(entry_of(wanted.episode, holdings), holdings)
    elif not holdings.library.page(1, show=wanted.show):
        raise invalid("show", "there is no episode of this show")
    made = holdings.shares.make(wanted.episode, wanted.show, wanted.days)
    response.headers["Location"] = here(f"/v1/shares/{made.id}")
    return _links(made, request, holdings)


@router.get("/shares", response_description="They")
def shares(holdings: Held) -> ShareList:
    """What is shared at present."""
    return ShareList(shares=[ShareView(**_facts(one)) for one in holdings.shares.all()])


@router.get(
    "/shares/{share_id}",
    response_description="It and its addresses",
    responses=documented("not-found", "not-ready", "gone"),
)
def one_share(share_id: ShareId, request: Request, holdings: Held) -> ShareLinks:
    """A share, with the addresses of what there is of it now."""
    found = holdings.shares.get(share_id)
    if found is None:
        raise _unshared(share_id)
    return _links(found, request, holdings)


@router.delete(
    "/shares/{share_id}",
    status_code=204,
    response_description="Its addresses lead nowhere any more",
    responses=documented("not-found"),
)
def revoke(share_id: ShareId, holdings: Held) -> None:
    """Take a share back."""
    if not holdings.shares.revoke(share_id):
        raise _unshared(share_id)


def _links(share: Share, request: Request, holdings: Holdings) -> ShareLinks:
    base = base_url(request, holdings)
    if share.episode_id is None:
        return ShareLinks(**_facts(share), feed=feed_address(share, base))
    entry = entry_of(share.episode_id, holdings)
    files = addresses(share, base, entry, holdings)
    items = {clock: rss_item(share, base, entry, clock, holdings) for clock in files}
    return ShareLinks(**_facts(share), feed=None, files=files, rss_items=items)


def _facts(share: Share) -> dict[str, Any]:
    return {
        "id": share.id,
        "episode": share.episode_id,
        "show": share.show,
        "created_at": share.created_at,
        "ends_at": share.ends_at,
    }


def _unshared(share_id: str) -> Problem:
    return Problem("not-found", f"Nothing is shared as {shown(share_id)}.")
