"""What an episode's transcript leaves to a person to decide; deciding, and taking it back."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter

from api.bodies import BoundedRoute
from api.changes import deciding, edited, followed, undeciding
from api.correction_schemas import Undoing
from api.dependencies import Found, Held
from api.problems import BODY, documented
from api.reading import transcript_of
from api.review_schemas import Question, Review
from api.schemas import EpisodeView, SpanDecision
from api.views import view
from episodes.clock import CleanClock
from episodes.edits import Edits
from episodes.spans import inside
from episodes.types import Transcript
from formats.view import whole_ms
from pipeline import review as reviewing
from pipeline.holdings import Holdings
from pipeline.repeats import Repeats
from storage.library import Entry
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

    Decide by `ads:decide`; what is decided is not listed any more. `:reprocess` follows
    all that other episodes tell.
    """
    transcript = transcript_of(entry, holdings)
    asked = questions_of(entry, transcript, holdings)
    clock = CleanClock(transcript.cuts)
    return Review(
        held_back=transcript.held_back,
        questions=[
            _shown(one, clock, cut=inside(one.middle, transcript.cuts)) for one in asked
        ],
    )


_DECIDED = "As it is with the edits"


@router.post(
    "/episodes/{id}/ads:decide",
    response_description=_DECIDED,
    responses=documented(*BODY, "not-found", "conflict", "invalid"),
)
def decide(entry: Found, decision: SpanDecision, holdings: Held) -> EpisodeView:
    """Add a decision about what is cut to those there are; the latest holds.

    The audio without the ads is made anew. To decide the same again changes nothing.
    """
    return _edited(entry, holdings, lambda now: deciding(now, decision, holdings.blobs))


@router.post(
    "/episodes/{id}/ads:undo",
    response_description=_DECIDED,
    responses=documented(*BODY, "not-found", "conflict", "invalid"),
)
def undecide(entry: Found, holdings: Held, wanted: Undoing | None = None) -> EpisodeView:
    """Take back what was decided last about what is cut."""
    return _edited(entry, holdings, lambda now: undeciding(now, wanted))


def _edited(entry: Entry, holdings: Holdings, edits: Callable[[Entry], Edits]) -> EpisodeView:
    return view(followed(entry, edited(entry.id, holdings, edits), holdings))


def questions_of(
    entry: Entry, transcript: Transcript, holdings: Holdings
) -> tuple[reviewing.Question, ...]:
    """What waits for a person in an episode whose transcript, with all edits, is given."""
    shelves = PrintShelves(holdings.engine)
    offers = Repeats(lambda: shelves, holdings.blobs).offers(entry.id)
    return reviewing.questions(transcript, offers, entry.edits.ads)


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
