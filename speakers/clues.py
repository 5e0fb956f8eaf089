"""Sentences to clues of who is called what: English phrases, by voice.

A clue is a voice, a name, and how much the one speaks for the other, as log-odds set by
hand. This file does not weigh clues against each other and knows no audio.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from speakers.claims import Clue, Said, of_self, parts, quoting
from speakers.persons import Marked
from speakers.sayings import (
    ABSENT,
    ADDRESSED,
    AHEAD,
    AT_FIRST,
    BEHIND,
    CLIP,
    CREDIT,
    EARLIER,
    LATER,
    LIST_OF_NAMES,
    OVER,
    PLACE,
    QUOTED,
    QUOTES_NEXT,
    REPLIES,
    SPOKEN_BY,
    THERE,
    WHOLE,
)
from speakers.sounds import same_word

Way = Literal["behind", "over", "ahead", "earlier", "credit"]
"""Where an introduced voice is to be sought; "over": behind, and nowhere else."""

_GREETED = 1.6
"""From this weight on a name may be full: others are addressed by one word."""
_LATELY = 40
"""Sentences in which a voice is still so new that it may be told who it was."""
_SOON = 3
"""Sentences within which somebody answers who is introduced or thanked."""
_ANSWERED = 0.8
_PRESENTED, _TURNED_TO = 3, 2.0
"""Sentences within which it is told who is then called by name, and what that is worth."""
_CREDITED = 1.0
_NEAR = 20
"""Letters before an introduction in which it may be put off to another day."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Whom a sentence may be about: the other voices around it, nearest first.

    `last` is who spoke before the sentence's own voice, if that takes part in the talk;
    `just` is who said the very last sentence before, `at_edge` says that the sentence is among
    the last of its turn.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    last: tuple[str, ...]
    just: tuple[str, ...]
    at_edge: bool


def clues(said: Sequence[Said], lasting: frozenset[str]) -> Iterator[Clue]:
    """All clues, in order. `lasting` voices are those that take part in the talk."""
    played = parts(said)
    for at, sentence in enumerate(said):
        if not sentence.marked.mentions:
            continue
        near = neighbours(said, at, lasting)
        taken: set[int] = set()
        for clue, number in _of_sentence(said, at, near):
            taken.add(number)
            if clue.weight < 0 or played.isdisjoint(clue.name.split()):
                yield clue
        if quoting(said, at, len(sentence.marked.text)) is None:
            for number, mention in enumerate(sentence.marked.mentions):
                if number not in taken:
                    yield Clue(sentence.speaker, mention.name, -1.0, "mentioned", sentence.text)


def neighbours(said: Sequence[Said], at: int, lasting: frozenset[str]) -> Neighbours:
    """The lasting voices other than the sentence's own that speak around it."""
    own = said[at].speaker
    reach = 12
    before = dict.fromkeys(
        s.speaker for s in reversed(said[max(0, at - reach) : at]) if s.speaker != own
    )
    after = dict.fromkeys(s.speaker for s in said[at + 1 : at + 1 + reach] if s.speaker != own)
    return Neighbours(
        tuple(v for v in before if v in lasting),
        tuple(v for v in after if v in lasting),
        tuple(v for v in [*before][:1] if v in lasting),
        tuple(s.speaker for s in said[max(0, at - 1) : at] if s.speaker != own),
        any(s.speaker != own for s in said[at + 1 : at + 3]),
    )


def _of_sentence(said: Sequence[Said], at: int, near: Neighbours) -> Iterator[tuple[Clue, int]]:
    """Clues with the number of the mention each is about."""
    done: set[int] = set()
    for found in (of_self(said, at), _introduced(said, at, near), _addressed(said, at, near)):
        told = [(clue, number) for clue, number in found if number not in done]
        yield from told
        done |= {number for _, number in told}


def _introduced(said: Sequence[Said], at: int, near: Neighbours) -> Iterator[tuple[Clue, int]]:
    sentence = said[at]
    if SPOKEN_BY.search(sentence.marked.text):
        return
    several = bool(LIST_OF_NAMES.search(sentence.marked.text))
    for number, way in _introductions(sentence.marked).items():
        mention = sentence.marked.mentions[number]
        sure = (3.0 if mention.full else 1.8) - (1.8 if several else 0.0)
        sure = _CREDITED if way == "credit" else sure
        for place, label in enumerate(_sought(way, near)):
            since = at - _LATELY if way in ("behind", "over") else at
            new = all(s.speaker != label for s in said[: max(0, since)])
            if way == "earlier" and (not new or not mention.full):
                continue
            alone = len(_sought(way, near)) == 1
            weight = sure * (1.0, 0.5, 0.3)[place] * (1.0 if new or alone else 0.6)
            weight += _answered(said, at, label)
            yield Clue(label, mention.name, weight, "introduced", sentence.text), number
        yield Clue(sentence.speaker, mention.name, -3.0, "introduced", sentence.text), number


def _sought(way: Way, near: Neighbours) -> tuple[str, ...]:
    """The voices that may be the one introduced, the likeliest first."""
    if way == "behind" and near.just:
        return near.just
    if way in ("over", "credit"):
        return near.last
    order = (*near.last, *near.after) if way == "behind" else near.after
    return tuple(dict.fromkeys(order or near.before[:1]))[:3]


def _answered(said: Sequence[Said], at: int, label: str) -> float:
    """How much likelier it is that a voice is meant, for what it answers."""
    soon = (one for one in said[at + 1 : at + 1 + _SOON] if one.speaker == label)
    return _ANSWERED if any(REPLIES.search(one.marked.text) for one in soon) else 0.0


def _introductions(marked: Marked) -> dict[int, Way]:
    """Which of a sentence's names are introduced, and where the voice is to be sought."""
    text = marked.text
    found: dict[int, Way] = {}
    for pattern in (BEHIND, THERE):
        if match := pattern.search(text):
            found[int(match[1])] = "over" if OVER.match(text) else "behind"
    for pattern in AHEAD:
        for match in pattern.finditer(text):
            before, rest = text[: match.start()], text[match.end() :]
            if LATER.search(before[-_NEAR:] + match[0]) or LATER.match(rest.lstrip(" ,")):
                continue
            if not (QUOTES_NEXT.match(rest) or CLIP.match(rest) or QUOTED.search(before)):
                found.setdefault(int(match[1]), "ahead")
    if match := CREDIT.search(text):
        found.setdefault(int(match[1]), "credit")
    if match := EARLIER.search(text):
        found.setdefault(int(match[1]), "earlier")
    return found


def _addressed(said: Sequence[Said], at: int, near: Neighbours) -> Iterator[tuple[Clue, int]]:
    sentence = said[at]
    text, mentions = sentence.marked.text, sentence.marked.mentions
    seen: set[int] = set()
    for pattern, weight in ADDRESSED:
        for match in pattern.finditer(text):
            number = int(match[1])
            mention = mentions[number]
            if number in seen or quoting(said, at, match.start()):
                continue
            aloud = pattern is WHOLE or _begins_thanks(text)
            whole = mention.full and not mention.titled
            if ABSENT.search(text) or (whole and weight < _GREETED and not aloud):
                continue
            if re.search(r"<\d+> , $", text[: match.start() + 2]):
                continue
            if PLACE.search(text[: match.start(1)]):
                continue
            seen.add(number)
            sure = weight + (0.8 if mention.full else 0.0)
            turned = near.at_edge and not _begins_thanks(text)
            if turned and _presented(said, at, mention.name):
                label = next(s.speaker for s in said[at + 1 :] if s.speaker != sentence.speaker)
                yield (
                    Clue(label, mention.name, _TURNED_TO, "introduced", sentence.text),
                    number,
                )
            for label, share in _addressees(text, near):
                meant = sure * share
                if _begins_thanks(text) or "welcome" in text:
                    meant += _answered(said, at, label)
                yield Clue(label, mention.name, meant, "addressed", sentence.text), number
            yield Clue(sentence.speaker, mention.name, -4.0, "addressed", sentence.text), number


def _presented(said: Sequence[Said], at: int, name: str) -> bool:
    """Whether the voice, right before it calls somebody by name, tells who that is."""
    first = name.split(maxsplit=1)[0]
    for one in reversed(said[max(0, at - _PRESENTED) : at]):
        if one.speaker != said[at].speaker:
            return False
        if any(m.full and same_word(m.name.split()[0], first) for m in one.marked.mentions):
            return True
    return False


def _begins_thanks(text: str) -> bool:
    return bool(re.search(r"\b(?:thanks|thank you)\b", text))


def _addressees(text: str, near: Neighbours) -> Iterator[tuple[str, float]]:
    """Who may be meant, with shares: mostly who speaks next, after thanks who spoke last."""
    thanks = _begins_thanks(text)
    if thanks and not near.before and not AT_FIRST.search(text):
        # Who is thanked has mostly spoken: it may be somebody who is heard no more.
        yield from ((label, 0.3) for label in near.after[:1])
        return
    shares: dict[str, float] = {}
    if near.before and (thanks or "welcome" not in text):
        shares[near.before[0]] = 0.9 if thanks else 0.5
    if near.after:
        label = near.after[0]
        shares[label] = max(shares.get(label, 0.0), 0.9 if near.at_edge else 0.7)
    if len({*near.before, *near.after}) == 1:
        shares = dict.fromkeys(shares, 1.0)
    yield from shares.items()
