"""What a person sees on the terminal while episodes are worked on, and at the end.

Everything goes to stderr: stdout is for machines. Knows no stage's meaning, only names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from episodes.clock import short_time
from pipeline.batch import Report

SHARES = {
    "decode": 0.02,
    "language": 0.02,
    "transcribe": 0.63,
    "diarize": 0.32,
    "silences": 0.01,
}
"""About how much of an episode's time each stage takes, in order, for one bar over all."""


def overall(stage: str, fraction: float) -> float:
    """The fraction of an episode done when `fraction` of `stage` is; 0 to 1."""
    done = 0.0
    for name, share in SHARES.items():
        if name == stage:
            return done + share * fraction
        done += share
    return done


class Display:
    """Bars while it is entered as a context; silent when `quiet`."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=True, quiet=quiet)
        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[stage]:<10}"),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeRemainingColumn(),
            console=self._console,
            disable=quiet,
        )
        self._tasks: dict[Path, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        if kind is None:
            for task in self._tasks.values():
                self._bars.update(task, completed=1.0)
        self._bars.stop()
        if kind is KeyboardInterrupt:
            self._say("yellow", "stopped", "what was finished is kept; run it again to go on.")

    def progress(self, source: Path, stage: str, fraction: float) -> None:
        """Move a file's bar. May be called from any thread."""
        if source not in self._tasks:
            self._tasks[source] = self._bars.add_task(_shown(source), total=1.0, stage="")
        self._bars.update(self._tasks[source], completed=overall(stage, fraction), stage=stage)

    def of(self, source: Path) -> Callable[[str, float], None]:
        """`progress` for one file."""
        return partial(self.progress, source)

    def ended(self, report: Report) -> None:
        """Fill or mark the file's bar, and say what a person should know."""
        source = report.job.source
        self.progress(source, "done" if report.error is None else "failed", 1.0)
        if report.error is not None:
            self._say("red", "failed", report.error)
        self.warn(source, report.warnings)

    def warn(self, source: Path, warnings: Iterable[str]) -> None:
        """One line a warning."""
        for warning in warnings:
            self._say("yellow", "warning", f"{_shown(source)}: {warning}")

    def _say(self, colour: str, head: str, text: str) -> None:
        # A file's name may hold what rich takes for markup: only the head is markup here.
        line = Text.assemble((head, colour), " ", text)
        self._console.print(line, soft_wrap=True)

    def summary(self, reports: Sequence[Report]) -> None:
        """The table at the end."""
        table = Table("episode", "length", "speakers", "ads cut", "ad time", "took", "")
        for report in reports:
            failed = report.error is not None
            table.add_row(
                Text(_shown(report.job.source)),
                "" if failed else short_time(report.duration_s),
                "" if failed else str(report.speakers),
                "" if failed else str(report.ads),
                "" if failed else short_time(report.stripped_s),
                short_time(report.seconds),
                "[red]failed[/red]" if failed else "[green]done[/green]",
            )
        self._console.print(table)


def _shown(source: Path) -> str:
    """A file's name without what would move the cursor."""
    return "".join(sign if sign.isprintable() else "?" for sign in source.name)
