"""The people of a show by their voices: prints of voices, and whose they are.

Prints of two networks say nothing of each other, so each bears the network's checksum.
This file does not know how a print is made or compared with others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from episodes.edits import Move
from episodes.spans import Span, overlap
from episodes.types import Speaker


@dataclass(frozen=True, slots=True)
class Print:
    """What a voice sounds like: a direction of length 1, from `speech_s` seconds of speech.

    `vector` is empty where nothing was heard. `trouble` says why a print is of no use.
    """

    vector: tuple[float, ...] = ()
    speech_s: float = 0.0
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of an episode: its print, by the network with SHA-256 `network`, and where from.

    `label` is what it is called now; None where a person took its speech apart. `found` is
    the speaker as the transcript has it without the roster, where it bears a name.
    """

    label: str | None
    print: Print
    network: str
    spans: tuple[Span, ...]
    found: Speaker | None = None


@dataclass(frozen=True, slots=True)
class VoicePrint:
    """A print of a person's voice, from the episode in which it was named."""

    print: Print
    network: str
    episode_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was named in a show, or in a folder; a show has each name once.

    `show` is empty where nobody knows it.
    """

    id: str
    show: str
    name: str
    prints: tuple[VoicePrint, ...]


PURE = 0.9
"""A print still tells a voice while so much of what it was made from is that voice's."""

MOST_PRINTS = 5
"""So many prints are kept of a person."""


def most_different(prints: Sequence[Print], most: int = MOST_PRINTS) -> tuple[int, ...]:
    """Which of the prints to keep, by place: at most `most`.

    Of the two most alike the one with less speech goes. So what one microphone or one cold
    told once is not crowded out by fifty usual days.
    """
    kept = list(range(len(prints)))
    while len(kept) > most:
        pair = max(combinations(kept, 2), key=lambda p: _cosine(prints[p[0]], prints[p[1]]))
        kept.remove(min(pair, key=lambda at: prints[at].speech_s))
    return tuple(kept)


def _cosine(one: Print, other: Print) -> float:
    # Prints of two networks may differ in length: those are as unlike as can be.
    if len(one.vector) != len(other.vector):
        return -1.0
    return sum(a * b for a, b in zip(one.vector, other.vector, strict=True))


def moved_voices(voices: Sequence[Voice], moves: Sequence[Move]) -> tuple[Voice, ...]:
    """The voices after a person's moves: each under the label that most of its speech has.

    One whose speech went to several is a mixture and nobody's; who was made of parts of
    others has no print.
    """
    for move in moves:
        voices = [_moved(voice, move) for voice in voices]
    longest: dict[str, Voice] = {}
    for voice in voices:
        before = longest.get(voice.label or "")
        if before is None or voice.print.speech_s > before.print.speech_s:
            longest[voice.label or ""] = voice
    return tuple(
        voice if longest[voice.label or ""] is voice else replace(voice, label=None)
        for voice in voices
    )


def _moved(voice: Voice, move: Move) -> Voice:
    if voice.label is None or move.label not in (None, voice.label) or voice.label == move.into:
        return voice
    total_s = sum(span.duration_s for span in voice.spans)
    gone_s = sum(overlap(span, move.span) for span in voice.spans)
    if gone_s <= (1 - PURE) * total_s and (move.start, move.end) != (None, None):
        return voice
    return replace(voice, label=move.into if gone_s >= PURE * total_s else None)


def by_trust(*tellings: Mapping[str, Speaker]) -> dict[str, Speaker]:
    """One speaker a label, told by several who are trusted less and less.

    A name that somebody trusted more gave to another voice is not given again.
    """
    named: dict[str, Speaker] = {}
    for telling in tellings:
        taken = {speaker.name for speaker in named.values()}
        named |= {
            label: speaker
            for label, speaker in telling.items()
            if label not in named and speaker.name not in taken
        }
    return named
