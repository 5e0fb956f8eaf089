"""Addresses that bear their permission: what a shared link to a file looks like.

Knows how an address is made and read; does not know routes, nor what the files hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import get_args

from fastapi import Request

from api.audio import audio_key
from api.problems import Problem
from api.reading import transcript_of
from formats import Clock
from pipeline.holdings import Holdings
from pipeline.kinds import kind_kept
from storage.library import Entry
from storage.shares import Share

TEXTS = ("vtt", "srt", "podcast.json", "json", "html", "txt", "md")
"""Forms of the transcript that are shared, the first as captions."""
CLOCKS: tuple[Clock, ...] = get_args(Clock)


def base_url(request: Request, holdings: Holdings) -> str:
    """Where others find this service, without a slash at the end."""
    return holdings.settings.public_url or str(request.base_url).rstrip("/")


def permission(episode_id: str, clock: Clock, file: str) -> str:
    """What a share signs to allow a file of an episode."""
    return f"{episode_id}/{clock}/{file}"


def address(share: Share, base: str, episode_id: str, clock: Clock, file: str) -> str:
    """Where a file of an episode is for whoever has this address."""
    what = permission(episode_id, clock, file)
    return f"{base}/shared/{share.sign(what)}/{what}"


def feed_address(share: Share, base: str) -> str:
    """Where the feed of a show is for whoever has this address."""
    return f"{base}/feeds/{share.sign('feed')}.xml"


def addresses(
    share: Share, base: str, entry: Entry, holdings: Holdings
) -> dict[Clock, dict[str, str]]:
    """The address of each file there is, by clock and name. Raises Problem without any."""
    transcript_of(entry, holdings)
    return {
        clock: {
            file: address(share, base, entry.id, clock, file)
            for file in _files(entry, clock, holdings)
        }
        for clock in CLOCKS
    }


def audio_file(entry: Entry, clock: Clock, holdings: Holdings) -> tuple[str, str, int] | None:
    """What the audio is called, its media type and bytes; None where there is none now."""
    try:
        key = audio_key(entry, clock, holdings)
    except Problem:  # it is being cut, or cannot be
        return None
    size = None if key is None else holdings.blobs.size(key)
    if key is None or size is None:
        return None
    kind = kind_kept(key, holdings.blobs)
    return kind.named(PurePath(key).name), kind.media_type, size


def _files(entry: Entry, clock: Clock, holdings: Holdings) -> Iterator[str]:
    audio = audio_file(entry, clock, holdings)
    if audio is not None:
        yield audio[0]
    yield from (f"transcript.{form}" for form in TEXTS)
    yield "chapters.json"
