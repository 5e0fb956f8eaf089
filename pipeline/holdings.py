"""What a process of the service stands on: database, blobs, library and queue, opened once.

Knows where they lie under the data folder; does not know what is done with them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, DBAPIError

from episodes.errors import BadInput, why
from pipeline import jobs
from pipeline.intake import Intake
from pipeline.jobs import Queue
from pipeline.people import Roster
from pipeline.settings import Settings
from pipeline.worker import SILENT_S
from storage.blobs import Blobs
from storage.database import connect
from storage.deliveries import Deliveries
from storage.hooks import Hooks
from storage.keys import Keys
from storage.ledger import Ledger
from storage.library import Library
from storage.people import People
from storage.places import open_blobs
from storage.schema import migrate
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
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        engine = connect(settings.database)
        migrate(engine, jobs.migrate)
    except OSError as error:
        raise BadInput(
            f"The data folder {settings.data_dir} cannot be used: {why(error)}."
        ) from error
    except (ArgumentError, ModuleNotFoundError) as error:
        raise BadInput("CLEANCAST_DATABASE_URL is no URL of PostgreSQL or SQLite.") from error
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise BadInput(
            f"The database cannot be opened ({reason}): `cleancast doctor` tells more."
        ) from error
    return engine


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
