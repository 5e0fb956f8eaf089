"""The shape of what there is to decide about a transcript, with an example.

Knows no route and no database.
"""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from api.schemas import Shape
from episodes.edits import Action
from episodes.types import AdKind
from pipeline.review import Reason

_REVIEW: dict[str, Any] = {
    "held_back": None,
    "questions": [
        {
            "start": 131.2,
            "end": 158.5,
            "clean_start": 98.7,
            "clean_end": 126.0,
            "reason": "repeats",
            "suggested": "cut",
            "stripped": False,
            "kind": "sponsor",
            "confidence": 0.9,
            "sponsor": None,
            "evidence": ['heard in 3 other episodes (last: "A Night Bakery" at 12:03)'],
            "quote": "Puddlewick makes boots for people who stand in the rain.",
        }
    ],
}


class Question(Shape):
    """Something for a person to decide."""

    start: float = Field(description="its first second, of the original")
    end: float = Field(description="the second after it")
    clean_start: float | None = Field(description="the same without the ads; null if it is cut")
    clean_end: float | None
    reason: Reason = Field(
        description="unsure: found with little confidence; held back: found, but too much to "
        "be believed; repeats: other episodes tell of it by now"
    )
    suggested: Action | None = Field(description="what the evidence speaks for; null: open")
    stripped: bool = Field(description="whether it is cut now")
    kind: AdKind
    confidence: float = Field(ge=0, le=1)
    sponsor: str | None
    evidence: list[str] = Field(description="what speaks for it, for a person to check")
    quote: str = Field(description="what is said in it, shortened")


class Review(Shape):
    """What there is to decide about a transcript, in the order of time."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REVIEW]})

    held_back: str | None = Field(description="why nothing was cut, where all was held back")
    questions: list[Question]
