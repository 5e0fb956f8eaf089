"""What is made of an episode's edits, and what follows from it.

Knows the edits' rules; knows no route.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from api.correction_schemas import Undoing
from api.dependencies import missing
from api.problems import Problem, invalid
from api.schemas import MOST_DECISIONS, Changes, SpanDecision
from episodes.edits import Decision, Edits, settled
from episodes.spans import Span
from pipeline.edits import NoVoice, completed, naming
from pipeline.holdings import Holdings
from pipeline.stagework import read_transcript
from storage.blobs import Blobs
from storage.library import Entry


def edited(id_: str, holdings: Holdings, change: Callable[[Entry], Edits]) -> Entry:
    """The episode with other edits. Raises Problem where there is none of that id."""
    after = holdings.library.edit(id_, change)
    if after is None:
        raise missing(id_)
    return after


def changed(entry: Entry, changes: Changes, blobs: Blobs) -> Edits:
    """The edits after the changes. Raises Problem."""
    edits, given = entry.edits, changes.model_fields_set
    if "title" in given:
        edits = replace(edits, title=changes.title)
    if "show" in given:
        edits = replace(edits, show=changes.show)
    if "speakers" in given:
        edits = _named(replace(entry, edits=edits), changes.speakers, blobs)
    if "ads" in given:
        edits = replace(edits, ads=_decisions(entry, changes.ads or (), blobs))
    return edits


def withdrawn(entry: Entry, changes: Changes, holdings: Holdings) -> list[str]:
    """The people, by id, whose name null takes back where only their voice told it."""
    names = changes.speakers or {}
    recognised = holdings.roster.heard([entry])[entry.id].sure
    return [one.person for one in recognised if names.get(one.label, "") is None]


def _named(entry: Entry, names: Mapping[str, str | None] | None, blobs: Blobs) -> Edits:
    if names is None:
        return replace(entry.edits, names=())
    transcript = read_transcript(entry.transcript, blobs)
    if transcript is None:
        raise Problem("not-ready", "Speakers can be named once there is a transcript.")
    try:
        return naming(entry.edits, transcript, names)
    except NoVoice as none:
        raise no_voice("speakers", none.label) from none


def no_voice(field: str, label: str) -> Problem:
    """The problem that a field names a voice which the episode has not."""
    return invalid(field, f"there is no {label} in this episode")


def taken_back(wanted: Undoing | None, there: int) -> bool:
    """Whether the step to take back, of so many, is taken back already.

    Raises Problem where there is none, or another one came after it.
    """
    number = there if wanted is None or wanted.number is None else wanted.number
    if number > there:
        return True
    if not there:
        raise Problem("conflict", "Nothing was changed, or all is taken back.")
    if number < there:
        raise Problem("conflict", "Something else was changed since: look at it again.")
    return False


def deciding(entry: Entry, one: SpanDecision, blobs: Blobs) -> Edits:
    """The edits with a decision more, unless it changes nothing. Raises Problem."""
    before = entry.edits.ads
    after = (*before, *_decisions(entry, [one], blobs))
    if settled(after) == settled(before):  # the answer was lost, perhaps: it is sent again
        return entry.edits
    if len(after) > MOST_DECISIONS:
        raise Problem("conflict", f"There are {MOST_DECISIONS} decisions: take some back.")
    return replace(entry.edits, ads=after)


def undeciding(entry: Entry, wanted: Undoing | None) -> Edits:
    """The edits with a decision less, unless it is taken back already. Raises Problem."""
    ads = entry.edits.ads
    return entry.edits if taken_back(wanted, len(ads)) else replace(entry.edits, ads=ads[:-1])


def followed(before: Entry, after: Entry, holdings: Holdings) -> Entry:
    """The episode as it is now; its work begins anew where decisions changed."""
    if after.edits.ads == before.edits.ads:
        return after
    holdings.library.restart(after.id, from_=frozenset({"done"}))
    return holdings.library.get(after.id) or after


def _decisions(
    entry: Entry, decisions: Sequence[SpanDecision], blobs: Blobs
) -> tuple[Decision, ...]:
    transcript = read_transcript(entry.transcript, blobs)
    found = () if transcript is None else transcript.ads
    return tuple(completed(_decision(one, entry), found) for one in decisions)


def _decision(one: SpanDecision, entry: Entry) -> Decision:
    if entry.duration_s is not None and one.start >= entry.duration_s:
        raise invalid("ads", f"the episode ends before second {one.start:g}")
    before = None if one.replaces is None else Span(one.replaces.start, one.replaces.end)
    return Decision(one.start, one.end, one.decision, one.kind, one.sponsor, before)
