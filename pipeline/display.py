"""What a person sees on the terminal while episodes are worked on, and at the end.

Everything goes to stderr: stdout is for machines. Knows no stage's meaning, only names.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from episodes.clock import short_time
from pipeline.finished import Report, Tally
from pipeline.progress import SHARES, overall

MOST_UNCHANGED = 20
"""More episodes with nothing to do than these are one line of the table."""

STOPPED = "what was finished is kept; run it again to go on."


class Display:
    """A bar for each file at work, where there is a terminal, and a line for each that ended.

    `quiet` tells failures alone. `stopped` is what to say after Ctrl-C.
    """

    def __init__(self, *, quiet: bool = False, stopped: str = STOPPED) -> None:
        self._quiet, self._stopped = quiet, stopped
        self._console = Console(stderr=True)
        self._shows_bars = self._console.is_interactive and not quiet
        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[stage]:<10}"),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )
        self._tasks: dict[Path, TaskID] = {}
        self._lock = threading.Lock()  # files are worked on in threads

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        if self._shows_bars:
            self._bars.stop()
        if kind is KeyboardInterrupt:
            self._say("yellow", "stopped", self._stopped)

    def progress(self, source: Path, stage: str, fraction: float) -> None:
        """Move a file's bar. May be called from any thread."""
        if not self._shows_bars:
            return
        # What is no stage of ours, such as an upload, has the whole bar.
        done = overall(stage, fraction) if stage in SHARES else fraction
        with self._lock:
            if not self._tasks:  # idle bars would still be drawn, ten times a second for weeks
                self._bars.start()
            if source not in self._tasks:
                shown = printable(source.name)
                self._tasks[source] = self._bars.add_task(shown, total=1.0, stage=stage)
            self._bars.update(self._tasks[source], completed=done, stage=stage)

    def of(self, source: Path) -> Callable[[str, float], None]:
        """`progress` for one file."""
        return partial(self.progress, source)

    def ended(self, report: Report) -> None:
        """Put a line in the place of the file's bar, and say what a person should know."""
        with self._lock:
            task = self._tasks.pop(report.source, None)
            if task is not None:
                self._bars.remove_task(task)
                if not self._tasks:
                    self._bars.stop()
        if report.error is not None:
            name = printable(report.source.name)
            told = printable(report.error)
            self._say("red", "failed", told if name in told else f"{name}: {told}", loud=True)
        elif not report.unchanged:
            self._say("green", "done", f"{report.source.name}: {_in_words(report)}")
        self.warn(report.source, report.summary.warnings)

    def warn(self, source: Path, warnings: Iterable[str]) -> None:
        """One line a warning."""
        for warning in warnings:
            self._say("yellow", "warning", f"{source.name}: {warning}")

    def note(self, text: str) -> None:
        """One line about something that is no file's matter."""
        self._say("yellow", "warning", text)

    def _say(self, colour: str, head: str, text: str, *, loud: bool = False) -> None:
        if loud or not self._quiet:
            # A file's name may hold what rich takes for markup: only the head is markup here.
            line = Text.assemble((head, colour), " ", printable(text))
            self._console.print(line, soft_wrap=True)

    def summary(self, tally: Tally) -> None:
        """The table at the end."""
        if self._quiet:
            return
        unchanged = tally.counts["unchanged"]
        table = Table("episode", "length", "speakers", "ads cut", "ad time", "took", "")
        for report in tally.reports:
            if not report.unchanged or unchanged <= MOST_UNCHANGED:
                table.add_row(*_row(report))
        if unchanged > MOST_UNCHANGED:
            table.add_row(f"{unchanged} episodes", "", "", "", "", "", "unchanged")
        self._console.print(table)


def _row(report: Report) -> tuple[Text | str, ...]:
    colour = {"done": "green", "failed": "red"}.get(report.status, "")
    state = Text(report.status, colour)
    if report.error is not None:
        return (
            Text(printable(report.source.name)),
            "",
            "",
            "",
            "",
            short_time(report.seconds),
            state,
        )
    return (
        Text(printable(report.source.name)),
        short_time(report.duration_s),
        str(report.summary.speakers),
        str(report.summary.ads),
        short_time(report.summary.stripped_s),
        "" if report.unchanged else short_time(report.seconds),
        state,
    )


def _in_words(report: Report) -> str:
    told = report.summary
    voices = "1 speaker" if told.speakers == 1 else f"{told.speakers} speakers"
    ads = "1 ad" if told.ads == 1 else f"{told.ads} ads"
    cut = f"{ads} ({short_time(told.stripped_s)}) cut" if told.ads else "no ads cut"
    spans = "1 span" if told.to_review == 1 else f"{told.to_review} spans"
    left = f", {spans} to review" if told.to_review else ""
    took = short_time(report.seconds)
    return f"{short_time(report.duration_s)}, {voices}, {cut}{left}, took {took}"


def printable(text: str) -> str:
    """One line of text without what would move the cursor: files may be called anything."""
    return "".join(sign if sign.isprintable() else "?" for sign in " ".join(text.split()))
