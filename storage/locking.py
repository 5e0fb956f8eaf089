"""Locks on open files that go with their process, on every system. Knows no file's purpose."""

from __future__ import annotations

import sys
from typing import IO, Any

if sys.platform == "win32":
    import msvcrt

    def lock(file: IO[Any], *, wait: bool) -> bool:
        """Lock an open file; return False where another holds it and `wait` is False."""
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except OSError:
            if wait:
                raise
            return False
        return True

else:
    try:
        import fcntl
    except ImportError:  # a system without locks has one process at a time
        fcntl = None  # type: ignore[assignment]

    def lock(file: IO[Any], *, wait: bool) -> bool:
        """Lock an open file; return False where another holds it and `wait` is False."""
        if fcntl is None:
            return True
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
