"""The command line's shared options, and how what is wrong with them is told.

Commands that share a whole list of them take it as one value (`spread`). Knows the options'
help and hints; what their texts mean is said in choices.py.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, is_dataclass
from functools import cached_property, wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints
from urllib.parse import urlsplit

import typer

from episodes.errors import why
from pipeline.choices import OPTIONS, BadOption, brief, choose, no_model
from pipeline.settings import DiarizerName, Settings, parts
from transcribe.models import NAMES

DAY_S = 86_400.0

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
Diarizer = Annotated[
    DiarizerName | None,
    typer.Option(help="Speaker engine. Default auto: pyannote when it is set up."),
]
DataDir = Annotated[
    Path | None, typer.Option(help="Folder of the library. Default: the user's data.")
]
Folder = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="What to watch.", exists=True, file_okay=False)
]
Every = Annotated[
    float,
    typer.Option(min=0.1, max=DAY_S, metavar="SECONDS", help="Time between two looks at it."),
]
Settle = Annotated[
    float,
    typer.Option(
        min=0.0,
        max=DAY_S,
        metavar="SECONDS",
        help="A file that has not changed for so long is whole.",
    ),
]
Once = Annotated[
    bool, typer.Option("--once", help="Do what is there and whole, then end, as cron wants it.")
]
Force = Annotated[bool, typer.Option("--force", help="Do every stage again and overwrite.")]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress and no summary; failures are told.")
]

JOBS_THERE = 4


@dataclass(frozen=True)
class Choices:
    """What may be chosen for each episode: `choices.OPTIONS`, as the command line has them."""

    context: Context = None
    model: Model = None
    language: Language = None
    speakers: Speakers = None
    strip: Annotated[
        str | None,
        typer.Option(
            metavar="KINDS",
            help="Kinds to cut, comma-separated, of sponsor, selfpromo, intro, outro, preview, "
            "credits; or all, or none. Default sponsor.",
        ),
    ] = None
    diarizer: Diarizer = None
    tracks: Annotated[
        str | None,
        typer.Option(
            metavar="auto|mix|speakers|N",
            help="Audio tracks: mixed; one speaker each; the Nth alone. Default: found out.",
        ),
    ] = None

    @cached_property
    def texts(self) -> dict[str, str]:
        """Those that were given. Raises typer.BadParameter for the context."""
        given = asdict(self)
        if self.context is not None:
            given["context"] = _text(self.context)
        if self.strip == "":
            given["strip"] = "none"
        return {name: text for name, text in given.items() if text is not None}

    @cached_property
    def settings(self) -> Settings:
        """The environment's settings with these in their place. Raises typer.BadParameter."""
        try:
            settings = choose(self.texts)
            if self.model is not None and not _may_be_model(self.model):
                raise no_model(self.model)
        except BadOption as error:
            raise typer.BadParameter(str(error), param_hint=_hint(error.option)) from error
        return settings


@dataclass(frozen=True)
class Batching:
    """How many episodes are worked off, where, and what is written of them."""

    out: Annotated[
        Path | None, typer.Option(help="Folder for what is written. Default: beside the audio.")
    ] = None
    formats: Annotated[
        str, typer.Option(help="Of txt, md, html, json, vtt, srt, rttm, podcast.json; or all.")
    ] = "txt,json"
    clock: Annotated[
        Literal["original", "clean"],
        typer.Option(
            help="Times in vtt, srt, rttm, podcast.json: of the audio with or without ads."
        ),
    ] = "original"
    force: Force = False
    server: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Have a cleancast server do the work. It goes by the options given here and "
            "by its own settings; --force there tries failed episodes again. If it asks for a "
            "key, CLEANCAST_KEY is to hold it.",
        ),
    ] = None
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1, max=64, help="Episodes worked on at the same time. Default 1; on a server 4."
        ),
    ] = None
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="FILE",
            help="Write how each episode ended, as JSON, when all is over; - prints it.",
        ),
    ] = None
    quiet: Quiet = False

    @property
    def at_once(self) -> int:
        """How many episodes are worked on at the same time."""
        return self.jobs or (JOBS_THERE if self.server else 1)


def spread(command: Callable[..., None]) -> Callable[..., None]:
    """The command as typer is to see it: parameters that are dataclasses, an option a field."""
    shared: dict[str, Callable[..., object]] = {}
    shown: list[Parameter] = []
    for parameter in signature(command, eval_str=True).parameters.values():
        kind = parameter.annotation
        if not (isinstance(kind, type) and is_dataclass(kind)):
            shown.append(parameter.replace(kind=Parameter.KEYWORD_ONLY))
            continue
        shared[parameter.name], hints = kind, get_type_hints(kind, include_extras=True)
        shown += [
            Parameter(one.name, Parameter.KEYWORD_ONLY, default=one.default, annotation=hint)
            for one, hint in zip(fields(kind), hints.values(), strict=True)
        ]

    @wraps(command)
    def called(**given: object) -> None:
        for name, kind in shared.items():
            given[name] = kind(**{one: given.pop(one) for one in signature(kind).parameters})
        command(**given)

    called.__signature__ = Signature(shown)  # type: ignore[attr-defined]
    return called


def settings_from(**given: Any) -> Settings:  # noqa: ANN401  as Choices has them
    """The environment's settings, with the options that were given in their place.

    Raises typer.BadParameter, a usage error, for an option that cannot be read.
    """
    return Choices(**given).settings


def settings_at(data_dir: Path | None) -> Settings:
    """The environment's settings, for another data folder if given."""
    settings = settings_from()
    return settings if data_dir is None else settings.model_copy(update={"data_dir": data_dir})


def format_list(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """A comma-separated list of formats, each once. Raises typer.BadParameter."""
    if text == "all":
        return known
    wanted = tuple(dict.fromkeys(parts(text)))
    unknown = [name for name in wanted if name not in known]
    if unknown or not wanted:
        raise typer.BadParameter(
            f"{', '.join(unknown) or 'an empty list'}: choose from {', '.join(known)}.",
            param_hint="--formats",
        )
    return wanted


def server_url(text: str) -> str:
    """The URL without what may follow its path. Raises typer.BadParameter."""
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number, or brackets that do not close
        good = False
    if not good:
        raise typer.BadParameter(
            f"{text!r} is no URL such as http://localhost:8000.", param_hint="--server"
        )
    return parts._replace(query="", fragment="").geturl().rstrip("/")


def make_folder(path: Path, hint: str = "--out") -> None:
    """Make a folder for outputs before any work is done. Raises typer.BadParameter."""
    if path.is_file():
        raise typer.BadParameter(f"{path} is a file: name a folder.", param_hint=hint)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(
            f"{path} cannot be made: {why(error)}.", param_hint=hint
        ) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise typer.BadParameter(f"{path} cannot be written.", param_hint=hint)


def _may_be_model(name: str) -> bool:
    """Whether a model is called so, or may lie there or on a hub."""
    return name in NAMES or "/" in name or Path(name).expanduser().is_dir()


def _hint(name: str) -> str:
    if name in ("speakers", "settings"):
        return {"speakers": "--speakers"}.get(name, name)
    variable = f"CLEANCAST_{name.upper()}"
    return f"--{name} or {variable}" if name in OPTIONS else variable


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = f"{brief(str(path))} cannot be read: {why(error)}; name a file with the text."
    except UnicodeDecodeError:
        reason = f"{path} is not a text file in UTF-8."
    raise typer.BadParameter(reason, param_hint="--context")
