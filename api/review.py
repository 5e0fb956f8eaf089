"""What an episode's transcript leaves to a person to decide."""

from __future__ import annotations

from fastapi import APIRouter

from api.bodies import BoundedRoute
from api.dependencies import Found, Held
from api.problems import documented
from api.reading import transcript_of
from api.review_schemas import Question, Review
from episodes.clock import CleanClock
from episodes.spans import inside
from formats.view import whole_ms
from pipeline import review as reviewing
from pipeline.repeats import Repeats
from storage.prints import PrintShelves

router = APIRouter(prefix="/v1", tags=["episodes"], route_class=BoundedRoute)


@router.get(
    "/episodes/{id}/review",
    responses={
        200: {"description": "What there is to decide"},
        **documented("not-found", "not-ready", "gone"),
    },
)
def review(entry: Found, holdings: Held) -> Review:
    """What waits for a person: doubtful spans, held back ones, what other episodes tell by now.

    Decide by PATCH of `ads`; what is decided is not listed any more. `:reprocess` follows
    all that other episodes tell.
    """
    transcript = transcript_of(entry, holdings)
    shelves = PrintShelves(holdings.engine)
    offers = Repeats(lambda: shelves, holdings.blobs).offers(entry.id)
    asked = reviewing.questions(transcript, offers, entry.edits.ads)
    clock = CleanClock(transcript.cuts)
    return Review(
        held_back=transcript.held_back,
        questions=[
            _shown(one, clock, cut=inside(one.middle, transcript.cuts)) for one in asked
        ],
    )


def _shown(one: reviewing.Question, clock: CleanClock, *, cut: bool) -> Question:
    return Question(
        start=whole_ms(one.start),
        end=whole_ms(one.end),
        clean_start=None if cut else whole_ms(clock.to_clean(one.start)),
        clean_end=None if cut else whole_ms(clock.to_clean(one.end)),
        reason=one.reason,
        suggested=one.suggested,
        stripped=one.stripped,
        kind=one.kind,
        confidence=round(one.confidence, 3),
        sponsor=one.sponsor,
        evidence=list(one.evidence),
        quote=one.quote,
    )
