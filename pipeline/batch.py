"""Many files, some at once: a failed one never stops the others, a finished one costs nothing.

Knows who works, and when nothing is to be done; does not know how a server works, nor how
progress is shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import cache, partial
from glob import escape
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol, Self

from episodes.errors import BadInput, CleancastError
from episodes.repeats import Repeat
from formats import Clock
from pipeline.child import Child, Failure, Work, unexpected
from pipeline.engines import Engines
from pipeline.finished import Finished, Report, finish
from pipeline.outputs import Outputs, Stamp, stamp, writable
from pipeline.people import open_roster
from pipeline.plan import Job
from pipeline.progress import Progress
from pipeline.repeats import open_repeats
from pipeline.run import Run
from pipeline.scratch import sweep
from pipeline.settings import Settings
from pipeline.stages import process
from speakers.pyannote import available
from storage.blobs import FolderBlobs
from storage.results import fingerprint

Show = Callable[[Path, str, float], None]
"""Called, from any thread, with a file, a stage's name and the fraction of it that is done."""

TOLD = (
    "Other episodes tell of parts of it that may be cut as well: remove its transcripts and "
    "run this again to have that done."
)

ROOMS = ("episodes", "audio", "transcribe", "speakers", "ads", "formats", "storage", "pipeline")


@dataclass(frozen=True, slots=True)
class Task:
    """One file to process, and the formats its transcript is wanted in."""

    source: Path
    force: bool = False
    formats: Sequence[str] = ()
    clock: Clock = "original"

    @property
    def name(self) -> str:
        """The file's name."""
        return self.source.name


Spine = Work[Task, Finished]


class Worker(Protocol):
    """Who does one task at a time: a process of this machine, or a server."""

    def run(self, task: Task, progress: Progress) -> Finished | Failure:
        """Do `task`, calling `progress` on the way."""

    def stop(self) -> None:
        """End what is being done, and begin nothing more. May come from another thread."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user wants written: formats, their clock, and whether to do all again."""

    formats: Sequence[str]
    clock: Clock = "original"
    force: bool = False


def work_alone(settings: Settings) -> Spine:
    """What a child does: the spine, with engines that stay loaded."""
    engines, repeats, roster = Engines(settings), open_repeats(settings), open_roster(settings)

    def work(task: Task, progress: Progress) -> Finished:
        folder = str(task.source.resolve().parent)
        with Run(task.source, settings, engines, progress, force=task.force) as run:
            found = process(run, repeats.beside(folder))
            transcript = roster.alone(run.episode, folder, found, run.voices(found.turns))
            finished = finish(run.episode, transcript, task.formats, task.clock)
            return replace(finished, episode_id=run.episode.id, complete=run.complete)

    return work


def local(
    settings: Settings,
    wish: Wish,
    at_once: int = 1,
    make_work: Callable[[Settings], Spine] = work_alone,
) -> Batch:
    """A batch that `at_once` child processes of this machine work off."""
    # The cores are shared out, so that more jobs at once do not fight over them.
    share = max(1, settings.cores // at_once)
    shared = settings.model_copy(update={"threads": share})
    children = [Child(make_work, shared) for _ in range(at_once)]
    roster = open_roster(settings)

    def made() -> str:
        return fingerprint(made_by(settings), roster.people.made_of())

    repeats = open_repeats(settings)

    def offers(episode_id: str, edges: bool) -> Sequence[Repeat]:
        return repeats.offers(episode_id, edges=edges)

    return Batch(children, wish, settings.data_dir, made, offers)


def made_by(settings: Settings) -> str:
    """A hash of all but the audio that decides what this machine writes of it.

    Of the program's own code, of the settings that matter, and of weights that are not
    pinned in the code, as far as they lie in a folder of the user's or in the cache.
    """
    name = escape(settings.model.replace("/", "--"))
    files = [*(settings.cache_dir / "hub").glob(f"models--*{name}*/refs/*")]
    for given in filter(None, (settings.model, settings.pyannote_pipeline)):
        path = Path(given).expanduser()
        files += [path, *path.glob("*"), *path.glob("*/*")]  # as deep as networks lie
    weights = [(str(f), seen.size, seen.mtime_ns) for f in sorted(files) if (seen := stamp(f))]
    engine = (available(), settings.pyannote_token is not None)  # what "auto" goes by
    return fingerprint(program(), settings.telling, weights, engine)


@cache
def program() -> str:
    """A hash of the program's own code: between releases, too, it may change a transcript."""
    root = Path(__file__).parents[1]
    files = [file for room in ROOMS for file in sorted((root / room).rglob("*.py"))]
    return fingerprint([(str(f.relative_to(root)), f.read_text("utf-8")) for f in files])


class Batch:
    """Works files off, as many at once as there are `workers`.

    `made` gives a hash of all but the audio that decides what is written of it, `offers`
    what other episodes tell by now of one that is done, by its id, edges included or not.
    A context manager: leaving it ends all work; what was finished stays kept.
    """

    def __init__(
        self,
        workers: Sequence[Worker],
        wish: Wish,
        data_dir: Path,
        made: Callable[[], str],
        offers: Callable[[str, bool], Sequence[Repeat]] = lambda *_: (),
    ) -> None:
        self._workers, self._wish, self._data_dir = workers, wish, data_dir
        self._offers = offers
        self._made: Callable[[], str] = lambda: fingerprint(made(), wish.clock)
        self._outputs = Outputs(FolderBlobs(data_dir / "outputs"))
        self._pool = ThreadPoolExecutor(len(workers))
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in workers:
            self._idle.put(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        self._pool.shutdown(cancel_futures=True)
        sweep(self._data_dir)

    def run(self, jobs: Sequence[Job], progress: Show) -> Generator[Report]:
        """A report for each job, as they end; afterwards the batch is over.

        What was done before others told more of it is looked at again in the end.
        """
        with self:
            started = {self.start(job, progress): job for job in jobs}
            for ended in as_completed(started):
                yield ended.result()
            done = {job: ended.result() for ended, job in started.items()}
            yield from self.look_again(done, progress)

    def look_again(self, done: Mapping[Job, Report], progress: Show) -> Generator[Report]:
        """Do again what others, that came later, have told more of, and report it again.

        Of what was finished before this run it is only said: a person may have read it.
        """
        told = {job: report for job, report in done.items() if self._offered(report)}
        for report in told.values():
            if report.unchanged:
                yield replace(report, again=True, summary=report.summary.warned(TOLD))
        late = [job for job, report in told.items() if not report.unchanged]
        for ended in as_completed([self.start(job, progress, again=True) for job in late]):
            yield ended.result()

    def start(self, job: Job, progress: Show, *, again: bool = False) -> Future[Report]:
        """Have a job done, or done `again`, when somebody is free. Its report always comes."""
        return self._pool.submit(self._one, job, progress, again=again)

    def _offered(self, report: Report) -> bool:
        return report.episode_id != "" and bool(
            self._offers(report.episode_id, not report.unchanged)
        )

    def stop(self) -> None:
        """End all work now; what was finished stays kept."""
        for worker in self._workers:
            worker.stop()

    def _one(self, job: Job, progress: Show, *, again: bool) -> Report:
        began = time.monotonic()
        try:
            made, seen = self._made(), stamp(job.source)
            finished = None if again else self._known(job, made, seen)
            unchanged = finished is not None
            outcome = finished or self._work(job, progress)
            warnings: tuple[str, ...] = ()
            if isinstance(outcome, Finished) and not unchanged:
                warnings = self._write(job, outcome, made, seen)
        except CleancastError as error:
            outcome = Failure(str(error))
        except Exception as error:  # noqa: BLE001  the outer edge: one episode fails, not the batch
            outcome = Failure(unexpected(error, job.source.name))
        seconds = time.monotonic() - began
        if isinstance(outcome, Failure):
            return Report(job.source, seconds, error=outcome.reason, again=again)
        return Report(
            job.source,
            seconds,
            outputs=tuple(job.target(form) for form in self._wish.formats),
            duration_s=outcome.duration_s,
            summary=outcome.summary.warned(*warnings),
            unchanged=unchanged,
            again=again,
            episode_id=outcome.episode_id,
        )

    def _known(self, job: Job, made: str, seen: Stamp | None) -> Finished | None:
        if self._wish.force or seen is None:
            return None
        return self._outputs.unchanged(job, self._wish.formats, made, seen)

    def _work(self, job: Job, progress: Show) -> Finished | Failure:
        wish = self._wish
        if not writable(job.folder):
            raise BadInput(f"{job.folder} cannot be written: name another folder with --out.")
        task = Task(job.source, wish.force, tuple(wish.formats), wish.clock)
        worker = self._idle.get()
        try:
            return worker.run(task, partial(progress, job.source))
        finally:
            self._idle.put(worker)

    def _write(
        self, job: Job, finished: Finished, made: str, seen: Stamp | None
    ) -> tuple[str, ...]:
        kept = self._outputs.write_all(job, finished.texts, force=self._wish.force)
        current = self._made() == made  # weights may be replaced meanwhile
        if seen is not None and current and finished.complete:
            self._outputs.remember(job, made, seen, finished)
        return kept
