"""The one rule for an episode's title. This file does not know where titles are kept."""

from __future__ import annotations

from pathlib import PurePath


def title_of(source: str, *given: str | None) -> str:
    """Return the first title that is given, else the file's name without its ending."""
    return next((title for title in given if title), PurePath(source).stem)
