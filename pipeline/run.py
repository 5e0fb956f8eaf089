"""The costly stages of one episode, each done once, its result kept.

Knows the order of nothing: stages.py does. Does not know how results are stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path

from ads.doubts import Question, Witness
from ads.prompt import Stretch
from audio.cues import listen
from audio.decode import decode
from audio.fingerprint import Prints, prints
from episodes.errors import BadAudio
from episodes.people import Print
from episodes.sound import Sound
from episodes.types import Audio, Segment, Turn
from pipeline import clips, voiceprints
from pipeline.llm import LanguageModel
from pipeline.stage_results import (
    LENGTH,
    PIECES,
    PRINT,
    SEGMENTS,
    SOUNDS,
    STRETCHES,
    TEXT,
    TURNS,
    Length,
    Piece,
)
from pipeline.staged import Staged
from pipeline.tracks import label, own, turns_of
from speakers.network import SHA256
from speakers.prints import samples
from transcribe.context import terms


class Run(Staged):
    """The stages of one episode; a context manager, as Staged says."""

    def decode(self) -> Length:
        """The episode's length, and which tracks it has. Raises BadAudio."""

        def length() -> Length:
            found = self._samples.recording
            mix = found.mix
            return Length(
                mix.duration_s, mix.warnings, mix.treatment, found.tracks, found.sources
            )

        wanted = self.settings.tracks
        return self._stage("decode", LENGTH, length, *([] if wanted == "auto" else [wanted]))

    def tracks(self) -> tuple[Turn, ...]:
        """Return the turns of speakers that have tracks of their own; none in most files."""
        sources = self.decode().sources
        if not sources:
            return ()
        engines, wanted = self._engines, self.settings.tracks

        def found() -> tuple[Turn, ...]:
            audios = [self._samples.of(source) for source in sources]
            known = wanted == "speakers"
            return turns_of(audios, engines.recogniser, None if known else engines.diarizer)

        return self._stage("tracks", TURNS, found, wanted, *self._treated)

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

    def pieces(self) -> tuple[Piece, ...]:
        """Stretches of about ten minutes that are recognised one by one, track after track."""
        labels: list[str | None] = [*sorted({turn.speaker for turn in self.tracks()})]

        def found() -> tuple[Piece, ...]:
            return tuple(
                Piece(span.start, span.end, track)
                for track in labels or [None]
                for span in self._engines.recogniser.pieces(self._heard_of(track))
            )

        return self._stage("pieces", PIECES, found, *self._treated, *self._by_track)

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
                self._heard_of(piece.track), piece, language, hotwords, part
            ),
            self._model,
            language,
            list(hotwords),
            piece.start,
            piece.end,
            *self._treated,
            *([piece.track, *self._by_track] if piece.track else []),
        )
        part(1.0)
        return tuple(
            replace(one, words=tuple(replace(word, speaker=piece.track) for word in one.words))
            for one in segments
        )

    def diarize(self) -> tuple[Turn, ...]:
        """Who speaks when. Raises EngineError."""
        self.progress("diarize", 0.0)
        if turns := self.tracks():
            return turns
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

    @property
    def _by_track(self) -> tuple[object, ...]:
        """A fact for what is made of tracks one by one."""
        turns = self.tracks()
        return ([(one.speaker, one.start, one.end) for one in turns],) if turns else ()

    def _heard_of(self, track: str | None) -> Audio:
        """Return all there is to hear, or a track's speaker alone."""
        if track is None:
            return self._audio
        sources = self.decode().sources
        source = next(one for at, one in enumerate(sources) if label(at) == track)
        return own(self._samples.of(source), track, self.tracks())

    @property
    def _treated(self) -> tuple[object, ...]:
        """A fact for what is made of samples that were treated; most files have none.

        So what was made of an ordinary file before there was any treatment still counts.
        """
        treatment = self.decode().treatment
        return (list(treatment),) if treatment else ()

    @cached_property
    def _llm(self) -> LanguageModel:
        return LanguageModel(self.settings)

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
