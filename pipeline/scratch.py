"""Folders for decoded samples: each goes with its process, at the latest after its death.

Does not know what is written there.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def work_folder(data_dir: Path) -> Path:
    """Where processes have their folders, each named after its process's id and a dash."""
    work = data_dir / "work"
    work.mkdir(parents=True, exist_ok=True)
    return work


def sweep(data_dir: Path) -> None:
    """Remove the decoded audio that processes left behind when they were killed."""
    for folder in work_folder(data_dir).iterdir():
        owner = folder.name.partition("-")[0]
        if owner.isdigit() and not _alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
