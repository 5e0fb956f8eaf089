"""Episodes put together: ads spliced into programme at sentence edges, with exact labels.

Pauses, voices and the recogniser's mistakes are simulated, each of them missing in a part of
the episodes, so that the weights learn what is worth how much and do without it. This file
knows no features.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from benchmarks.ad_training import texts
from benchmarks.ad_training.noise import noisy
from benchmarks.ad_training.tape import Labelled, Tape, splice_pause, usual_pause
from benchmarks.ad_training.texts import Spot, Stretch, Talk
from benchmarks.ad_training.written import write
from benchmarks.corpora import folder

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
_USUAL = (*("spot",) * 3, "trailer", *("ident",) * 2, "host")
_MADE = {
    wider: (*_USUAL, *("made",) * (4 + 2 * wider), *("host",) * 2, "sting")
    for wider in (False, True)
}
"""Sorts of written copy in episodes, and in passages without and with the wider copy, the more
often the more usual."""

_LOOKALIKES = (*("talk",) * 2, "hard", *("joke",) * 2, "appeal", *("like",) * 3)
"""Sorts of what only looks like an advert, likewise, in passages."""

_EVERYDAY = ("chat", *("ordinary",) * 2)
"""Sorts of programme, likewise."""

_NAMED = ("thanks", *("named",) * 2)
"""The same in passages with lists of names, letters and what hosts like."""


def splicer(held: bool = False, wider: bool = False) -> Splicer:
    """Puts together what is fitted to, or what is held back from it."""
    place = folder()
    real = texts.kept(texts.stretches(place), held)
    single = texts.kept(texts.single_ads(place), held)
    spots = [*single, *(spot for stretch in real for spot in texts.spots_of(stretch))]
    return Splicer(spots, list(texts.talks(place, real, held)), real, held, wider)


class Splicer:
    """Puts episodes together from given spots and programme; the same seed, the same ones."""

    def __init__(
        self,
        spots: Sequence[Spot],
        talks: Sequence[Talk],
        real: Sequence[Stretch],
        held: bool = False,
        wider: bool = False,
    ) -> None:
        self._held, self._wider = held, wider
        self._inserted = [s for s in spots if s.inserted]
        self._host = [s for s in spots if not s.inserted and s.kind == "sponsor"]
        shows = {talk.show for talk in talks}
        self._talks = {show: [t for t in talks if t.show == show] for show in sorted(shows)}
        self._real = real

    def episode(self, seed: int) -> Labelled:
        """Episode number `seed`."""
        random = Random(seed)
        tape = Tape(
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

    def _as_it_was(self, tape: Tape) -> Labelled:
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
        return tape.done(rest_s, real.show)

    def short(self, seed: int, named: bool = False) -> Labelled:
        """A passage of up to some minutes: spots, and what looks like them, amid talk.

        If `named`, more of the latter, and of other sorts: lists of names, letters, likings.
        """
        random = Random(seed)
        return self._alone(
            Tape(
                random,
                clock_s=0.0,
                even=random.random() < 0.5,
                bare=random.random() < 0.25,
                rate=random.uniform(0.75, 1.1),
            ),
            *((_NAMED, 0.7) if named else (_LOOKALIKES, 0.45)),
        )

    def _alone(
        self, tape: Tape, lookalikes: Sequence[str] = _LOOKALIKES, share: float = 0.45
    ) -> Labelled:
        random = tape.random
        talk = self._chat(random) if random.random() < 0.6 else self._talk(random)
        size = min(len(talk.sentences), random.choice((0, 2, 4, 8, 8, 16, 16, 30, 60)))
        first = random.randrange(len(talk.sentences) - size + 1)
        voices = [*self._voices(talk, first, size, random), None]
        if size:
            voices[-1] = voices[-2]
        places = sorted(
            random.randrange(size + 1) for _ in range(random.choice((0, 1, 1, 1, 1, 2, 2, 3)))
        )
        number = 0
        opens = random.random() < 0.2
        for i in range(size + 1):
            if opens and i == 0:
                self._lookalike(tape, voices[0], usual_pause(random), "opening")
            after_break = False
            for _ in range(places.count(i)):
                if random.random() < share:
                    sort = random.choice(lookalikes)
                    self._lookalike(tape, voices[i], usual_pause(random), sort)
                    continue
                for _ in range(random.choice((1, 1, 1, 2))):
                    self._spot(tape, number, voices[i], alone=True)
                    number, after_break = number + 1, True
            if i < size:
                pause_s = splice_pause(random, True) if after_break else usual_pause(random)
                tape.say(talk.sentences[first + i], "content", -1, voices[i], pause_s)
        return tape.done(0.0, "alone")

    def _lookalike(
        self, tape: Tape, voice: str | None, pause_s: float, sort: str = "talk"
    ) -> None:
        """Programme that looks like an advert, by one voice or by two in turns."""
        text = self._write(sort, tape.random)
        alone = voice is None or tape.random.random() < 0.3
        label = "selfpromo" if sort in ("appeal", "thanks") else "content"
        for part in [text] if alone else _sentences(text):
            tape.say(part, label, -1, voice, pause_s)
            pause_s = usual_pause(tape.random)
            if not alone and tape.random.random() < 0.5:
                voice = tape.random.choice("AB")

    def _talk(self, random: Random) -> Talk:
        return random.choice(self._talks[random.choice(sorted(self._talks))])

    def _write(self, sort: str, random: Random) -> str:
        return write(sort, random, self._held, self._wider)

    def _chat(self, random: Random, most: int = 6) -> Talk:
        """Up to `most` written passages of programme of all sorts, one after the other."""
        own = [
            sentence
            for sort in random.choices(_EVERYDAY, k=random.randint(1, most))
            for sentence in _sentences(self._write(sort, random))
        ]
        return Talk("chat", tuple(own), None, None)

    def _spliced(self, tape: Tape) -> Labelled:
        random = tape.random
        talk = self._talk(random)
        whose = random.random()
        if whose < 0.3 and "talkpython" in self._talks:
            talk = random.choice(self._talks["talkpython"])
        elif whose > 0.75:
            talk = self._chat(random, most=16)
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
            {random.randrange(size) for _ in range(random.choice((1, 1, 2)))}
            if random.random() < 0.5
            else set()
        )
        own = {random.randrange(size)} if random.random() < 0.3 else set()
        number = 0
        for i in range(size):
            after_break = i in places
            if i in places:
                number = self._break(tape, number, voices[i], random)
            if i in own:
                tape.say(
                    self._write("selfpromo", random),
                    "selfpromo",
                    number,
                    voices[i],
                    usual_pause(random),
                )
                number += 1
            if i in notes:
                self._lookalike(tape, voices[i], usual_pause(random))
            pause_s = splice_pause(random, True) if after_break else usual_pause(random)
            tape.say(talk.sentences[first + i], "content", -1, voices[i], pause_s)
        if finishes and random.random() < 0.6:
            self._break(tape, number, voices[-1], random, last=True)
        return tape.done(0.0 if finishes else random.uniform(300, 3000), talk.show)

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
        if size and random.random() < 0.25:  # a clip that somebody else is heard in
            at, lasts = random.randrange(size), random.randrange(2, 9)
            voices[at : at + lasts] = ["clip"] * len(voices[at : at + lasts])
        return voices

    def _break(
        self, tape: Tape, number: int, voice: str | None, random: Random, last: bool = False
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

    def _spot(self, tape: Tape, number: int, voice: str | None, alone: bool = False) -> None:
        """One spot, mostly of the corpora; in passages `alone` mostly of the written copy."""
        random = tape.random
        inserted = True
        if random.random() < (0.65 if alone else 0.28):
            sort = random.choice(_MADE[self._wider] if alone else _USUAL)
            sentences: Sequence[str] = (self._write(sort, random),)
            inserted = sort != "host"
        elif random.random() < 0.47:
            sentences = random.choice(self._inserted).sentences
        else:
            sentences, inserted = random.choice(self._host).sentences, False
        text = noisy(" ".join(sentences), random)
        speaker = (
            f"ad {number}"
            if voice is not None and (inserted or random.random() < 0.3)
            else voice
        )
        tape.say(text, "sponsor", number, speaker, splice_pause(random, inserted))


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!]) ", text)
