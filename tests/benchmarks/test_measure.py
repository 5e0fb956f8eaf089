import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.measure import Watch


def wait_for(come_true: Callable[[], bool]) -> None:
    """The sampler looks every 50 ms."""
    for _ in range(1000):
        if come_true():
            return
        time.sleep(0.01)
    raise AssertionError("the sampler saw nothing")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux tells resident memory")
def test_memory_belongs_to_the_stage_that_last_spoke() -> None:
    with Watch() as watch:
        watch.progress("small", 0.0)
        wait_for(lambda: "small" in watch.peaks_mb)
        before = watch.peaks_mb["small"]
        watch.progress("large", 0.0)
        held = bytearray(os.urandom(1)) * 100_000_000
        wait_for(lambda: watch.peaks_mb.get("large", 0.0) > before + 50)
        assert watch.peaks_mb["small"] < before + 50
        del held


def test_without_recordings_it_says_so_and_stops(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks"],
        env={**os.environ, "CLEANCAST_BENCH_DATA": str(tmp_path / "nowhere")},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "CLEANCAST_BENCH_DATA" in done.stderr
