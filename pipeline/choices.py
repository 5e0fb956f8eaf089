"""A user's options, as texts, turned into Settings: the same for a terminal and for HTTP.

Knows the options and how their texts read; does not know where they were given.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from pydantic import ValidationError

from episodes.errors import BadInput
from pipeline import clips
from pipeline.settings import Settings
from transcribe.models import NAMES, english_only

OPTIONS = ("context", "model", "language", "speakers", "strip", "diarizer", "tracks")
"""What may be chosen for each episode."""


class BadOption(BadInput):
    """An option's text cannot be read, or is not among the choices.

    `option` is its name; a setting's that is no option where the environment is wrong, and
    "settings" where several do not go together.
    """

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option


def choose(given: Mapping[str, str | None], base: Settings | None = None) -> Settings:
    """`base`, else the environment's settings, with the options given in their place.

    Texts are as on the command line, but `context` is the text itself; None is not given.
    Raises BadOption.
    """
    values = {} if base is None else base.model_dump()
    for name, text in given.items():
        if name not in (*OPTIONS, clips.OPTION):
            raise BadOption(name, f"There is no option {name!r}: {', '.join(OPTIONS)} are all.")
        if text is None:
            continue
        if name == "speakers":
            values["least_speakers"], values["most_speakers"] = speaker_range(text)
        else:
            values[name] = "" if (name, text) == ("strip", "none") else text
    try:
        settings = Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        raise _bad(first["loc"], first["msg"], first["input"]) from error
    if settings.language not in (None, "en") and english_only(settings.model):
        raise BadOption("language", _english(settings.model))
    return settings


def _english(model: str) -> str:
    name = PurePath(model).name
    other = name.removesuffix(".en") if name.endswith(".en") else "base"
    other = other if other in NAMES else "base"
    return f"{brief(name)} knows English only: choose {other}, or leave the language out."


def speaker_range(text: str) -> tuple[int, int]:
    """Read a range within 1 to 20: "3" is (3, 3), "2-5" is (2, 5). Raises BadOption."""
    least, dash, most = text.partition("-")
    try:
        first, last = int(least), int(most if dash else least)
    except ValueError:
        first, last = 0, 0
    if not 1 <= first <= last <= 20:
        raise BadOption(
            "speakers",
            f"{text!r} is neither a number nor a range from 1 to 20, such as 3 or 2-5.",
        )
    return first, last


def _bad(place: tuple[int | str, ...], reason: str, value: object) -> BadOption:
    reason = reason.removeprefix("Value error, ")
    if not place:
        return BadOption("settings", f"{reason[:1].upper()}{reason[1:]}.")
    name = str(place[0])
    reason = f"{reason[:1].lower()}{reason[1:]}"
    return BadOption(name, f"{name} cannot be {brief(repr(value))}: {reason}.")


def no_model(name: str) -> BadOption:
    """The error that no model is called so."""
    known = ", ".join(NAMES)
    return BadOption("model", f"There is no model {brief(name)}: choose among {known}.")


def brief(text: str) -> str:
    """What a user gave, as far as a sentence can show it."""
    return text if len(text) <= 60 else f"{text[:60]}..."
