"""The Podcasting 2.0 chapters as JSON, version 1.2.0.

As in the podcast namespace's specification of chapters. This file does not know where
chapters or cuts come from, nor how the clean clock is reckoned.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from episodes.clock import CleanClock, shifted
from episodes.spans import Span
from episodes.types import Episode
from formats.view import Clock, one_line, whole_ms


def chapters(episode: Episode, cuts: Sequence[Span] = (), clock: Clock = "original") -> str:
    """The episode's chapters in order of start, seconds in whole milliseconds.

    On the clean clock they are moved by `cuts` (seconds of the original), and those that
    lie in a cut are left out. Title and show are left out where they are not known.
    """
    taken = CleanClock(cuts if clock == "clean" else ())
    ordered = sorted(shifted(episode.chapters, taken), key=lambda chapter: chapter.start)
    listed = [
        {"startTime": whole_ms(chapter.start), "endTime": whole_ms(chapter.end)}
        | _known(title=chapter.title)
        for chapter in ordered
    ]
    about = _known(title=episode.title, podcastName=episode.show)
    document = {"version": "1.2.0"} | about | {"chapters": listed}
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    # Half a character, which a tag may hold, cannot be stored as UTF-8.
    return text.encode("utf-8", "replace").decode("utf-8")


def _known(**texts: str | None) -> dict[str, object]:
    """Those texts that say something, each on one line."""
    lines = {name: one_line(text or "") for name, text in texts.items()}
    return {name: line for name, line in lines.items() if line}
