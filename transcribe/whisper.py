"""Speech recognition with faster-whisper: the only file that imports it.

Cuts the audio at pauses, recognises the chunks in batches, decodes speech without words
again, and translates faster-whisper's objects to ours at once. Works on one piece of
about ten minutes at a time, so memory does not grow with length. Does not know where
weights come from, nor what becomes of the segments.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from episodes.errors import WeightsError
from episodes.spans import Span
from episodes.types import Audio, Segment, Word
from transcribe import clean
from transcribe.chunks import border, pad, plan, speech

if TYPE_CHECKING:
    from faster_whisper.tokenizer import Tokenizer
    from numpy.typing import NDArray

    from transcribe.models import Weights

PIECE_S = 600.0
FRAME_S = 0.032
"""The voice activity network answers once for each 512 samples of 16 kHz."""
ROUNDS = 2
"""How often speech without words is decoded again."""
_OPENING = "\"'\u201c\u00bf([{-"
_CLOSING = "\"'.\u3002,\uff0c!\uff01?\uff1f:\uff1a\u201d)]}\u3001"
"""Marks that belong to the word after them, and to the one before."""


class Recogniser:
    """A Whisper network, loaded: int8 on CPU, float16 on CUDA.

    `threads` 0 takes as many as the machine has; `device` is "auto", "cpu" or "cuda";
    `batch` chunks are recognised together: more is quicker on a GPU and takes memory.
    """

    def __init__(
        self, weights: Weights, *, threads: int = 0, device: str = "auto", batch: int = 8
    ) -> None:
        import ctranslate2
        from faster_whisper import WhisperModel
        from faster_whisper.vad import get_vad_model

        if device == "auto":
            device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
        try:
            self._network = WhisperModel(
                str(weights.path),
                device=device,
                compute_type="float16" if device == "cuda" else "int8",
                cpu_threads=threads,
            )
        except (RuntimeError, ValueError) as error:
            raise WeightsError(
                f"The weights in {weights.path} cannot be loaded on {device}: {error}."
            ) from error
        self._activity = get_vad_model()
        self._batch = batch

    def language(self, audio: Audio) -> str:
        """The language spoken, as a code such as "en".

        Listens to the four windows of 30 s with the most speech out of eight spread over
        the episode, since the beginning may be music.
        """
        if not self._network.model.is_multilingual:
            return "en"
        starts = np.linspace(0, max(0.0, audio.duration_s - 30), 8)
        windows = {Span(float(start), float(start) + 30) for start in starts}
        spoken = sorted(windows, key=lambda window: -self._spoken_s(audio, window))[:4]
        encoded = self._network.encode(np.stack([self._mel(audio, span) for span in spoken]))
        votes: dict[str, float] = {}
        for answer in self._network.model.detect_language(encoded):
            for token, probability in answer:
                votes[token[2:-2]] = votes.get(token[2:-2], 0.0) + probability
        return max(votes, key=lambda code: votes[code])

    def pieces(self, audio: Audio) -> tuple[Span, ...]:
        """The audio in pieces of about ten minutes, bordered in its longest pauses."""
        count = max(1, round(audio.duration_s / PIECE_S))
        edges = [0.0]
        for i in range(1, count):
            mark = audio.duration_s * i / count
            window = Span(mark - 30, mark + 30)
            edges.append(border(self._speech(audio, window), window))
        edges.append(audio.duration_s)
        return tuple(Span(a, b) for a, b in pairwise(edges))

    def transcribe(
        self,
        audio: Audio,
        piece: Span,
        language: str,
        hotwords: Sequence[str] = (),
        progress: Callable[[float], None] = lambda _: None,
    ) -> tuple[Segment, ...]:
        """What is said in `piece`: sorted segments, word times that never go back.

        `hotwords` are names and terms that may come up.
        """
        tokenizer = self._tokenizer(language)
        prompt = self._network.get_prompt(
            tokenizer, [], without_timestamps=True, hotwords=", ".join(hotwords) or None
        )
        spoken = self._speech(audio, piece)
        chunks = plan(spoken, piece)
        segments: tuple[Segment, ...] = ()
        for i in range(0, len(chunks), self._batch):
            segments += self._decode(audio, chunks[i : i + self._batch], tokenizer, prompt)
            progress(0.9 * min(1.0, (i + self._batch) / len(chunks)))
        segments = self._decode_again(audio, segments, spoken, (tokenizer, prompt))
        progress(1.0)
        return _finished(segments, spoken, piece)

    def _decode_again(
        self,
        audio: Audio,
        segments: tuple[Segment, ...],
        spoken: Sequence[Span],
        asked: tuple[Tokenizer, list[int]],
    ) -> tuple[Segment, ...]:
        """Fills the places where somebody speaks but no words stand."""
        todo: Sequence[Span] = [Span(segment.start, segment.end) for segment in segments]
        for _ in range(ROUNDS):
            words = [word for segment in segments for word in segment.words]
            holes = [hole for span in todo for hole in clean.missed(words, spoken, span)]
            todo = []
            for i in range(0, len(holes), self._batch):
                some = pad(holes[i : i + self._batch], Span(0.0, audio.duration_s))
                for patch in self._decode(audio, some, *asked):
                    hole = Span(patch.start, patch.end)
                    old = [word for word in words if hole.start <= word.middle < hole.end]
                    if clean.believable(patch) and len(patch.words) > len(old):
                        segments = clean.splice(segments, hole, patch)
                        todo.append(hole)
        return segments

    def _decode(
        self, audio: Audio, spans: Sequence[Span], tokenizer: Tokenizer, prompt: list[int]
    ) -> tuple[Segment, ...]:
        """One batch: spans of at most 30 s to segments with the same bounds."""
        from faster_whisper.transcribe import get_suppressed_tokens

        encoded = self._network.encode(np.stack([self._mel(audio, span) for span in spans]))
        answers = self._network.model.generate(
            encoded,
            [prompt] * len(spans),
            beam_size=5,
            max_length=self._network.max_length,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
        )
        tokens = [answer.sequences_ids[0] for answer in answers]
        frames = [round(span.duration_s * 100) for span in spans]
        aligned = self._network.find_alignment(tokenizer, tokens, encoded, frames)
        return tuple(
            Segment(
                span.start,
                span.end,
                _words(alignment, span),
                avg_logprob=answer.scores[0] * len(ids) / (len(ids) + 1),
                no_speech_prob=answer.no_speech_prob,
                compression_ratio=_compression_ratio(tokenizer.decode(ids)),
            )
            for span, answer, ids, alignment in zip(
                spans, answers, tokens, aligned, strict=True
            )
        )

    def _tokenizer(self, language: str) -> Tokenizer:
        from faster_whisper.tokenizer import Tokenizer

        return Tokenizer(
            self._network.hf_tokenizer,
            self._network.model.is_multilingual,
            task="transcribe",
            language=language,
        )

    def _mel(self, audio: Audio, span: Span) -> NDArray[np.float32]:
        """Log-mel spectrogram of a span, padded or cut to 30 s: (mels, 3000)."""
        from faster_whisper.audio import pad_or_trim

        features = self._network.feature_extractor(audio.window(span.start, span.end))
        padded: NDArray[np.float32] = pad_or_trim(features[..., :-1])
        return padded

    def _speech(self, audio: Audio, span: Span) -> tuple[Span, ...]:
        """Where in `span` somebody speaks; read minute by minute."""
        found: list[float] = []
        samples_per_minute = 1875 * 512
        minute_s = samples_per_minute / audio.sample_rate_hz
        start = span.start
        while start < span.end:
            end = min(start + minute_s, span.end)
            window = audio.window(start, end)
            padded = np.pad(window, (0, -len(window) % 512))
            if len(padded):
                found += self._activity(padded).ravel().tolist()
            start += minute_s
        return speech(found, FRAME_S, span.start)

    def _spoken_s(self, audio: Audio, span: Span) -> float:
        return sum(part.duration_s for part in self._speech(audio, span))


def _words(alignment: list[dict[str, object]], span: Span) -> tuple[Word, ...]:
    """faster-whisper's timed words, punctuation joined to its word, on the audio's clock."""
    from faster_whisper.transcribe import merge_punctuations

    merge_punctuations(alignment, _OPENING, _CLOSING)
    return tuple(
        Word(
            span.start + float(str(timed["start"])),
            span.start + float(str(timed["end"])),
            str(timed["word"]),
            float(str(timed["probability"])),
        )
        for timed in alignment
        if timed["word"]
    )


def _compression_ratio(text: str) -> float:
    """Length over zlib length: 1 to 2 for speech, more for loops."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw))


def _finished(
    segments: Sequence[Segment], spoken: Sequence[Span], piece: Span
) -> tuple[Segment, ...]:
    """Believable segments, loops out, word times settled, bounds those of their words."""
    finished = []
    floor = piece.start
    for segment in segments:
        if not clean.believable(segment):
            continue
        words = clean.without_loops(segment.words)
        words = clean.settle(words, spoken, Span(min(floor, piece.end), piece.end))
        if words:
            floor = words[-1].end
            finished.append(
                Segment(
                    words[0].start,
                    floor,
                    words,
                    segment.avg_logprob,
                    segment.no_speech_prob,
                    segment.compression_ratio,
                )
            )
    return tuple(finished)


def download(name: str, cache: Path) -> Path:
    """The folder of a network that faster-whisper knows by name, fetched if missing.

    Raises WeightsError at once when the hub cannot be reached.
    """
    import huggingface_hub
    from faster_whisper import available_models, download_model
    from httpx2 import HTTPError

    if "/" not in name and name not in available_models():
        raise WeightsError(
            f"{name} is neither a folder nor a model; the models are "
            f"{', '.join(available_models())}."
        )
    try:
        return Path(download_model(name, cache_dir=str(cache), local_files_only=True))
    except FileNotFoundError:
        pass  # not fetched yet
    try:
        huggingface_hub.HfApi().model_info("Systran/faster-whisper-base", timeout=5)
        return Path(download_model(name, cache_dir=str(cache)))
    except (OSError, HTTPError) as error:
        raise WeightsError(
            f"The model {name} cannot be fetched from the Hugging Face hub ({error}): "
            "give --model the path of a local folder, or use `base`."
        ) from error
