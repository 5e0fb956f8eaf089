"""A folder looked at again and again: what is new in it, and whole, is worked off.

Looks by polling, which works on network drives too. Knows files and their stamps; does not
know what a batch does with them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path

from episodes.errors import why
from pipeline.batch import Batch, Show
from pipeline.finished import Report
from pipeline.outputs import Stamp, stamp
from pipeline.plan import Job, audio_files

LOOKED_AT = 60
"""So many episodes, those done last, are looked at again when later ones are done: an episode
is compared with about as many."""


class Arrivals:
    """Tells which files are whole and not taken yet, from what is seen of them.

    A file is whole when two looks in a row find it the same, and it has not changed for
    `settle_s` seconds: by its own time, or, as a drive's clock may be wrong, by ours.
    """

    def __init__(self, settle_s: float) -> None:
        self._settle_s = settle_s
        self._seen: dict[Path, tuple[Stamp, float]] = {}
        self._taken: dict[Path, Stamp] = {}

    def look(self, listing: Mapping[Path, Stamp], now_s: float) -> list[Path]:
        """The files that are whole and not taken as they are now; `now_s` is Unix time.

        Files that are not listed any more are forgotten.
        """
        before, self._seen = self._seen, {}
        self._taken = {path: seen for path, seen in self._taken.items() if path in listing}
        whole = []
        for path, seen in listing.items():
            last, since_s = before.get(path, (None, now_s))
            again = seen == last
            self._seen[path] = (seen, since_s if again else now_s)
            age_s = max(now_s - seen.mtime_ns / 1e9, now_s - since_s)
            if again and age_s >= self._settle_s and self._taken.get(path) != seen:
                whole.append(path)
        return whole

    def take(self, path: Path) -> None:
        """Offer a file no more, until it changes."""
        self._taken[path] = self._seen[path][0]

    def still(self, path: Path) -> bool:
        """Whether a file that was taken is as it was then."""
        now = stamp(path)
        return now is not None and now == self._taken.get(path)


class Watch:
    """Has what is new in `folder` worked off, looking every `every_s` seconds.

    `planned` gives a job for each file there, `note` is told of trouble with the folder
    itself. There is a batch, from `new_batch`, only while there is work, so that the memory
    it takes is the system's again in between. When that is done, earlier episodes of which
    the new ones tell more are done again.
    """

    def __init__(
        self,
        folder: Path,
        planned: Callable[[], Sequence[Job]],
        new_batch: Callable[[], Batch],
        note: Callable[[str], None],
        arrivals: Arrivals,
        every_s: float,
    ) -> None:
        self._folder, self._planned, self._new_batch = folder, planned, new_batch
        self._note, self._arrivals, self._every_s = note, arrivals, every_s
        self._busy: set[Path] = set()
        self._done: dict[Job, Report] = {}
        self._trouble: str | None = None
        self._next_look = 0.0

    def run(self, progress: Show, *, once: bool = False) -> Generator[Report]:
        """A report for each file, as they end; for ever, or `once` over what is whole."""
        self._new()
        while True:
            time.sleep(self._every_s)
            if jobs := self._new():
                yield from self._work_off(jobs, progress, once=once)
            if once:
                return

    def _work_off(
        self, jobs: Sequence[Job], progress: Show, *, once: bool
    ) -> Generator[Report]:
        with self._new_batch() as batch:
            running: dict[Future[Report], Job] = {}
            while jobs or running:
                for job in jobs:
                    running[batch.start(job, progress)] = job
                ended, _ = wait(running, self._every_s, FIRST_COMPLETED)
                for future in ended:
                    job = running.pop(future)
                    self._busy.discard(job.source)
                    self._remember(job, future.result())
                    yield future.result()
                jobs = () if once else self._new()
            still = self._arrivals.still
            there = {job: told for job, told in self._done.items() if still(job.source)}
            jobs_of = {job.source: job for job in there}
            for report in batch.look_again(there, progress):
                self._remember(jobs_of[report.source], report)
                yield report

    def _remember(self, job: Job, report: Report) -> None:
        """Keep what may be looked at again; what was only said is said once."""
        self._done.pop(job, None)
        if report.error is None and not (report.unchanged and report.again):
            self._done[job] = report
        for oldest in list(self._done)[:-LOOKED_AT]:
            del self._done[oldest]

    def _new(self) -> Sequence[Job]:
        """The jobs of files that are whole and not taken yet; takes them."""
        if time.monotonic() < self._next_look:
            return ()
        self._next_look = time.monotonic() + self._every_s
        try:
            whole = self._arrivals.look(_listing(self._folder), time.time())
            ready = set(whole) - self._busy
            jobs = [job for job in self._planned() if job.source in ready] if ready else []
        except OSError as error:  # a drive that is away comes back
            self._tell(f"{self._folder} cannot be read: {why(error)}; trying again.")
            return ()
        self._trouble = None
        for path in ready:
            self._arrivals.take(path)
        self._busy.update(job.source for job in jobs)
        return jobs

    def _tell(self, trouble: str) -> None:
        if trouble != self._trouble:  # once, not every few seconds
            self._note(trouble)
        self._trouble = trouble


def _listing(folder: Path) -> dict[Path, Stamp]:
    """The stamps of all audio files in a folder. Raises OSError where there is no folder."""
    folder.stat()  # else a drive that is away would pass for an empty folder
    found = ((file, stamp(file)) for file in audio_files(folder))
    return {file: seen for file, seen in found if seen is not None}
