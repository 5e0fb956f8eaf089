"""How the service is doing, in figures: read from the database, so whole in every process.

Knows what is counted and what there is of it now; does not know who looks.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import sqlalchemy as sa
from sqlalchemy import Engine

from episodes.errors import FailureKind
from episodes.types import Status
from storage.database import deliveries, episodes, workers
from storage.deliveries import TALLY as ATTEMPTS
from storage.tallies import Amount, Histogram, counters, histograms, observation

STAGE_BOUNDS_S = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0)
FACTOR_BOUNDS = (0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 2.0, 5.0)

_STAGES, _FACTOR = "stage_seconds", "real_time_factor"
_NONE = Histogram(tuple((bound, 0.0) for bound in (*FACTOR_BOUNDS, math.inf)), 0.0)
_DONE, _FAILED, _AUDIO = "done", "failed", "audio_seconds"


@dataclass(frozen=True, slots=True)
class Figures:
    """What there is now, and what was counted since the database was made.

    `episodes` by status, `failed` by kind, `stage_s` (seconds) by stage, `attempts` by what
    came of them. `oldest_queued_s` is how long one has waited for a worker, 0 if none does.
    `real_time_factor` is the seconds of work for each second of audio.
    """

    episodes: Mapping[str, int]
    oldest_queued_s: float
    workers: int
    deliveries: int
    done: float
    failed: Mapping[str, float]
    audio_s: float
    stage_s: Mapping[str, Histogram]
    real_time_factor: Histogram
    attempts: Mapping[str, float]


def figures(engine: Engine, silent_s: float) -> Figures:
    """The figures now; a worker lives unless it has been silent for so long."""
    now = time.time()
    by_status = sa.select(episodes.c.status, sa.func.count()).group_by(episodes.c.status)
    queued = sa.select(sa.func.min(episodes.c.updated_at)).filter_by(status="queued")
    lively = sa.select(sa.func.count()).where(workers.c.beat_at >= now - silent_s)
    waiting = sa.select(sa.func.count()).where(deliveries.c.state == "waiting")
    with engine.connect() as connection:
        statuses = {row.status: row[1] for row in connection.execute(by_status)}
        oldest = connection.scalar(queued)
        failures, attempts = counters(connection, _FAILED), counters(connection, ATTEMPTS)
        factors = histograms(connection, _FACTOR, FACTOR_BOUNDS)
        return Figures(
            episodes={status: statuses.get(status, 0) for status in get_args(Status)},
            oldest_queued_s=0.0 if oldest is None else max(0.0, now - oldest),
            workers=connection.scalar(lively) or 0,
            deliveries=connection.scalar(waiting) or 0,
            done=counters(connection, _DONE).get("", 0.0),
            failed={kind: failures.get(kind, 0.0) for kind in get_args(FailureKind)},
            audio_s=counters(connection, _AUDIO).get("", 0.0),
            stage_s=histograms(connection, _STAGES, STAGE_BOUNDS_S),
            real_time_factor=factors.get("", _NONE),
            attempts={
                kind: attempts.get(kind, 0.0) for kind in ("delivered", "failed", "dropped")
            },
        )


def stage_took(stage: str, seconds: float) -> tuple[Amount, ...]:
    """What to count when a stage, or a piece of it, is done."""
    return observation(_STAGES, STAGE_BOUNDS_S, seconds, stage)


def done(audio_s: float, work_s: float) -> tuple[Amount, ...]:
    """What to count when an episode is done; both in seconds."""
    counted = (Amount(_DONE), Amount(_AUDIO, value=audio_s))
    if audio_s <= 0:
        return counted
    return (*counted, *observation(_FACTOR, FACTOR_BOUNDS, work_s / audio_s))


def failed(kind: FailureKind) -> Amount:
    """What to count when an episode failed."""
    return Amount(_FAILED, kind)
