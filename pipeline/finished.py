"""What comes of one episode's work, and how it is reported in the end.

Knows what a finished episode consists of; does not know who works, here or on a server,
nor where anything is written.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from episodes.types import Episode, Summary, Transcript
from formats import Clock, render


@dataclass(frozen=True, slots=True)
class Finished:
    """The transcript's text by format, the episode's length, its figures.

    `episode_id` is given where other episodes may tell more of it later. `complete` is False
    where a doubt is to be settled another time.
    """

    texts: Mapping[str, str]
    duration_s: float
    summary: Summary
    episode_id: str = ""
    complete: bool = True


def finish(
    episode: Episode, transcript: Transcript, formats: Sequence[str], clock: Clock
) -> Finished:
    """Render each of `formats`. Raises BadInput for a format or clock that is none."""
    return Finished(
        {form: render(transcript, episode, form, clock) for form in formats},
        transcript.duration_s,
        transcript.summary,
    )


@dataclass(frozen=True, slots=True)
class Report:
    """How one file ended, after how many seconds. `error` is None where it succeeded.

    `unchanged` says that its outputs were there already, so that nothing was done, `again`
    that this takes the place of an earlier report of the same run.
    """

    source: Path
    seconds: float
    outputs: tuple[Path, ...] = ()
    duration_s: float = 0.0
    summary: Summary = field(default_factory=Summary)
    error: str | None = None
    unchanged: bool = False
    again: bool = False
    episode_id: str = ""

    @property
    def status(self) -> Literal["done", "unchanged", "failed"]:
        """In a word."""
        if self.error is not None:
            return "failed"
        return "unchanged" if self.unchanged else "done"


class Tally:
    """Counts reports, and keeps the last `most`: weeks of watching must not fill the memory."""

    def __init__(self, most: int | None = None) -> None:
        self.reports: deque[Report] = deque(maxlen=most)
        self.counts = {"done": 0, "unchanged": 0, "failed": 0}

    def add(self, report: Report) -> None:
        """Count one more, or one in the place of another."""
        earlier = [r for r in self.reports if report.again and r.source == report.source]
        for one in earlier:
            self.counts[one.status] -= 1
            self.reports.remove(one)
        self.reports.append(report)
        self.counts[report.status] += 1

    def json(self) -> str:
        """Everything that is kept, for programs; ends in a newline."""
        rows = [
            {
                "source": str(report.source),
                "outputs": [str(path) for path in report.outputs],
                "status": report.status,
                "error": report.error,
                "warnings": list(report.summary.warnings),
                "duration_s": round(report.duration_s, 3),
                "speakers": report.summary.speakers,
                "ads": report.summary.ads,
                "stripped_s": round(report.summary.stripped_s, 3),
                "to_review": report.summary.to_review,
                "seconds": round(report.seconds, 3),
            }
            for report in self.reports
        ]
        whole = {"cleancast": version("cleancast"), "episodes": rows, **self.counts}
        return json.dumps(whole, indent=2) + "\n"
