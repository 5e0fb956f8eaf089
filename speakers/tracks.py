"""Who speaks when, where each speaker has a track: by level and likeness, without any voices.

A microphone also picks up the others in the room, or their loudspeakers: bleed is the same
speech, softer. So two tracks are compared where both hold speech. While one speaker talks,
the tracks differ by one level, and while the other does, by another: two clusters of
differences. A track holds bleed where it sounds like the other one and the difference lies
on the other's side. Two who talk at once do not sound alike. This file does not know any
audio: it gets levels, likeness and spans of speech.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from episodes.spans import Span, inside, merge
from episodes.types import Turn, Word
from speakers.sentences import ends_sentence

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ALIKE = 0.3
"""Likeness from which two tracks hold the same sound."""
ASIDE = 0.2
"""How far from the middle of the two clusters a difference takes a side, in half distances."""
CLEAR = 0.6
"""So far aside, in clusters that lie `FAR_DB` apart, the level alone decides."""
FAR_DB = 15.0
NEAR_DB = 8.0
"""Clusters closer than this are one: only one of the two speaks."""
PAD_S = 0.15
"""Networks that find speech cut its soft edges off."""
PAUSE_S = 0.4
"""Shorter pauses do not end a turn."""
LEAST_S = 0.2
"""Shorter turns are clicks."""


def turns(
    levels: Floats,
    frame_s: float,
    speech: Sequence[Sequence[Span]],
    likeness: Mapping[tuple[int, int], Floats],
    labels: Sequence[str],
) -> tuple[Turn, ...]:
    """Return the turns of the tracks' speakers, sorted by start; they may overlap.

    `levels` are dBFS, shape (frames, tracks), a frame `frame_s` seconds; `speech` is where
    each track holds speech, whoever's; `likeness` of two tracks, by their places (the lower
    one first), is from 0 to 1, shape (frames,), and matters only where both hold speech;
    `labels` name the speakers.
    """
    spoken = np.stack([flags(spans, len(levels), frame_s) for spans in speech], 1)
    own = spoken.copy()
    for track, other in permutations(range(len(labels)), 2):
        alike = likeness[min(track, other), max(track, other)] > ALIKE
        own[:, track] &= ~_bleeds(levels, spoken, alike, track, other)
    found = []
    for track, label in enumerate(labels):
        spans = merge(_spans(own[:, track], frame_s), gap_s=PAUSE_S)
        end = len(levels) * frame_s
        found += [
            Turn(max(0.0, span.start - PAD_S), min(end, span.end + PAD_S), label)
            for span in spans
            if span.duration_s >= LEAST_S
        ]
    return tuple(sorted(found, key=lambda turn: (turn.start, turn.end)))


def phrases_in_order(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return words of tracks phrase by phrase, so that two who talk at once stay apart.

    A phrase is one speaker's words up to a sentence's end or a pause; phrases are in the
    order of their starts.
    """
    phrases: list[list[Word]] = []
    latest: dict[str | None, list[Word]] = {}
    for word in words:
        phrase = latest.get(word.speaker)
        if (
            phrase is None
            or word.start - phrase[-1].end > PAUSE_S
            or ends_sentence(phrase[-1].text)
        ):
            phrase = latest[word.speaker] = []
            phrases.append(phrase)
        phrase.append(word)
    ordered = sorted(phrases, key=lambda phrase: phrase[0].start)
    return tuple(word for phrase in ordered for word in phrase)


def spoken_by(words: Sequence[Word], turns: Sequence[Turn]) -> tuple[Word, ...]:
    """Return words of tracks by start, sure of their speakers, with `overlap` set."""
    ordered = sorted(words, key=lambda word: (word.start, word.end))
    spans: dict[str, list[Span]] = {}
    for turn in turns:
        spans.setdefault(turn.speaker, []).append(turn)
    others = {
        label: merge(span for other in spans if other != label for span in spans[other])
        for label in spans
    }
    return tuple(
        replace(
            word,
            speaker_confidence=1.0,
            overlap=inside(word.middle, others.get(word.speaker or "", ())),
        )
        for word in ordered
    )


def dominance(turns: Sequence[Turn]) -> float:
    """Return the share of all speech that one speaker has, in [0, 1]; 1 without speech."""
    seconds: dict[str, float] = {}
    for turn in turns:
        seconds[turn.speaker] = seconds.get(turn.speaker, 0.0) + turn.duration_s
    return max(seconds.values()) / sum(seconds.values()) if seconds else 1.0


def overlap_share(turns: Sequence[Turn]) -> float:
    """Return how much of the speech of who speaks least lies under others, in [0, 1]."""
    by_label: dict[str, list[Span]] = {}
    for turn in turns:
        by_label.setdefault(turn.speaker, []).append(turn)
    if len(by_label) < 2:
        return 0.0
    total = {label: sum(one.duration_s for one in spans) for label, spans in by_label.items()}
    least = min(total, key=lambda label: total[label])
    others = merge(one for label, spans in by_label.items() if label != least for one in spans)
    covered = sum(
        max(0.0, min(one.end, other.end) - max(one.start, other.start))
        for one in by_label[least]
        for other in others
    )
    return covered / total[least] if total[least] else 0.0


def _bleeds(levels: Floats, spoken: Flags, alike: Flags, track: int, other: int) -> Flags:
    """Return where a track holds only the speech of another's speaker, shape (frames,)."""
    either = spoken[:, track] | spoken[:, other]
    both = spoken[:, track] & spoken[:, other]
    if not both.any():
        return both
    above = levels[:, other] - levels[:, track]
    low, high = _clusters(above[either])
    if high - low < NEAR_DB:
        louder = np.mean(_over_noise(levels[:, other])[either])
        softer = np.mean(_over_noise(levels[:, track])[either])
        return both & alike & bool(louder > softer)
    aside = (above - (low + high) / 2) / ((high - low) / 2)
    clear = (aside > CLEAR) & bool(high - low >= FAR_DB)
    return both & ((alike & (aside > ASIDE)) | clear)


def _clusters(values: Floats) -> tuple[float, float]:
    """Return the centres of two clusters, the lower one first (k-means in one dimension)."""
    low, high = (float(one) for one in np.percentile(values, (1, 99)))
    for _ in range(20):
        upper = values > (low + high) / 2
        if upper.all() or not upper.any():
            break
        low, high = float(np.mean(values[~upper])), float(np.mean(values[upper]))
    return low, high


def _over_noise(levels: Floats) -> Floats:
    return levels - max(float(np.percentile(levels, 10)), -75.0)


def flags(spans: Sequence[Span], frames: int, frame_s: float) -> Flags:
    """Return which frames lie in spans, shape (frames,)."""
    found = np.zeros(frames, bool)
    for span in spans:
        found[round(span.start / frame_s) : round(span.end / frame_s)] = True
    return found


def _spans(flags: Flags, frame_s: float) -> list[Span]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return [
        Span(float(start) * frame_s, float(end) * frame_s)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]
