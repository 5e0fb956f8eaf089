"""Sentences to clues of who is called what.

A clue is a voice, a name, and how much the one speaks for the other, as log-odds set by
hand. This file does not weigh clues against each other and knows no audio.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speakers.addressees import addressed
from speakers.claims import of_self, parts, quoting
from speakers.heard import Clue, Neighbours, Said
from speakers.introductions import introduced


def clues(said: Sequence[Said], lasting: frozenset[str]) -> Iterator[Clue]:
    """All clues, in order. `lasting` voices are those that take part in the talk."""
    played = parts(said)
    for at, sentence in enumerate(said):
        if not sentence.marked.mentions:
            continue
        near = Neighbours.of(said, at, lasting)
        taken: set[int] = set()
        for clue, number in _of_sentence(said, at, near):
            taken.add(number)
            if clue.weight < 0 or played.isdisjoint(clue.name.split()):
                yield clue
        if not quoting(said, at, len(sentence.marked.text)):
            for number, mention in enumerate(sentence.marked.mentions):
                if number not in taken:
                    yield Clue(sentence.speaker, mention.name, -1.0, "mentioned", sentence.text)


def _of_sentence(said: Sequence[Said], at: int, near: Neighbours) -> Iterator[tuple[Clue, int]]:
    """Clues with the number of the mention each is about."""
    done: set[int] = set()
    for found in (of_self(said, at), introduced(said, at, near), addressed(said, at, near)):
        told = [(clue, number) for clue, number in found if number not in done]
        yield from told
        done |= {number for _, number in told}
