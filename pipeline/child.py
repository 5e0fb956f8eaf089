"""A process of its own for the heavy work: it keeps its networks from one task to the next.

When it dies (no memory left, killed) only the task at hand fails, and its memory is the
system's again. Talks over one pipe: a task goes in, progress and one outcome come out.
Does not know what a task is, only its name.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import sqlite3
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from episodes.errors import CleancastError, FailureKind, why
from pipeline.progress import Progress
from pipeline.settings import Settings


class Named(Protocol):
    """Anything with a name that a person knows it by."""

    @property
    def name(self) -> str:
        """Such as a file's name."""


T = TypeVar("T", bound=Named)
R = TypeVar("R")
Work = Callable[[T, Progress], R]

LOOK_S = 0.25
"""How often the parent looks up from waiting."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task failed, as a sentence for the user.

    `died` if its process did by itself, `stopped` if `Child.stop` ended it; `kind` is what
    it is counted as.
    """

    reason: str
    died: bool = False
    stopped: bool = False
    kind: FailureKind = "unexpected"


Look = Callable[[int], Failure | None]
"""Called with the process's id; a Failure ends the process and is the outcome."""


def carry_on(_pid: int) -> None:
    """Find no reason to end the work."""


class Child(Generic[T, R]):
    """Starts its process with the first task; after a death the next task starts another."""

    def __init__(self, make_work: Callable[[Settings], Work[T, R]], settings: Settings) -> None:
        self._make_work, self._settings = make_work, settings
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._stopped = False
        self._lock = threading.Lock()  # `stop` comes from another thread than `run`

    def run(self, task: T, progress: Progress, look: Look = carry_on) -> R | Failure:
        """Do `task`, calling `progress` on the way.

        `look` is asked a few times a second whether to go on.
        """
        with self._lock:
            if self._stopped:
                return Failure("Stopped before it began.", stopped=True)
            if self._process is not None and not self._process.is_alive():
                self._end()  # died idle, between two tasks
            pipe = self._pipe or self._start()
        try:
            pipe.send(task)
            return self._outcome(pipe, progress, look)
        except (EOFError, OSError):
            with self._lock:
                code = self._end()
            if self._stopped:
                return Failure("Stopped; what was finished is kept.", stopped=True)
            return Failure(
                f"The work on {task.name} was ended from outside (exit code {code}; "
                "often too little memory). What was finished is kept: run it again, or "
                "choose a smaller model or fewer jobs.",
                died=True,
                kind="died",
            )

    def stop(self) -> None:
        """End the process, whatever it does; no task begins after that."""
        with self._lock:
            self._stopped = True
            self._kill()

    def _outcome(self, pipe: Connection, progress: Progress, look: Look) -> R | Failure:
        assert self._process is not None
        assert self._process.pid is not None
        looked = time.monotonic()
        while True:
            if pipe.poll(LOOK_S):
                message = pipe.recv()
                if not isinstance(message, _Step):
                    outcome: R | Failure = message
                    return outcome
                progress(message.stage, message.fraction)
            if time.monotonic() - looked >= LOOK_S:
                looked = time.monotonic()
                if failure := look(self._process.pid):
                    with self._lock:
                        self._kill()
                    return failure

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

    def _kill(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._end()

    def _end(self) -> int | None:
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if pipe is not None:
            pipe.close()
        if process is None:
            return None
        process.join(timeout=1)
        if process.is_alive():
            process.kill()
            process.join()
        return process.exitcode


@dataclass(frozen=True, slots=True)
class _Step:
    stage: str
    fraction: float


def _serve(
    pipe: Connection, make_work: Callable[[Settings], Work[T, R]], settings: Settings
) -> None:
    work: Work[T, R] | None = None
    threading.Thread(target=_follow_parent, daemon=True).start()

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
                outcome = Failure(str(error), kind=error.kind)
            except Exception as error:  # noqa: BLE001  the outer edge: one episode fails, not the batch
                outcome = Failure(unexpected(error, task.name))
            pipe.send(outcome)
    except (EOFError, OSError):
        return  # the parent is gone


def _follow_parent() -> None:
    """A parent that was killed cannot end its child, which would work on for nobody."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def unexpected(error: Exception, subject: str) -> str:
    """A sentence for an error nobody foresaw; its traceback goes to a file that it names."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename} cannot be used: {why(error)}."
    if _disk_is_full(error):
        return (
            f"The disk is full: free some of it and try {subject} again; finished work is kept."
        )
    place = Path(tempfile.gettempdir()) / f"cleancast-error-{os.getpid()}.log"
    place.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    return (
        f"Something unexpected went wrong with {subject} ({type(error).__name__}: {error}); "
        f"the details are in {place}."
    )


def _disk_is_full(error: Exception) -> bool:
    """Whether that is what the system, or SQLite below the database, says."""
    below = getattr(error, "orig", None)
    full = getattr(below, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return full or getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
