"""The commands for one stage alone: transcribe, diarize, ads, cut; and the list of models.

Read options, call stages, print what comes back. Registered by cli.py, and as careful as
it is to load the engines late.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline import options

if TYPE_CHECKING:
    from episodes.types import Transcript
    from pipeline.progress import Progress
    from pipeline.settings import Settings


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


@options.spread
def ads(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Audio; or a transcript or words as JSON."),
    ],
    chosen: options.Choices,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Print the ads of an episode as JSON, and which of them would be cut.

    FILE is audio, a transcript written by cleancast, or
    {"words": [{"text", "start", "end", "speaker"?}], "duration"?, "language"?}.
    """
    from formats.stages import ads_json
    from pipeline.display import Display
    from pipeline.stages import ads_of_words

    settings = chosen.settings
    with Display(quiet=quiet) as display:
        if file.suffix.lower() == ".json":
            spans, warnings = ads_of_words(file, settings)
        else:
            transcript, _ = _transcript(file, settings, display.of(file), force=force)
            spans, warnings = transcript.ads, transcript.warnings
    display.warn(file, warnings)
    typer.echo(ads_json(spans))


@options.spread
def cut(
    file: options.File,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Default: FILE, with .clean in its name."),
    ] = None,
    *,
    chosen: options.Choices,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Write the audio without its ads: same kind of file, tags and chapters kept."""
    from audio.cut import cut as cut_audio
    from audio.cut import suffixes
    from pipeline.display import Display
    from pipeline.identity import check

    settings = chosen.settings
    check(file)
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
        transcript, tracks = _transcript(file, settings, progress, force=force)
        cut_audio(file, target, transcript.cuts, lambda done: progress("cut", done), tracks)
    display.warn(file, transcript.warnings)
    typer.echo(target)


def _transcript(
    file: Path, settings: Settings, progress: Progress, *, force: bool
) -> tuple[Transcript, tuple[int, ...]]:
    """Return a file's transcript and the tracks it was made of.

    The file is compared with the folder's other episodes, as `process` does.
    """
    from pipeline.engines import Engines
    from pipeline.repeats import open_repeats
    from pipeline.run import Run
    from pipeline.stages import process

    others = open_repeats(settings).beside(str(file.resolve().parent))
    with Run(file, settings, Engines(settings), progress, force=force) as run:
        return process(run, others), run.decode().tracks


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
