"""How much audio a file may unpack to. Knows sizes; does not know what is in the file."""

from __future__ import annotations

from pathlib import Path

from episodes.errors import BadAudio

MOST_GROWTH = 2000
"""Times its own size that a file's samples may take: silence packs well, no recording so."""
GROWN_S = 3600.0
"""Growth counts from this many seconds on."""


class Bound:
    """The most samples of a file at `rate_hz`, two bytes each, and `most_s` seconds of them."""

    def __init__(self, source: Path, rate_hz: int, most_s: float) -> None:
        size = source.stat().st_size if source.exists() else 0
        self._source, self._most_s = source, most_s
        self._grown = max(size * MOST_GROWTH / 2, GROWN_S * rate_hz)
        self._long = most_s * rate_hz

    def check(self, samples: int) -> None:
        """Whether there may be so many. Raises BadAudio."""
        name = self._source.name
        if samples > self._grown:
            raise BadAudio(f"{name} unpacks to far more audio than its size allows.")
        if samples > self._long:
            raise BadAudio(
                f"{name} is longer than {self._most_s / 3600:g} hours: split it, or raise "
                "CLEANCAST_MOST_HOURS."
            )
