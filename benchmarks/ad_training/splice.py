"""Episodes put together: ads spliced into programme at sentence edges, with exact labels.

Pauses, voices and the recogniser's mistakes are simulated, each of them missing in a part of
the episodes, so that the weights learn what is worth how much and do without it. How long
pauses are follows the development episodes: next to half of all block edges there is more
than 4 s without words (music), elsewhere the median is 0.26 s. This file knows no features.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from benchmarks.ad_training.noise import noisy
from benchmarks.ad_training.texts import Spot, Stretch, Talk
from benchmarks.ad_training.written import write
from episodes.types import Word

_HANDOFFS = (
    "We'll be right back.",
    "More after the break.",
    "Let's take a quick break.",
    "Stay with us.",
    "We'll have more in a moment.",
    "Back in a minute.",
    "Now a word from our sponsors.",
    "That's next.",
)
_RETURNS = (
    "Welcome back.",
    "And we're back.",
    "All right, back to the show.",
    "Okay, so where were we?",
    "Let's get back to it.",
    "Now back to our conversation.",
)


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
class _Tape:
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


class Splicer:
    """Puts episodes together from given spots and programme; the same seed, the same ones."""

    def __init__(
        self, spots: Sequence[Spot], talks: Sequence[Talk], real: Sequence[Stretch]
    ) -> None:
        self._inserted = [s for s in spots if s.inserted]
        self._host = [s for s in spots if not s.inserted and s.kind == "sponsor"]
        shows = {talk.show for talk in talks}
        self._talks = {show: [t for t in talks if t.show == show] for show in sorted(shows)}
        self._real = real

    def episode(self, seed: int) -> Labelled:
        """Episode number `seed`."""
        random = Random(seed)
        tape = _Tape(
            random,
            clock_s=0.0,
            even=random.random() < 0.2,
            bare=random.random() < 0.15,
            rate=random.uniform(0.75, 1.1),
        )
        kind = random.random()
        if kind < 0.2:
            return self._as_it_was(tape)
        if kind < 0.27:
            return self._alone(tape)
        return self._spliced(tape)

    def _as_it_was(self, tape: _Tape) -> Labelled:
        """A window of a real episode with its host-read spots, mostly around one."""
        random = tape.random
        real = random.choice(self._real)
        marked = [i for i, label in enumerate(real.labels) if label not in ("content", None)]
        at = random.choice(marked) if marked and random.random() < 0.85 else 0
        first = max(0, at - random.randrange(20, 90))
        last = min(len(real.sentences), at + random.randrange(30, 110))
        tape.clock_s = first * 6.0
        for i in range(first, last):
            known = real.pauses_s[i] if real.pauses_s else usual_pause(random)
            spot = real.spots[i]
            inside = real.labels[i] not in ("content", None)
            tape.say(
                real.sentences[i], real.labels[i], (spot or 0) if inside else -1, None, known
            )
        rest_s = (len(real.sentences) - last) * 6.0
        return _done(tape, rest_s, real.show)

    def short(self, seed: int) -> Labelled:
        """A passage: a spot or two, or what looks like one, amid a little talk or none."""
        random = Random(seed)
        return self._alone(
            _Tape(
                random,
                clock_s=0.0,
                even=random.random() < 0.5,
                bare=random.random() < 0.25,
                rate=random.uniform(0.75, 1.1),
            )
        )

    def _alone(self, tape: _Tape) -> Labelled:
        random = tape.random
        talk = random.choice(self._talks[random.choice(sorted(self._talks))])
        at = random.randrange(len(talk.sentences))
        before, after = (random.choice((0, 1, 2, 5, 9)) for _ in range(2))
        for text in talk.sentences[max(0, at - before) : at]:
            tape.say(text, "content", -1, None, usual_pause(random))
        if random.random() < 0.6:
            for number in range(random.choice((1, 1, 2))):
                self._spot(tape, number, None)
        else:
            tape.say(write("talk", random), "content", -1, None, usual_pause(random))
        for text in talk.sentences[at : at + after]:
            tape.say(text, "content", -1, None, usual_pause(random))
        return _done(tape, 0.0, "alone")

    def _spliced(self, tape: _Tape) -> Labelled:
        random = tape.random
        show = random.choice(sorted(self._talks))
        if random.random() < 0.35:
            show = "talkpython" if "talkpython" in self._talks else show
        talk = random.choice(self._talks[show])
        size = min(len(talk.sentences), random.randrange(30, 130))
        first = random.randrange(len(talk.sentences) - size + 1)
        whole = random.random()  # which part of the episode this is
        begins, finishes = whole < 0.4, whole < 0.15 or whole > 0.75
        tape.clock_s = 0.0 if begins else random.uniform(300, 3000)
        voices = self._voices(talk, first, size, random)
        places = {random.randrange(1, size) for _ in range(random.choice((0, 1, 1, 2)))}
        if begins and random.random() < 0.6:
            places.add(0)
        notes = (
            {random.randrange(size): write("talk", random)} if random.random() < 0.45 else {}
        )
        own = {random.randrange(size)} if random.random() < 0.3 else set()
        number = 0
        for i in range(size):
            after_break = i in places
            if i in places:
                number = self._break(tape, number, voices[i], random)
            if i in own:
                tape.say(
                    write("selfpromo", random),
                    "selfpromo",
                    number,
                    voices[i],
                    usual_pause(random),
                )
                number += 1
            if i in notes:
                tape.say(notes[i], "content", -1, voices[i], usual_pause(random))
            pause_s = splice_pause(random, True) if after_break else usual_pause(random)
            tape.say(talk.sentences[first + i], "content", -1, voices[i], pause_s)
        if finishes and random.random() < 0.6:
            self._break(tape, number, voices[-1], random, last=True)
        return _done(tape, 0.0 if finishes else random.uniform(300, 3000), show)

    def _voices(self, talk: Talk, first: int, size: int, random: Random) -> list[str | None]:
        """Who says each sentence; nobody is known in half of the episodes."""
        if random.random() < 0.5:
            return [None] * size
        if talk.speakers is not None:
            voices: list[str | None] = list(talk.speakers[first : first + size])
        else:
            voices, now = [], "A"
            for _ in range(size):
                if random.random() < 0.2:
                    now = random.choice("ABC")
                voices.append(now)
        if random.random() < 0.25:  # a clip that somebody else is heard in
            at, lasts = random.randrange(size), random.randrange(2, 9)
            voices[at : at + lasts] = ["clip"] * len(voices[at : at + lasts])
        return voices

    def _break(
        self, tape: _Tape, number: int, voice: str | None, random: Random, last: bool = False
    ) -> int:
        """One to four spots in a row; gives the number of the next spot."""
        if random.random() < 0.25 and not last and tape.words:
            tape.say(random.choice(_HANDOFFS), "content", -1, voice, usual_pause(random))
        for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
            self._spot(tape, number, voice)
            number += 1
        if random.random() < 0.2 and not last:
            tape.say(random.choice(_RETURNS), "content", -1, voice, splice_pause(random, True))
        return number

    def _spot(self, tape: _Tape, number: int, voice: str | None) -> None:
        random = tape.random
        kind = random.random()
        inserted = kind < 0.62
        if kind < 0.34:
            sentences = random.choice(self._inserted).sentences
        elif kind < 0.62:
            sort = random.choice(("spot", "spot", "spot", "trailer", "trailer", "ident"))
            sentences = (write(sort, random),)
        else:
            sentences = random.choice(self._host).sentences
        text = noisy(" ".join(sentences), random)
        speaker = (
            f"ad {number}"
            if voice is not None and (inserted or random.random() < 0.3)
            else voice
        )
        tape.say(text, "sponsor", number, speaker, splice_pause(random, inserted))


def _done(tape: _Tape, rest_s: float, show: str) -> Labelled:
    return Labelled(
        tuple(tape.words), tuple(tape.labels), tuple(tape.spots), tape.clock_s + rest_s, show
    )
