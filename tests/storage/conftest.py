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


@dataclass
class Shelf:
    """Everything that a test of the storage stands on; `queued` are (id, run)."""

    folder: Path
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


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    engine = connect(tmp_path / "library.db")
    yield Shelf(tmp_path, engine, Blobs(tmp_path / "episodes"))
    engine.dispose()
