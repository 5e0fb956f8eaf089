"""A process of its own for the heavy work: it keeps its networks from one episode to the next.

When it dies (no memory left, killed) only the episode at hand fails, and its memory is the
system's again. Talks over one pipe: a task goes in, progress and one outcome come out.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path

from episodes.errors import CleancastError
from episodes.types import Episode, Transcript
from pipeline.settings import Settings

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
        self._stopped = False
        self._lock = threading.Lock()  # `stop` comes from another thread than `run`

    def run(
        self, task: Task, progress: Callable[[str, float], None]
    ) -> tuple[Episode, Transcript] | Failure:
        """Do `task`, calling `progress` on the way."""
        with self._lock:
            if self._stopped:
                return Failure("Stopped before it began.")
            if self._process is not None and not self._process.is_alive():
                self._end()  # died idle, between two tasks
            pipe = self._pipe or self._start()
        try:
            pipe.send(task)
            while isinstance(message := pipe.recv(), _Step):
                progress(message.stage, message.fraction)
        except (EOFError, OSError):
            with self._lock:
                code = self._end()
            if self._stopped:
                return Failure("Stopped; what was finished is kept.")
            return Failure(
                f"The work on {task.source.name} was ended from outside (exit code {code}; "
                "often too little memory). What was finished is kept: run it again, or "
                "choose a smaller model or fewer jobs."
            )
        outcome: tuple[Episode, Transcript] | Failure = message
        return outcome

    def stop(self) -> None:
        """End the process, whatever it does; no task begins after that."""
        with self._lock:
            self._stopped = True
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
        # Ctrl-C is the parent's to answer: a process inherits what its starter blocks. The
        # tracker is started first, since its start would lift the block.
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        self._process.start()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
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
    work: Work | None = None

    def progress(stage: str, fraction: float) -> None:
        pipe.send(_Step(stage, fraction))

    try:
        while True:
            task = pipe.recv()
            outcome: object
            try:
                if work is None:
                    work = make_work(settings)
                outcome = work(task, progress)
            except CleancastError as error:
                outcome = Failure(str(error))
            except Exception as error:  # noqa: BLE001  the outer edge: one episode fails, not the batch
                outcome = Failure(unexpected(error, task.source.name))
            pipe.send(outcome)
    except (EOFError, OSError):
        return  # the parent is gone


def unexpected(error: Exception, subject: str) -> str:
    """A sentence for an error nobody foresaw; its traceback goes to a file that it names."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename} cannot be used: {(error.strerror or str(error)).lower()}."
    place = Path(tempfile.gettempdir()) / f"cleancast-error-{os.getpid()}.log"
    place.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    return (
        f"Something unexpected went wrong with {subject} ({type(error).__name__}: {error}); "
        f"the details are in {place}."
    )
