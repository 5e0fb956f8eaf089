"""A worker: takes episodes from the queue, one at a time, and keeps house.

Knows when work begins, ends and is somebody else's; what is done with an episode is its
course (course.py).
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil
from sqlalchemy import Engine

from pipeline.child import Child, unexpected
from pipeline.courier import Courier
from pipeline.course import Course, Failed, Means, Over
from pipeline.jobs import Jobs, Step
from pipeline.logs import of_episode
from pipeline.settings import Settings
from pipeline.stagework import Stage, work_by_stage
from storage.deliveries import Deliveries
from storage.ledger import Ledger
from storage.locking import lock
from storage.places import open_blobs

log = logging.getLogger(__name__)

DRAIN_S = 10.0
"""How long a stage that runs when the worker is asked to end may go on."""
BEAT_S = 5.0
SILENT_S = 30.0
"""A worker not heard of for so long is dead; others take its work."""
DAY_S = 86_400.0


class Worker:
    """One executor of the queue, with one child."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        name: str,
        make_work: Callable[[Settings], Stage] = work_by_stage,
    ) -> None:
        self._settings, self._name = settings, name
        blobs = open_blobs(settings.storage_url, settings.data_dir)
        memory = psutil.virtual_memory().total
        self._means = Means(
            settings,
            blobs,
            Ledger(engine, blobs),
            Child(make_work, settings),
            settings.worker_memory_gb * 1e9 or 0.75 * memory,
            threading.Lock(),
        )
        self._one_episode = threading.Lock()  # recovered work comes beside the queue's
        self._courier, self._deliveries = Courier(engine, settings), Deliveries(engine)
        self._jobs = Jobs(engine, name, self._work)

    def start(self) -> None:
        """Begin to take work."""
        self._means.ledger.beat(self._name)
        self._jobs.start()
        self._courier.start()
        log.info("worker %s takes work", self._name)

    def keep_house(self) -> None:
        """What is due now and then: sign of life, the work of the dead, old audio."""
        ledger = self._means.ledger
        ledger.beat(self._name)
        for name in ledger.silent(time.time() - SILENT_S):
            taken = self._jobs.take_over(name)
            ledger.forget([name])
            log.warning("worker %s is silent; %d of its episodes are queued again", name, taken)
        self._fail_lost()
        self._jobs.forget()
        self._deliveries.forget(time.time())
        self._drop_audio()

    def drain(self) -> None:
        """End: the running stage may finish for a while, no other begins.

        What is unfinished stays with the queue: the next start takes it up, or another
        worker, once this one has been silent for a while. The process must exit after this.
        """
        self._courier.stop(0.0)
        self._means.one_stage.acquire(timeout=DRAIN_S)  # and is never let go
        self._means.child.stop()
        self._courier.stop()

    def _work(self, episode_id: str, run: str, step: Step) -> None:
        with self._one_episode:
            entry = self._means.ledger.begin(episode_id, run)
            if entry is None:
                return
            logs = of_episode(log, episode_id)
            logs.info("%s begins", entry.episode.source)
            course = Course(self._means, entry, step)
            try:
                course.follow()
                logs.info("%s is done", entry.episode.source)
            except Over:
                logs.info("%s is not wanted any more", entry.episode.source)
            except Failed as failure:
                logs.warning("%s failed: %s", entry.episode.source, failure)
                self._means.ledger.fail(episode_id, run, str(failure), failure.kind)
            except Exception as error:
                logs.exception("%s failed", entry.episode.source)
                reason = unexpected(error, entry.episode.source)
                self._means.ledger.fail(episode_id, run, reason)
            finally:
                shutil.rmtree(course.scratch, ignore_errors=True)
                self._means.ledger.sweep(episode_id)
                self._drop_audio()

    def _fail_lost(self) -> None:
        """End what the queue holds for ended, but the library does not.

        That happens where the database failed at the very end of a run.
        """
        active = self._means.ledger.active()
        for run in self._jobs.ended(active) if active else ():
            log.error("the work was lost", extra={"episode": active[run]})
            self._means.ledger.fail(
                active[run], run, "The work broke off: try it again.", "lost"
            )

    def _drop_audio(self) -> None:
        days = self._settings.keep_audio_days
        if days is not None:
            for episode_id in self._means.ledger.drop_audio(time.time() - days * DAY_S):
                log.info("the original audio is dropped", extra={"episode": episode_id})


def take_name(folder: Path) -> tuple[str, IO[bytes]]:
    """A worker's name that no other live process has, and the lock that says so.

    The system frees the lock when the process ends, however it ends; the next worker takes
    the same name and with it the work that was left. Machines may be called alike: what
    tells their workers apart is drawn once a folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn = folder / "machine"
    if not drawn.exists():
        with suppress(FileExistsError), drawn.open("x") as file:
            file.write(uuid.uuid4().hex[:8])
    machine = f"{socket.gethostname()}-{drawn.read_text()}"
    number = 1
    while True:
        held = (folder / f"worker-{number}.lock").open("wb")
        if lock(held, wait=False):
            return f"{machine}-{number}", held
        held.close()
        number += 1


def serve_queue(
    engine: Engine,
    settings: Settings,
    make_work: Callable[[Settings], Stage] = work_by_stage,
) -> None:
    """Work until the process is asked to end (SIGTERM, SIGINT); ends the process."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    name, lock = take_name(settings.data_dir / "locks")
    worker = Worker(engine, settings, name, make_work)
    with lock:
        worker.start()
        while not ended.wait(BEAT_S):
            worker.keep_house()
        worker.drain()
        logging.shutdown()
        # Threads of the queue may still wait for a stage that shall not be: no goodbyes.
        os._exit(0)
