"""An episode and its show as a feed lists them: frozen, every address absolute.

Addresses are given: this file does not know where anything can be fetched, nor how a feed
is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from episodes.clock import CleanClock, shifted
from episodes.types import Episode, Transcript
from formats.view import View, one_line

TRANSCRIPTS: Mapping[str, str] = MappingProxyType(
    {
        "vtt": "text/vtt",
        "srt": "application/x-subrip",
        "podcast.json": "application/json",
        "html": "text/html",
        "txt": "text/plain",
    }
)
"""The forms that podcast apps read, best first, and what the namespace's specification of
podcast:transcript calls them."""
CAPTIONS = frozenset(("vtt", "srt", "podcast.json"))
"""Those whose every phrase has its time."""

_ADDRESS = re.compile(r"https?://[!#-;=?-\[\]_a-z~]+")
_MOST_OF_A_NAME = 128


@dataclass(frozen=True, slots=True)
class Enclosure:
    """The audio to play: its address, media type and length. Raises ValueError."""

    url: str
    media_type: str
    size_bytes: int

    def __post_init__(self) -> None:
        _check(self.url)
        if self.size_bytes <= 0:
            raise ValueError("an enclosure needs bytes")


@dataclass(frozen=True, slots=True)
class TranscriptLink:
    """Where a transcript is; `captions` says that its phrases have times."""

    url: str
    media_type: str
    captions: bool = False

    def __post_init__(self) -> None:
        _check(self.url)


@dataclass(frozen=True, slots=True)
class Listing:
    """An episode in a feed.

    `guid` is its name for ever; `published` knows its time zone; `duration_s` is the
    enclosure's, so on the clean clock; `language` is a code such as "en", that of the
    transcripts; `chapters` is an address; `people` are names of those who speak.
    """

    guid: str
    title: str
    published: datetime
    duration_s: float
    language: str
    description: str = ""
    enclosure: Enclosure | None = None
    transcripts: tuple[TranscriptLink, ...] = ()
    chapters: str | None = None
    people: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check(self.chapters)
        if self.published.tzinfo is None:
            raise ValueError("a date needs a time zone")


@dataclass(frozen=True, slots=True)
class Show:
    """A show in its feed.

    `address` is the feed's own, `page` that of its site. `guid` is the one it bears already,
    if any; else it follows from the address. `image` ends in .jpg or .png; `category` is one
    of Apple's, perhaps with one below it. `explicit` is what its owner says of it.
    """

    title: str
    address: str
    page: str
    language: str
    description: str = ""
    author: str | None = None
    email: str | None = None
    image: str | None = None
    category: tuple[str, ...] = ()
    explicit: bool = False
    guid: str | None = None

    def __post_init__(self) -> None:
        _check(self.address, self.page, self.image)


def listing(
    transcript: Transcript,
    episode: Episode,
    links: Mapping[str, str],
    enclosure: Enclosure | None = None,
) -> Listing:
    """The episode without its ads, as a feed lists it.

    `links` are absolute addresses by what is there, on the clean clock: the names in
    `TRANSCRIPTS`, and "chapters", which is left out where no chapter remains. `enclosure` is
    the audio without its ads. Raises ValueError for an address that is not absolute.
    """
    clean = CleanClock(transcript.cuts)
    chapters = shifted(episode.chapters, clean)
    return Listing(
        guid=episode.id,
        title=View(transcript, episode, "clean", "strip").title or episode.id,
        published=published(episode),
        duration_s=clean.to_clean(transcript.duration_s),
        language=transcript.language,
        description=episode.description or "",
        enclosure=enclosure,
        transcripts=tuple(
            TranscriptLink(links[form], media_type, form in CAPTIONS)
            for form, media_type in TRANSCRIPTS.items()
            if form in links
        ),
        chapters=links.get("chapters") if chapters else None,
        people=_people(transcript),
    )


def published(episode: Episode) -> datetime:
    """When it came out by its tags, else when it came into the library.

    Where they say no more, it is the start of the day, month or year; without a zone, UTC.
    """
    told = (episode.published or "").strip()
    if re.fullmatch(r"\d{4}(-\d\d)?", told):
        told = f"{told}-01-01"[:10]
    try:
        moment = datetime.fromisoformat(told)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return episode.created_at


def _people(transcript: Transcript) -> tuple[str, ...]:
    """Names that somebody vouches for, of voices that remain, in order of appearance."""
    vouched = {s.label: one_line(s.name or "") for s in transcript.speakers if s.name_evidence}
    heard = dict.fromkeys(vouched.get(u.speaker or "", "") for u in transcript.kept)
    return tuple(name[:_MOST_OF_A_NAME] for name in heard if name)


def _check(*addresses: str | None) -> None:
    for address in addresses:
        if address is not None and not _ADDRESS.fullmatch(address):
            raise ValueError(f"{address!r} is no absolute address")
