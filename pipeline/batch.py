"""Many files, some at once, each in a child process; one failed file never stops the others.

Knows how an episode is worked off and written; does not know how progress is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Literal

from episodes.errors import CleancastError
from episodes.types import Episode, Transcript
from formats import render
from pipeline.child import Child, Failure, Task, Work, unexpected
from pipeline.engines import Engines
from pipeline.outputs import Job, Outputs
from pipeline.run import Progress, sweep
from pipeline.settings import Settings
from pipeline.stages import process
from storage.blobs import Blobs


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user wants written: formats, their clock, and whether to do all again."""

    formats: Sequence[str]
    clock: Literal["original", "clean"] = "original"
    force: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """How one file ended. `error` is None where it succeeded."""

    job: Job
    seconds: float
    duration_s: float = 0.0
    speakers: int = 0
    ads: int = 0
    stripped_s: float = 0.0
    warnings: tuple[str, ...] = ()
    error: str | None = None


def work_alone(settings: Settings) -> Work:
    """What a child does: the spine, with engines that stay loaded."""
    engines = Engines(settings)

    def work(task: Task, progress: Progress) -> tuple[Episode, Transcript]:
        return process(task.source, settings, engines, progress, force=task.force)

    return work


class Batch:
    """Works files off with `at_once` children. Use as an iterator; `stop` ends it early."""

    def __init__(
        self,
        settings: Settings,
        wish: Wish,
        at_once: int = 1,
        make_work: Callable[[Settings], Work] = work_alone,
    ) -> None:
        # The cores are shared out, so that more jobs at once do not fight over them.
        share = max(1, settings.cores // at_once)
        shared = settings.model_copy(update={"threads": share})
        self._wish, self._at_once = wish, at_once
        self._outputs = Outputs(Blobs(settings.data_dir / "results"))
        self._children = [Child(make_work, shared) for _ in range(at_once)]
        self._idle: SimpleQueue[Child] = SimpleQueue()
        for child in self._children:
            self._idle.put(child)
        self._data_dir = settings.data_dir

    def run(
        self, jobs: Sequence[Job], progress: Callable[[Path, str, float], None]
    ) -> Iterator[Report]:
        """A report for each job, as they end. `progress` is called from other threads."""
        pool = ThreadPoolExecutor(self._at_once)
        try:
            for ended in as_completed([pool.submit(self._one, job, progress) for job in jobs]):
                yield ended.result()
        finally:
            self.stop()
            pool.shutdown(cancel_futures=True)
            sweep(self._data_dir)

    def stop(self) -> None:
        """End all work now; what was finished stays kept."""
        for child in self._children:
            child.stop()

    def _one(self, job: Job, progress: Callable[[Path, str, float], None]) -> Report:
        began = time.monotonic()
        child = self._idle.get()
        try:
            outcome = child.run(
                Task(job.source, self._wish.force), partial(progress, job.source)
            )
        finally:
            self._idle.put(child)
        seconds = time.monotonic() - began
        if isinstance(outcome, Failure):
            return Report(job, seconds, error=outcome.reason)
        episode, transcript = outcome
        try:
            kept = self._write(job, episode, transcript)
        except CleancastError as error:
            return Report(job, seconds, error=str(error))
        except Exception as error:  # noqa: BLE001  the outer edge: one episode fails, not the batch
            return Report(job, seconds, error=unexpected(error, job.source.name))
        return Report(
            job,
            seconds,
            duration_s=transcript.duration_s,
            speakers=len({u.speaker for u in transcript.kept} - {None}),
            ads=sum(ad.stripped for ad in transcript.ads),
            stripped_s=sum(cut.duration_s for cut in transcript.cuts),
            warnings=(*transcript.warnings, *kept),
        )

    def _write(self, job: Job, episode: Episode, transcript: Transcript) -> list[str]:
        """Write every format; a sentence for each file that is not ours to replace."""
        kept = []
        for form in self._wish.formats:
            text = render(transcript, episode, form, self._wish.clock)
            if not self._outputs.write(job.target(form), text, force=self._wish.force):
                kept.append(
                    f"{job.target(form)} was changed since, or is not cleancast's, and is "
                    "left as it is; --force replaces it."
                )
        return kept
