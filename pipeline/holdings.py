"""What a process of the service stands on: database, blobs, library and queue, opened once.

Knows where they lie under the data folder; does not know what is done with them.
"""

from __future__ import annotations

import fcntl
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from episodes.errors import BadInput
from pipeline.intake import Intake
from pipeline.jobs import Queue, migrate
from pipeline.settings import Settings
from storage.blobs import Blobs
from storage.database import connect
from storage.library import Library


@dataclass(frozen=True)
class Holdings:
    """The opened data folder."""

    settings: Settings
    engine: Engine
    blobs: Blobs
    library: Library
    intake: Intake
    queue: Queue

    def close(self) -> None:
        """Let go of the database."""
        self.queue.close()
        self.engine.dispose()


def open_database(settings: Settings) -> Engine:
    """The project's database with all tables, ours and the queue's. Raises BadInput."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with (settings.data_dir / "migrate.lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # who starts at the same time waits
            engine = connect(settings.data_dir / "library.db")
            migrate(engine)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadInput(
            f"The data folder {settings.data_dir} cannot be used: {reason}."
        ) from error
    except DBAPIError as error:
        raise BadInput(
            f"The database {settings.data_dir / 'library.db'} cannot be opened ({error.orig}): "
            "`cleancast doctor` tells more."
        ) from error
    return engine


def open_holdings(settings: Settings) -> Holdings:
    """Open everything. Raises BadInput."""
    engine = open_database(settings)
    queue = Queue(engine)
    blobs = Blobs(settings.data_dir / "episodes")
    library = Library(engine, blobs, queue.put)
    return Holdings(settings, engine, blobs, library, Intake(settings, library), queue)
