"""From words to the second at which to cut: the middle of the pause between them.

Word times are off by some tenths of a second next to pauses, so a quiet stretch of the
waveform decides where one is given. This file does not know why a span begins or ends.
"""

from __future__ import annotations

from collections.abc import Sequence

from episodes.spans import Span
from episodes.types import Word

REACH_S = 0.5
"""Without a known silence an edge lies at most this far outside of the ad's words: what
fills a longer pause (a jingle, applause) belongs to the programme."""

SLACK_S = 0.4
"""How far into the neighbouring words a silence is believed: the error of word times."""

FAR_S = 3.0
"""A silence further than this from the ad's words is not its edge."""

JOIN_S = 10.0
"""Spots of one break with no word in between share an edge, up to this many seconds."""


def place(
    words: Sequence[Word],
    runs: Sequence[tuple[int, int]],
    duration_s: float,
    silences: Sequence[Span] = (),
) -> tuple[Span, ...]:
    """The spans to cut for runs [first, last) of words, in order: sorted, disjoint.

    Runs of adjoining spots share the edge between them. `silences` are quiet stretches of
    the waveform, `duration_s` is the episode's length.
    """
    spans: list[Span] = []
    for i, (first, last) in enumerate(runs):
        start = _start(words, first, silences)
        adjoins = i > 0 and runs[i - 1][1] == first
        if adjoins and words[first].start - words[first - 1].end <= JOIN_S:
            spans[-1] = Span(spans[-1].start, max(spans[-1].start, start))
        start = max(start, spans[-1].end if spans else 0.0)
        spans.append(Span(start, max(start, _end(words, last, duration_s, silences))))
    return tuple(spans)


def _start(words: Sequence[Word], first: int, silences: Sequence[Span]) -> float:
    here = words[first].start
    if first == 0:
        return 0.0 if here <= FAR_S else here - REACH_S
    before = min(words[first - 1].end, here)
    quiet = _silence(Span(before, here), here, silences)
    return max((before + here) / 2, here - REACH_S) if quiet is None else quiet


def _end(
    words: Sequence[Word], last: int, duration_s: float, silences: Sequence[Span]
) -> float:
    here = words[last - 1].end
    if last == len(words):
        return max(here, duration_s if duration_s - here <= FAR_S else here + REACH_S)
    after = max(words[last].start, here)
    quiet = _silence(Span(here, after), here, silences)
    return min((here + after) / 2, here + REACH_S) if quiet is None else quiet


def _silence(pause: Span, word_edge: float, silences: Sequence[Span]) -> float | None:
    """Middle of the silence in or next to the pause that lies nearest to the ad's word."""
    low, high = max(0.0, pause.start - SLACK_S), pause.end + SLACK_S
    middles = [
        Span(max(quiet.start, low), min(quiet.end, high)).middle
        for quiet in silences
        if quiet.start < high and quiet.end > low
    ]
    near = [middle for middle in middles if abs(middle - word_edge) <= FAR_S]
    return min(near, key=lambda middle: (abs(middle - word_edge), middle), default=None)
