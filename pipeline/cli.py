"""The command line: `cleancast`. Machine output on stdout, everything for people on stderr.

Reads options, calls the spine or one stage, prints what comes back. Imports the engines
inside the commands, so that `--help` is quick.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from episodes.errors import CleancastError
from pipeline import options

app = typer.Typer(
    name="cleancast",
    help="Podcast audio in; clean, speaker-labelled transcripts out. No ads, no cloud.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.command()
def process(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Audio files, and folders of them.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder for what is written. Default: beside the audio.")
    ] = None,
    formats: Annotated[
        str, typer.Option(help="Of txt, md, html, json, vtt, srt, rttm, podcast.json; or all.")
    ] = "txt,json",
    clock: Annotated[
        Literal["original", "clean"],
        typer.Option(
            help="Times in vtt, srt, rttm, podcast.json: of the audio with or without ads."
        ),
    ] = "original",
    context: options.Context = None,
    model: options.Model = None,
    language: options.Language = None,
    speakers: options.Speakers = None,
    strip: options.Strip = None,
    diarizer: options.Diarizer = None,
    force: options.Force = False,
    jobs: Annotated[
        int, typer.Option(min=1, max=64, help="Episodes worked on at the same time.")
    ] = 1,
    quiet: options.Quiet = False,
) -> None:
    """Write the clean transcripts of audio files and folders.

    Finished work is kept: a second run, or one after a crash, does only what is missing.
    Files that a person has changed since are left alone unless --force is given.
    """
    from formats import FORMATS
    from pipeline.batch import Batch, Wish
    from pipeline.display import Display
    from pipeline.outputs import plan

    settings = options.settings_from(
        context=context,
        model=model,
        language=language,
        speakers=speakers,
        strip=strip,
        diarizer=diarizer,
    )
    wish = Wish(options.format_list(formats, tuple(FORMATS)), clock, force)
    if out is not None:
        options.make_folder(out)
    todo = plan(paths, out, wish.formats)
    reports = []
    with Display(quiet=quiet) as display:
        for report in Batch(settings, wish, min(jobs, len(todo))).run(todo, display.progress):
            display.ended(report)
            reports.append(report)
    display.summary(reports)
    if any(report.error for report in reports):
        raise typer.Exit(1)


@app.command()
def transcribe(
    file: options.File,
    context: options.Context = None,
    model: options.Model = None,
    language: options.Language = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Print what is said, with word times, as JSON: no speakers, nothing cut."""
    from formats.stages import segments_json
    from pipeline.display import Display
    from pipeline.engines import Engines
    from pipeline.run import Run

    settings = options.settings_from(context=context, model=model, language=language)
    with (
        Display(quiet=quiet) as display,
        Run(file, settings, Engines(settings), display.of(file), force=force) as run,
    ):
        length, spoken = run.decode(), run.language()
        segments = run.transcribe(spoken)
    display.warn(file, length.warnings)
    typer.echo(segments_json(segments, spoken, length.duration_s))


@app.command()
def diarize(
    file: options.File,
    speakers: options.Speakers = None,
    diarizer: options.Diarizer = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Print who speaks when, as RTTM."""
    from formats.rttm import lines
    from pipeline.display import Display
    from pipeline.engines import Engines
    from pipeline.run import Run

    settings = options.settings_from(speakers=speakers, diarizer=diarizer)
    with (
        Display(quiet=quiet) as display,
        Run(file, settings, Engines(settings), display.of(file), force=force) as run,
    ):
        length, turns = run.decode(), run.diarize()
    display.warn(file, length.warnings)
    typer.echo(lines(turns, file.stem), nl=False)


@app.command()
def ads(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Audio; or a transcript or words as JSON."),
    ],
    context: options.Context = None,
    model: options.Model = None,
    language: options.Language = None,
    speakers: options.Speakers = None,
    strip: options.Strip = None,
    diarizer: options.Diarizer = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Print the ads of an episode as JSON, and which of them would be cut.

    FILE is audio, a transcript written by cleancast, or
    {"words": [{"text", "start", "end", "speaker"?}], "duration"?}.
    """
    from formats.stages import ads_json
    from pipeline.display import Display
    from pipeline.engines import Engines
    from pipeline.stages import ads_of_words
    from pipeline.stages import process as spine

    settings = options.settings_from(
        context=context,
        model=model,
        language=language,
        speakers=speakers,
        strip=strip,
        diarizer=diarizer,
    )
    with Display(quiet=quiet) as display:
        if file.suffix.lower() == ".json":
            spans, warnings = ads_of_words(file, settings.strip)
        else:
            engines = Engines(settings)
            _, transcript = spine(file, settings, engines, display.of(file), force=force)
            spans, warnings = transcript.ads, transcript.warnings
    display.warn(file, warnings)
    typer.echo(ads_json(spans))


@app.command()
def cut(
    file: options.File,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Default: FILE, with .clean in its name."),
    ] = None,
    context: options.Context = None,
    model: options.Model = None,
    language: options.Language = None,
    speakers: options.Speakers = None,
    strip: options.Strip = None,
    diarizer: options.Diarizer = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Write the audio without its ads: same kind of file, tags and chapters kept."""
    from audio.cut import cut as cut_audio
    from audio.cut import suffixes
    from pipeline.display import Display
    from pipeline.engines import Engines
    from pipeline.stages import process as spine

    settings = options.settings_from(
        context=context,
        model=model,
        language=language,
        speakers=speakers,
        strip=strip,
        diarizer=diarizer,
    )
    fitting = suffixes(file)
    suffix = file.suffix if file.suffix.lower() in fitting else fitting[0]
    target = out or file.with_suffix(f".clean{suffix}")
    if target.suffix.lower() not in fitting:
        raise typer.BadParameter(
            f"give it a name that ends in {' or '.join(fitting)}.", param_hint="--out"
        )
    options.make_folder(target.parent)
    if target.exists() and not force:
        raise typer.BadParameter(f"{target} exists; --force replaces it.", param_hint="--out")
    with Display(quiet=quiet) as display:
        progress = display.of(file)
        _, transcript = spine(file, settings, Engines(settings), progress, force=force)
        cut_audio(file, target, transcript.cuts, lambda done: progress("cut", done))
    display.warn(file, transcript.warnings)
    typer.echo(target)


@app.command()
def models(
    fetch: Annotated[
        str | None, typer.Option(metavar="NAME", help="Fetch a Whisper model first.")
    ] = None,
) -> None:
    """List the networks' weights: where they are, where from, whether they verify."""
    from pipeline.engines import Engines
    from pipeline.inventory import listed, text

    settings = options.settings_from(model=fetch)
    if fetch is not None:
        typer.echo(f"{fetch}: {Engines(settings).weights.path}", err=True)
    lines = listed(settings)
    typer.echo(text(lines, settings))
    if any(line.state in ("damaged", "missing") for line in lines):
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
    typer.echo(f"cleancast: {sentence}", err=True)
    sys.exit(1)
