"""The stages' results as they are kept: their forms, and the versions of the code behind them.

Knows no stage's work.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from ads.prompt import VERSION as PROMPT
from ads.prompt import Stretch
from audio.tracks import Source
from episodes.people import Print
from episodes.sound import Sound
from episodes.spans import Span
from episodes.types import Segment, Turn
from pipeline import voiceprints
from pipeline.repeats import SOUND

TEXT = TypeAdapter(str)
SOUNDS = TypeAdapter(Sound)
SEGMENTS = TypeAdapter(tuple[Segment, ...])
TURNS = TypeAdapter(tuple[Turn, ...])
PRINT = TypeAdapter(Print)
STRETCHES = TypeAdapter(tuple[Stretch, ...])

VERSIONS = {
    "decode": 2,
    "fingerprint": SOUND,
    "language": 2,
    "pieces": 2,
    "tracks": 1,
    "transcribe": 2,
    "diarize": 4,
    "sound": 1,
    "clip": 1,
    "voices": voiceprints.VERSION,
    "llm": PROMPT,
}
"""Raised when a stage's code changes what it gives: older results are then done again."""


@dataclass(frozen=True, slots=True)
class Length:
    """What is known of an episode once it was decoded, and stays so without its samples.

    `treatment` is that of Audio; `tracks` and `sources` are those of a Recording.
    """

    duration_s: float
    warnings: tuple[str, ...]
    treatment: tuple[str, ...] = ()
    tracks: tuple[int, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece(Span):
    """A stretch that is recognised in one go, of the speaker `track` alone if there is one."""

    track: str | None = None


LENGTH = TypeAdapter(Length)
PIECES = TypeAdapter(tuple[Piece, ...])
