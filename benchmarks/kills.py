"""The service under fire: parts of it, or all, are killed at random moments.

All episodes must complete, and read as if nothing had happened.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from benchmarks.report import Figure, Row, Table
from benchmarks.service import Service, short_episodes
from benchmarks.stores import postgres_server, shared_stores

KILLS = 50
EPISODES = 25
SECONDS = 12.0
"""Pieces that do not overlap: what two episodes share is told of both."""
VICTIMS = ("child", "worker", "api", "all")
ONE_THREAD = {"CLEANCAST_THREADS": "1"}
"""For all that are compared."""
OTHERS = 2
"""Workers beside the first, where there are many."""


def kills(model: str, seed: int = 1) -> Table:
    """Kill KILLS times while EPISODES are worked on; compare with an undisturbed run."""
    return _kills("kills", model, seed, {}, 0)


def many_kills(model: str, seed: int = 1) -> Table:
    """The same on PostgreSQL and S3 with three workers, of which one does not come back."""
    with postgres_server() as postgres, shared_stores(postgres) as shared:
        return _kills("kills-many", model, seed, shared, OTHERS)


def _kills(name: str, model: str, seed: int, shared: Mapping[str, str], more: int) -> Table:
    with tempfile.TemporaryDirectory(prefix="cleancast-kills-") as place:
        folders = [Path(place) / name for name in ("audio", "calm", "storm")]
        for folder in folders:
            folder.mkdir()
        files = short_episodes(folders[0], EPISODES, SECONDS)
        with Service(folders[1], model, ONE_THREAD) as service:
            ids = [service.send(file) for file in files]
            service.until_ended(ids, 1800)
            calm = {one: service.essence(one) for one in ids}
        with Service(folders[2], model, {**shared, **ONE_THREAD}, more) as service:
            began = time.monotonic()
            struck = _storm(service, files, random.Random(seed))
            statuses = service.until_ended(ids, 3600)
            took = time.monotonic() - began
            same = sum(service.essence(one) == calm[one] for one in ids)
            found = service.api.get("/v1/episodes", params={"limit": 200}).json()["episodes"]
    figures = {
        "kills": sum(struck.values()),
        **{f"of {victim}": count for victim, count in sorted(struck.items())},
        "episodes": EPISODES,
        "done": Counter(statuses.values())["done"],
        "in the library": len(found),
        "as undisturbed": same,
        "seconds": took,
    }
    settings: dict[str, Figure] = {
        "model": model,
        "episode, seconds": SECONDS,
        "random seed": seed,
        "workers": 1 + more,
    }
    return Table(name, settings, [Row("service", figures)], [])


def _storm(service: Service, files: list[Path], chance: random.Random) -> Counter[str]:
    """Send all, and kill until it is enough; what was struck."""
    struck: Counter[str] = Counter()
    waiting = list(files)
    while sum(struck.values()) < KILLS:
        for file in waiting[:1]:
            service.send(file)
        del waiting[:1]
        time.sleep(chance.uniform(0.2, 5.0))
        others = {f"worker {number + 2}": number for number in service.others}
        victim = chance.choice([*VICTIMS, *others])
        if victim == "all":
            service.kill_all()
            service.start()
        elif victim in others:
            service.kill_other(others[victim])
            if others[victim] == 0:  # its machine is lost for good
                del service.others[0]
            else:
                service.start_other(others[victim])
        else:
            part = service.parts().get(victim)
            if part is None:
                continue
            with suppress(psutil.NoSuchProcess):
                part.kill()
        struck[victim] += 1
    for file in waiting:
        service.send(file)
    return struck
