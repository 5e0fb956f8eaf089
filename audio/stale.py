"""Headers that state less sound than the file holds, mended while it is read.

A recorder that dies leaves the length that it wrote last, and a size beyond 4 GiB wraps
around: the sound behind it would be lost without a sign. Formats of raw samples alone are
looked at: wav, RF64, Wave64, aiff and caf. This file does not know how samples are decoded.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

LEAST_BEHIND = 4096
"""Fewer bytes behind the stated end are padding, not sound."""
UNKNOWN = 0x7FFF0000
"""Sizes of 32 bits from here on are what programs write that could not know the length."""
JOINED = (b"RIFF", b"RF64", b"FORM", b"riff")
"""A second file, joined to the first."""
W64_DATA = b"data\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"

Patches = Mapping[int, bytes]
"""Bytes to read in place of those at a position of the file."""


def patches(source: Path) -> Patches:
    """Return the bytes that put the file's lengths right; none where they are right."""
    try:
        return _patches(source)
    except struct.error:  # cut off inside a header
        return {}


class Patched(io.FileIO):
    """A file, some bytes of which read otherwise than they are on disk."""

    def __init__(self, source: Path, patches: Patches) -> None:
        super().__init__(source, "rb")
        self._patches = patches

    def read(self, size: int | None = -1, /) -> bytes:
        """Read at most `size` bytes."""
        start = self.tell()
        block = bytearray(super().read(-1 if size is None else size) or b"")
        for at, patch in self._patches.items():
            for i, byte in enumerate(patch, at - start):
                if 0 <= i < len(block):
                    block[i] = byte
        return bytes(block)


def _patches(source: Path) -> Patches:
    size = source.stat().st_size
    with source.open("rb") as file:
        head = file.read(40)
        if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
            return _wav(file, size)
        if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
            return _aiff(file, size)
        if head[:4] == b"caff":
            return _caf(file, size)
        if head[:4] == b"riff" and head[24:28] == b"wave":
            return _w64(file, size)
    return {}


def _wav(file: BinaryIO, size: int) -> Patches:
    long: dict[bytes, tuple[int, int]] = {}
    for name, at, length in _chunks(file, 12, size, "<4sI"):
        if name == b"ds64" and length >= 16:
            file.seek(at + 16)
            long[b"data"] = (at + 16, struct.unpack("<Q", file.read(8))[0])
        if name == b"data":
            place, stated = long.get(name, (at + 4, length))
            if place == at + 4 and not 0 < stated < UNKNOWN:
                return {}
            if not _goes_on(file, at + 8 + stated, size, "<4sI"):
                return {}
            if place == at + 4:  # all ones: to the end of the file
                return {place: b"\xff" * 4}
            return {place: struct.pack("<Q", size - at - 8)}
    return {}


def _aiff(file: BinaryIO, size: int) -> Patches:
    frames_at = frame_bytes = 0
    for name, at, length in _chunks(file, 12, size, ">4sI"):
        if name == b"COMM":
            file.seek(at + 8)
            channels, _, bits = struct.unpack(">HIH", file.read(8))
            frames_at, frame_bytes = at + 10, channels * ((bits + 7) // 8)
        if name == b"SSND" and _goes_on(file, at + 8 + length, size, ">4sI"):
            held = min(size - at - 8, 0xFFFFFFFF)
            found = {4: struct.pack(">I", min(size - 8, 0xFFFFFFFF))}
            found[at + 4] = struct.pack(">I", held)
            if frames_at and frame_bytes:
                found[frames_at] = struct.pack(">I", (held - 8) // frame_bytes)
            return found
    return {}


def _caf(file: BinaryIO, size: int) -> Patches:
    for name, at, length in _chunks(file, 8, size, ">4sq"):
        if name == b"data" and length > 0 and _goes_on(file, at + 12 + length, size, ">4sq"):
            return {at + 4: struct.pack(">q", -1)}
    return {}


def _w64(file: BinaryIO, size: int) -> Patches:
    at = 40
    while at + 24 <= size:
        file.seek(at)
        name, length = struct.unpack("<16sQ", file.read(24))
        end = at + (length + 7) // 8 * 8
        if name == W64_DATA:
            behind = size - end
            return {at + 16: struct.pack("<Q", size - at)} if behind > LEAST_BEHIND else {}
        if end <= at:
            break
        at = end
    return {}


def _chunks(file: BinaryIO, at: int, size: int, form: str) -> Iterator[tuple[bytes, int, int]]:
    """Chunks as (name, position, length of the content), as far as they make sense."""
    head = struct.calcsize(form)
    while at + head <= size:
        file.seek(at)
        name, length = struct.unpack(form, file.read(head))
        yield name, at, length
        if length < 0:
            return
        at += head + length + (length % 2 if head == 8 else 0)


def _goes_on(file: BinaryIO, end: int, size: int, form: str) -> bool:
    """Return True if what lies behind `end` is no row of chunks up to the file's end."""
    if size - end <= LEAST_BEHIND:
        return False
    starts = {end, end + end % 2}
    return not any(_is_row(file, start, size, form) for start in starts)


def _is_row(file: BinaryIO, start: int, size: int, form: str) -> bool:
    end = start
    for name, at, length in _chunks(file, start, size, form):
        if name in JOINED or not all(32 <= letter < 127 for letter in name) or length < 0:
            return False
        end = at + struct.calcsize(form) + length
    return end > start and end >= size - 1
