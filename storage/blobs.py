"""Named bytes in a folder, written whole or not at all.

This file does not know what the bytes mean.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` so that a reader or a crash sees the old file or the new, never half.

    Makes the folders on the way. Raises OSError where the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f".{uuid.uuid4().hex}.part"
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


class Blobs:
    """A folder of blobs by key; a key is a hex hash, fanned out over 256 folders."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, key: str) -> Path:
        """Where the blob of `key` is, or would be."""
        return self._root / key[:2] / key

    def read(self, key: str) -> bytes | None:
        """The blob, or None where there is none."""
        try:
            return self.path(key).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, key: str, content: bytes) -> None:
        """Store the blob, replacing what was there."""
        write_atomically(self.path(key), content)
