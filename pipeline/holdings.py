"""What a process of the service stands on: database, blobs, library and queue, opened once.

Knows where they lie under the data folder; does not know what is done with them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import Engine

from pipeline import jobs
from pipeline.database import open_engine
from pipeline.intake import Intake
from pipeline.jobs import Queue
from pipeline.people import Roster
from pipeline.settings import Settings
from pipeline.worker import SILENT_S
from storage.blobs import Blobs
from storage.deliveries import Deliveries
from storage.hooks import Hooks
from storage.keys import Keys
from storage.ledger import Ledger
from storage.library import Library
from storage.people import People
from storage.places import open_blobs
from storage.shares import Shares


@dataclass(frozen=True)
class Holdings:
    """The opened data folder."""

    settings: Settings
    engine: Engine
    blobs: Blobs
    library: Library
    intake: Intake
    queue: Queue
    keys: Keys
    shares: Shares
    hooks: Hooks
    deliveries: Deliveries
    roster: Roster

    def worker_alive(self) -> bool:
        """Whether any worker was heard of lately."""
        ledger = Ledger(self.engine, self.blobs)
        return bool(ledger.lively(time.time() - SILENT_S))

    def close(self) -> None:
        """Let go of the database."""
        self.queue.close()
        self.engine.dispose()


def open_database(settings: Settings) -> Engine:
    """The project's database with all tables, ours and the queue's. Raises BadInput."""
    return open_engine(settings, jobs.migrate)


def open_holdings(settings: Settings) -> Holdings:
    """Open everything. Raises BadInput."""
    engine = open_database(settings)
    queue = Queue(engine)
    blobs = open_blobs(settings.storage_url, settings.data_dir)
    library = Library(engine, blobs, queue.put)
    return Holdings(
        settings,
        engine,
        blobs,
        library,
        Intake(settings, library),
        queue,
        Keys(engine),
        Shares(engine),
        Hooks(engine),
        Deliveries(engine),
        Roster(lambda: People(engine), blobs),
    )
