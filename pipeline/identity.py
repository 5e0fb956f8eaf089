"""Which episode a file is: the hash of its bytes, and what its tags say.

Knows nothing of what is done with it.
"""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

from audio.decode import read_tags
from episodes.errors import BadAudio, why
from episodes.types import Episode


def text_of(name: str) -> str:
    """Return a file's name or path as text; on disk it may be in no known encoding."""
    return os.fsencode(name).decode("utf-8", "replace")


def check(source: Path) -> None:
    """Raises BadAudio for what is there, but is no file."""
    if source.is_dir() and not os.access(source, os.R_OK | os.X_OK):
        raise BadAudio(f"{source} cannot be read: permission denied.")
    if source.is_dir():
        cure = "give an audio file, or to `process` a folder that holds some"
        raise BadAudio(f"{source} is a folder: {cure}.")
    if source.exists() and not source.is_file():
        raise BadAudio(f"{source} is a pipe or a device: give a file.")


def identify(source: Path) -> Episode:
    """The episode a file is: the hash of its bytes, and what its tags say.

    Raises BadAudio for what is not a readable audio file.
    """
    check(source)
    try:
        with source.open("rb") as file:
            content_hash = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadAudio(f"{source} cannot be read: {why(error)}.") from error
    tags = read_tags(source)
    return Episode(
        id=content_hash,
        source=text_of(str(source)),
        created_at=datetime.now(UTC),
        title=tags.title or text_of(source.stem),
        show=tags.show,
        description=tags.description,
        published=tags.published,
        chapters=tags.chapters,
    )
