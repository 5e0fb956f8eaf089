"""The commands of the service: serve, worker, doctor. Registered by cli.py.

Imports the service inside the commands, so that `--help` is quick.
"""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline import options


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on. Default 127.0.0.1: this machine.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port. Default 8000; 0: any free one.")
    ] = None,
    data_dir: options.DataDir = None,
    model: options.Model = None,
    with_worker: Annotated[
        bool,
        typer.Option("--worker/--no-worker", help="Whether a worker runs beside the API."),
    ] = True,
) -> None:
    """Serve the HTTP API: upload audio, follow the work, fetch clean transcripts.

    An API and a worker run until Ctrl-C; whatever was accepted is finished, now or after
    the next start. Beyond this machine callers need a key; the first is printed when there
    is none yet.
    """
    from pipeline.holdings import open_database
    from pipeline.logs import configure
    from pipeline.serve import Service, listen
    from storage.keys import Keys

    given = {"host": host, "port": port, "data_dir": data_dir}
    settings = options.settings_from(model=model).model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )
    configure(settings.log_format)
    with listen(settings.host, settings.port) as listening:
        engine = open_database(settings)  # what is wrong with it is said here, once
        if settings.needs_keys and (key := Keys(engine).first()) is not None:
            typer.echo(
                f"cleancast: callers need a key. The first, told only now: {key}", err=True
            )
        engine.dispose()
        address = f"http://{settings.host}:{listening.getsockname()[1]}"
        service = Service(settings, listening, worker=with_worker)
        if not service.run(lambda: typer.echo(f"cleancast serves {address} ...", err=True)):
            raise typer.Exit(1)


def worker(
    supervised: Annotated[
        bool, typer.Option("--supervised", help="End when standard input is closed.")
    ] = False,
) -> None:
    """Work off the queue of the data folder; `serve` starts one by itself."""
    from pipeline.holdings import open_database
    from pipeline.lifeline import follow_starter
    from pipeline.logs import configure
    from pipeline.worker import serve_queue

    settings = options.settings_from()
    configure(settings.log_format)
    if supervised:
        follow_starter()
    serve_queue(open_database(settings), settings)


def doctor(
    port: Annotated[
        bool, typer.Option("--port/--no-port", help="Whether the port should be free.")
    ] = True,
) -> None:
    """Check what the service needs; whatever is wrong is named with its cure."""
    from pipeline.doctor import examine, text

    findings = []
    for finding in examine(options.settings_from(), port=port):
        typer.echo(text([finding]))
        findings.append(finding)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
