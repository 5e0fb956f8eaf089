"""The routes of an episode's voices: who they are, who they may be, merged and split."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter

from api.bodies import BoundedRoute
from api.changes import edited, no_voice, taken_back
from api.correction_schemas import Undoing
from api.dependencies import Found, Held
from api.people import no_person, offer
from api.people_schemas import (
    Confirming,
    Merging,
    MoveView,
    Refusing,
    SpeakersView,
    SpeakerView,
    Splitting,
)
from api.problems import BODY, Problem, documented, invalid
from api.reading import Reading
from episodes.edits import Edits
from episodes.spans import Span
from episodes.types import Transcript
from pipeline.edits import NothingMoved, NoVoice, merging, naming, splitting, undoing
from pipeline.holdings import Holdings
from pipeline.stagework import read_transcript
from storage.library import Entry

router = APIRouter(prefix="/v1", tags=["speakers"], route_class=BoundedRoute)

_CHANGED = "They are as they are now"
_PROBLEMS = documented(*BODY, "not-found", "not-ready", "gone", "invalid")


@router.get(
    "/episodes/{id}/speakers",
    response_description="They",
    responses=documented("not-found", "not-ready", "gone"),
)
def speakers(entry: Found, holdings: Held) -> SpeakersView:
    """The voices of an episode: names with their reasons, and who else they may be."""
    return _view(entry, holdings)


@router.post(
    "/episodes/{id}/speakers:confirm", response_description=_CHANGED, responses=_PROBLEMS
)
def confirm_speaker(entry: Found, wanted: Confirming, holdings: Held) -> SpeakersView:
    """Say that a voice is a person's: it bears the name, and is a further print of theirs."""
    person = holdings.roster.people.get(wanted.person)
    if person is None:
        raise no_person(wanted.person)
    if person.show != (entry.episode.show or ""):
        raise invalid("person", "this is somebody of another show")

    def confirmed(latest: Entry) -> Edits:
        given = {wanted.speaker: person.name}
        try:
            return naming(latest.edits, _found(latest, holdings), given)
        except NoVoice as none:
            raise no_voice("speaker", none.label) from none

    return _changed(entry, holdings, confirmed)


@router.post(
    "/episodes/{id}/speakers:refuse", response_description=_CHANGED, responses=_PROBLEMS
)
def refuse_speaker(entry: Found, wanted: Refusing, holdings: Held) -> SpeakersView:
    """Say that a person is not heard in an episode: they are neither named nor offered there.

    Until a voice of it is given their name.
    """
    if not holdings.roster.people.refuse(wanted.person, entry.id):
        raise no_person(wanted.person)
    return _view(entry, holdings)


@router.post(
    "/episodes/{id}/speakers:merge", response_description=_CHANGED, responses=_PROBLEMS
)
def merge_speakers(entry: Found, wanted: Merging, holdings: Held) -> SpeakersView:
    """Make two voices one: what `speaker` says is said by `into`."""
    if wanted.speaker == wanted.into:
        raise invalid("into", "a voice is merged with another one")

    def merged(latest: Entry) -> Edits:
        try:
            return merging(latest.edits, _found(latest, holdings), wanted.speaker, wanted.into)
        except NoVoice as none:
            field = "speaker" if none.label == wanted.speaker else "into"
            raise no_voice(field, none.label) from none

    return _changed(entry, holdings, merged)


@router.post(
    "/episodes/{id}/speakers:split", response_description=_CHANGED, responses=_PROBLEMS
)
def split_speaker(entry: Found, wanted: Splitting, holdings: Held) -> SpeakersView:
    """Give what is said between two seconds to another voice, or to a new one."""

    def split(latest: Entry) -> Edits:
        found, span = _found(latest, holdings), Span(wanted.start, wanted.end)
        try:
            return splitting(latest.edits, found, wanted.speaker, span, wanted.into)
        except NoVoice as none:
            raise no_voice("speaker", none.label) from none
        except NothingMoved as none:
            reason = "nothing is said then that is not theirs already"
            raise invalid("start", reason) from none

    return _changed(entry, holdings, split)


@router.post(
    "/episodes/{id}/speakers:undo",
    response_description=_CHANGED,
    responses=documented(*BODY, "not-found", "not-ready", "gone", "conflict", "invalid"),
)
def undo_speakers(entry: Found, holdings: Held, wanted: Undoing | None = None) -> SpeakersView:
    """Take back what was merged or split last."""

    def undone(latest: Entry) -> Edits:
        if taken_back(wanted, len(latest.edits.moves)):
            return latest.edits
        return undoing(latest.edits, _found(latest, holdings))

    return _changed(entry, holdings, undone)


def _changed(
    before: Entry, holdings: Holdings, edits: Callable[[Entry], Edits]
) -> SpeakersView:
    """The voices after an edit; where words changed hands, what is searched is made anew."""
    after = edited(before.id, holdings, edits)
    if after.edits.moves != before.edits.moves:
        holdings.library.restart(before.id, from_=frozenset({"done"}))
    return _view(after, holdings)


def _found(entry: Entry, holdings: Holdings) -> Transcript:
    transcript = read_transcript(entry.transcript, holdings.blobs)
    if transcript is None:
        raise Problem("not-ready", "Speakers can be changed once there is a transcript.")
    return transcript


def _view(entry: Entry, holdings: Holdings) -> SpeakersView:
    reading = Reading(entry, holdings)
    perhaps = reading.recognised.perhaps
    return SpeakersView(
        speakers=[
            SpeakerView(
                label=one.label,
                name=one.name,
                named_by=None if one.name is None else one.named_by or "words",
                evidence=one.name_evidence,
                offers=[offer(each) for each in perhaps if each.label == one.label],
            )
            for one in reading.transcript().speakers
        ],
        moves=[
            MoveView(into=one.into, speaker=one.label, start=one.start, end=one.end)
            for one in entry.edits.moves
        ],
    )
