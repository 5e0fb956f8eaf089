"""A transcript in the forms of OpenAI's API: bodies and the events of a stream.

By the original clock throughout. Knows transcripts; knows no route, and leaves captions
(srt, vtt) to formats/.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean
from string import ascii_uppercase
from typing import Literal

from pydantic import ConfigDict, Field

from api.languages import LANGUAGES
from api.schemas import Shape
from episodes.types import Episode, Transcript, Utterance, Word, in_time
from formats import Ads
from formats.view import View, one_line, whole_ms
from transcribe.clean import compression_ratio

NOBODY = "unknown"
"""The speaker where nobody's voice could be told."""
_LEAST = 1e-10
"""A word's least probability, since that of 0 has no logarithm."""


class Usage(Shape):
    """What is charged elsewhere: begun seconds of audio."""

    type: Literal["duration"] = "duration"
    seconds: int


class Logprob(Shape):
    """How sure the recogniser is of a token, which is a whole word here."""

    token: str
    logprob: float
    bytes: list[int]


class Plain(Shape):
    """The body of `json`; without `logprobs` where they were not asked for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "Thanks. For nineteen years nobody asked.",
                    "usage": {"type": "duration", "seconds": 173},
                }
            ]
        }
    )

    text: str
    logprobs: list[Logprob] | None = None
    usage: Usage


class Segment(Shape):
    """A paragraph in `verbose_json`."""

    id: int
    seek: int = 0
    start: float
    end: float
    text: str
    tokens: list[int] = Field(default_factory=list)
    temperature: float = 0.0
    avg_logprob: float
    compression_ratio: float
    no_speech_prob: float = 0.0


class TimedWord(Shape):
    """A word in `verbose_json`."""

    word: str
    start: float
    end: float


class Verbose(Shape):
    """The body of `verbose_json`; without `words` where they were not asked for."""

    task: Literal["transcribe"] = "transcribe"
    language: str
    duration: float
    text: str
    segments: list[Segment]
    words: list[TimedWord] | None = None
    usage: Usage


class SpokenSegment(Shape):
    """A paragraph in `diarized_json`; an event of its stream too."""

    type: Literal["transcript.text.segment"] = "transcript.text.segment"
    id: str
    start: float
    end: float
    text: str
    speaker: str


class Diarized(Shape):
    """The body of `diarized_json`."""

    task: Literal["transcribe"] = "transcribe"
    duration: float
    text: str
    segments: list[SpokenSegment]
    usage: Usage


class Delta(Shape):
    """The event that brings the next of the text."""

    type: Literal["transcript.text.delta"] = "transcript.text.delta"
    delta: str
    logprobs: list[Logprob] | None = None


class Done(Shape):
    """The event that ends a stream."""

    type: Literal["transcript.text.done"] = "transcript.text.done"
    text: str
    logprobs: list[Logprob] | None = None
    usage: Usage


@dataclass(frozen=True)
class Speech:
    """What is said in an episode, ready to be told in any of the forms."""

    transcript: Transcript
    said: tuple[Utterance, ...]

    @classmethod
    def of(cls, transcript: Transcript, episode: Episode, ads: Ads) -> Speech:
        """A transcript's, with its ads or without."""
        entries = View(transcript, episode, "original", ads).entries()
        return cls(transcript, tuple(one for one in entries if isinstance(one, Utterance)))

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.deltas)

    @property
    def deltas(self) -> tuple[str, ...]:
        """The text of each paragraph; joined they are all of it."""
        texts = [_raw(one) for one in self.said]
        if texts:
            texts[0] = texts[0].lstrip()
            texts[-1] = texts[-1].rstrip()  # one paragraph is both first and last
        return tuple(texts)

    @property
    def usage(self) -> Usage:
        """The audio's seconds, rounded up."""
        return Usage(seconds=math.ceil(self.duration))

    @property
    def duration(self) -> float:
        """The audio's length, seconds."""
        return whole_ms(self.transcript.duration_s)

    @property
    def logprobs(self) -> tuple[list[Logprob], ...]:
        """Those of each paragraph: their tokens are its text in `deltas`."""
        return tuple(map(_logprobs, self.said, self.deltas))

    def plain(self, logprobs: bool = False) -> Plain:
        """For `json`."""
        return Plain(text=self.text, logprobs=self._all(logprobs), usage=self.usage)

    def verbose(self, words: bool) -> Verbose:
        """For `verbose_json`."""
        code = self.transcript.language
        return Verbose(
            language=LANGUAGES.get(code, code),
            duration=self.duration,
            text=self.text,
            segments=[_segment(number, one) for number, one in enumerate(self.said)],
            words=self._words() if words else None,
            usage=self.usage,
        )

    def diarized(self) -> Diarized:
        """For `diarized_json`."""
        return Diarized(
            duration=self.duration,
            text=self.text,
            segments=self._spoken(),
            usage=self.usage,
        )

    def events(
        self, speakers: bool, logprobs: bool = False
    ) -> Iterator[Delta | SpokenSegment | Done]:
        """A stream's: paragraphs, with their `speakers` or as bare text, and the end."""
        if speakers:
            yield from self._spoken()
        else:
            for text, told in zip(self.deltas, self.logprobs, strict=True):
                yield Delta(delta=text, logprobs=told if logprobs else None)
        yield Done(text=self.text, logprobs=self._all(logprobs), usage=self.usage)

    def _all(self, logprobs: bool) -> list[Logprob] | None:
        return [one for some in self.logprobs for one in some] if logprobs else None

    def _words(self) -> list[TimedWord]:
        return [
            TimedWord(word=text, start=whole_ms(word.start), end=whole_ms(word.end))
            for word in in_time(self.said)
            if (text := word.text.strip())
        ]

    def _spoken(self) -> list[SpokenSegment]:
        called = self._called()
        return [
            SpokenSegment(
                id=f"seg_{number:03d}",
                start=whole_ms(one.start),
                end=whole_ms(one.end),
                text=one.text,
                speaker=called.get(one.speaker, NOBODY),
            )
            for number, one in enumerate(self.said, start=1)
        ]

    def _called(self) -> dict[str | None, str]:
        """What each voice is called: by the name it was given, else the next letter.

        A name found in what is said was not given: clients expect a letter there.
        """
        given = [s for s in self.transcript.speakers if s.name_confidence is None]
        names = {s.label: one_line(s.name) for s in given if s.name}
        free = (letter for letter in letters() if letter not in names.values())
        voices = dict.fromkeys(one.speaker for one in self.said)
        return {voice: names.get(voice) or next(free) for voice in voices if voice is not None}


def letters() -> Iterator[str]:
    """A, B, ... Z, AA, AB and so on."""
    yield from ascii_uppercase
    for first in letters():
        yield from (first + second for second in ascii_uppercase)


def _segment(number: int, utterance: Utterance) -> Segment:
    text = _raw(utterance)
    return Segment(
        id=number,
        start=whole_ms(utterance.start),
        end=whole_ms(utterance.end),
        text=text,
        avg_logprob=round(fmean(map(_sure, utterance.words)), 4),
        compression_ratio=round(compression_ratio(text), 4),
    )


def _logprobs(utterance: Utterance, text: str) -> list[Logprob]:
    """A paragraph's words as tokens that make up `text`, which may lack its outer blanks."""
    found, at = [], -_raw(utterance).index(text)
    for word in utterance.words:
        token = text[max(0, at) : max(0, at + len(word.text))]
        at += len(word.text)
        if token:
            sure = round(_sure(word), 4)
            found.append(Logprob(token=token, logprob=sure, bytes=list(token.encode())))
    return found


def _sure(word: Word) -> float:
    return math.log(max(word.probability, _LEAST))


def _raw(utterance: Utterance) -> str:
    """Its text as recognised, outer blanks and all."""
    return "".join(word.text for word in utterance.words)
