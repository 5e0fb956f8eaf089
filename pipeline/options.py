"""The command line's shared options, and how they become Settings.

Knows option texts and their checks; does not know what any option does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from pipeline.settings import DiarizerName, Settings

File = Annotated[Path, typer.Argument(metavar="FILE", help="An audio file.")]
Context = Annotated[
    Path | None,
    typer.Option(help="A text (show notes, an article) that spells the names right."),
]
Model = Annotated[
    str | None,
    typer.Option(help="Whisper model: base, tiny.en, small, ... or a folder. Default base."),
]
Language = Annotated[
    str | None, typer.Option(help='Language code such as "en". Default: detected.')
]
Speakers = Annotated[
    str | None,
    typer.Option(metavar="N|MIN-MAX", help="How many people speak. Default: found out."),
]
Strip = Annotated[
    str | None,
    typer.Option(
        metavar="KINDS",
        help="Kinds to cut, comma-separated, of sponsor, selfpromo, intro, outro, preview, "
        "credits; or all, or none. Default sponsor.",
    ),
]
Diarizer = Annotated[
    DiarizerName | None,
    typer.Option(help="Speaker engine. Default auto: pyannote when it is set up."),
]
Force = Annotated[bool, typer.Option("--force", help="Do every stage again and overwrite.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")]


def settings_from(
    *,
    context: Path | None = None,
    speakers: str | None = None,
    strip: str | None = None,
    **plain: str | None,
) -> Settings:
    """The environment's settings, with the options that were given in their place.

    Raises typer.BadParameter, a usage error, for an option that cannot be read.
    """
    given: dict[str, object] = {
        name: value for name, value in plain.items() if value is not None
    }
    if context is not None:
        given["context"] = _text(context)
    if speakers is not None:
        given["least_speakers"], given["most_speakers"] = speaker_range(speakers)
    if strip is not None:
        given["strip"] = "" if strip == "none" else strip
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks the values
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:
            raise typer.BadParameter(first["msg"], param_hint="settings") from error
        name = str(first["loc"][0])
        message = f"{first['msg']} (given: {first['input']!r})"
        hint = f"--{name} or CLEANCAST_{name.upper()}"
        raise typer.BadParameter(message, param_hint=hint) from error


def speaker_range(text: str) -> tuple[int, int]:
    """Read a range within 1 to 20: "3" is (3, 3), "2-5" is (2, 5).

    Raises typer.BadParameter.
    """
    least, dash, most = text.partition("-")
    try:
        first, last = int(least), int(most if dash else least)
    except ValueError:
        first, last = 0, 0
    if not 1 <= first <= last <= 20:
        raise typer.BadParameter(
            f"{text!r} is neither a number nor a range from 1 to 20, such as 3 or 2-5.",
            param_hint="--speakers",
        )
    return first, last


def format_list(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """A comma-separated list of formats, each once. Raises typer.BadParameter."""
    if text == "all":
        return known
    wanted = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [name for name in wanted if name not in known]
    if unknown or not wanted:
        raise typer.BadParameter(
            f"{', '.join(unknown) or 'an empty list'}: choose from {', '.join(known)}.",
            param_hint="--formats",
        )
    return wanted


def make_folder(path: Path) -> None:
    """Make a folder for outputs before any work is done. Raises typer.BadParameter."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise typer.BadParameter(
            f"{path} cannot be made: {reason}.", param_hint="--out"
        ) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = f"{path} cannot be read: {(error.strerror or 'unknown error').lower()}."
    except UnicodeDecodeError:
        reason = f"{path} is not a text file in UTF-8."
    raise typer.BadParameter(reason, param_hint="--context")
