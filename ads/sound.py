"""Where an episode sounds as if something was spliced in: level, band, music under the talk.

A host talks over music too, and a report's clips are as dull and as loud as a spot: so all of
it together is worth less than a spot needs, and weighs only where words leave it open. What
counts is how a sentence differs from the rest of its episode, never how it sounds in itself:
a show with music throughout, or with a guest on the telephone, tells nothing by that.
This file does not know what is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ads.segments import Scores
from ads.sentences import Sentence
from episodes.sound import HOP_S, Sound

FILLED_DB, DEEPER_DB = 25.0, 6.0
"""There is music under a sentence if the gaps in it are less than FILLED_DB below its speech
and by DEEPER_DB shallower than is usual in the episode."""

SHORT_S = 4.0
"""Sentences that hold no deeper gap in less time than this may just be spoken fast."""

MINORITY = 0.4
"""What more of the sentences have than this is no sign of anything."""

STEP_DB, STEPS = 2.5, 2.0
"""A level differs by at least STEP_DB, and by STEPS times what the episode's levels do."""

NARROW_HZ = 1500
"""Bands that differ by less are those of other voices."""

INSIDE, INSIDE_MOST, LONGEST_S = 0.3, 1.5, 300.0
"""Log-odds for each sentence that differs, for all of them in a row, and how long these last
at most: what takes longer is a part of the programme."""

MUSIC, LEVEL, BAND, EDGE_MOST = 1.0, 0.7, 0.5, 1.25
"""Log-odds for an edge where music, the level or the band changes, and for all of these."""

SHORTEST = 5
"""A sentence of fewer frames is taken to sound like the one before it."""

BESIDE = 3
"""So many sentences on both sides tell a step of the level."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Heard:
    """How the sentences sound, arrays of shape (sentences,).

    `music` tells those with music under them; `level_db` and `band_hz` are how much louder
    and how much wider each one is than usual, 0 where that is no more than voices differ.
    """

    music: Flags
    level_db: Floats
    band_hz: Floats

    @property
    def edges(self) -> Floats:
        """Log-odds for a splice before each sentence, and after the last; (sentences + 1,)."""
        scores = np.zeros(len(self.music) + 1)
        scores[1:-1] += MUSIC * (self.music[1:] != self.music[:-1])
        scores[1:-1] += LEVEL * (np.abs(_steps(self.level_db)) >= STEP_DB)
        scores[1:-1] += BAND * (np.abs(np.diff(self.band_hz)) >= NARROW_HZ)
        return np.minimum(scores, EDGE_MOST)

    def inside(self, sentences: Sequence[Sentence]) -> Floats:
        """Log-odds for each sentence to be in a spot, by its music and its level."""
        scores = np.zeros(len(self.music))
        for first, last in _runs(self.music | (self.level_db != 0)):
            if sentences[last - 1].end - sentences[first].start <= LONGEST_S:
                scores[first:last] = min(INSIDE, INSIDE_MOST / (last - first))
        return scores

    def why(self, first: int, last: int) -> Iterator[str]:
        """What a person can hear of sentences [first, last), in short phrases."""
        music = self.music[first:last]
        if music.mean() > 0.5:
            begins = first == 0 or not self.music[first - 1]
            ends = last == len(self.music) or not self.music[last]
            yield {
                (True, True): "music begins and ends with it",
                (True, False): "music begins here",
                (False, True): "music ends here",
                (False, False): "music under it, unlike most of the episode",
            }[bool(begins), bool(ends)]
        level_db = float(np.median(self.level_db[first:last]))
        if level_db:
            more = "louder" if level_db > 0 else "quieter"
            yield f"{abs(level_db):.0f} dB {more} than the rest"
        band_hz = float(np.median(self.band_hz[first:last]))
        if band_hz:
            yield f"sounds {'brighter' if band_hz > 0 else 'duller'} than the rest"


def hear(sentences: Sequence[Sentence], sound: Sound | None) -> Heard | None:
    """How the sentences sound; None without sound or sentences."""
    if sound is None or not sound.level_db or not sentences:
        return None
    rows = np.array(list(_measured(sentences, sound)))
    gaps_db, level_db, band_hz = rows.T
    music = gaps_db < min(FILLED_DB, float(np.median(gaps_db)) - DEEPER_DB)
    music = _steady(music, sentences)
    if music.mean() > MINORITY:
        music = np.zeros_like(music)
    return Heard(
        music,
        _unusual(level_db, STEP_DB, STEPS * _spread(level_db)),
        _unusual(band_hz, NARROW_HZ, STEPS * _spread(band_hz)),
    )


def _steady(music: Flags, sentences: Sequence[Sentence]) -> Flags:
    """The same without single sentences between others, and without what is too short."""
    steady = music.copy()
    steady[1:-1] |= music[:-2] & music[2:]
    for first, last in _runs(steady):
        if sentences[last - 1].end - sentences[first].start < SHORT_S:
            steady[first:last] = False
    return steady


def by_ear(scores: Scores, sentences: Sequence[Sentence], heard: Heard) -> Scores:
    """The scores with what the sound of the sentences adds: to all kinds alike.

    A show's intro lies over music as its adverts do.
    """
    edges = heard.edges[:, None]
    return replace(
        scores,
        inside=scores.inside + heard.inside(sentences)[:, None],
        starts=scores.starts + edges[:-1],
        ends=scores.ends + edges[1:],
    )


def _measured(
    sentences: Sequence[Sentence], sound: Sound
) -> Iterator[tuple[float, float, float]]:
    """Of each sentence: how deep its gaps are in dB, its level in dB, its band in Hz."""
    levels, floors = np.array(sound.level_db), np.array(sound.floor_db)
    bands = np.array(sound.bandwidth_hz)
    row = (FILLED_DB + DEEPER_DB, float(np.median(levels)), float(np.median(bands)))
    for sentence in sentences:
        own = slice(round(sentence.start / HOP_S), round(sentence.end / HOP_S))
        if len(levels[own]) >= SHORTEST:
            level = float(np.percentile(levels[own], 80))
            gap = level - float(np.percentile(floors[own], 10))
            row = (gap, level, float(np.percentile(bands[own], 90)))
        yield row


def _spread(values: Floats) -> float:
    """The usual distance from the median, as a standard deviation."""
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))


def _unusual(values: Floats, least: float, usual: float) -> Floats:
    """The distance from the median, 0 where it is not more than `least` and than `usual`."""
    away = values - np.median(values)
    unusual: Floats = np.where(np.abs(away) >= max(least, usual), away, 0.0)
    return unusual


def _steps(values: Floats) -> Floats:
    """How much more the sentences after each border have than those before it, (n - 1,)."""
    return np.array(
        [
            np.median(values[i : i + BESIDE]) - np.median(values[max(0, i - BESIDE) : i])
            for i in range(1, len(values))
        ]
    )


def _runs(flags: Flags) -> Iterator[tuple[int, int]]:
    """First and last + 1 of each row of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    yield from ((int(a), int(b)) for a, b in edges.reshape(-1, 2))
