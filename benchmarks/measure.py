"""Runs cleancast on one file in a fresh process and says what it took.

A process of its own keeps each file's peak memory apart. This file imports no scoring
library, so that the memory measured is the product's; it does not know the truth.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

from episodes.types import Segment, Transcript, Turn
from pipeline.engines import Engines
from pipeline.run import Run
from pipeline.settings import Settings
from pipeline.stages import process

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Measured(Generic[T]):
    """What a run gave, and its cost.

    `wall_s` and `cpu_s` cover everything from decoding on, loading the networks included;
    `stages` are (name, wall seconds, peak resident MB while it ran); `peak_mb` is the
    process's own account.
    """

    value: T
    duration_s: float
    wall_s: float
    cpu_s: float
    peak_mb: float
    stages: tuple[tuple[str, float, float], ...]


class Watch:
    """Samples this process's resident memory, by the stage that last reported progress."""

    def __init__(self) -> None:
        self.peaks_mb: dict[str, float] = {}
        self._stage = "start"
        self._done = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._sampler.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._sampler.join()

    def progress(self, stage: str, _fraction: float) -> None:
        """A `Progress` callback."""
        self._stage = stage

    def _sample(self) -> None:
        page_mb = os.sysconf("SC_PAGE_SIZE") / 1e6
        while not self._done.wait(0.05):
            # Linux alone tells what is resident now; elsewhere the stages have no figure.
            if (statm := Path("/proc/self/statm")).exists():
                now = int(statm.read_text().split()[1]) * page_mb
                self.peaks_mb[self._stage] = max(now, self.peaks_mb.get(self._stage, 0.0))


def processed(source: Path, settings: Settings) -> Measured[Transcript]:
    """The whole pipeline on one file."""
    return _in_fresh_process(_process, source, settings)


def transcribed(source: Path, settings: Settings) -> Measured[tuple[Segment, ...]]:
    """The recogniser alone."""
    return _in_fresh_process(_transcribe, source, settings)


def diarized(source: Path, settings: Settings) -> Measured[tuple[Turn, ...]]:
    """The diarizer alone."""
    return _in_fresh_process(_diarize, source, settings)


def _in_fresh_process(
    work: Callable[[Path, Settings], Measured[T]], source: Path, settings: Settings
) -> Measured[T]:
    """Run `work` with an empty folder of results, so that every stage really runs."""
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory(prefix="cleancast-bench-") as folder,
        ProcessPoolExecutor(max_workers=1, mp_context=context) as pool,
    ):
        fresh = settings.model_copy(update={"data_dir": Path(folder)})
        return pool.submit(work, source, fresh).result()


def _process(source: Path, settings: Settings) -> Measured[Transcript]:
    return _one_stage(source, settings, process)


def _transcribe(source: Path, settings: Settings) -> Measured[tuple[Segment, ...]]:
    return _one_stage(source, settings, lambda run: run.transcribe(run.language()))


def _diarize(source: Path, settings: Settings) -> Measured[tuple[Turn, ...]]:
    return _one_stage(source, settings, Run.diarize)


def _one_stage(source: Path, settings: Settings, stage: Callable[[Run], T]) -> Measured[T]:
    engines = Engines(settings)
    with Watch() as watch, Run(source, settings, engines, watch.progress) as run:
        wall, cpu = time.perf_counter(), time.process_time()
        duration_s = run.decode().duration_s
        value = stage(run)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        stages = run.provenance().stages
    return _measured(value, duration_s, (wall, cpu), watch, stages)


def _measured(
    value: T,
    duration_s: float,
    spent_s: tuple[float, float],
    watch: Watch,
    stages: tuple[tuple[str, float], ...],
) -> Measured[T]:
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss: bytes there, KiB elsewhere
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    costs = tuple((name, seconds, watch.peaks_mb.get(name, 0.0)) for name, seconds in stages)
    return Measured(value, duration_s, *spent_s, peak_mb, costs)
