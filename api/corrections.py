"""The routes that correct the text of an episode: words and paragraphs, and step by step back.

What is sent again changes nothing: an answer may have been lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from fastapi import APIRouter

from api.bodies import BoundedRoute
from api.changes import edited, taken_back
from api.correction_schemas import Corrected, Corrections, Place, Undoing, Worded, shown
from api.dependencies import Found, Held, Id
from api.problems import BODY, Problem, documented, invalid
from api.reading import transcript_of
from episodes.edits import Break, Correction, Edits, Wording
from episodes.types import Transcript, Utterance
from pipeline.holdings import Holdings
from pipeline.wording import Spoken, before, break_at, heard, reads, text_of
from storage.library import Entry
from storage.search import reindex

router = APIRouter(prefix="/v1", tags=["text"], route_class=BoundedRoute)

MEANT_S = 0.3
"""Whoever corrects sees the times of the words: farther away the same words are others."""

_MADE = "How many corrections there are now"
_PROBLEMS = documented(*BODY, "not-found", "not-ready", "gone", "conflict", "invalid")


@router.get(
    "/episodes/{id}/text",
    response_description="They",
    responses=documented("not-found"),
)
def corrections(entry: Found) -> Corrections:
    """What a person corrected in the text of an episode."""
    return Corrections(corrections=[shown(one) for one in entry.edits.corrections])


@router.post("/episodes/{id}/text:correct", response_description=_MADE, responses=_PROBLEMS)
def correct_text(id: Id, wanted: Worded, holdings: Held) -> Corrected:  # noqa: A002  the address says {id}
    """Say in other words what a voice says between two seconds."""
    one = Wording(wanted.start, wanted.end, wanted.text, wanted.was)

    def corrected(edits: Edits, reading: Transcript) -> Edits:
        if one.text == one.was or _holds(one, edits, reading):
            return edits
        if text_of(heard(reading.utterances, one, MEANT_S)) != one.was:
            raise Problem("conflict", "The text reads otherwise by now: look at it again.")
        return _with(edits, one)

    return _changed(id, holdings, corrected)


@router.post("/episodes/{id}/text:part", response_description=_MADE, responses=_PROBLEMS)
def part_text(id: Id, wanted: Place, holdings: Held) -> Corrected:  # noqa: A002
    """Have a paragraph begin at a second."""

    def parted(edits: Edits, reading: Transcript) -> Edits:
        first = _first(wanted.at, reading)
        return edits if first.place == 0 else _with(edits, Break(wanted.at, parted=True))

    return _changed(id, holdings, parted)


@router.post("/episodes/{id}/text:join", response_description=_MADE, responses=_PROBLEMS)
def join_text(id: Id, wanted: Place, holdings: Held) -> Corrected:  # noqa: A002
    """Have the paragraph that begins at a second go on the one before it."""

    def joined(edits: Edits, reading: Transcript) -> Edits:
        first = _first(wanted.at, reading)
        if first.place:  # no paragraph begins there any more
            return edits
        if before(reading.utterances, first.utterance, reading.cuts) is None:
            raise Problem("conflict", "The paragraph before is not the same voice's.")
        return _with(edits, Break(wanted.at, parted=False))

    return _changed(id, holdings, joined)


@router.post("/episodes/{id}/text:undo", response_description=_MADE, responses=_PROBLEMS)
def undo_text(id: Id, holdings: Held, wanted: Undoing | None = None) -> Corrected:  # noqa: A002
    """Take back the correction that was made last."""

    def undone(edits: Edits, _: Transcript) -> Edits:
        if taken_back(wanted, len(edits.corrections)):
            return edits
        return replace(edits, corrections=edits.corrections[:-1])

    return _changed(id, holdings, undone)


def _holds(one: Wording, edits: Edits, reading: Transcript) -> bool:
    """Whether a correction is made already."""
    if edits.corrections[-1:] == (one,):
        return True
    there = reads(reading.utterances, one)
    made = one.text in there if one.text else one.was not in there
    return made and one in edits.corrections


def _first(at: float, reading: Transcript) -> Spoken:
    """The word that starts at a second. Raises Problem where nobody says one."""
    first = break_at(reading.utterances, at)
    if first is None:
        raise invalid("at", "nobody says a word then")
    return first


def _with(edits: Edits, one: Correction) -> Edits:
    return replace(edits, corrections=(*edits.corrections, one))


def _changed(
    id_: str, holdings: Holdings, change: Callable[[Edits, Transcript], Edits]
) -> Corrected:
    """The corrections after one more or less; what is searched follows at once."""

    def changed(latest: Entry) -> Edits:
        return change(latest.edits, transcript_of(latest, holdings))

    def said() -> Sequence[Utterance]:
        latest = holdings.library.get(id_)
        return () if latest is None else transcript_of(latest, holdings).kept

    after = edited(id_, holdings, changed)
    reindex(holdings.engine, id_, said)
    made = after.edits.corrections
    return Corrected(number=len(made), last=shown(made[-1]) if made else None)
