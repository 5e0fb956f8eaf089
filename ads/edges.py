"""From sentences to the second at which to cut: the middle of the pause between words.

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


def start_edge(words: Sequence[Word], first: int, silences: Sequence[Span] = ()) -> float:
    """Second at which a span that begins with word `first` begins."""
    here = words[first].start
    if first == 0:
        return 0.0 if here <= FAR_S else here - REACH_S
    before = min(words[first - 1].end, here)
    quiet = _silence(Span(before, here), here, silences)
    return max((before + here) / 2, here - REACH_S) if quiet is None else quiet


def end_edge(
    words: Sequence[Word], last: int, duration_s: float, silences: Sequence[Span] = ()
) -> float:
    """Second at which a span that ends with word `last - 1` ends."""
    here = words[last - 1].end
    if last == len(words):
        return max(here, duration_s if duration_s - here <= FAR_S else here + REACH_S)
    after = max(words[last].start, here)
    quiet = _silence(Span(here, after), here, silences)
    return min((here + after) / 2, here + REACH_S) if quiet is None else quiet


def _silence(pause: Span, word_edge: float, silences: Sequence[Span]) -> float | None:
    """Middle of the silence in or next to the pause that lies nearest to the ad's word."""
    low, high = max(0.0, pause.start - SLACK_S), pause.end + SLACK_S
    inside = [
        Span(max(quiet.start, low), min(quiet.end, high))
        for quiet in silences
        if quiet.start < high and quiet.end > low
    ]
    inside = [q for q in inside if abs(q.middle - word_edge) <= FAR_S]
    if not inside:
        return None
    return min(inside, key=lambda q: (abs(q.middle - word_edge), q.start)).middle
