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


def transcript_of(entry: Entry, holdings: Holdings) -> Transcript:
    """The transcript with all edits. Raises Problem while there is none."""
    return _edited(holdings.blobs, _key(entry), entry.edits, _heard(entry, holdings))


def text_of(entry: Entry, holdings: Holdings, form: str, clock: Clock, ads: Ads) -> str:
    """The transcript in a form. Raises Problem while there is none, BadInput."""
    # Of the episode only what is printed, so that its state does not matter to the memory.
    printed = replace(entry.episode, status="done", error=None)
    key, heard = _key(entry), _heard(entry, holdings)
    return _text(holdings.blobs, key, entry.edits, heard, printed, (form, clock, ads))


def seen(entry: Entry, holdings: Holdings) -> tuple[object, ...]:
    """What a transcript that is read is made of, as JSON has it."""
    edits = EDITS.dump_python(entry.edits, mode="json")
    heard = [(one.label, one.name, one.name_evidence) for one in _heard(entry, holdings)]
    return (entry.transcript, edits, heard)


def _heard(entry: Entry, holdings: Holdings) -> tuple[Speaker, ...]:
    recognised = holdings.roster.heard([entry])[entry.id]
    return tuple(recognised.speakers.values())


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
