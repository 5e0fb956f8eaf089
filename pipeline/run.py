"""The costly stages of one episode, each done once, its result kept.

Knows the order of nothing: stages.py does. Does not know how results are stored.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, cast

from pydantic import TypeAdapter

from ads.doubts import Question, Witness
from ads.prompt import Stretch
from audio.cues import listen
from audio.decode import decode
from audio.fingerprint import Prints, prints
from episodes.errors import BadAudio
from episodes.people import Print
from episodes.sound import Sound
from episodes.spans import Span
from episodes.types import Audio, Episode, Provenance, Segment, Turn
from pipeline import clips, voiceprints
from pipeline.engines import Engines
from pipeline.identity import identify
from pipeline.llm import LanguageModel
from pipeline.progress import Progress, ignore
from pipeline.scratch import sweep, work_folder
from pipeline.settings import Settings
from pipeline.stage_results import (
    LENGTH,
    PRINT,
    SEGMENTS,
    SOUNDS,
    SPANS,
    STRETCHES,
    TEXT,
    TURNS,
    VERSIONS,
    Length,
)
from speakers.network import SHA256
from speakers.prints import samples
from storage.places import open_blobs
from storage.results import StageResults, fingerprint
from transcribe.context import terms

T = TypeVar("T")


class Run:
    """A context manager: the decoded samples live in a folder that goes with it.

    `episode` is what is already known of the file, which need not be there any more where
    every result is stored. `force` does every stage again. `scratch` is a folder for the
    samples that outlives this process, so that the next need not decode again.
    """

    def __init__(
        self,
        source: Path,
        settings: Settings,
        engines: Engines,
        progress: Progress = ignore,
        *,
        force: bool = False,
        episode: Episode | None = None,
        scratch: Path | None = None,
    ) -> None:
        self.episode = episode or identify(source)
        self.settings = settings
        self.progress = progress
        self.complete = True  # until something is left for another time
        self._source, self._engines = source, engines
        self._llm = LanguageModel(settings)
        self._blobs = open_blobs(settings.storage_url, settings.data_dir)
        self._results = StageResults(self._blobs, self.episode.id, force=force)
        self._prints = StageResults(
            self._blobs, self.episode.id, force=force, folder=voiceprints.FOLDER
        )
        self._answers: dict[tuple[str, str], object] = {}
        self._seconds: dict[str, float] = {}
        self._scratch, self._folder = scratch, ExitStack()

    def __enter__(self) -> Self:
        sweep(self.settings.data_dir)
        if self._scratch is None:
            work = work_folder(self.settings.data_dir)
            folder = tempfile.TemporaryDirectory(dir=work, prefix=f"{os.getpid()}-")
            self._scratch = Path(self._folder.enter_context(folder))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._folder.close()

    def decode(self) -> Length:
        """The episode's length. Raises BadAudio."""
        return self._stage(
            "decode",
            LENGTH,
            lambda: Length(self._audio.duration_s, self._audio.warnings, self._audio.treatment),
        )

    def fingerprint(self) -> Prints:
        """What it sounds like."""
        text = self._stage("fingerprint", TEXT, lambda: prints(self._audio).text())
        return Prints.from_text(text)

    def language(self) -> str:
        """The language's code: as set, else as heard."""
        if self.settings.language:
            return self.settings.language
        self.progress("language", 0.0)

        def heard() -> str:
            return self._engines.recogniser.language(self._audio)

        return self._stage("language", TEXT, heard, self._model, *self._treated)

    def pieces(self) -> tuple[Span, ...]:
        """Stretches of about ten minutes that are recognised one by one."""
        engines = self._engines
        return self._stage(
            "pieces", SPANS, lambda: engines.recogniser.pieces(self._audio), *self._treated
        )

    def transcribe(self, language: str) -> tuple[Segment, ...]:
        """All segments; each piece is kept as soon as it is done."""
        numbers = range(len(self.pieces()))
        return tuple(segment for i in numbers for segment in self.piece(i, language))

    def piece(self, number: int, language: str) -> tuple[Segment, ...]:
        """The segments of one of the `pieces`, counted from 0."""
        pieces = self.pieces()
        piece, total_s = pieces[number], sum(one.duration_s for one in pieces)
        before_s = sum(one.duration_s for one in pieces[:number])

        def part(fraction: float) -> None:
            done_s = before_s + fraction * piece.duration_s
            self.progress("transcribe", done_s / total_s)

        part(0.0)
        hotwords = terms(self.settings.context)
        segments = self._stage(
            "transcribe",
            SEGMENTS,
            lambda: self._engines.recogniser.transcribe(
                self._audio, piece, language, hotwords, part
            ),
            self._model,
            language,
            list(hotwords),
            piece.start,
            piece.end,
            *self._treated,
        )
        part(1.0)
        return segments

    def diarize(self) -> tuple[Turn, ...]:
        """Who speaks when. Raises EngineError."""
        self.progress("diarize", 0.0)
        least, most = self.settings.least_speakers, self.settings.most_speakers
        diarizer = self._engines.diarizer
        return self._stage(
            "diarize",
            TURNS,
            lambda: diarizer.diarize(
                self._audio, least, most, partial(self.progress, "diarize")
            ),
            dict(diarizer.models),
            least,
            most,
            *self._treated,
        )

    def sound(self) -> Sound:
        """What it sounds like apart from what is said: tells of ads, and where to cut."""
        self.progress("sound", 0.0)
        return self._stage("sound", SOUNDS, lambda: listen(self._audio))

    def clips(self) -> dict[str, Print]:
        """What is heard in the clips of known voices, by name."""
        self.progress("clips", 0.0)
        return {name: self._clip(clip) for name, clip in self.settings.voices.items()}

    def voices(self, turns: Sequence[Turn]) -> dict[str, Print]:
        """What the episode's own voices sound like, by the labels of their `turns`."""
        self.progress("voices", 0.0)
        heard = samples(turns)
        prints = self._stage(
            "voices",
            voiceprints.PRINTS,
            lambda: self._engines.listener.voices(self._audio, tuple(heard.values())),
            *voiceprints.facts(heard),
        )
        return dict(zip(heard, prints, strict=True))

    @property
    def witness(self) -> Witness | None:
        """The language model that is set, if any; what it says is kept."""
        return Witness(self.settings.llm_model, self._said) if self.settings.llm_url else None

    def provenance(self) -> Provenance:
        """What has been used so far, and the seconds each stage took when it really ran."""
        weights = self._engines.weights
        listener = SHA256 if self.settings.voices else {}
        return Provenance(
            cleancast=version("cleancast"),
            models={weights.name: weights.sha256, **self._engines.diarizer.models, **listener},
            settings=fingerprint(self.settings.telling),
            stages=tuple(self._seconds.items()),
        )

    @property
    def _treated(self) -> tuple[object, ...]:
        """A fact for what is made of samples that were treated; most files have none.

        So what was made of an ordinary file before there was any treatment still counts.
        """
        treatment = self.decode().treatment
        return (list(treatment),) if treatment else ()

    @property
    def _model(self) -> str:
        return self._engines.weights.sha256

    @cached_property
    def _audio(self) -> Audio:
        # Decoded when a stage first needs samples: never, where every result is stored.
        assert self._scratch is not None, "a run is used as a context"
        pcm = self._scratch / "audio.pcm"
        if pcm.exists():  # `decode` writes it whole or not at all
            return Audio(pcm, pcm.stat().st_size // 2)
        most_s = self.settings.most_hours * 3600
        return decode(self._source, pcm, partial(self.progress, "decode"), most_s)

    def _said(self, question: Question) -> tuple[Stretch, ...]:
        self.progress("llm", 0.0)
        llm, asked = self._llm, (question.kind, question.texts)
        return self._stage("llm", STRETCHES, lambda: llm.ask(*asked), llm.id, *asked)

    def _clip(self, clip: str) -> Print:
        assert self._scratch is not None, "a run is used as a context"
        file = clips.local(clip, self.episode.id, self._blobs, self._scratch)
        if not file.is_file():
            return Print(trouble="there is no such file (any more)")
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        return self._stage("clip", PRINT, lambda: self._heard(file), SHA256, content)

    def _heard(self, clip: Path) -> Print:
        assert self._scratch is not None
        pcm, most_s = self._scratch / "clip.pcm", self.settings.most_hours * 3600
        try:
            return self._engines.listener.clip(decode(clip, pcm, most_s=most_s))
        except BadAudio as error:
            return Print(trouble=str(error).replace(clip.name, "it").rstrip("."))
        finally:
            pcm.unlink(missing_ok=True)

    def _stage(
        self, name: str, form: TypeAdapter[T], make: Callable[[], T], *facts: object
    ) -> T:
        asked = (name, fingerprint(*facts))
        if asked not in self._answers:  # else it would be read, and its seconds counted, twice
            results = self._prints if name == "voices" else self._results
            result = results.get(name, (VERSIONS[name], *facts), form, make)
            self._seconds[name] = round(self._seconds.get(name, 0.0) + result.seconds, 3)
            self._answers[asked] = result.value
        return cast("T", self._answers[asked])
