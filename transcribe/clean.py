"""Mends what a recogniser hears: loops, dreams, speech without words, word times.

Pure functions over segments and spans. Does not know which recogniser made the segments.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from episodes.spans import Span, gaps, merge, overlap, subtract
from episodes.types import Segment, Word
from transcribe.chunks import border
from transcribe.spelling import respell, spellings

SHORTEST_S = 4.0
"""A span is not halved below this."""
STEP_S = 0.5
"""What is decoded again is shorter by this at least: the same again gives the same."""
SLACK_S = 0.3
"""Word times are this vague: a word also covers what lies as near as this."""

_LOOP = re.compile(r"((?=[^\d\s]*[^\W\d])[^\d\s]{1,12}?)\1{7,}", re.IGNORECASE)
"""Letters, no digits, that are said eight times or more inside one word."""


def dreamt(segment: Segment) -> bool:
    """Whether the words were made up over music or noise.

    Whisper's own rule for silence, but asking more than its -1 of the log probability.
    """
    return segment.no_speech_prob > 0.6 and segment.avg_logprob < -0.5


def doubtful(segment: Segment) -> bool:
    """Whether a segment loops or guesses, by the thresholds of Whisper's own fallback."""
    return segment.compression_ratio > 2.4 or segment.avg_logprob < -1.0


def judged(
    segment: Segment, spoken: Sequence[Span], last: bool
) -> tuple[Segment, tuple[Span, ...]]:
    """What of a decoded segment to keep, and which spans to decode again.

    Nothing is decoded again when this attempt was the `last`.
    """
    again: tuple[Span, ...] = ()
    words = segment.words
    if dreamt(segment):
        words = ()
    elif doubtful(segment) and not last and segment.duration_s > SHORTEST_S:
        words, again = (), halves(segment, spoken)
    elif doubtful(segment):
        words = without_loops(words) if segment.avg_logprob >= -1.0 else ()
    elif not last:
        words, again = believed(words, spoken, segment)
    return replace(segment, words=tuple(map(_unlooped, words))), again


def halves(span: Span, spoken: Sequence[Span]) -> tuple[Span, Span]:
    """A span cut at the longest pause of its middle third."""
    third = span.duration_s / 3
    middle = border(spoken, Span(span.start + third, span.end - third))
    return Span(span.start, middle), Span(middle, span.end)


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
    return tuple(_unlooped(words[i]) for i in kept)


def _unlooped(word: Word) -> Word:
    """The word with two sayings of what it repeats eight times or more, and its rest.

    Digits stay, since numbers repeat, and so does laughter of a usual length.
    """
    text = _LOOP.sub(r"\1\1", word.text)
    return word if text == word.text else replace(word, text=text.rstrip("-") or word.text)


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


def believed(
    words: Sequence[Word], speech: Sequence[Span], within: Span, least_s: float = 0.8
) -> tuple[tuple[Word, ...], tuple[Span, ...]]:
    """The words to keep of the decoded span `within`, and what of it to decode again.

    Whisper may stop early, skip a quieter voice, or start late; then somebody speaks for
    `least_s` seconds or more where no word stands. Words up to the first such hole are
    kept and the rest is to be decoded afresh from there. Of a hole before the first word,
    only the hole is decoded again; without any words, both halves are.
    """
    good = [word for word in words if not stretched(word)]
    holes = _holes(good, speech, within, least_s)
    if holes and not good:
        return (
            ((), halves(within, speech))
            if within.duration_s > SHORTEST_S
            else (tuple(words), ())
        )
    kept, again = list(words), []
    for hole in holes:
        before = [word for word in good if word.middle < hole.middle]
        after = [word for word in good if word.middle >= hole.middle]
        if before and before[-1].end >= within.start + STEP_S:
            again.append(Span(before[-1].end, within.end))
            kept = [word for word in kept if word.middle < before[-1].end]
            break
        if after and within.start <= after[0].start <= within.end - STEP_S:
            again.append(Span(within.start, after[0].start))
            kept = [word for word in kept if word.middle >= after[0].start]
    return tuple(kept), tuple(again)


def _holes(
    good: Sequence[Word], speech: Sequence[Span], within: Span, least_s: float
) -> list[Span]:
    """Gaps between good words in which at least `least_s` seconds are spoken."""
    covered = merge(Span(max(0.0, word.start - SLACK_S), word.end + SLACK_S) for word in good)
    bare = subtract(speech, covered)
    return [
        hole
        for hole in gaps(covered, within)
        if sum(overlap(part, hole) for part in bare) >= least_s
    ]


def settle(words: Sequence[Word], speech: Sequence[Span], within: Span) -> tuple[Word, ...]:
    """Words with times that never go back, stay inside `within` and respect pauses.

    A recogniser lets words reach into a pause or stop short of it. Beside pauses of 0.2 s
    or more, what the voice activity says counts: a word that reaches into one is drawn to
    the side where more of it is spoken, one that stops up to 0.5 s short is extended.
    """
    pauses = [pause for pause in gaps(speech, within) if pause.duration_s >= 0.2]
    ends = [pause.start for pause in pauses]
    settled: list[Word] = []
    floor = within.start
    for word, following in zip_longest(words, words[1:]):
        start, end = _out_of_pauses(word, pauses)
        stop = next(iter(ends[bisect_left(ends, end) :]), within.end)
        if stop - end <= 0.5 and (following is None or following.middle > stop):
            end = stop
        start = min(max(start, floor), within.end)
        end = min(max(end, start), within.end)
        settled.append(replace(word, start=start, end=end))
        floor = end
    return tuple(settled)


def _out_of_pauses(word: Word, pauses: Sequence[Span]) -> tuple[float, float]:
    start, end = word.start, word.end
    for pause in pauses[bisect_right(pauses, start, key=lambda pause: pause.end) :]:
        if pause.start >= end:
            break
        before, after = pause.start - start, end - pause.end
        if before <= 0 and after <= 0:
            break  # quiet all through: leave it where the recogniser put it
        if after >= before:
            start = pause.end
        else:
            end = pause.start
    return start, end


def compression_ratio(text: str) -> float:
    """Length over zlib length: 1 to 2 for speech, more for loops."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw))


def finished(
    heard: Sequence[Segment], spoken: Sequence[Span], piece: Span, terms: Sequence[str]
) -> tuple[Segment, ...]:
    """Segments in order, their words settled in time and spelled one way."""
    ordered = sorted(
        (segment for segment in heard if segment.words), key=lambda s: s.words[0].start
    )
    words = settle([word for s in ordered for word in s.words], spoken, piece)
    names = spellings(words, terms)
    done = []
    at = 0
    for segment in ordered:
        own = respell(words[at : at + len(segment.words)], names)
        at += len(segment.words)
        done.append(replace(segment, start=own[0].start, end=own[-1].end, words=own))
    return tuple(done)
