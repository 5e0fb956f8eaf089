"""Mends what a recogniser hears: loops, phantom words, speech without words, word times.

Pure functions over segments and spans. Does not know which recogniser made the segments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from episodes.spans import Span, gaps, merge, overlap, subtract
from episodes.types import Segment, Word

SLACK_S = 0.3
"""Word times are this vague: a word also covers what lies as near as this."""


def believable(segment: Segment) -> bool:
    """Whether a segment is speech rather than a loop or a dream over music and noise.

    Thresholds of Whisper's own fallback: log probability -1, compression ratio 2.4, and
    a no-speech probability over 0.6 unless the text is sure.
    """
    if segment.compression_ratio > 2.4 or segment.avg_logprob < -1.0:
        return False
    return segment.no_speech_prob <= 0.6 or segment.avg_logprob > -0.5


def without_loops(words: Sequence[Word], longest: int = 12) -> tuple[Word, ...]:
    """The words less the repeats of a phrase said four times or more in a row.

    A phrase has up to `longest` words; its first two sayings stay, since people do
    repeat themselves. Case and punctuation do not tell phrases apart.
    """
    keys = ["".join(filter(str.isalnum, word.text)).casefold() for word in words]
    kept: list[int] = []
    at = 0
    while at < len(words):
        size, times = _loop(keys, at, longest)
        if times < 4:
            kept.append(at)
            at += 1
        else:
            kept += range(at, at + 2 * size)
            at += size * times
    return tuple(words[i] for i in kept)


def _loop(keys: Sequence[str], at: int, longest: int) -> tuple[int, int]:
    """Length of the phrase that begins at `at` and how often it is said in a row."""
    for size in range(1, longest + 1):
        times = 1
        while keys[at : at + size] == keys[at + size * times : at + size * (times + 1)]:
            if at + size * (times + 1) > len(keys):
                break
            times += 1
        if times >= 4:
            return size, times
    return 1, 1


def stretched(word: Word) -> bool:
    """Whether a word lasts longer than anybody says it: others are missing around it."""
    return word.duration_s > 0.8 + 0.12 * len(word.text.strip())


def missed(
    words: Sequence[Word], speech: Sequence[Span], within: Span, least_s: float = 0.8
) -> tuple[Span, ...]:
    """Where in `within` people speak for `least_s` seconds or more but no word stands.

    Stretched words count as missing. Spans are sorted and disjoint, each from the last
    good word before to the next good word after, or to the ends of the speech.
    """
    good = [word for word in words if not stretched(word)]
    covered = merge(Span(max(0.0, word.start - SLACK_S), word.end + SLACK_S) for word in good)
    inner = [
        Span(max(span.start, within.start), min(span.end, within.end))
        for span in speech
        if overlap(span, within) > 0
    ]
    bare = subtract(inner, covered)
    holes = []
    for hole in gaps(covered, within):
        parts = [part for part in bare if overlap(part, hole) > 0]
        if sum(part.duration_s for part in parts) >= least_s:
            holes.append(Span(parts[0].start, parts[-1].end))
    return tuple(holes)


def splice(segments: Iterable[Segment], hole: Span, patch: Segment) -> tuple[Segment, ...]:
    """`segments` with `patch` in place of the words whose middle lies in `hole`."""
    mended = [patch]
    for segment in segments:
        before = tuple(word for word in segment.words if word.middle < hole.start)
        after = tuple(word for word in segment.words if word.middle >= hole.end)
        if len(before) + len(after) == len(segment.words):
            mended.append(segment)
            continue
        mended += [
            replace(segment, start=part[0].start, end=part[-1].end, words=part)
            for part in (before, after)
            if part
        ]
    return tuple(sorted(mended, key=lambda segment: segment.start))


def settle(words: Sequence[Word], speech: Sequence[Span], within: Span) -> tuple[Word, ...]:
    """Words with times that never go back, stay inside `within` and leave long pauses.

    A recogniser lets a word reach into the pause beside it. A word that begins or ends
    in a pause of 0.3 s or more is drawn to the side where more of it is spoken.
    """
    pauses = [pause for pause in gaps(speech, within) if pause.duration_s >= 0.3]
    settled: list[Word] = []
    floor = within.start
    for word in words:
        start, end = _out_of_pauses(word, pauses)
        start = min(max(start, floor), within.end)
        end = min(max(end, start), within.end)
        settled.append(replace(word, start=start, end=end))
        floor = end
    return tuple(settled)


def _out_of_pauses(word: Word, pauses: Sequence[Span]) -> tuple[float, float]:
    start, end = word.start, word.end
    for pause in pauses:
        if pause.end <= start or pause.start >= end:
            continue
        before, after = pause.start - start, end - pause.end
        if before <= 0 and after <= 0:
            continue  # quiet all through: leave it where the recogniser put it
        if after >= before:
            start = pause.end
        else:
            end = pause.start
    return start, end
