"""Writes a table out and keeps it: dated, with versions and the checksums of what it read.

This file does not know what the figures mean.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.corpora import checksum

PACKAGES = (
    *("cleancast", "faster-whisper", "ctranslate2", "onnxruntime", "av", "numpy", "scipy"),
    *("jiwer", "meeteval", "whisper-normalizer", "pyannote.metrics"),
)

Figure = float | int | str
"""A count, a text, or a measurement in the unit its column's name gives."""


@dataclass(frozen=True, slots=True)
class Row:
    """One recording's figures, or a corpus's."""

    name: str
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Table:
    """A benchmark's outcome; `files` are the recordings and truths it read."""

    name: str
    settings: Mapping[str, Figure]
    rows: Sequence[Row]
    files: Sequence[Path]


def keep(table: Table, folder: Path) -> Path:
    """Write the table as json and as markdown; gives the json's path."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    path = folder / f"{now.date().isoformat()}-{table.name}.json"
    facts = {
        "table": table.name,
        "measured": now.isoformat(timespec="seconds"),
        "machine": {"processor": _processor(), "cores": os.cpu_count()},
        "settings": dict(table.settings),
        "versions": {"python": platform.python_version(), **_versions()},
        "files": {file.name: checksum(file) for file in sorted(table.files)},
        "rows": [{"name": row.name, **row.figures} for row in table.rows],
    }
    path.write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    page = f"{markdown(table)}\nMeasured {now:%Y-%m-%d %H:%M} UTC on {_processor()}.\n"
    path.with_suffix(".md").write_text(page, "utf-8")
    return path


def markdown(table: Table) -> str:
    """The table as a page, a grid for each run of rows with the same columns."""
    settings = ", ".join(f"{name} {value}" for name, value in table.settings.items())
    parts = [f"# {table.name}\n\n{settings}\n"]
    for rows in _grids(table.rows):
        cells = [["", *rows[0].figures]]
        cells += [[row.name, *map(_text, row.figures.values())] for row in rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        parts.append("".join(_line(line, widths) for line in (cells[0], rule, *cells[1:])))
    return "\n".join(parts)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """A line of a grid: names to the left, figures to the right."""
    first = cells[0].ljust(widths[0])
    rest = [c.rjust(width) for c, width in zip(cells[1:], widths[1:], strict=True)]
    return f"| {' | '.join([first, *rest])} |\n"


def _grids(rows: Iterable[Row]) -> list[list[Row]]:
    """Runs of rows that share their columns."""
    grids: list[list[Row]] = []
    for row in rows:
        if not grids or list(grids[-1][0].figures) != list(row.figures):
            grids.append([])
        grids[-1].append(row)
    return grids


def _text(figure: Figure) -> str:
    """Three decimals for shares, one for what is larger."""
    if isinstance(figure, float):
        return f"{figure:.3f}" if abs(figure) < 10 else f"{figure:.1f}"
    return str(figure)


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _processor() -> str:
    """The processor's name where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
