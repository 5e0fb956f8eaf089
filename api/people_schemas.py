"""Shapes of JSON about people and voices, each with an example. Knows no route."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from api.examples import ID
from api.schemas import Label, Line, Shape

PERSON_ID = "p_5d41402abc4b2a76"
PersonId = Annotated[str, StringConstraints(pattern=r"^p_[0-9a-f]{16}$")]

_PRINT: dict[str, Any] = {
    "episode": ID,
    "title": "The Keeper of Gannet Point",
    "speech_s": 60.0,
}
_PERSON: dict[str, Any] = {
    "id": PERSON_ID,
    "show": "Second Trades",
    "name": "Nora Whitcombe",
    "prints": [_PRINT],
}
_OFFER: dict[str, Any] = {
    "speaker": "Speaker 2",
    "person": PERSON_ID,
    "name": "Nora Whitcombe",
    "likeness": 0.74,
    "evidence": 'sounds as in "The Keeper of Gannet Point" (likeness 0.74)',
}
_MOVE: dict[str, Any] = {
    "speaker": "Speaker 3",
    "into": "Speaker 1",
    "start": None,
    "end": None,
}
_SPEAKERS: dict[str, Any] = {
    "speakers": [
        {
            "label": "Speaker 1",
            "name": "Ansel Rye",
            "named_by": "roster",
            "evidence": 'sounds as in "A Night Bakery" (likeness 0.93)',
            "offers": [],
        },
        {
            "label": "Speaker 2",
            "name": None,
            "named_by": None,
            "evidence": None,
            "offers": [_OFFER],
        },
    ],
    "moves": [_MOVE],
}


def _example(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class PrintView(Shape):
    """A print of a person's voice; the print itself is not shown."""

    episode: str = Field(description="the id of the episode in which the person was named")
    title: str
    speech_s: float = Field(description="seconds of speech it was made from")


class PersonView(Shape):
    """Somebody who was named in a show."""

    model_config = _example(_PERSON)

    id: str = Field(description="to rename, merge or forget by")
    show: str | None = Field(description="null for episodes of which nobody knows the show")
    name: str
    prints: list[PrintView]


class PeopleList(Shape):
    """People, by show and name."""

    model_config = _example({"people": [_PERSON]})

    people: list[PersonView]


class Renaming(Shape):
    """Another name for a person."""

    model_config = _example({"name": "Nora Whitcombe-Hale"})

    name: Line = Field(description="what they are called from now on, in every episode")


class MergeInto(Shape):
    """With whom a person is one."""

    model_config = _example({"into": PERSON_ID})

    into: PersonId = Field(description="who stays, with the prints of both")


class OfferView(Shape):
    """Who a voice may be."""

    model_config = _example(_OFFER)

    speaker: str
    person: str
    name: str
    likeness: float = Field(
        ge=0, le=1, description="0.6 or more; from 0.8 on a clear one is told"
    )
    evidence: str


class EpisodeOffers(Shape):
    """An episode, and who its voices may be."""

    episode: str
    title: str
    offers: list[OfferView]


class OfferList(Shape):
    """What there is to confirm or to refuse."""

    model_config = _example(
        {"episodes": [{"episode": ID, "title": "The Clockmaker", "offers": [_OFFER]}]}
    )

    episodes: list[EpisodeOffers]


class SpeakerView(Shape):
    """A voice of an episode: what it is called, why, and who else it may be."""

    label: str
    name: str | None
    named_by: Literal["person", "clip", "track", "roster", "words"] | None
    evidence: str | None
    offers: list[OfferView] = Field(description="the likest first; none where it is clear")


class MoveView(Shape):
    """What was said by `speaker` (null is anybody) and is `into`'s now."""

    into: str
    speaker: str | None
    start: float | None = Field(description="null is the episode's")
    end: float | None = Field(description="null is the episode's")


class SpeakersView(Shape):
    """The voices of an episode, with all edits, and what was merged and split of them."""

    model_config = _example(_SPEAKERS)

    speakers: list[SpeakerView]
    moves: list[MoveView] = Field(description="in the order in which they were made")


class Confirming(Shape):
    """Who a voice is."""

    model_config = _example({"speaker": "Speaker 2", "person": PERSON_ID})

    speaker: Label = Field(description="the voice")
    person: PersonId = Field(description="whose it is")


class Refusing(Shape):
    """Who is not heard in an episode."""

    model_config = _example({"person": PERSON_ID})

    person: PersonId = Field(description="who is not heard in it")


class Merging(Shape):
    """Two voices of an episode that are one."""

    model_config = _example({"speaker": "Speaker 3", "into": "Speaker 1"})

    speaker: Label = Field(description="whose words go to the other")
    into: Label = Field(description="who stays")


class Splitting(Shape):
    """What a voice says from one second to another, and is somebody else's."""

    model_config = _example(
        {"speaker": "Speaker 2", "start": 120.4, "end": 131.0, "into": "Speaker 1"}
    )

    speaker: Label | None = Field(None, description="of this voice alone; left out, of all")
    start: float = Field(ge=0, allow_inf_nan=False, description="its first second")
    end: float = Field(ge=0, allow_inf_nan=False, description="the second after it")
    into: Label | None = Field(None, description="whose it is; left out, a new voice's")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start >= self.end:
            raise ValueError("the start must be before the end")
        return self
