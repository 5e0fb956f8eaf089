"""Named bytes in a folder, written whole or not at all.

This file does not know what the bytes mean.
"""

from __future__ import annotations

import os
import shutil
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
    """A folder of blobs by key: names joined by slashes, the first a hex hash.

    What belongs to one owner shares the first name and is deleted with it. The owners are
    fanned out over 256 folders.
    """

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

    def adopt(self, key: str, file: Path) -> None:
        """Move a finished file of the same disk in as the blob `key`, in one step."""
        with file.open("rb") as content:
            os.fsync(content.fileno())
        target = self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)

    def delete(self, key: str) -> None:
        """Remove the blob `key`, or all whose keys begin with it; gone is gone already."""
        path = self.path(key)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
