"""A library on a database of its own, with a queue that only counts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from episodes.edits import Edits
from episodes.types import Episode
from storage.blobs import Blobs
from storage.database import connect
from storage.ledger import Ledger
from storage.library import Entry, Library
from storage.places import open_blobs
from storage.schema import migrate


@dataclass
class Shelf:
    """Everything that a test of the storage stands on; `queued` are (id, run)."""

    folder: Path
    url: str
    engine: Engine
    blobs: Blobs
    queued: list[tuple[str, str]] = field(default_factory=list)

    @property
    def library(self) -> Library:
        return Library(self.engine, self.blobs, self._put)

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.engine, self.blobs)

    def add(self, name: str = "one.mp3", **edits: str) -> Entry:
        file = self.folder / "incoming"
        file.write_bytes(name.encode())
        episode = Episode(
            hashlib.sha256(name.encode()).hexdigest(), name, datetime.now(UTC), title=name
        )
        return self.library.add(episode, {}, Edits(**edits), file)[0]  # type: ignore[arg-type]

    def _put(self, _connection: Connection, episode_id: str, run: str) -> None:
        self.queued.append((episode_id, run))


@pytest.fixture(params=["one machine", "many"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    """SQLite and a folder, and the same on PostgreSQL and S3."""
    if request.param == "many":
        url = request.getfixturevalue("postgres_database")
        blobs = open_blobs(request.getfixturevalue("bucket"), tmp_path)
    else:
        url = f"sqlite:///{tmp_path / 'library.db'}"
        blobs = open_blobs(None, tmp_path)
    engine = connect(url)
    migrate(engine)
    yield Shelf(tmp_path, url, engine, blobs)
    engine.dispose()
