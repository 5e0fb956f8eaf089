"""Time as people read it, and the mapping between the two clocks.

Everything is computed and stored on the original clock. The clean clock (time in the
audio after its cuts) exists only where something is shown or exported.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from episodes.spans import Span, merge
from episodes.types import Chapter


def milliseconds(t: float) -> int:
    """Seconds rounded once to whole milliseconds."""
    return round(t * 1000)


def timestamp(t: float, separator: str = ".") -> str:
    """Seconds as "HH:MM:SS.mmm"; SRT wants a comma as the separator.

    Rounds once to milliseconds and then splits: splitting first would print some values
    one millisecond low.
    """
    rest, ms = divmod(milliseconds(t), 1000)
    minutes, seconds = divmod(rest, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{separator}{ms:03d}"


def short_time(t: float) -> str:
    """Seconds as a listener reads them on a player: "0:09", "12:05", "1:02:03"."""
    minutes, seconds = divmod(int(t), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def runtime(duration_s: float) -> str:
    """A length in whole minutes, as podcast pages print it: "20m", "1h 5m", "<1m"."""
    minutes = round(duration_s / 60)
    if minutes < 1:
        return "<1m"
    return f"{minutes // 60}h {minutes % 60}m" if minutes >= 60 else f"{minutes}m"


class CleanClock:
    """Maps seconds between the original audio and what remains after `cuts`.

    Both directions never decrease. On kept time they are each other's inverse.
    """

    def __init__(self, cuts: Iterable[Span]) -> None:
        self._cuts = merge(cuts)
        # The clean second each cut leaves; summed once, so that both ways use the same floats.
        self._joins: list[float] = []
        for i, cut in enumerate(self._cuts):
            before = self._joins[-1] + (cut.start - self._cuts[i - 1].end) if i else cut.start
            self._joins.append(before)

    def to_clean(self, t: float) -> float:
        """Original seconds to clean seconds; all of a cut maps to the point it leaves."""
        i = bisect_left(self._cuts, t, key=lambda cut: cut.start) - 1
        return t if i < 0 else self._joins[i] + max(0.0, t - self._cuts[i].end)

    def to_original(self, t: float) -> float:
        """Clean seconds to original seconds; the point a cut leaves maps to its end."""
        i = bisect_right(self._joins, t) - 1
        return t if i < 0 else self._cuts[i].end + (t - self._joins[i])


def shifted(chapters: Iterable[Chapter], clock: CleanClock) -> tuple[Chapter, ...]:
    """Chapters on the clean clock, in the order given.

    Those cut entirely are gone: so are all that last no whole millisecond.
    """
    moved = (
        Chapter(clock.to_clean(chapter.start), clock.to_clean(chapter.end), chapter.title)
        for chapter in chapters
    )
    return tuple(c for c in moved if milliseconds(c.start) < milliseconds(c.end))
