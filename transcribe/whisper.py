"""Speech recognition with faster-whisper: the only file that imports it.

Cuts the audio at pauses, recognises the chunks in batches, decodes speech without words
again, and translates faster-whisper's objects to ours at once. Works on one piece of
about ten minutes at a time, so memory does not grow with length. Does not know where
weights come from, nor what becomes of the segments.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from episodes.errors import BadInput, WeightsError
from episodes.spans import Span
from episodes.types import Audio, Segment, Word
from transcribe.chunks import border, plan, speech
from transcribe.clean import compression_ratio, finished, judged
from transcribe.models import NAMES
from transcribe.spelling import graft

if TYPE_CHECKING:
    from ctranslate2 import StorageView  # type: ignore[import-untyped]
    from faster_whisper.tokenizer import Tokenizer  # type: ignore[import-untyped]
    from numpy.typing import NDArray

    from transcribe.models import Weights

# faster-whisper loads onnxruntime, whose own builds report every session to their maker,
# unless told before they load.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

PIECE_S = 600.0
FRAME_S = 0.032
"""The voice activity network answers once for each 512 samples of 16 kHz."""
MOST_TIMES = 4
"""How often speech without words is decoded again at most."""
UNSPACED = {"zh", "ja", "th", "lo", "my", "yue"}
"""Languages that Whisper writes without spaces."""
_OPENING = "\"'\u201c\u00bf([{-"
_CLOSING = "\"'.\u3002,\uff0c!\uff01?\uff1f:\uff1a\u201d)]}\u3001"
"""Marks that belong to the word after them, and to the one before."""


class Recogniser:
    """A Whisper network, loaded: int8 on CPU, float16 on CUDA.

    `threads` 0 takes as many as the machine has; `device` is "auto", "cpu" or "cuda";
    `batch` chunks are recognised together: more is quicker on a GPU and takes memory.
    """

    def __init__(
        self, weights: Weights, *, threads: int = 0, device: str = "auto", batch: int = 4
    ) -> None:
        import ctranslate2
        from faster_whisper import WhisperModel  # type: ignore[import-untyped]
        from faster_whisper.vad import get_vad_model  # type: ignore[import-untyped]

        if device == "auto":
            device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
        try:
            self._network = WhisperModel(
                str(weights.path),
                device=device,
                compute_type="float16" if device == "cuda" else "int8",
                cpu_threads=threads or os.cpu_count() or 1,
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

    def speech(self, audio: Audio) -> tuple[Span, ...]:
        """Return where somebody speaks: sorted, disjoint."""
        return self._speech(audio, Span(0.0, audio.duration_s))

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

        `hotwords` are names and terms that may come up. Raises BadInput when the network
        does not know the language.
        """
        tokenizer = self._tokenizer(language)
        spoken = self._speech(audio, piece)
        queue = deque((chunk, 0) for chunk in plan(spoken, piece))
        heard: list[Segment] = []
        asked, done = 0, 0.0
        while queue:
            batch = [queue.popleft() for _ in range(min(self._batch, len(queue)))]
            decoded = self._decode(audio, [span for span, _ in batch], tokenizer, hotwords)
            for (_, times), segment in zip(batch, decoded, strict=True):
                kept, again = judged(segment, spoken, last=times == MOST_TIMES)
                heard.append(kept)
                queue.extend((span, times + 1) for span in again)
            asked += len(batch)
            done = max(done, asked / (asked + len(queue)))
            progress(done)
        return finished(heard, spoken, piece, hotwords)

    def _decode(
        self, audio: Audio, spans: Sequence[Span], tokenizer: Tokenizer, terms: Sequence[str]
    ) -> tuple[Segment, ...]:
        """One batch: spans of at most 30 s to segments with the same bounds.

        With terms in its prompt the network spells names better, but may leave out what
        is said: so it listens a second time with them, and only names are taken over.
        """
        encoded = self._network.encode(np.stack([self._mel(audio, span) for span in spans]))
        segments = self._listen(encoded, spans, tokenizer, None)
        if not terms:
            return segments
        hinted = self._listen(encoded, spans, tokenizer, ", ".join(terms) + ".")
        return tuple(
            replace(plain, words=graft(plain.words, hint.words, terms))
            for plain, hint in zip(segments, hinted, strict=True)
        )

    def _listen(
        self,
        encoded: StorageView,
        spans: Sequence[Span],
        tokenizer: Tokenizer,
        hint: str | None,
    ) -> tuple[Segment, ...]:
        """What the encoded spans say; a hint is text that might have come before."""
        from faster_whisper.transcribe import get_suppressed_tokens  # type: ignore[import-untyped]

        prompt = self._network.get_prompt(tokenizer, [], without_timestamps=True, hotwords=hint)
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
        spaced = tokenizer.language_code not in UNSPACED
        return tuple(
            Segment(
                span.start,
                span.end,
                _words(alignment, span, spaced),
                avg_logprob=answer.scores[0] * len(ids) / (len(ids) + 1),
                no_speech_prob=answer.no_speech_prob,
                compression_ratio=compression_ratio(tokenizer.decode(ids)),
            )
            for span, answer, ids, alignment in zip(
                spans, answers, tokens, aligned, strict=True
            )
        )

    def _tokenizer(self, language: str) -> Tokenizer:
        from faster_whisper.tokenizer import Tokenizer

        multilingual = self._network.model.is_multilingual
        if not multilingual and language != "en":
            raise BadInput(
                f"The model knows English only, not {language}: choose a model without .en."
            )
        try:
            return Tokenizer(
                self._network.hf_tokenizer, multilingual, task="transcribe", language=language
            )
        except ValueError as error:
            raise BadInput(
                f"Whisper does not know the language {language}: give a code such as en or de."
            ) from error

    def _mel(self, audio: Audio, span: Span) -> NDArray[np.float32]:
        """Log-mel spectrogram of a span, padded or cut to 30 s: (mels, 3000)."""
        from faster_whisper.audio import pad_or_trim  # type: ignore[import-untyped]

        samples = audio.window(span.start, span.end)
        samples = np.pad(samples, (0, max(0, 400 - len(samples))))  # a frame at least
        features = self._network.feature_extractor(samples)
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


def _words(alignment: list[dict[str, Any]], span: Span, spaced: bool) -> tuple[Word, ...]:
    """faster-whisper's timed words, punctuation joined to its word, on the audio's clock.

    In a language `spaced` by spaces, parts of a word (" pre", "-roll") become one.
    """
    from faster_whisper.transcribe import merge_punctuations

    merge_punctuations(alignment, _OPENING, _CLOSING)
    words: list[Word] = []
    for timed in alignment:
        start, end = span.start + float(timed["start"]), span.start + float(timed["end"])
        text, probability = timed["word"], float(timed["probability"])
        if spaced and text and not text.startswith(" "):
            if words:
                start, text = words[-1].start, words[-1].text + text
                probability = min(words.pop().probability, probability)
            else:
                text = f" {text}"
        if text:
            words.append(Word(start, end, text, probability))
    return tuple(words)


def download(name: str, cache: Path) -> Path:
    """The folder of a network that faster-whisper knows by name, fetched if missing.

    Raises WeightsError at once when the hub cannot be reached.
    """
    import huggingface_hub
    from faster_whisper import download_model
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined]

    if "/" not in name and name not in NAMES:
        raise WeightsError(
            f"{name} is neither a folder nor a model; the models are {', '.join(NAMES)}."
        )
    try:
        try:
            return Path(download_model(name, cache_dir=str(cache), local_files_only=True))
        except FileNotFoundError:  # ask the hub, once, before its own patient retries
            huggingface_hub.HfApi().model_info("Systran/faster-whisper-base", timeout=5)
            return Path(download_model(name, cache_dir=str(cache)))
    except (OSError, ValueError, httpx.HTTPError) as error:
        raise WeightsError(
            f"The model {name} is no folder here and cannot be fetched from the Hugging Face "
            f"hub ({error}): give --model the path of a local folder, or use `base`."
        ) from error
