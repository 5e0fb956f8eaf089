"""The command line: `cleancast`. Machine output on stdout, everything for people on stderr.

Reads options, has episodes worked off, tells how they ended. Imports the engines inside the
commands, so that `--help` is quick. Knows `process` and `watch`; registers the others.
"""

from __future__ import annotations

import math
import signal
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from episodes.errors import CleancastError
from pipeline import cli_keys, cli_people, cli_service, cli_stages, options

if TYPE_CHECKING:
    from pipeline.batch import Batch, Wish
    from pipeline.display import Display
    from pipeline.finished import Report
    from pipeline.settings import Settings

app = typer.Typer(
    name="cleancast",
    help="Podcast audio in; clean, speaker-labelled transcripts out. No ads, no cloud.",
    no_args_is_help=True,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

LAST = 1000
"""How many episodes a watch keeps for its report: it may go on for months."""

STDOUT = Path("-")
STOPPED_THERE = "the server goes on; run it again to fetch what it has done."


@app.callback()
def cleancast(
    told: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """Before any command."""
    if told:
        typer.echo(f"cleancast {version('cleancast')}")
        raise typer.Exit


@app.command()
@options.spread
def process(
    paths: Annotated[
        list[Path],
        # One that cannot be read fails alone.
        typer.Argument(
            metavar="PATH...", help="Audio files, and folders of them.", readable=False
        ),
    ],
    chosen: options.Choices,
    batching: options.Batching,
) -> None:
    """Write the clean transcripts of audio files and folders.

    Finished work is kept: a second run, or one after a crash, does only what is missing.
    Files that a person has changed since are left alone unless --force is given.
    """
    from pipeline.plan import plan

    settings = chosen.settings  # what is wrong with it is told before a folder is made
    wish, display = _prepared(batching)
    todo = plan(paths, batching.out, wish.formats)
    _name_passed_over([path for path in paths if path.is_dir()], display)
    at_once = min(batching.at_once, len(todo))
    new_batch = _batches(settings, chosen.texts, wish, batching.server, at_once, display.note)
    _told(new_batch().run(todo, display.progress), display, batching.report)


@app.command()
@options.spread
def watch(
    folder: options.Folder,
    chosen: options.Choices,
    batching: options.Batching,
    every: options.Every = 5.0,
    settle: options.Settle = 10.0,
    once: options.Once = False,
) -> None:
    """Write the clean transcript of every episode that appears in a folder, until Ctrl-C.

    Files that are still being copied are left alone until they are whole. One that fails is
    tried again when it changes. The report holds the last 1000 episodes.
    """
    from pipeline.plan import plan
    from pipeline.watch import Arrivals, Watch

    settings = chosen.settings  # what is wrong with it is told before a folder is made
    wish, display = _prepared(batching)
    # Nobody is there to begin again in the morning: a server that is away is waited for.
    patience_s = None if once else math.inf
    new_batch = _batches(
        settings,
        chosen.texts,
        wish,
        batching.server,
        batching.at_once,
        display.note,
        patience_s=patience_s,
    )
    planned = partial(plan, [folder], batching.out, wish.formats)
    watching = Watch(folder, planned, new_batch, display.note, Arrivals(settle), every)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what ends a service is Ctrl-C
    try:
        _told(watching.run(display.progress, once=once), display, batching.report, LAST)
    except KeyboardInterrupt:
        return  # the way to end it


for command in (
    cli_stages.transcribe,
    cli_stages.diarize,
    cli_stages.ads,
    cli_stages.cut,
    cli_stages.models,
    cli_service.serve,
    cli_service.worker,
    cli_service.doctor,
):
    app.command()(command)
app.add_typer(cli_keys.app, name="keys")
app.add_typer(cli_people.app, name="people")


def _name_passed_over(folders: Sequence[Path], display: Display) -> None:
    """Name what holds audio in folders and is not done, for its ending."""
    from pipeline.plan import passed_over

    left = [file.name for folder in folders for file in passed_over(folder)]
    if left:
        more = f" and {len(left) - 5} more" if len(left) > 5 else ""
        display.note(
            f"Passed over for their endings: {', '.join(left[:5])}{more}. "
            "Name such a file itself to have it done."
        )


def _prepared(batching: options.Batching) -> tuple[Wish, Display]:
    """What is wanted, and where it is shown; folders are made before any work is done.

    Raises typer.BadParameter.
    """
    from formats import FORMATS
    from pipeline.batch import Wish
    from pipeline.display import STOPPED, Display

    wish = Wish(
        options.format_list(batching.formats, tuple(FORMATS)), batching.clock, batching.force
    )
    report = batching.report
    if batching.out is not None:
        options.make_folder(batching.out)
    if report is not None and report != STDOUT:
        options.make_folder(report.parent, "--report")
        if report.is_dir():
            raise typer.BadParameter(f"{report} is a folder.", param_hint="--report")
    stopped = STOPPED_THERE if batching.server else STOPPED
    return wish, Display(quiet=batching.quiet, stopped=stopped)


def _batches(
    settings: Settings,
    given: Mapping[str, str],
    wish: Wish,
    server: str | None,
    at_once: int,
    note: Callable[[str], None],
    *,
    patience_s: float | None = None,
) -> Callable[[], Batch]:
    """How to begin a batch, here or on a server; that one must answer now.

    Raises EngineError if this machine lacks what the settings name, before hours of work.
    """
    from pipeline.batch import Batch, local
    from speakers import pyannote

    if server is None:
        if settings.diarizer == "pyannote":
            pyannote.require()
        return partial(local, settings, wish, at_once)

    from pipeline.client import PATIENCE_S, Server
    from pipeline.outputs import Hashes
    from storage.blobs import FolderBlobs

    hashes = Hashes(FolderBlobs(settings.data_dir / "outputs"))
    url, patience_s = options.server_url(server), patience_s or PATIENCE_S

    key = None if settings.key is None else settings.key.get_secret_value()

    def on_server() -> Batch:
        worker = Server(url, given, hashes, note, patience_s, key=key)
        return Batch([worker] * at_once, wish, settings.data_dir, worker.made)

    Server(url, given, hashes, note, key=key).check()
    return on_server


def _told(
    reports: Generator[Report],
    display: Display,
    place: Path | None,
    most: int | None = None,
) -> None:
    """Tell each report as it comes, and in the end, also after Ctrl-C, all of them."""
    from pipeline.finished import Tally
    from storage.blobs import write_atomically

    tally = Tally(most)
    try:
        with display, closing(reports):
            for report in reports:
                tally.add(report)
                display.ended(report)
    finally:
        display.summary(tally)
        if place == STDOUT:
            typer.echo(tally.json(), nl=False)
        elif place is not None:
            write_atomically(place, tally.json().encode())
    if tally.counts["failed"]:
        raise typer.Exit(1)


def main() -> None:
    """Run the command; an error the user can act on is one sentence and exit code 1."""
    try:
        app()
    except CleancastError as error:
        sentence = str(error)
    except Exception as error:  # noqa: BLE001  the outer edge: never a traceback to a user
        from pipeline.child import unexpected

        sentence = unexpected(error, "this command")
    else:
        return
    from pipeline.display import printable

    typer.echo(f"cleancast: {printable(sentence)}", err=True)
    sys.exit(1)
