"""Shapes of JSON about corrected text, each with an example. Knows no route."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from api.schemas import Shape, Stretch
from episodes.edits import Break, Correction, Wording
from formats.view import one_line

_LETTERS = StringConstraints(max_length=10_000)
Said = Annotated[str, _LETTERS, AfterValidator(one_line)]

_WORDED: dict[str, Any] = {
    "start": 12.48,
    "end": 13.1,
    "text": "the tide clock",
    "was": "the tight clock",
}
_BROKEN: dict[str, Any] = {"at": 18.2, "parted": True}


def _example(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class Worded(Stretch):
    """What a voice says in a stretch of time, in other words."""

    model_config = _example(_WORDED)

    text: Said = Field(description="what is said; empty where nothing is")
    was: Annotated[Said, StringConstraints(min_length=1)] = Field(
        description="the text that it replaces: whole words of one voice, in a row"
    )


class Place(Shape):
    """Where a paragraph begins."""

    model_config = _example({"at": 18.2})

    at: float = Field(
        ge=0, allow_inf_nan=False, description="where its first word starts, original seconds"
    )


class Broken(Place):
    """Whether a paragraph begins at a second, or goes on."""

    model_config = _example(_BROKEN)

    parted: bool = Field(description="true: it begins there; false: it goes on")


class Undoing(Shape):
    """Which step is taken back."""

    model_config = _example({"number": 12})

    number: int | None = Field(
        None,
        ge=1,
        description="the last one's; where it is taken back already, nothing changes",
    )


class Corrected(Shape):
    """The corrections in force: how many, and which of them `text:undo` takes back."""

    model_config = _example({"number": 12, "last": _WORDED})

    number: int = Field(ge=0)
    last: Worded | Broken | None = Field(description="null where there is none")


class Corrections(Shape):
    """The corrections in force."""

    model_config = _example({"corrections": [_WORDED, _BROKEN]})

    corrections: list[Worded | Broken] = Field(description="in the order they were made in")


def shown(one: Correction) -> Worded | Broken:
    """A correction as JSON has it."""
    match one:
        case Wording():
            return Worded(start=one.start, end=one.end, text=one.text, was=one.was)
        case Break():
            return Broken(at=one.at, parted=one.parted)
