"""What a file's own header says of its length, read byte by byte, to notice cut-off files.

FFmpeg tells the length of a damaged file as what is left of it in these three formats:
mp3, wav and ogg. This file does not know how audio is decoded.
"""

from __future__ import annotations

import struct
from pathlib import Path

_UNKNOWN_SIZE = 0x7FFF0000
"""RIFF sizes from here on are what programs write that could not know the length."""


def mp3_duration_s(source: Path, sample_rate_hz: int) -> float | None:
    """Length by the Xing or Info header of the first frame, seconds; None without one.

    Source: the Xing VBR header as LAME writes it. It lies 13, 21 or 36 bytes into the
    frame, by MPEG version and channels.
    """
    with source.open("rb") as file:
        start = file.read(10)
        size = 0
        if start[:3] == b"ID3" and len(start) == 10:
            # Seven bits a byte, so that no sync word can appear in the size.
            size = 10 + sum(
                byte << shift for byte, shift in zip(start[6:], (21, 14, 7, 0), strict=True)
            )
        file.seek(size)
        head = file.read(4096)
    for name in (b"Xing", b"Info"):
        at = head.find(name)
        for offset in (13, 21, 36):
            frame = head[at - offset : at + 12] if at >= offset else b""
            if len(frame) == offset + 12 and frame[0] == 0xFF and frame[1] & 0xE0 == 0xE0:
                flags, frames = struct.unpack(">II", frame[offset + 4 :])
                mpeg1 = frame[1] & 0x18 == 0x18
                return frames * (1152 if mpeg1 else 576) / sample_rate_hz if flags & 1 else None
    return None


def wav_missing_bytes(source: Path) -> int:
    """Bytes that the RIFF header promises and the file lacks, >= 0."""
    with source.open("rb") as file:
        head = file.read(8)
    if len(head) < 8 or head[:4] != b"RIFF":
        return 0
    size = int(struct.unpack("<I", head[4:])[0])
    return max(0, size + 8 - source.stat().st_size) if size < _UNKNOWN_SIZE else 0


def ogg_unfinished(source: Path) -> bool:
    """Whether the last page of an ogg file lacks the end-of-stream mark (RFC 3533)."""
    with source.open("rb") as file:
        file.seek(max(0, source.stat().st_size - 2 * 65_307))  # the largest page, twice
        tail = file.read()
    last = tail.rfind(b"OggS")
    return last < 0 or len(tail) <= last + 5 or not tail[last + 5] & 4


def clock_s(text: str) -> float | None:
    """Seconds of the "HH:MM:SS.fraction" that Matroska writers put in a tag, else None."""
    parts = text.split(":")
    try:
        hours, minutes, seconds = (float(part) for part in parts)
    except ValueError:
        return None
    return hours * 3600 + minutes * 60 + seconds
