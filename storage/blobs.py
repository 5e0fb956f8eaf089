"""Named bytes, written whole or not at all: in a folder here, or wherever else they lie.

This file does not know what the bytes mean.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

BLOCK = 1 << 20


class Blobs(Protocol):
    """Blobs by key: names joined by slashes, the first a hex hash.

    What belongs to one owner shares the first name and is deleted with it. Any method may
    raise OSError where the place does not answer.
    """

    def __hash__(self) -> int:
        """By identity: what was read of one place is remembered with it."""

    def read(self, key: str) -> bytes | None:
        """The blob, or None where there is none."""

    def write(self, key: str, content: bytes) -> None:
        """Store the blob, replacing what was there."""

    def adopt(self, key: str, file: Path) -> None:
        """Make a finished file of this machine the blob `key`; the file is gone then."""

    def size(self, key: str) -> int | None:
        """Bytes of the blob, or None where there is none."""

    def stream(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes [start, end) of a blob that is there, in blocks."""

    def local(self, key: str, folder: Path) -> Path:
        """A file that holds the blob: its own, or a copy in `folder`.

        Where there is no such blob, there is no such file either.
        """

    def below(self, prefix: str) -> list[str]:
        """The keys that go on after `prefix` and a slash."""

    def delete(self, key: str) -> None:
        """Remove the blob `key`, or all below it; gone is gone already."""


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


class FolderBlobs:
    """Blobs in a folder; the owners are fanned out over 256 folders."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, key: str) -> Path:
        """Where the blob of `key` is, or would be."""
        return self._root / key[:2] / key

    def read(self, key: str) -> bytes | None:  # noqa: D102  as Blobs has it
        try:
            return self.path(key).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, key: str, content: bytes) -> None:  # noqa: D102
        write_atomically(self.path(key), content)

    def adopt(self, key: str, file: Path) -> None:
        """As Blobs has it, in one step where the file is on the same disk."""
        with file.open("rb") as content:
            os.fsync(content.fileno())
        target = self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(file, target)

    def size(self, key: str) -> int | None:  # noqa: D102
        try:
            return self.path(key).stat().st_size
        except FileNotFoundError:
            return None

    def stream(self, key: str, start: int, end: int) -> Iterator[bytes]:  # noqa: D102
        with self.path(key).open("rb") as file:
            file.seek(start)
            while start < end and (block := file.read(min(BLOCK, end - start))):
                start += len(block)
                yield block

    def local(self, key: str, folder: Path) -> Path:  # noqa: D102
        return self.path(key)

    def below(self, prefix: str) -> list[str]:  # noqa: D102
        root = self.path(prefix)
        files = (path for path in root.rglob("*") if path.is_file())
        return sorted(f"{prefix}/{path.relative_to(root).as_posix()}" for path in files)

    def delete(self, key: str) -> None:  # noqa: D102
        path = self.path(key)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
