"""From words to the second at which to cut: the middle of the pause between them.

Word times are off by some tenths of a second next to pauses, so where there is sound it
decides: music that is heard under the ad and not beside it begins and ends with the ad, and
a quiet stretch is where one recording ends and the next begins. This file does not know why a
span begins or ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ads.sentences import broken_off
from episodes.sound import HOP_S, Sound
from episodes.spans import Span
from episodes.types import Word

REACH_S = 0.5
"""Without a known silence an edge lies at most this far outside of the ad's words: what
fills a longer pause (a jingle, applause) belongs to the programme."""

SLACK_S = 0.4
"""How far into the neighbouring words a silence is believed: the error of word times."""

MOST_S = 0.4
"""An edge lies no deeper than this in a silence, seen from the ad."""

FAR_S = 3.0
"""A silence further than this from the ad's words is not its edge."""

JOIN_S, LOST_S = 10.0, 30.0
"""Spots of one break with no word in between share an edge, up to JOIN_S seconds apart; up to
LOST_S if the first breaks off in a sentence: the recogniser did not hear the rest of it."""

UNDER_S, FILLED_DB, UNDER_DB = 4.0, 30.0, 10.0
"""Music is heard under the ad's first or last UNDER_S seconds if the gaps there are less than
FILLED_DB deep, and louder by UNDER_DB than those in as much of the programme beside it."""

NEARLY = 0.25
"""What is quieter than this part of the way from the programme's gaps to the ad's, in dB, is no
music: a beat's own dips are less deep."""

LEAD_S = 8.0
"""Music before the first word or after the last lasts at most this long."""


def place(
    words: Sequence[Word],
    runs: Sequence[tuple[int, int]],
    duration_s: float,
    sound: Sound | None = None,
) -> tuple[Span, ...]:
    """The spans to cut for runs [first, last) of words, in order: sorted, disjoint.

    Runs of adjoining spots share the edge between them. `sound` is what the episode sounds
    like, `duration_s` its length.
    """
    cutter = _Cutter(words, duration_s, sound or Sound())
    spans: list[Span] = []
    for i, (first, last) in enumerate(runs):
        start = cutter.start(first)
        if i > 0 and runs[i - 1][1] == first:
            gap_s = words[first].start - words[first - 1].end
            lost = JOIN_S < gap_s <= LOST_S and broken_off(words[slice(*runs[i - 1])])
            if lost or gap_s <= JOIN_S:
                spans[-1] = Span(spans[-1].start, max(spans[-1].start, start))
        start = max(start, spans[-1].end if spans else 0.0)
        spans.append(Span(start, max(start, cutter.end(last))))
    return tuple(spans)


@dataclass(frozen=True, slots=True)
class _Cutter:
    """Finds edges in an episode's words and sound."""

    words: Sequence[Word]
    duration_s: float
    sound: Sound

    def start(self, first: int) -> float:
        """Where an ad begins whose first word is `first`."""
        here = self.words[first].start
        before = min(self.words[first - 1].end, here) if first else 0.0
        music = self._music(Span(before, here), ad_after=True)
        if first == 0:
            near = here <= FAR_S or music == 0.0
            return 0.0 if near else here - REACH_S if music is None else music
        quiet = self._silence(Span(before, here), music, ad_after=True)
        if quiet is not None:
            return quiet
        return max((before + here) / 2, here - REACH_S) if music is None else music

    def end(self, last: int) -> float:
        """Where an ad ends whose last word is before `last`."""
        here = self.words[last - 1].end
        done = last == len(self.words)
        after = max(self.duration_s if done else self.words[last].start, here)
        music = self._music(Span(here, after), ad_after=False)
        if done:
            near = after - here <= FAR_S or music == after
            return after if near else here + REACH_S if music is None else music
        quiet = self._silence(Span(here, after), music, ad_after=False)
        if quiet is not None:
            return quiet
        return min((here + after) / 2, here + REACH_S) if music is None else music

    def _silence(self, pause: Span, music: float | None, *, ad_after: bool) -> float | None:
        """Middle of the silence in or next to the pause that lies nearest to the ad's edge.

        That is where its music sets in or stops, else its word's. Of a long silence most is
        left to the programme.
        """
        word = pause.end if ad_after else pause.start
        edge, far_s = (word, FAR_S) if music is None else (music, SLACK_S)
        low, high = max(0.0, pause.start - SLACK_S), pause.end + SLACK_S
        inner = (
            Span(max(quiet.start, low), min(quiet.end, high))
            for quiet in self.sound.silences
            if quiet.start < high and quiet.end > low
        )
        places = [
            max(one.middle, one.end - MOST_S)
            if ad_after
            else min(one.middle, one.start + MOST_S)
            for one in inner
        ]
        near = [place for place in places if abs(place - edge) <= far_s]
        return min(near, key=lambda place: (abs(place - edge), place), default=None)

    def _music(self, pause: Span, *, ad_after: bool) -> float | None:
        """Where music that belongs to the ad sets in or stops in the pause; None without any.

        The ad lies after the pause or before it.
        """
        before = (max(0.0, pause.start - UNDER_S), pause.start)
        after = (pause.end, pause.end + UNDER_S)
        ad, programme = (after, before) if ad_after else (before, after)
        own = self._frames(self.sound.floor_db, *ad)
        beside = self._frames(self.sound.floor_db, *programme)
        within = self._frames(self.sound.floor_db, pause.start, pause.end)
        if not len(own) or not len(within):
            return None
        speech = float(np.percentile(self._frames(self.sound.level_db, *ad), 80))
        under = float(np.percentile(own, 10))
        bare = float(np.percentile(beside, 10)) if len(beside) else under - 2 * UNDER_DB
        if under - bare < UNDER_DB or speech - under > FILLED_DB:
            return None
        quiet = np.flatnonzero(within < bare + NEARLY * (under - bare))
        if len(quiet):
            frame = round(pause.start / HOP_S) + (quiet[-1] + 1 if ad_after else quiet[0])
            at = min(max(pause.start, float(frame) * HOP_S), pause.end)
        else:
            at = pause.start if ad_after else pause.end
        far = pause.end - at if ad_after else at - pause.start
        return at if far <= LEAD_S else None

    def _frames(self, of: Sequence[int], start: float, end: float) -> NDArray[np.int64]:
        return np.array(of[round(start / HOP_S) : round(end / HOP_S)], dtype=np.int64)
