"""`python -m benchmarks TABLE`: measures, prints and keeps. All tables without a name."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.corpora import folder

if TYPE_CHECKING:
    from benchmarks.report import Table

RESULTS = Path(__file__).parent / "results"
RIVALS = Path(__file__).parents[1] / ".venv-rivals" / "bin" / "python"


TABLES = ("ads", "names", "transcribe", "speakers", "spine")
"""Cheapest first; the table `long` is measured only when asked for."""

CORPORA = ("meetings", "conversations", "journal")
"""What `rivals` may be narrowed to."""

SERVICE = ("soak", "kills", "kills-many", "workers", "pages")
"""What is measured on the running service, only when asked for; needs no recordings."""

ALONE = ("repeats", "paragraphs", "rivals", "people")
"""What takes long or stands apart, and is measured only when asked for."""


def main() -> int:
    """The exit code: 2 where the recordings are absent."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = ["all", *TABLES, *SERVICE, *ALONE]
    parser.add_argument("table", nargs="?", default="all", choices=names)
    parser.add_argument("--model", default="base", help="Whisper model (default: base)")
    parser.add_argument("--long", action="store_true", help="measure three hours as well")
    parser.add_argument("--exact", action="store_true", help="repeats: words as spoken")
    parser.add_argument("--seeds", type=int, nargs="+", help="repeats: folders of these alone")
    parser.add_argument("--corpus", choices=CORPORA, help="rivals: this one alone")
    parser.add_argument(
        "--python", type=Path, default=RIVALS, help="rivals: has them installed"
    )
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the results")
    arguments = parser.parse_args()
    if arguments.table in SERVICE:
        strain(arguments)
        return 0
    try:
        place = folder()
    except FileNotFoundError as absent:
        sys.stderr.write(f"{absent}\n")
        return 2
    if arguments.table in ALONE:
        show(alone(place, arguments), arguments.out)
        return 0
    chosen = [name for name in TABLES if arguments.table in ("all", name)]
    measure(place, [*chosen, "long"] if arguments.long else chosen, arguments)
    return 0


def alone(place: Path, arguments: argparse.Namespace) -> Table:
    """One of the tables that "all" leaves out."""
    from benchmarks.paragraphs import paragraphs
    from benchmarks.people import people
    from benchmarks.repeats import SEEDS, repeats
    from benchmarks.rivals import rivals
    from pipeline.settings import Settings

    match arguments.table:
        case "repeats":
            seeds = arguments.seeds or SEEDS
            return repeats(place, arguments.model, seeds, exact=arguments.exact)
        case "rivals":
            chosen = [arguments.corpus] if arguments.corpus else list(CORPORA)
            settings = Settings(**{"model": arguments.model})
            return rivals(place, settings, arguments.python, chosen)
        case "people":
            return people(place)
    return paragraphs(place)


def measure(place: Path, chosen: Sequence[str], arguments: argparse.Namespace) -> None:
    """Print and keep each of the chosen tables."""
    # Imported late: every measured process imports this file too, and its memory is not
    # to hold the scoring libraries.
    from benchmarks import tables
    from pipeline.settings import Settings

    settings = Settings(**{"model": arguments.model})
    for name in chosen:
        show(getattr(tables, name)(place, settings), arguments.out)


def strain(arguments: argparse.Namespace) -> None:
    """Print and keep what the service stands."""
    from benchmarks.kills import kills, many_kills
    from benchmarks.pages import pages
    from benchmarks.soak import soak
    from benchmarks.workers import workers

    tables = {
        **{"soak": soak, "kills": kills, "kills-many": many_kills},
        **{"workers": workers, "pages": pages},
    }
    show(tables[arguments.table](arguments.model), arguments.out)


def show(table: Table, out: Path) -> None:
    """Print a table and keep it."""
    from benchmarks.report import keep, markdown

    sys.stdout.write(f"{markdown(table)}\n")
    sys.stdout.flush()
    sys.stderr.write(f"Kept in {keep(table, out)}\n")


if __name__ == "__main__":
    sys.exit(main())
