"""Where to cut audio so that the recogniser never starts or stops inside a sentence.

Pure: works on speech probabilities and spans. Does not know which network made the
probabilities, nor what is done with the chunks.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from episodes.spans import Span, gaps, merge

LONGEST_S = 28.0
"""Whisper sees 30 s; the rest is room for the padding."""
PAD_S = 0.5
"""Kept of the pause on either side of a chunk."""


def speech(
    probabilities: Sequence[float], frame_s: float, start: float = 0.0
) -> tuple[Span, ...]:
    """Stretches of speech from its probability in each frame of `frame_s` seconds.

    Opens at 0.5 and closes at 0.35 (the hysteresis of Silero VAD); pauses up to 0.1 s
    are closed, stretches under 0.1 s dropped. Sorted, disjoint; frame 0 is at `start`.
    """
    found = []
    opened: int | None = None
    for i, probability in enumerate(probabilities):
        if opened is None and probability >= 0.5:
            opened = i
        elif opened is not None and probability < 0.35:
            found.append(Span(start + opened * frame_s, start + i * frame_s))
            opened = None
    if opened is not None:
        found.append(Span(start + opened * frame_s, start + len(probabilities) * frame_s))
    return tuple(span for span in merge(found, gap_s=0.1) if span.duration_s >= 0.1)


def border(speech: Sequence[Span], window: Span) -> float:
    """The middle of the longest pause in `window`, seconds; its middle if there is none."""
    pauses = gaps(speech, window)
    return max(pauses, key=lambda pause: pause.duration_s, default=window).middle


def plan(speech: Sequence[Span], within: Span) -> tuple[Span, ...]:
    """Chunks of at most 30 s that hold all of `speech`, bordered in its longest pauses.

    Each chunk costs 1 and a border in a pause shorter than 0.6 s up to 4 more, so few
    chunks and long pauses win; silence over 1 s inside a chunk costs 0.15 a second.
    Cheapest by dynamic programming. Sorted, disjoint, inside `within`.
    """
    atoms = [part for span in speech for part in _shorten(span)]
    costs, origins = [0.0], [0]
    for end in range(1, len(atoms) + 1):
        pause = atoms[end].start - atoms[end - 1].end if end < len(atoms) else 1.0
        here = 1 + 4 * max(0.0, 1 - pause / 0.6)
        best, origin, silence = float("inf"), end - 1, 0.0
        for first in range(end - 1, -1, -1):
            if atoms[end - 1].end - atoms[first].start > LONGEST_S:
                break
            if first < end - 1:
                silence += max(0.0, atoms[first + 1].start - atoms[first].end - 1)
            if costs[first] + here + 0.15 * silence < best:
                best, origin = costs[first] + here + 0.15 * silence, first
        costs.append(best)
        origins.append(origin)
    chunks = []
    end = len(atoms)
    while end:
        chunks.append(Span(atoms[origins[end]].start, atoms[end - 1].end))
        end = origins[end]
    return pad(chunks[::-1], within)


def _shorten(span: Span) -> list[Span]:
    """Equal parts no longer than LONGEST_S: speech without a pause must be cut somewhere."""
    count = int(span.duration_s // LONGEST_S) + 1
    edges = [span.start + span.duration_s * i / count for i in range(count)] + [span.end]
    return [Span(a, b) for a, b in pairwise(edges)]


def pad(spans: Sequence[Span], within: Span) -> tuple[Span, ...]:
    """Sorted disjoint spans widened by PAD_S, at most to the middle of the pause between."""
    padded = []
    for i, span in enumerate(spans):
        floor = (spans[i - 1].end + span.start) / 2 if i else within.start
        ceiling = (span.end + spans[i + 1].start) / 2 if i + 1 < len(spans) else within.end
        start = max(span.start - PAD_S, floor, within.start)
        padded.append(Span(min(start, span.start), max(min(span.end + PAD_S, ceiling), start)))
    return tuple(padded)
