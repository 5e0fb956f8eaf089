"""What can go wrong, as types. Every message is one sentence a user can act on.

    CleancastError
    ├── BadInput          what the user gave cannot be used
    │   ├── BadAudio      no readable audio in the file
    │   ├── BadText       a transcript, word list or context text that cannot be read
    │   └── TooLarge      a file that is larger than may be
    ├── NoRoom            the disk has no room for more
    ├── WeightsError      a network's weights are missing, damaged or cannot be fetched
    └── EngineError       an optional engine is not installed or not configured

This file does not know who raises or who prints them.
"""

from __future__ import annotations

from typing import ClassVar, Literal

FailureKind = Literal[
    "input", "audio", "room", "weights", "engine", "memory", "died", "lost", "unexpected"
]
"""What an episode failed for, to count by: the last four are no errors of the tree."""


def why(error: OSError) -> str:
    """Why the system refused, to end a sentence with: "no such file or directory"."""
    return (error.strerror or str(error) or type(error).__name__).lower()


class CleancastError(Exception):
    """Base of every error with a message meant for the user."""

    kind: ClassVar[FailureKind] = "unexpected"


class BadInput(CleancastError):
    """What the user gave cannot be used."""

    kind: ClassVar[FailureKind] = "input"


class BadAudio(BadInput):
    """The file holds no audio that can be read."""

    kind: ClassVar[FailureKind] = "audio"


class BadText(BadInput):
    """A transcript, word list or context text cannot be read."""


class TooLarge(BadInput):
    """A file is larger than it may be."""


class NoRoom(CleancastError):
    """The disk has no room for more, or may hold no more."""

    kind: ClassVar[FailureKind] = "room"


class WeightsError(CleancastError):
    """A network's weights are missing, damaged or cannot be fetched."""

    kind: ClassVar[FailureKind] = "weights"


class EngineError(CleancastError):
    """An optional engine is not installed or not configured."""

    kind: ClassVar[FailureKind] = "engine"
