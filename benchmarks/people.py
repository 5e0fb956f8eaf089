"""Who is named right, wrong or not at all, when a show's people are known by earlier episodes.

Each recording is cut in two halves, which are episodes as any others: told apart, and prints
made of their voices. The voices of one half are named by the truth and are the roster; those
of the others are looked for in it. Absent people: the same with each voice's own person left
out of the roster, so that every name given is wrong.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from audio.decode import decode
from benchmarks.corpora import Reference, conversations, journal, meetings
from benchmarks.report import Figure, Row, Table
from episodes.people import Person, Print, Voice, VoicePrint
from episodes.spans import Span, overlap
from episodes.types import Audio, Turn
from pipeline.people import recognise
from pipeline.voiceprints import NETWORK
from speakers.diarize import BuiltinDiarizer
from speakers.prints import Listener, samples

LEAST_S = 2.25
"""Seconds of speech that a voice needs to be named at all."""
MOST_OTHERS = 0.1
"""A voice of which more is somebody else's tells of nobody: whom it should be is not clear."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A voice of half a recording, and who it is by the truth; None where it is a mixture."""

    corpus: str
    recording: str
    half: int
    voice: Voice
    who: str | None


@dataclass(slots=True)
class Tally:
    """What became of voices: of people who are in the roster, and of people who are not."""

    right: int = 0
    wrong: int = 0
    offered: int = 0
    unknown: int = 0
    strangers: int = 0
    named_strangers: int = 0
    offered_strangers: int = 0

    def figures(self) -> dict[str, Figure]:
        """As columns."""
        return {
            "present": self.right + self.wrong + self.offered + self.unknown,
            "right": self.right,
            "wrong": self.wrong,
            "offered": self.offered,
            "not found": self.unknown,
            "absent": self.strangers,
            "named": self.named_strangers,
            "offered falsely": self.offered_strangers,
        }


def people(place: Path) -> Table:
    """The table."""
    references = [*journal(place), *conversations(place), *meetings(place)]
    rows = []
    for corpus, some in groupby(_all_heard(references), key=lambda one: one.corpus):
        rows.append(Row(corpus, _tally(list(some)).figures()))
    files = [file for one in references for file in (one.audio, *one.truth)]
    return Table("people", {"roster": "one half of a recording"}, rows, files)


def _all_heard(references: Sequence[Reference]) -> Iterator[Heard]:
    diarizer, listener = BuiltinDiarizer(), Listener()
    for reference in references:
        with tempfile.TemporaryDirectory() as folder:
            audio = decode(reference.audio, Path(folder) / "audio.pcm")
            for half, part in enumerate(_halves(audio, Path(folder))):
                turns = diarizer.diarize(part)
                spans = samples(turns)
                prints = dict(zip(spans, listener.voices(part, [*spans.values()]), strict=True))
                begin = half * audio.duration_s / 2
                for label, own in spans.items():
                    voice = Voice(label, prints[label], NETWORK, own)
                    spoke = [turn for turn in turns if turn.speaker == label]
                    who = _who(spoke, reference, begin)
                    yield Heard(reference.corpus, reference.name, half, voice, who)


def _halves(audio: Audio, folder: Path) -> Iterator[Audio]:
    pcm = audio.path.read_bytes()
    middle = audio.n_samples // 2
    for half, content in enumerate((pcm[: 2 * middle], pcm[2 * middle :])):
        path = folder / f"{half}.pcm"
        path.write_bytes(content)
        yield Audio(path, len(content) // 2)


def _who(spoke: Sequence[Turn], reference: Reference, begin: float) -> str | None:
    """Who speaks most while a voice does, if hardly anybody else is taken for it."""
    shares: dict[str, float] = {}
    for turn in spoke:
        here = Span(turn.start + begin, turn.end + begin)
        for true in reference.turns:
            shares[true.speaker] = shares.get(true.speaker, 0.0) + overlap(here, true)
    total_s = sum(shares.values())
    if not total_s:
        return None
    who = max(shares, key=lambda one: shares[one])
    return who if shares[who] >= (1 - MOST_OTHERS) * total_s else None


def _tally(heard: Sequence[Heard]) -> Tally:
    """Every half against the roster that each other half makes."""
    tally = Tally()
    halves = [
        list(some) for _, some in groupby(heard, key=lambda one: (one.recording, one.half))
    ]
    for teacher in halves:
        roster = _roster(teacher)
        if not roster:
            continue
        for pupil in halves:
            if pupil is not teacher:
                _look(pupil, roster, tally)
    return tally


def _roster(heard: Sequence[Heard]) -> tuple[Person, ...]:
    named: dict[str, Print] = {}
    for one in heard:
        print_ = one.voice.print
        longer = one.who is not None and (
            one.who not in named or named[one.who].speech_s < print_.speech_s
        )
        if one.who is not None and longer and print_.speech_s >= LEAST_S:
            named[one.who] = print_
    return tuple(
        Person(who, "", who, (VoicePrint(print_, NETWORK, "", ""),))
        for who, print_ in named.items()
    )


def _look(pupil: Sequence[Heard], roster: Sequence[Person], tally: Tally) -> None:
    """One half's voices, looked for in a roster whole, and without those who are there."""
    voices = [one.voice for one in pupil]
    found = recognise(voices, roster, {})
    sure = {one.label: one.name for one in found.sure}
    perhaps = {one.label: one.name for one in reversed(found.perhaps)}
    there = {one.who for one in pupil}
    strangers = recognise(voices, [one for one in roster if one.id not in there], {})
    falsely = {one.label for one in strangers.sure}
    offered = {one.label for one in strangers.perhaps}
    for one in pupil:
        label = one.voice.label or ""
        if one.who is None or one.voice.print.speech_s < LEAST_S:
            continue
        tally.strangers += 1
        tally.named_strangers += label in falsely
        tally.offered_strangers += label in offered
        if one.who not in {person.id for person in roster}:
            continue
        if label in sure:
            tally.right += sure[label] == one.who
            tally.wrong += sure[label] != one.who
        elif label in perhaps:
            tally.offered += perhaps[label] == one.who
            tally.unknown += perhaps[label] != one.who
        else:
            tally.unknown += 1
