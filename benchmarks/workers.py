"""Episodes an hour by the number of workers, on PostgreSQL and S3.

On one machine real workers share its cores. Workers whose networks sleep instead
(tests/slow_networks.py) show what the queue itself costs, and that it feeds many.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import psycopg
from pydantic import SecretStr

from benchmarks.report import Figure, Row, Table
from benchmarks.service import Service, short_episodes, wait
from benchmarks.stores import database, postgres_server, shared_stores
from pipeline.holdings import Holdings, open_holdings
from pipeline.intake import Wanted
from pipeline.settings import Settings
from storage.ledger import Ledger

REAL = (1, 2, 3)
EPISODES, SECONDS = 12, 45.0
SLEEPERS = (1, 10, 50)
EACH = 4
"""Episodes a sleeper."""
NAP_S = 10.0
NAPS = 3
"""Networks an episode of one piece goes through: language, words, voices."""
ROOT = Path(__file__).parents[1]


def workers(model: str) -> Table:
    """Real workers with one thread each, then sleepers."""
    with ExitStack() as servers:
        postgres = servers.enter_context(postgres_server(connections=500))
        rows = [_real(count, model, postgres) for count in REAL]
        rows += [_asleep(count, postgres) for count in SLEEPERS]
    settings: dict[str, Figure] = {
        "model": model,
        "episode, seconds": SECONDS,
        "threads a worker": 1,
        "sleepers' nap, seconds": NAP_S,
    }
    return Table("workers", settings, rows, [])


def _real(count: int, model: str, postgres: str) -> Row:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        shared = stack.enter_context(shared_stores(postgres)) | {"CLEANCAST_THREADS": "1"}
        files = short_episodes(folder, EPISODES + count, SECONDS)
        service = stack.enter_context(Service(folder, model, shared, count - 1))
        warm = [service.send(file) for file in files[:count]]  # the networks are loaded
        service.until_ended(warm, 600)
        began = time.monotonic()
        ids = [service.send(file) for file in files[count:]]
        statuses = service.until_ended(ids, 1800)
        took = time.monotonic() - began
    done = sum(status == "done" for status in statuses.values())
    return Row(
        f"{count} real", {"done": done, "seconds": took, "episodes an hour": 3600 * done / took}
    )


def _asleep(count: int, postgres: str) -> Row:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(database(postgres))
        files = short_episodes(folder, EACH * count, 8.0)
        settings = Settings(
            data_dir=folder / "data", database_url=SecretStr(url), model="tiny.en", threads=1
        )
        held = open_holdings(settings)
        stack.callback(held.close)
        (folder / "pace").write_text(str(NAP_S))
        place = {
            "DIARY": str(folder),
            "CLEANCAST_DATA_DIR": str(settings.data_dir),
            "CLEANCAST_DATABASE_URL": url,
        }
        for _ in range(count):
            sleeper = _sleeper(place)
            stack.callback(sleeper.wait)
            stack.callback(sleeper.kill)
        ledger = Ledger(held.engine, held.blobs)
        wait(lambda: len(ledger.lively(time.time() - 60)) == count, 600)
        began = time.monotonic()
        for file in files:
            held.intake.take(file, Wanted({}))
        connections = _until_done(held, postgres)
        took = time.monotonic() - began
        done = len(held.library.page(1000, status="done"))
    ideal = EACH * NAPS * NAP_S
    return Row(
        f"{count} asleep",
        {
            "done": done,
            "seconds": took,
            "of the naps alone": took / ideal,
            "connections": connections,
        },
    )


def _sleeper(place: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.slow_networks"],
        cwd=ROOT,
        env=os.environ | dict(place),
        stderr=subprocess.DEVNULL,
    )


def _until_done(held: Holdings, postgres: str) -> int:
    """Wait until no episode waits or runs; the most connections there were."""
    most = 0
    with psycopg.connect(postgres, autocommit=True) as watching:
        while held.library.page(1, status="queued") or held.library.page(1, status="running"):
            (count,) = watching.execute("SELECT count(*) FROM pg_stat_activity").fetchone() or (
                0,
            )
            most = max(most, count)
            time.sleep(0.5)
    return most
