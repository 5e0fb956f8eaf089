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
from api.openai_voices import CLIPS, MOST_KNOWN, NAMES, known_voices
from api.options import checked
from api.problems import invalid
from api.schemas import Options, Shape
from api.uploads import Form
from formats import Ads
from pipeline.holdings import Holdings

ALIASES = (
    "whisper-1",
    "gpt-transcribe",
    "gpt-4o-transcribe",
    "gpt-4o-transcribe-diarize",
    "gpt-4o-mini-transcribe",
    "gpt-4o-mini-transcribe-2025-12-15",
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
        [], alias=NAMES, description=f"who may be heard, {MOST_KNOWN} people at most"
    )
    known_speaker_references: list[str] = Field(
        [],
        alias=CLIPS,
        description="a clip of each, 2 to 10 s of nobody else: audio as data URLs",
    )
    include: list[Literal["logprobs"]] = Field(
        [],
        alias="include[]",
        description="logprobs adds those of the words; with json only",
    )
    keywords: list[Annotated[str, StringConstraints(max_length=200)]] = Field(
        [],
        alias="keywords[]",
        description="names and terms in it, with their capitals: they join the prompt",
        max_length=200,
    )
    languages: list[str] = Field(
        [],
        alias="languages[]",
        description="one is the same as language; among several it is detected as ever",
    )
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
    """What is asked for: options as an episode has them, and the form of the answer.

    `clips` are those of known voices, by name.
    """

    options: Mapping[str, str]
    form: ResponseFormat
    stream: bool
    words: bool
    logprobs: bool
    ads: Ads
    clips: Mapping[str, bytes]


def asked(form: Form, holdings: Holdings) -> Asked:
    """A form, checked. Raises RequestValidationError, Problem, BadOption."""
    for name in form.texts:
        if f"{name}[]" in REPEATABLE:
            raise invalid(name, f"this field is written {name}[]")
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
        language=_language(fields),
        context=_context(fields),
    )
    return Asked(
        options=checked(options, holdings.intake),
        form=fields.response_format,
        stream=fields.stream == "true",
        words="word" in fields.timestamp_granularities,
        logprobs=bool(fields.include),
        ads=fields.ads,
        clips=known_voices(fields.known_speaker_names, fields.known_speaker_references),
    )


def model_name(holdings: Holdings) -> str:
    """The service's own model; of a folder on the server its name alone."""
    return PurePath(holdings.settings.model).name


def _check(fields: TranscriptionForm) -> None:
    """What the fields may not say together, or at all. Raises Problem."""
    for name, codes in (("language", [fields.language]), ("languages[]", fields.languages)):
        if not {_code(code) for code in codes if code is not None} <= LANGUAGES.keys():
            raise invalid(name, "give a code such as en or de")
    if fields.include and fields.response_format != "json":
        raise invalid("include[]", "logprobs go with the response_format json only")
    if fields.timestamp_granularities and fields.response_format != "verbose_json":
        raise invalid(
            "timestamp_granularities[]", "these go with the response_format verbose_json only"
        )
    if fields.stream == "true" and fields.response_format not in STREAMED:
        raise invalid("stream", f"what is streamed is {', '.join(STREAMED)}")


def _language(fields: TranscriptionForm) -> str | None:
    if fields.language is None and len(fields.languages) == 1:
        return _code(fields.languages[0])
    return None if fields.language is None else _code(fields.language)


def _code(language: str) -> str:
    return language.strip().lower()


def _context(fields: TranscriptionForm) -> str | None:
    """The prompt, and the keywords in a sentence: capitals that begin one would not count."""
    if not fields.keywords:
        return fields.prompt
    return "\n".join(
        [*filter(None, [fields.prompt]), f"it names {', '.join(fields.keywords)}."]
    )
