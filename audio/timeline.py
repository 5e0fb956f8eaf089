"""Where silence belongs between the frames of a stream, by the times that they bear. Pure.

A container's times say where a frame belongs, but not all can be trusted: some formats only
count packets, some clocks drift, damaged files jump. This file does not know containers.
"""

from __future__ import annotations

LAG_S = 0.1
"""Samples may lag so far behind exact times, seconds, before silence is filled in."""
HOLE_S = 0.5
"""Other times that jump by more than this are short of packets; less is drift."""
MOST_GAP_S = 4 * 3600.0
"""No gap is longer than this, seconds, in a stream of unknown length."""


class Timeline:
    """Says frame by frame how much silence comes before it.

    `exact` is True for a format whose times do not drift: there many small gaps add up and
    are filled as soon as the samples lag. Elsewhere only a jump counts. `end_s` is the
    stream's length in seconds where the file states it: a jump past it is damage.
    """

    def __init__(self, *, exact: bool, end_s: float | None) -> None:
        self._exact, self._end_s = exact, end_s
        self._offset_s: float | None = None

    def missing_s(
        self, time_s: float | None, written_s: float, following_s: float | None
    ) -> float:
        """Return the seconds of silence that belong before a frame, 0 or more.

        The frame bears `time_s`, the next one `following_s`; `written_s` seconds of
        samples are there so far.
        """
        if time_s is None:
            return 0.0
        if self._offset_s is None:
            self._offset_s = time_s - written_s
            return 0.0
        lag_s = time_s - self._offset_s - written_s
        if lag_s > (LAG_S if self._exact else HOLE_S):
            if self._believes(time_s, lag_s, written_s, following_s):
                return lag_s
            self._offset_s = time_s - written_s
        elif lag_s < -HOLE_S or not self._exact:
            self._offset_s = time_s - written_s
        return 0.0

    def _believes(
        self, time_s: float, lag_s: float, written_s: float, following_s: float | None
    ) -> bool:
        if self._end_s is not None:
            return written_s + lag_s <= self._end_s + LAG_S
        # One damaged time jumps back with the next frame; after a gap time goes on.
        goes_on = following_s is not None and time_s <= following_s
        return goes_on and lag_s <= MOST_GAP_S
