"""Which episode a file is: the hash of its bytes, and what its tags say.

Knows nothing of what is done with it.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from audio.decode import read_tags
from episodes.errors import BadAudio
from episodes.types import Episode


def identify(source: Path) -> Episode:
    """The episode a file is: the hash of its bytes, and what its tags say.

    Raises BadAudio for what is not a readable audio file.
    """
    if source.is_dir():
        cure = "give an audio file, or a folder with some to `process`"
        raise BadAudio(f"{source} is a folder: {cure}.")
    if source.exists() and not source.is_file():
        raise BadAudio(f"{source} is a pipe or a device: give a file.")
    try:
        with source.open("rb") as file:
            content_hash = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BadAudio(f"{source} cannot be read: {reason.lower()}.") from error
    tags = read_tags(source)
    return Episode(
        id=content_hash,
        source=str(source),
        created_at=datetime.now(UTC),
        title=tags.title or source.stem,
        show=tags.show,
        description=tags.description,
        published=tags.published,
        chapters=tags.chapters,
    )
