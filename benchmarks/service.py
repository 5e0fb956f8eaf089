"""A real service to measure: its processes, short episodes to send, and what it holds.

Knows how the service is started and asked; does not know what is measured.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx2 as httpx
import psutil

from audio.decode import RATE_HZ, decode

SEEDS = Path(__file__).parents[1] / "seeds"
ENDED = {"done", "failed", "cancelled"}
MARKS = {"api": "-m api", "worker": "pipeline worker", "child": "spawn_main"}
"""What tells the parts of the service by their command lines."""

T = TypeVar("T")


class Service:
    """`cleancast serve` over one data folder; a context manager.

    `shared` are variables that name a database and a storage; then `more` workers, each
    with a folder of its own as on a machine of its own, work beside it.
    """

    def __init__(
        self, folder: Path, model: str, shared: Mapping[str, str] | None = None, more: int = 0
    ) -> None:
        self._folder, self._model = folder, model
        self._environment = os.environ | {"CLEANCAST_LOG_FORMAT": "json"} | dict(shared or {})
        self._environment["CLEANCAST_MODEL"] = model
        self._log = folder / "log"
        self.api = httpx.Client(timeout=60)
        self.port = 0
        """Where it listens from the next start on; 0: wherever is room."""
        self.process: subprocess.Popen[bytes] | None = None
        self.others: dict[int, subprocess.Popen[bytes] | None] = dict.fromkeys(range(more))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill_all()
        self.api.close()

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        command = [sys.executable, "-m", "pipeline", "serve", "--port", str(self.port)]
        with self._log.open("ab") as log:
            begins = log.tell()
            self.process = subprocess.Popen(
                [*command, "--data-dir", str(self._folder), "--model", self._model],
                env=self._environment,
                stderr=log,
                start_new_session=True,
            )
        address = wait(
            lambda: re.search(rb"http://[\d.:]+", self._log.read_bytes()[begins:]), 60
        )
        self.api.base_url = httpx.URL(address[0].decode())
        wait(lambda: self.api.get("/readyz").status_code == 200, 60)
        for number in self.others:
            self.start_other(number)

    def start_other(self, number: int) -> None:
        """Start a further worker, unless it lives."""
        if self.others[number] is None:
            place = self._environment | {"CLEANCAST_DATA_DIR": str(self._folder / f"{number}")}
            with self._log.open("ab") as log:
                self.others[number] = subprocess.Popen(
                    [sys.executable, "-m", "pipeline", "worker"],
                    env=place,
                    stderr=log,
                    start_new_session=True,
                )

    def kill_all(self) -> None:
        """Everything at once, as a power cut does."""
        _kill(self.process)
        self.process = None
        for number in self.others:
            self.kill_other(number)

    def kill_other(self, number: int) -> None:
        """A further worker with its child, as the loss of its machine does."""
        _kill(self.others[number])
        self.others[number] = None

    def parts(self) -> dict[str, psutil.Process]:
        """The API, the worker and the worker's child, those that live."""
        assert self.process is not None
        found: dict[str, psutil.Process] = {}
        for one in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # it ends just now
                words = " ".join(one.cmdline())
                found |= {name: one for name, mark in MARKS.items() if mark in words}
        return found

    def send(self, file: Path) -> str:
        """Upload a file, however often it takes; its id."""

        def sent() -> str | None:
            with file.open("rb") as audio:
                answer = self.api.post("/v1/episodes", files={"file": (file.name, audio)})
            return answer.json()["id"] if answer.status_code in (200, 202) else None

        return wait(sent, 120)

    def episode(self, episode_id: str) -> dict[str, Any]:
        """What the API tells of an episode."""
        path = f"/v1/episodes/{episode_id}"
        told: dict[str, Any] = wait(lambda: self.api.get(path).json(), 60)
        return told

    def until_ended(self, ids: Sequence[str], seconds: float) -> dict[str, str]:
        """The statuses of episodes once all have ended."""
        wait(lambda: all(self.episode(one)["status"] in ENDED for one in ids), seconds)
        return {one: self.episode(one)["status"] for one in ids}

    def essence(self, episode_id: str) -> Mapping[str, Any]:
        """A transcript's document without what tells how fast it was made."""
        path = f"/v1/episodes/{episode_id}/transcript"
        whole: dict[str, Any] = json.loads(self.api.get(path, params={"format": "json"}).text)
        del whole["provenance"]["stages"]
        return whole


def _kill(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait(true: Callable[[], T | None], seconds: float) -> T:
    """What `true` gives once it gives something. Raises TimeoutError.

    A service that was killed refuses connections for a while: that is waited for, too.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found := true():
                return found
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"nothing came within {seconds:.0f} seconds")


def short_episodes(folder: Path, count: int, seconds: float) -> list[Path]:
    """So many different pieces of the seed episodes, each of that length."""
    files: list[Path] = []
    pcm = folder / "seed.pcm"
    for seed in ("interview.mp3", "threesome.mp3"):
        audio = decode(SEEDS / seed, pcm)
        raw = pcm.read_bytes()
        share = (count + 1) // 2
        step = (audio.duration_s - seconds) / share
        for number in range(share):
            start = 2 * round(number * step * RATE_HZ)
            path = folder / f"{Path(seed).stem}-{number:03d}.wav"
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE_HZ)
                file.writeframes(raw[start : start + 2 * round(seconds * RATE_HZ)])
            files.append(path)
    pcm.unlink()
    return files[:count]
