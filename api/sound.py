"""The route of what an episode sounds like, for a page that draws it."""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field

from api.dependencies import Found, Held
from api.problems import Problem, documented, invalid
from api.schemas import Shape, Stretch
from episodes.sound import HOP_S, Sound
from episodes.spans import Span, overlap
from formats.view import whole_ms
from pipeline.stagework import read_sound
from storage.blobs import Blobs

router = APIRouter(prefix="/v1", tags=["audio"])

MOST_S = 600.0
"""Seconds that are told at a time."""

_SOUND: dict[str, Any] = {
    "start": 131.2,
    "hop_s": 0.1,
    "level_db": [-21, -20, -34, -61, -60, -22],
    "floor_db": [-30, -27, -58, -64, -63, -35],
    "silences": [{"start": 131.46, "end": 131.68}],
}


class SoundView(Shape):
    """How loud a stretch is, and where it is quiet."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SOUND]})

    start: float = Field(description="the first level's second, of the original")
    hop_s: float = Field(description="seconds from one level to the next")
    level_db: list[int] = Field(description="levels, dB of full scale")
    floor_db: list[int] = Field(description="of each the quietest 30 ms")
    silences: list[Stretch] = Field(description="quiet stretches, whole, that reach into it")


@router.get(
    "/episodes/{id}/sound",
    response_description="It",
    responses=documented("not-found", "not-ready", "gone", "invalid"),
)
def sound(
    entry: Found,
    holdings: Held,
    start: Annotated[float, Query(ge=0, le=1e6, description="its first second, original")],
    end: Annotated[float, Query(ge=0, le=1e6, description="the second after it")],
) -> SoundView:
    """What a stretch of at most ten minutes sounds like: levels and silences, to draw it."""
    if not start < end <= start + MOST_S:
        raise invalid("end", f"it lies after the start, at most {MOST_S:g} s")
    if entry.transcript is None and entry.episode.status in ("queued", "running"):
        raise Problem("not-ready", "The episode was not listened to yet: ask again later.")
    heard = _heard(holdings.blobs, entry.id)
    first, last = int(start / HOP_S), ceil(end / HOP_S)
    window = Span(start, end)
    return SoundView(
        start=whole_ms(first * HOP_S),
        hop_s=HOP_S,
        level_db=list(heard.level_db[first:last]),
        floor_db=list(heard.floor_db[first:last]),
        silences=[
            Stretch(start=one.start, end=one.end)
            for one in heard.silences
            if overlap(one, window)
        ],
    )


@lru_cache(maxsize=4)  # a page asks for many stretches of one
def _heard(blobs: Blobs, episode_id: str) -> Sound:
    found = read_sound(episode_id, blobs)
    if found is None:
        detail = "What it sounds like is not kept (any more): process the episode again."
        raise Problem("gone", detail)
    return found
