"""What the library's audio is by its content, found when it is first asked for.

Nothing of it is stored, so episodes of any age have it. Knows blobs and files, no request.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from audio.kinds import UNKNOWN, Kind, kind_by_suffix, kind_of
from storage.blobs import Blobs

HEAD = 2 << 20
"""Bytes that mostly tell: a bucket's audio is fetched whole only where they do not."""


@lru_cache(maxsize=4096)
def kind_kept(key: str, blobs: Blobs) -> Kind:
    """Return what the audio `key` is; a key's content never changes."""
    with TemporaryDirectory() as folder:
        head = Path(folder) / "head"
        size = min(HEAD, blobs.size(key) or 0)
        head.write_bytes(b"".join(blobs.stream(key, 0, size)) if size else b"")
        found = kind_of(head)
        if found is UNKNOWN and size == HEAD:
            found = kind_of(blobs.local(key, Path(folder)))
    return kind_by_suffix(key) if found is UNKNOWN else found
