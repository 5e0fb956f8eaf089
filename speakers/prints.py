"""Prints of voices, by the default engine's networks: of clips, and of an episode's voices.

Knows turns, whichever engine made them; does not know any name, nor whose print is whose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from episodes.people import Print
from episodes.spans import Span, merge, subtract
from episodes.types import Audio, Turn
from speakers.clustering import normalise
from speakers.embedding import Embedder
from speakers.segmentation import Segmenter, stretches
from speakers.tracking import WINDOW_S, windows
from speakers.voices import LEAST_SPEECH_S

Floats = NDArray[np.float32]

CLIP_S = 60.0
"""Seconds of a clip that are listened to."""
VOICE_S = 60.0
"""Seconds of each voice of an episode that are, taken from all over it."""

_CLEAR_S = 0.75
"""Shorter turns are too noisy to tell a voice by."""


class Listener:
    """Segmentation and voice embeddings. `threads` 0 takes all cores.

    Raises WeightsError where the project's weights are missing or altered.
    """

    def __init__(self, threads: int = 0) -> None:
        self._segment = Segmenter(threads)
        self._embed = Embedder(threads)

    def clip(self, audio: Audio) -> Print:
        """The print of a clip in which one person speaks."""
        most = round(CLIP_S * audio.sample_rate_hz)
        audio = Audio(audio.path, min(audio.n_samples, most), audio.sample_rate_hz)
        found = stretches(self._segment(audio))
        speech_s = sum(stretch.duration_s for stretch in merge(found))
        if speech_s < LEAST_SPEECH_S:
            trouble = f"it has {speech_s:.1f} s of speech and needs {LEAST_SPEECH_S:g} s"
            return Print(trouble=trouble)
        heard = windows(found)
        return _print(self._embed(audio, heard), heard, speech_s)

    def voices(self, audio: Audio, samples: Sequence[Sequence[Span]]) -> tuple[Print, ...]:
        """The prints of several voices, of each from spans in which it speaks alone."""
        whose = sorted(
            ((span, at) for at, spans in enumerate(samples) for span in spans),
            key=lambda pair: pair[0].start,
        )
        embeddings = self._embed(audio, [span for span, _ in whose])
        prints = []
        for at, spans in enumerate(samples):
            mine = [place for place, (_, voice) in enumerate(whose) if voice == at]
            speech_s = sum(span.duration_s for span in spans)
            prints.append(_print(embeddings[mine], spans, speech_s))
        return tuple(prints)


def samples(turns: Sequence[Turn]) -> Mapping[str, tuple[Span, ...]]:
    """Short spans in which each speaker talks alone, at most VOICE_S of them, by label.

    Speakers come by their first turn.
    """
    found = {}
    for label in dict.fromkeys(turn.speaker for turn in turns):
        mine = merge(turn for turn in turns if turn.speaker == label)
        others = merge(turn for turn in turns if turn.speaker != label)
        alone = [span for span in subtract(mine, others) if span.duration_s >= _CLEAR_S]
        pieces = [piece for span in alone for piece in _pieces(span)]
        step = max(1.0, sum(piece.duration_s for piece in pieces) / VOICE_S)
        chosen = np.arange(0, len(pieces), step).astype(int).tolist()
        found[label] = tuple(pieces[at] for at in chosen)
    return found


def _pieces(span: Span) -> list[Span]:
    """A span in equal windows of about WINDOW_S."""
    edges = np.linspace(span.start, span.end, 1 + max(1, int(span.duration_s / WINDOW_S)))
    return [Span(a, b) for a, b in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)]


def _print(embeddings: Floats, spans: Sequence[Span], speech_s: float) -> Print:
    """The mean direction of embeddings, shape (spans, 192), each as long as its span."""
    if not spans:
        return Print()
    seconds = np.array([span.duration_s for span in spans], np.float32)
    mean = normalise((normalise(embeddings) * seconds[:, None]).sum(axis=0))
    return Print(tuple(np.round(mean, 5).tolist()), round(speech_s, 3))
