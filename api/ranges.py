"""A part of something by the Range header, as RFC 9110, section 14, has it.

One range a request; several at once are answered with everything, as a server may. Knows
sizes and headers; does not know where the bytes come from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes [start, end) of `size`; `whole` says that all was asked for."""

    start: int
    end: int
    size: int
    whole: bool = False

    def headers(self) -> dict[str, str]:
        """What the answer says of it."""
        told = {"Accept-Ranges": "bytes", "Content-Length": str(self.end - self.start)}
        if self.whole:
            return told
        return told | {"Content-Range": f"bytes {self.start}-{self.end - 1}/{self.size}"}


def part_of(size: int, wanted: str | None) -> Part | None:
    """The part that a Range header wants; None where there is no such part.

    What is no range of bytes is as if nothing was said, which means everything.
    """
    everything = Part(0, size, size, whole=True)
    asked = _RANGE.fullmatch(wanted or "")
    if asked is None or asked.groups() == ("", ""):
        return everything
    first, last = asked.groups()
    if not first:  # the last so many
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last else size)
        if last and int(last) < int(first):
            return everything
    return Part(start, end, size) if start < end else None
