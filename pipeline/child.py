"""A process of its own for the heavy work: it keeps its networks from one episode to the next.

When it dies (no memory left, killed) only the episode at hand fails, and its memory is the
system's again. Talks over one pipe: a task goes in, progress and one outcome come out.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from episodes.errors import CleancastError
from episodes.types import Episode, Transcript
from pipeline.settings import Settings

log = logging.getLogger(__name__)
Work = Callable[["Task", Callable[[str, float], None]], tuple[Episode, Transcript]]


@dataclass(frozen=True, slots=True)
class Task:
    """One file to process."""

    source: Path
    force: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task failed, as a sentence for the user."""

    reason: str


class Child:
    """Starts its process with the first task; after a death the next task starts another."""

    def __init__(self, make_work: Callable[[Settings], Work], settings: Settings) -> None:
        self._make_work, self._settings = make_work, settings
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def run(
        self, task: Task, progress: Callable[[str, float], None]
    ) -> tuple[Episode, Transcript] | Failure:
        """Do `task`, calling `progress` on the way."""
        pipe = self._pipe or self._start()
        try:
            pipe.send(task)
            while isinstance(message := pipe.recv(), _Step):
                progress(message.stage, message.fraction)
        except (EOFError, OSError):
            code = self._end()
            return Failure(
                f"The work on {task.source.name} was ended from outside (exit code {code}; "
                "often too little memory). What was finished is kept: run it again, or "
                "choose a smaller model or fewer jobs."
            )
        outcome: tuple[Episode, Transcript] | Failure = message
        return outcome

    def stop(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.terminate()
            self._end()

    def _start(self) -> Connection:
        # "spawn": a forked copy of a process with threads can hang.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self._make_work, self._settings), daemon=True
        )
        self._process.start()
        theirs.close()
        return self._pipe

    def _end(self) -> int | None:
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if pipe is not None:
            pipe.close()
        if process is None:
            return None
        process.join(timeout=5)
        if process.is_alive():
            process.kill()
            process.join()
        return process.exitcode


@dataclass(frozen=True, slots=True)
class _Step:
    stage: str
    fraction: float


def _serve(pipe: Connection, make_work: Callable[[Settings], Work], settings: Settings) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    log_file = settings.data_dir / "cleancast.log"
    log_file.parent.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        filename=log_file, format="%(asctime)s %(name)s %(levelname)s %(message)s"
    )
    work = make_work(settings)

    def progress(stage: str, fraction: float) -> None:
        pipe.send(_Step(stage, fraction))

    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        try:
            if work is None:
                work = make_work(settings)
            outcome: object = work(task, progress)
        except CleancastError as error:
            outcome = Failure(str(error))
        except Exception as error:  # the outer edge: one episode fails, not the batch
            log.exception("unexpected, while working on %s", task.source)
            outcome = Failure(
                f"Something unexpected went wrong with {task.source.name} "
                f"({type(error).__name__}: {error}); the details are in {log_file}."
            )
        pipe.send(outcome)
