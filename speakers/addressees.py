"""Whom a call by name means: mostly who speaks next, after thanks who spoke last."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from speakers.calls import calls
from speakers.claims import quoting
from speakers.heard import Clue, Neighbours, Said
from speakers.sayings import AT_FIRST, PLAY, REPLIES, THANKS, THEY, THIRD, TURNED, WELCOME
from speakers.sounds import same_word

_SOON = 3
"""Sentences within which somebody answers who is introduced or thanked."""
_ANSWERED = 0.8
_PRESENTED, _TURNED_TO = 8, 2.0
"""Sentences within which it is told who is then called by name, and what that is worth."""
_THEM = re.compile(r"\b(?:s?he|him|hers?|his)\b")
_ANOTHER = -2.0
"""What it is worth against a voice that it speaks of the one called."""
_NOT_SELF = -4.0
"""What it is worth against a voice that it calls somebody so."""


def addressed(said: Sequence[Said], at: int, near: Neighbours) -> Iterator[tuple[Clue, int]]:
    """Clues of whom a sentence calls, with the number of the mention each is about."""
    sentence = said[at]
    text = sentence.marked.text
    then = [one.marked.text for one in said[at + 1 : at + 2] if one.speaker == sentence.speaker]
    for call in calls(sentence.marked, *then):
        number, name = call.number, sentence.marked.mentions[call.number].name
        if quoting(said, at, text.index(f"<{number}>")) or PLAY.search(text):
            continue
        shown = _presented(said, at, name)
        if shown and near.at_edge and not THANKS.search(text):
            label = next(s.speaker for s in said[at + 1 :] if s.speaker != sentence.speaker)
            new = all(one.speaker != label for one in said[:at])
            if " " in shown or (new and TURNED.search(text)):
                yield Clue(label, shown, _TURNED_TO, "introduced", sentence.text), number
        another = None if THANKS.search(text) else _of_another(said, at)
        if another and "?" not in sentence.text:
            yield Clue(another, name, _ANOTHER, "addressed", sentence.text), number
        meant = () if another else _addressees(text, near)
        for label, share in meant:
            weight = call.weight * share
            if THANKS.search(text) or WELCOME.search(text):
                weight += answered(said, at, label)
            yield Clue(label, name, weight, "addressed", sentence.text), number
        yield Clue(sentence.speaker, name, _NOT_SELF, "addressed", sentence.text), number


def _of_another(said: Sequence[Said], at: int) -> str | None:
    """Who speaks next, if of the one called: "Is it true, Petra?" "She's gone red."."""
    own = said[at].speaker
    soon = next((one for one in said[at + 1 : at + 3] if one.speaker != own), None)
    if soon is None or len(said[at].marked.mentions) > 1 or _THEM.search(said[at].marked.text):
        return None
    many = "?" not in said[at].text and THEY.search(soon.marked.text)
    return soon.speaker if many or THIRD.search(soon.marked.text) else None


def answered(said: Sequence[Said], at: int, label: str) -> float:
    """How much likelier it is that a voice is meant, for what it answers."""
    soon = (one for one in said[at + 1 : at + 1 + _SOON] if one.speaker == label)
    return _ANSWERED if any(REPLIES.search(one.marked.text) for one in soon) else 0.0


def _presented(said: Sequence[Said], at: int, name: str) -> str:
    """The name by which the voice, right before it calls somebody, tells who that is.

    Empty if it does not; a first name alone only where it comes up there.
    """
    first = name.split(maxsplit=1)[0]
    turn = at
    while turn and at - turn < _PRESENTED and said[turn - 1].speaker == said[at].speaker:
        turn -= 1
    names = [m.name for one in reversed(said[turn:at]) for m in one.marked.mentions]
    same = [one for one in names if same_word(one.split()[0], first)]
    earlier = any(
        same_word(m.name.split()[0], first) for o in said[:turn] for m in o.marked.mentions
    )
    return next((one for one in same if " " in one), "" if earlier or not same else name)


def _addressees(text: str, near: Neighbours) -> Iterator[tuple[str, float]]:
    """Who may be meant, with shares: mostly who speaks next, after thanks who spoke last."""
    thanks = bool(THANKS.search(text))
    if thanks and not near.before and not AT_FIRST.search(text):
        # Who is thanked has mostly spoken: it may be somebody who is heard no more.
        yield from ((label, 0.3) for label in near.after[:1])
        return
    shares: dict[str, float] = {}
    if near.before and (thanks or not WELCOME.search(text)):
        shares[near.before[0]] = 0.9 if thanks else 0.5
    if near.after:
        label = near.after[0]
        shares[label] = max(shares.get(label, 0.0), 0.9 if near.at_edge else 0.7)
    if len({*near.before, *near.after}) == 1:
        shares = dict.fromkeys(shares, 1.0)
    yield from shares.items()
