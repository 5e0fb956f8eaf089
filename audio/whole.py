"""Files appear whole or not at all. This file does not know what is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A fresh path beside `target` to write to.

    It replaces `target` in one step when the block ends well, and is removed otherwise.
    """
    part = target.with_name(f".{uuid4().hex}.part")
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
