"""Where blobs lie, by URL. Knows the kinds of places; does not know what lies there."""

from __future__ import annotations

from pathlib import Path

from storage.blobs import Blobs, FolderBlobs
from storage.objects import ObjectBlobs


def open_blobs(url: str | None, folder: Path) -> Blobs:
    """The blobs at `url`, or in `folder` where there is none. Raises BadInput."""
    return FolderBlobs(folder) if url is None else ObjectBlobs(url)
