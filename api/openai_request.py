"""What a request for a transcription says, in OpenAI's words, and what it means here.

Knows the fields of OpenAI's form and the service's options; knows no route.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated, Literal

from fastapi.exceptions import RequestValidationError
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from api.languages import LANGUAGES
from api.options import checked
from api.problems import invalid
from api.schemas import Options, Shape
from api.uploads import Form
from formats import Ads
from pipeline.holdings import Holdings

ALIASES = (
    "whisper-1",
    "gpt-4o-transcribe",
    "gpt-4o-transcribe-diarize",
    "gpt-4o-mini-transcribe",
    "default",
)
"""Names that mean the service's own model."""
ResponseFormat = Literal["json", "text", "srt", "verbose_json", "vtt", "diarized_json"]
STREAMED: Collection[ResponseFormat] = ("json", "text", "diarized_json")

_Flag = Annotated[Literal["true", "false"], BeforeValidator(lambda text: text.lower())]
_Ignored = Annotated[str | None, Field(None, description="accepted, without effect")]


class TranscriptionForm(Shape):
    """The fields of a request for a transcription."""

    model_config = ConfigDict(json_schema_extra={"required": ["file", "model"]})

    file: str = Field(
        "",
        description="the audio",
        json_schema_extra={"type": "string", "contentMediaType": "application/octet-stream"},
    )
    model: str = Field(
        description=f"Whisper model by name; the service's own for {', '.join(ALIASES)}",
        examples=["whisper-1"],
    )
    language: str | None = Field(None, description='a code such as "en"; else detected')
    prompt: Annotated[str, StringConstraints(max_length=200_000)] | None = Field(
        None, description="text that spells names right, such as show notes"
    )
    response_format: ResponseFormat = "json"
    stream: _Flag = Field(
        "false", description=f"Server-Sent Events; with {', '.join(STREAMED)} only"
    )
    timestamp_granularities: list[Literal["word", "segment"]] = Field(
        [],
        alias="timestamp_granularities[]",
        description="word adds `words`; with verbose_json only",
    )
    ads: Literal["keep", "strip"] = Field(
        "keep", description="not OpenAI's: whether what is said in ads is told"
    )
    known_speaker_names: list[str] = Field(
        [], alias="known_speaker_names[]", description="accepted, without effect"
    )
    known_speaker_references: list[str] = Field(
        [], alias="known_speaker_references[]", description="refused: not offered yet"
    )
    include: list[str] = Field([], alias="include[]", description="accepted, without effect")
    temperature: _Ignored
    chunking_strategy: _Ignored
    # An object reaches a form field by field.
    chunking_type: _Ignored = Field(None, alias="chunking_strategy[type]")
    chunking_prefix: _Ignored = Field(None, alias="chunking_strategy[prefix_padding_ms]")
    chunking_silence: _Ignored = Field(None, alias="chunking_strategy[silence_duration_ms]")
    chunking_threshold: _Ignored = Field(None, alias="chunking_strategy[threshold]")


REPEATABLE = frozenset(
    field.alias
    for field in TranscriptionForm.model_fields.values()
    if field.alias and field.alias.endswith("[]")
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: options as an episode has them, and the form of the answer."""

    options: Mapping[str, str]
    form: ResponseFormat
    stream: bool
    words: bool
    ads: Ads


def asked(form: Form, holdings: Holdings) -> Asked:
    """A form, checked. Raises RequestValidationError, Problem, BadOption."""
    given = {name: text for name, text in form.texts.items() if text.strip()}
    lists = {name: [one for one in texts if one] for name, texts in form.lists.items()}
    try:
        fields = TranscriptionForm.model_validate(given | lists)
    except ValidationError as error:
        raise RequestValidationError(
            [{**one, "loc": ("body", one["loc"][0])} for one in error.errors()]
        ) from error
    _check(fields)
    own = fields.model in (*ALIASES, model_name(holdings))
    options = Options(
        model=None if own else fields.model,
        language=None if fields.language is None else fields.language.strip().lower(),
        context=fields.prompt,
    )
    return Asked(
        options=checked(options, holdings.intake),
        form=fields.response_format,
        stream=fields.stream == "true",
        words="word" in fields.timestamp_granularities,
        ads=fields.ads,
    )


def model_name(holdings: Holdings) -> str:
    """The service's own model; of a folder on the server its name alone."""
    return PurePath(holdings.settings.model).name


def _check(fields: TranscriptionForm) -> None:
    """What the fields may not say together, or not yet. Raises Problem."""
    if fields.language is not None and fields.language.strip().lower() not in LANGUAGES:
        raise invalid("language", "give a code such as en or de")
    if fields.known_speaker_references:
        raise invalid(
            "known_speaker_references[]",
            "matching speakers by reference is not offered yet; leave the references out",
        )
    if fields.timestamp_granularities and fields.response_format != "verbose_json":
        raise invalid(
            "timestamp_granularities[]", "these go with the response_format verbose_json only"
        )
    if fields.stream == "true" and fields.response_format not in STREAMED:
        raise invalid("stream", f"what is streamed is {', '.join(STREAMED)}")
