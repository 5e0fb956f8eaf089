"""The commands that make, list and revoke keys: `cleancast keys`. Registered by cli.py.

Imports the database inside the commands, so that `--help` is quick.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipeline import options

if TYPE_CHECKING:
    from datetime import datetime

    from storage.keys import Keys

app = typer.Typer(
    help="Keys to the service: who listens beyond this machine asks for one.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(help="What the key is called, such as its user.")]


@app.command()
def add(
    name: Name,
    scope: Annotated[
        Literal["read", "write", "admin"],
        typer.Option(help="What it may do: read; write (and read); admin (everything)."),
    ] = "write",
    upload_mb: Annotated[
        float | None, typer.Option(min=0.001, help="Largest file it may send, in MB.")
    ] = None,
    queued: Annotated[
        int | None, typer.Option(min=1, help="Most of its episodes that wait at a time.")
    ] = None,
    per_minute: Annotated[
        int | None, typer.Option(min=1, help="Most requests in a minute.")
    ] = None,
    data_dir: options.DataDir = None,
) -> None:
    """Make a key and print it, this once: it is kept nowhere."""
    from storage.keys import Limits

    with _keys(data_dir) as keys:
        typer.echo(keys.add(name, scope, Limits(upload_mb, queued, per_minute)))


@app.command("list")
def list_(data_dir: options.DataDir = None) -> None:
    """List the keys: name, scope, limits of their own, when made and last used."""
    with _keys(data_dir) as keys:
        for key in keys.all():
            limits = (
                f"{key.limits.upload_mb:g} MB" if key.limits.upload_mb else "",
                f"{key.limits.queued} waiting" if key.limits.queued else "",
                f"{key.limits.per_minute} a minute" if key.limits.per_minute else "",
            )
            own = ", ".join(limit for limit in limits if limit) or "-"
            row = (key.name, key.scope, own, _day(key.created_at), _day(key.used_at))
            typer.echo("\t".join(row))


@app.command()
def revoke(name: Name, data_dir: options.DataDir = None) -> None:
    """End a key, and log out every browser that showed it."""
    from episodes.errors import BadInput

    with _keys(data_dir) as keys:
        if not keys.revoke(name):
            raise BadInput(f"There is no key {name}: `cleancast keys list` shows them.")


@contextmanager
def _keys(data_dir: Path | None) -> Iterator[Keys]:
    from pipeline.holdings import open_database
    from storage.keys import Keys

    engine = open_database(options.settings_at(data_dir))
    try:
        yield Keys(engine)
    finally:
        engine.dispose()


def _day(time: datetime | None) -> str:
    return "never" if time is None else f"{time:%Y-%m-%d}"
