"""Where blobs lie, by URL. Knows the kinds of places; does not know what lies there."""

from __future__ import annotations

from pathlib import Path

from storage.blobs import Blobs, FolderBlobs
from storage.objects import ObjectBlobs


def open_blobs(url: str | None, data_dir: Path) -> Blobs:
    """The blobs at `url`, or in the data folder where there is none. Raises BadInput."""
    return FolderBlobs(data_dir / "episodes") if url is None else ObjectBlobs(url)
