"""The tape that a spliced episode is spoken on: words with times, labels and pauses.

How long pauses are follows the development episodes: next to half of all block edges there is
more than 4 s without words (music), elsewhere the median is 0.26 s. This file does not know
what is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random

from episodes.types import Word


@dataclass(frozen=True, slots=True)
class Labelled:
    """An episode, or a part of one, with a label and a spot for each word.

    Labels are those of the corpora, None where unknown; `spots` number what belongs
    together, -1 outside. The words' clock starts at the episode's own beginning.
    """

    words: tuple[Word, ...]
    labels: tuple[str | None, ...]
    spots: tuple[int, ...]
    duration_s: float
    show: str


@dataclass(slots=True)
class Tape:
    """What has been said so far."""

    random: Random
    clock_s: float
    even: bool
    bare: bool
    rate: float
    words: list[Word] = field(default_factory=list)
    labels: list[str | None] = field(default_factory=list)
    spots: list[int] = field(default_factory=list)

    def say(
        self, text: str, label: str | None, spot: int, speaker: str | None, pause_s: float
    ) -> None:
        """One sentence (or several, or a part of one) after a pause."""
        first = True
        for token in text.split():
            if self.even:
                gap, lasts = (0.3 if pause_s and first else 0.03), 0.3
            else:
                gap = pause_s if first else max(0.0, self.random.gauss(-0.05, 0.1))
                lasts = self.rate * (0.12 + 0.05 * len(token)) * self.random.uniform(0.7, 1.3)
            start = self.clock_s + gap
            self.clock_s = start + lasts
            plain = re.sub(r"[.,?!;:]+$", "", token).lower() if self.bare else token
            if plain:
                self.words.append(Word(start, self.clock_s, f" {plain}", speaker=speaker))
                self.labels.append(label)
                self.spots.append(spot)
            first = False
            if re.search(r"[.?!]$", token):
                pause_s, first = usual_pause(self.random), True

    def done(self, rest_s: float, show: str) -> Labelled:
        """What was said, as an episode of `show` that goes on for `rest_s` seconds."""
        return Labelled(
            tuple(self.words),
            tuple(self.labels),
            tuple(self.spots),
            self.clock_s + rest_s,
            show,
        )


def usual_pause(random: Random) -> float:
    """Seconds between two sentences of the same recording."""
    if random.random() < 0.012:
        return random.uniform(1.0, 12.0)  # music, applause
    return min(2.5, max(0.0, random.lognormvariate(-1.35, 0.95)))


def splice_pause(random: Random, inserted: bool) -> float:
    """Seconds between programme and ad."""
    kind = random.random()
    if kind < (0.2 if inserted else 0.45):
        return usual_pause(random)
    if kind < (0.5 if inserted else 0.75):
        return random.uniform(0.4, 2.0)
    return random.uniform(2.0, 15.0)
