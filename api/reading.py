"""Transcripts as readers see them: with all edits, parsed and rendered once while in use.

Knows where transcripts are kept; knows no route.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from api.problems import Problem
from api.views import progressed
from episodes.edits import Edits
from episodes.types import Episode, Speaker, Transcript
from formats import Ads, Clock, render
from pipeline.edits import edited
from pipeline.holdings import Holdings
from pipeline.stagework import read_transcript
from storage.blobs import Blobs
from storage.library import EDITS, Entry


class Reading:
    """An episode's transcript as it reads now: whom the show knows in it is looked up once.

    Raises Problem while there is none.
    """

    def __init__(self, entry: Entry, holdings: Holdings) -> None:
        self._entry, self._blobs, self._key = entry, holdings.blobs, _key(entry)
        self.recognised = holdings.roster.heard([entry])[entry.id]
        self._heard = tuple(self.recognised.speakers.values())

    def transcript(self) -> Transcript:
        """With all edits. Raises Problem where it is not kept any more."""
        return _edited(self._blobs, self._key, self._entry.edits, self._heard)

    def text(self, form: str, clock: Clock, ads: Ads) -> str:
        """In a form. Raises Problem where it is not kept any more, BadInput."""
        # Of the episode only what is printed, so that its state does not matter to the memory.
        printed = replace(self._entry.episode, status="done", error=None)
        shown = (form, clock, ads)
        return _text(self._blobs, self._key, self._entry.edits, self._heard, printed, shown)

    @property
    def made_of(self) -> tuple[object, ...]:
        """What it is made of, as JSON has it."""
        edits = EDITS.dump_python(self._entry.edits, mode="json")
        heard = [(one.label, one.name, one.name_evidence) for one in self._heard]
        return (self._key, edits, heard)


def transcript_of(entry: Entry, holdings: Holdings) -> Transcript:
    """The transcript with all edits. Raises Problem while there is none."""
    return Reading(entry, holdings).transcript()


@lru_cache(maxsize=8)
def _edited(blobs: Blobs, key: str, edits: Edits, heard: tuple[Speaker, ...]) -> Transcript:
    found = read_transcript(key, blobs)
    if found is None:
        raise Problem("gone", "The transcript is not kept any more: have it made again.")
    return edited(found, edits, {speaker.label: speaker for speaker in heard})


@lru_cache(maxsize=32)
def _text(
    blobs: Blobs,
    key: str,
    edits: Edits,
    heard: tuple[Speaker, ...],
    episode: Episode,
    shown: tuple[str, Clock, Ads],
) -> str:
    return render(_edited(blobs, key, edits, heard), episode, *shown)


def _key(entry: Entry) -> str:
    if entry.transcript is not None:
        return entry.transcript
    episode = entry.episode
    if episode.status in ("queued", "running"):
        detail = f"The episode is {episode.status}, {entry.progress:.0%} done: ask again later."
        headers = {"Retry-After": "2"}
    else:
        why = f": {episode.error}" if episode.error else ", so there is no transcript."
        detail, headers = f"The episode is {episode.status}{why}", {}
    raise Problem(
        "not-ready", detail, progressed(entry).model_dump(exclude={"status"}), headers
    )
