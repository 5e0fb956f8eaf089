"""A data folder, workers as processes on it, and episodes to work on."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from pipeline.holdings import Holdings, open_holdings
from pipeline.intake import Wanted
from pipeline.settings import Settings
from pipeline.settings import environment as environment_of
from storage.library import Entry

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0


def sound(seconds: float) -> bytes:
    """A wav file."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x00\x10\x00\xf0" * round(seconds * 4000))
    return content.getvalue()


@dataclass
class Workshop:
    """One data folder and the worker processes that a test starts on it."""

    held: Holdings
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.held.settings.data_dir

    def start(self, *name: str, folder: Path | None = None) -> subprocess.Popen[bytes]:
        """A worker on the same database and storage; on another machine, as it were, where
        it has another folder.
        """
        command = [sys.executable, "-m", "tests.slow_networks", *name]
        settings = self.held.settings.model_copy(update={"data_dir": folder or self.folder})
        environment = environment_of(settings) | {"DIARY": str(self.folder)}
        with (self.folder / "log").open("ab") as log:
            worker = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log)
        self.workers.append(worker)
        return worker

    def send(
        self, seconds: float = 20.0, clips: Mapping[str, bytes] | None = None, **options: str
    ) -> Entry:
        """Accept an episode of that length, which is also what tells it from others."""
        path = self.folder / f"{seconds}.wav"
        path.write_bytes(sound(seconds))
        entry, _ = self.held.intake.take(path, Wanted(options, clips=clips or {}))
        path.unlink()
        return entry

    def look(self, entry: Entry) -> Entry:
        found = self.held.library.get(entry.id)
        assert found is not None
        return found

    def until(self, true: Callable[[], object]) -> None:
        """Wait for something that comes; a test hangs no longer than PATIENCE_S."""
        deadline = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()[-3000:]
            time.sleep(0.02)

    def until_status(self, entry: Entry, *statuses: str) -> Entry:
        self.until(lambda: self.look(entry).episode.status in statuses)
        return self.look(entry)

    def until_stage(self, entry: Entry, stage: str) -> None:
        self.until(lambda: self.look(entry).stage == stage)

    def pace(self, seconds: float) -> None:
        (self.folder / "pace").write_text(str(seconds))

    @property
    def diary(self) -> list[str]:
        path = self.folder / "diary"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    """On SQLite and a folder."""
    yield from _opened(Settings(data_dir=tmp_path / "data", model="tiny.en", threads=1))


@pytest.fixture
def town(tmp_path: Path, postgres_database: str, bucket: str) -> Iterator[Workshop]:
    """On PostgreSQL and S3."""
    settings = Settings(
        data_dir=tmp_path / "data",
        database_url=SecretStr(postgres_database),
        storage_url=bucket,
        model="tiny.en",
        threads=1,
    )
    yield from _opened(settings)


def _opened(settings: Settings) -> Iterator[Workshop]:
    workshop = Workshop(open_holdings(settings))
    yield workshop
    for worker in workshop.workers:
        kill(worker)
    workshop.held.close()


def child_of(worker: subprocess.Popen[bytes]) -> psutil.Process:
    """The process that does a worker's heavy work."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        for process in psutil.Process(worker.pid).children():
            with suppress(psutil.NoSuchProcess):  # it was killed, and nobody has looked yet
                if "spawn_main" in " ".join(process.cmdline()):
                    return process
        time.sleep(0.02)
    raise AssertionError("there is no child")


def kill(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    worker.wait()
