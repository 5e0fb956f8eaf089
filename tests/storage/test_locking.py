from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from storage.locking import lock


def test_a_lock_is_one_holder_s(tmp_path: Path) -> None:
    place = tmp_path / "x.lock"
    with place.open("wb") as held, place.open("wb") as other:
        assert lock(held, wait=False)
        assert not lock(other, wait=False)
        held.close()
        assert lock(other, wait=True)


HIDDEN = ("fcntl", "grp", "pwd", "resource", "termios")
MODULES = ("pipeline.cli", "pipeline.batch", "pipeline.stages", "pipeline.watch")


def test_process_is_imported_where_the_modules_of_posix_are_missing() -> None:
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({HIDDEN!r}))\n"
        f"for name in {MODULES!r}: __import__(name)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
