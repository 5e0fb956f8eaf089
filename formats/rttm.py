"""Who spoke when as RTTM (NIST Rich Transcription Time Marked), for evaluation tools.

This file does not know the words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath

from episodes.clock import milliseconds
from episodes.types import Turn
from formats.view import View, one_line


def write(view: View) -> str:
    """The transcript's turns: all of them, or on the clean clock what the cuts leave."""
    source = one_line(PurePath(view.episode.source).stem) or view.episode.id
    turns = view.transcript.turns
    return lines(
        (replace(t, start=view.at(t.start), end=view.at(t.end)) for t in turns), source
    )


def lines(turns: Iterable[Turn], file_id: str) -> str:
    """A line a turn, sorted, overlapping as the turns do; labels such as "Speaker_1".

    Blanks in `file_id` are replaced; turns that round to nothing are left out.
    """
    rows = []
    for turn in sorted(turns, key=lambda turn: (turn.start, turn.end)):
        length = milliseconds(turn.end) - milliseconds(turn.start)
        if length > 0:
            rows.append(
                f"SPEAKER {_field(file_id)} 1 {milliseconds(turn.start) / 1000:.3f} "
                f"{length / 1000:.3f} <NA> <NA> {_field(turn.speaker)} <NA> <NA>\n"
            )
    return "".join(rows)


def _field(text: str) -> str:
    return one_line(text).replace(" ", "_")
