"""What an episode's transcript leaves to a person: now, what other episodes tell of it."""

from __future__ import annotations

from fastapi import APIRouter

from api.bodies import BoundedRoute
from api.dependencies import Found, Held
from api.problems import documented
from api.schemas import Offer, Review
from pipeline.repeats import Repeats
from storage.prints import PrintShelves

router = APIRouter(prefix="/v1", tags=["episodes"], route_class=BoundedRoute)


@router.get(
    "/episodes/{id}/review",
    responses={200: {"description": "What there is to decide"}, **documented("not-found")},
)
def review(entry: Found, holdings: Held) -> Review:
    """Parts that episodes which came later have too, and the transcript does not mark yet.

    `:reprocess` marks them; nothing is cut until then.
    """
    shelves = PrintShelves(holdings.engine)
    offers = Repeats(lambda: shelves, holdings.blobs).offers(entry.id)
    return Review(
        offers=[
            Offer(
                start=round(one.start, 3),
                end=round(one.end, 3),
                kind=one.kind,
                confidence=round(one.confidence, 3),
                sponsor=one.sponsor,
                evidence=one.evidence,
            )
            for one in offers
        ]
    )
