"""The service at work for a while: many short episodes, many readers, one machine.

Nothing may be lost or doubled, memory may not grow, and readers may not wait.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import httpx2 as httpx

from benchmarks.report import Figure, Row, Table
from benchmarks.service import ENDED, Service, short_episodes

EPISODES = 200
READERS = 20
SECONDS = 10.0
PAUSE_S = 0.25
"""What a reader waits between two requests."""


class Readers:
    """Clients that read until stopped; how long each answer took, by kind of request."""

    def __init__(self, base: httpx.URL) -> None:
        self._base = base
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(n,)) for n in range(READERS)]
        self.waits: dict[str, list[float]] = {}
        self.bad: Counter[str] = Counter()

    def start(self) -> None:
        """Begin to read."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End, and wait for the last answers."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _read(self, number: int) -> None:
        with httpx.Client(base_url=self._base, timeout=60) as api:
            turn = number
            known: list[str] = []
            while not self._stop.wait(PAUSE_S):
                turn += 1
                self._ask(api, turn, known)

    def _ask(self, api: httpx.Client, turn: int, known: list[str]) -> None:
        if turn % 5 == 0 or not known:
            answer = self._timed(api, "list", "/v1/episodes?limit=50&status=done")
            known[:] = [one["id"] for one in answer.json()["episodes"]]
            return
        episode = f"/v1/episodes/{known[turn % len(known)]}"
        kind, path = (
            ("episode", episode),
            ("page", f"{episode}/transcript?format=txt"),
            ("json", f"{episode}/transcript?format=json"),
            ("search", "/v1/search?q=clock"),
        )[turn % 4]
        self._timed(api, kind, path)

    def _timed(self, api: httpx.Client, kind: str, path: str) -> httpx.Response:
        began = time.perf_counter()
        answer = api.get(path)
        self.waits.setdefault(kind, []).append(time.perf_counter() - began)
        if answer.status_code != 200:
            self.bad[f"{kind} {answer.status_code}"] += 1
        return answer


def soak(model: str) -> Table:
    """Send EPISODES while READERS read; count, time and weigh."""
    with tempfile.TemporaryDirectory(prefix="cleancast-soak-") as place:
        audio, data = Path(place) / "audio", Path(place) / "data"
        audio.mkdir()
        data.mkdir()
        files = short_episodes(audio, EPISODES, SECONDS)
        with Service(data, model) as service:
            readers = Readers(service.api.base_url)
            readers.start()
            began = time.monotonic()
            ids = [service.send(file) for file in files]
            weights = _weigh_until_ended(service, ids)
            took = time.monotonic() - began
            readers.stop()
            statuses = Counter(service.episode(one)["status"] for one in ids)
            found = _all(service)
    outcome = {
        "sent": len(set(ids)),
        "done": statuses["done"],
        "in the library": len(found),
        "twice": len(found) - len(set(found)),
        "bad answers": sum(readers.bad.values()),
        "seconds": took,
    }
    rows = [Row("episodes", outcome), *_waits(readers), *_growth(weights)]
    settings: dict[str, Figure] = {
        "model": model,
        "episode, seconds": SECONDS,
        "readers": READERS,
    }
    return Table("soak", settings, rows, [])


def _weigh_until_ended(service: Service, ids: Sequence[str]) -> dict[str, list[float]]:
    """Memory of each process in MB, every few seconds until all episodes have ended."""
    weights: dict[str, list[float]] = {}
    while True:
        for name, process in service.parts().items():
            held = process.memory_info().rss / 1e6
            weights.setdefault(name, []).append(held)
        if service.episode(ids[-1])["status"] in ENDED:
            service.until_ended(ids, 600)
            return weights
        time.sleep(2.0)


def _waits(readers: Readers) -> list[Row]:
    everything = [wait for waits in readers.waits.values() for wait in waits]
    kinds = {**readers.waits, "all reads": everything}
    return [
        Row(
            kind,
            {
                "answers": len(waits),
                "median ms": 1000 * statistics.median(waits),
                "p95 ms": 1000 * statistics.quantiles(waits, n=20)[18],
                "worst ms": 1000 * max(waits),
            },
        )
        for kind, waits in kinds.items()
    ]


def _growth(weights: dict[str, list[float]]) -> list[Row]:
    """A quarter in, everything has been used once; what comes on top is growth."""
    return [
        Row(
            f"memory of the {name}",
            {
                "MB after a quarter": statistics.median(held[len(held) // 4 :][:5]),
                "MB at the end": statistics.median(held[-5:]),
                "peak MB": max(held),
            },
        )
        for name, held in weights.items()
    ]


def _all(service: Service) -> list[str]:
    """Every id of the library, page by page."""
    ids: list[str] = []
    after = None
    while True:
        query = {"limit": 100} | ({"after": after} if after else {})
        page = service.api.get("/v1/episodes", params=query).json()
        ids += [one["id"] for one in page["episodes"]]
        after = page["next"]
        if after is None:
            return ids
