"""Stand-ins for the networks: they answer at once, and always the same."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from episodes.errors import BadAudio
from episodes.people import Print
from episodes.repeats import Repeat
from episodes.spans import Span
from episodes.types import (
    AdSpan,
    Audio,
    Episode,
    Provenance,
    Segment,
    Speaker,
    Transcript,
    Turn,
    Utterance,
    Word,
)
from pipeline.batch import Batch, Spine, Task, Wish
from pipeline.child import Work
from pipeline.finished import Finished, finish
from pipeline.settings import Settings


def words_of(text: str, start: float, word_s: float = 0.3) -> tuple[Word, ...]:
    """The words of `text`, one every `word_s` seconds from `start` on."""
    return tuple(
        Word(start + i * word_s, start + i * word_s + 0.8 * word_s, f" {token}")
        for i, token in enumerate(text.split())
    )


@dataclass(frozen=True)
class FakeWeights:
    name: str = "fake"
    path: Path = Path("nowhere")
    sha256: str = "0" * 64


@dataclass
class FakeRecogniser:
    """Says the same sentence in each piece; remembers what it was asked."""

    text: str = "This is what a fake recogniser hears."
    asked: list[str] = field(default_factory=list)

    def language(self, audio: Audio) -> str:
        self.asked.append("language")
        return "en"

    def pieces(self, audio: Audio) -> tuple[Span, ...]:
        half = audio.duration_s / 2
        return (Span(0.0, half), Span(half, audio.duration_s))

    def transcribe(
        self,
        audio: Audio,
        piece: Span,
        language: str,
        hotwords: Sequence[str] = (),
        progress: Callable[[float], None] = lambda _: None,
    ) -> tuple[Segment, ...]:
        self.asked.append(f"piece at {piece.start:.1f}")
        words = words_of(self.text, piece.start)
        progress(1.0)
        return (Segment(words[0].start, words[-1].end, words),)


@dataclass
class FakeDiarizer:
    """Hears two voices, one in each half."""

    asked: int = 0

    @property
    def models(self) -> Mapping[str, str]:
        return {"fake voices": "1" * 64}

    def diarize(
        self,
        audio: Audio,
        least: int = 1,
        most: int = 20,
        progress: Callable[[float], None] = lambda _: None,
    ) -> tuple[Turn, ...]:
        self.asked += 1
        half = audio.duration_s / 2
        return (
            Turn(0.0, half, speaker="Speaker 1"),
            Turn(half, audio.duration_s, speaker="Speaker 2"),
        )


@dataclass
class FakeListener:
    """Hears in each clip the voice of the episode that comes as many seconds in, from 0."""

    asked: list[str] = field(default_factory=list)

    def clip(self, audio: Audio) -> Print:
        self.asked.append("clip")
        return _fake_print(round(audio.duration_s))

    def voices(self, audio: Audio, samples: Sequence[Sequence[Span]]) -> tuple[Print, ...]:
        self.asked.append("voices")
        return tuple(_fake_print(number) for number in range(len(samples)))


def direction(*parts: float) -> tuple[float, ...]:
    """Cosines to the first few of 192 axes; what is left lies along an axis of its own."""
    rest = max(0.0, 1 - sum(part * part for part in parts)) ** 0.5
    return (*parts, *(0.0,) * (191 - len(parts)), rest)


def _fake_print(number: int) -> Print:
    return Print(tuple(float(at == number) for at in range(192)), 60.0)


@dataclass
class FakeEngines:
    """Engines that load nothing."""

    weights: FakeWeights = field(default_factory=FakeWeights)
    recogniser: FakeRecogniser = field(default_factory=FakeRecogniser)
    diarizer: FakeDiarizer = field(default_factory=FakeDiarizer)
    listener: FakeListener = field(default_factory=FakeListener)


def make_fake_work(_settings: Settings) -> Work[Task, tuple[Episode, Transcript]]:
    """Work for a child process that a file's name tells what to do."""

    def work(task: Task, progress: Callable[[str, float], None]) -> tuple[Episode, Transcript]:
        progress("transcribe", 0.5)
        match task.source.stem:
            case "dies":
                os._exit(9)
            case "bad":
                raise BadAudio("This file is bad.")
            case "bug":
                raise ZeroDivisionError("a bug")
            case "slow":
                time.sleep(60)
        return episode_of(task.source), transcript_of(
            words_of(f"Made by process {os.getpid()}.", 0.0)
        )

    return work


def make_fake_spine(settings: Settings) -> Spine:
    """The same work, its transcript rendered as a batch wants it."""
    work = make_fake_work(settings)

    def finished(task: Task, progress: Callable[[str, float], None]) -> Finished:
        return finish(*work(task, progress), task.formats, task.clock)

    return finished


def make_incomplete_spine(settings: Settings) -> Spine:
    """The same, with something left for another time."""
    spine = make_fake_spine(settings)
    return lambda task, progress: replace(spine(task, progress), complete=False)


def make_no_work(_settings: Settings) -> Spine:
    """Work for a child process that should never be asked for any."""
    raise BadAudio("There was something to do.")


def episode_of(source: Path) -> Episode:
    """An episode of which nothing is known but its file."""
    return Episode("0" * 64, str(source), datetime(2026, 1, 1, tzinfo=UTC))


def transcript_of(words: tuple[Word, ...], ads: tuple[AdSpan, ...] = ()) -> Transcript:
    """A transcript of one utterance."""
    return Transcript(
        episode_id="0" * 64,
        language="en",
        duration_s=60.0,
        speakers=(Speaker("Speaker 1"),),
        utterances=(Utterance("Speaker 1", words),),
        turns=(),
        ads=ads,
        provenance=Provenance("0", {}, ""),
    )


class FakeWorker:
    """Does all at once; other episodes tell of the `offered` until it does them again."""

    def __init__(self, *offered: str) -> None:
        self.offered, self.asked = set(offered), list[str]()

    def run(self, task: Task, _progress: object) -> Finished:
        name = task.source.stem
        if name in self.asked:
            self.offered.discard(name)
        self.asked.append(name)
        transcript = transcript_of(words_of("Hello.", 0.0))
        done = finish(episode_of(task.source), transcript, task.formats, task.clock)
        return replace(done, episode_id=name)

    def stop(self) -> None:
        pass

    def offers(self, episode_id: str, _edges: bool) -> tuple[Repeat, ...]:
        told = Repeat(1.0, 9.0, "sponsor", 0.9, "heard in another episode")
        return (told,) * (episode_id in self.offered)

    def batch(self, settings: Settings) -> Batch:
        wish = Wish(["txt"])
        return Batch([self], wish, settings.data_dir, lambda: "made", self.offers)
