"""Whom a call by name means: mostly who speaks next, after thanks who spoke last.

Does not know what makes a call of a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from speakers.calls import calls
from speakers.claims import quoting
from speakers.heard import Clue, Neighbours, Said, turn_start, unheard
from speakers.sayings import (
    ANSWER,
    AT_FIRST,
    CONFIRMED,
    PLAY,
    QUOTED,
    THANKS,
    THEY,
    THIRD,
    TURNED,
    WELCOME,
)
from speakers.sounds import first_word, same_first

_TOLD = 0.4
"""What a call by the first name is worth more to who has told the whole."""
_PRESENTED, _TURNED_TO = 8, 2.0
"""Sentences within which it is told who is then called by name, and what that is worth."""
_THEM = re.compile(r"\b(?:s?he|him|hers?|his)\b")
_ANOTHER = -2.0
"""What it is worth against a voice that it speaks of the one called."""
_CONFIRMED = 3.0
"""What it is worth to be asked for by name, and to say yes."""
_NOT_SELF = -4.0
"""What it is worth against a voice that it calls somebody so."""


def addressed(said: Sequence[Said], at: int, near: Neighbours) -> Iterator[tuple[Clue, int]]:
    """Clues of whom a sentence calls, with the number of the mention each is about."""
    sentence = said[at]
    text = sentence.marked.text
    yield from _confirmed(said, at)
    then = [one.marked.text for one in said[at + 1 : at + 2] if one.speaker == sentence.speaker]
    for call in calls(sentence.marked, *then):
        number, name = call.number, sentence.marked.mentions[call.number].name
        if quoting(said, at, text.index(f"<{number}>")) or PLAY.search(text):
            continue
        thanks = bool(THANKS.search(text))
        shown = _presented(said, at, name) if near.at_edge and not thanks else ""
        if shown:
            label = next(
                s.speaker for s in said[at + 1 : at + 3] if s.speaker != sentence.speaker
            )
            new = unheard(said, label, at)
            if " " in shown or (new and TURNED.search(text)):
                yield Clue(label, shown, _TURNED_TO, "introduced", sentence.text), number
        another = None if thanks else _of_another(said, at)
        if another and "?" not in sentence.text:
            yield Clue(another, name, _ANOTHER, "addressed", sentence.text), number
        worth = call.weight + _TOLD * _told_whole(said, at, name)
        meant = () if another else _addressees(text, near, _other_answers(said, at, near))
        for label, share in meant:
            yield Clue(label, name, worth * share, "addressed", sentence.text), number
        yield Clue(sentence.speaker, name, _NOT_SELF, "addressed", sentence.text), number


def _confirmed(said: Sequence[Said], at: int) -> Iterator[tuple[Clue, int]]:
    """The name that is asked for, where who speaks next says that it is theirs."""
    mentions, then = said[at].marked.mentions, said[at + 1 : at + 2]
    asked = said[at].marked.text.endswith(f"<{len(mentions) - 1}> ?")
    if not asked or not then or then[0].speaker == said[at].speaker:
        return
    if CONFIRMED.search(then[0].marked.text):
        name = mentions[-1].name
        clue = Clue(then[0].speaker, name, _CONFIRMED, "introduced", said[at].text)
        yield clue, len(mentions) - 1


def _of_another(said: Sequence[Said], at: int) -> str | None:
    """Who speaks next, if of the one called: "Is it true, Petra?" "She's gone red."."""
    own = said[at].speaker
    soon = next((one for one in said[at + 1 : at + 3] if one.speaker != own), None)
    if soon is None or len(said[at].marked.mentions) > 1 or _THEM.search(said[at].marked.text):
        return None
    many = "?" not in said[at].text and THEY.search(soon.marked.text)
    return soon.speaker if many or THIRD.search(soon.marked.text) else None


def _other_answers(said: Sequence[Said], at: int, near: Neighbours) -> bool:
    """Whether thanks are answered by somebody else than who spoke before them."""
    if not near.before or not near.after or near.before[0] == near.after[0]:
        return False
    soon = (one for one in said[at + 1 : at + 3] if one.speaker == near.after[0])
    return any(ANSWER.search(one.marked.text) for one in soon)


def _told_whole(said: Sequence[Said], at: int, name: str) -> bool:
    """Whether the voice has told the whole name before of which it calls the first."""
    own = (one for one in islice(said, at) if one.speaker == said[at].speaker)
    firsts = (first_word(m.name) for one in own for m in one.marked.mentions if m.full)
    return name in firsts


def _presented(said: Sequence[Said], at: int, name: str) -> str:
    """The name by which the voice, right before it calls somebody, tells who that is.

    Empty if it does not; a first name alone only where it comes up there.
    """
    turn = max(turn_start(said, at), at - _PRESENTED)
    plain = [
        said[n] for n in range(at - 1, turn - 1, -1) if not QUOTED.search(said[n].marked.text)
    ]
    names = [m.name for one in plain for m in one.marked.mentions]
    same = [one for one in names if same_first(one, name)]
    whole = next((one for one in same if " " in one), "")
    if whole or not same:
        return whole
    earlier = (m.name for one in islice(said, turn) for m in one.marked.mentions)
    return "" if any(same_first(one, name) for one in earlier) else name


def _addressees(text: str, near: Neighbours, other: bool) -> Iterator[tuple[str, float]]:
    """Who may be meant, with shares: mostly who speaks next, after thanks who spoke last.

    `other` says that somebody else than who spoke last answers to thanks.
    """
    thanks = bool(THANKS.search(text))
    if thanks and not near.before and not AT_FIRST.search(text):
        # Who is thanked has mostly spoken: it may be somebody who is heard no more.
        yield from ((label, 0.3) for label in near.after[:1])
        return
    shares: dict[str, float] = {}
    back = thanks and bool(near.before) and not AT_FIRST.search(text)
    if near.before and (thanks or not WELCOME.search(text)):
        aside = 0.5 if near.just or not near.at_edge else 0.2
        shares[near.before[0]] = (0.6 if other else 0.9) if thanks or not near.after else aside
    if near.after:
        ahead = 0.9 if near.at_edge else 0.7
        label = near.after[0]
        shares[label] = max(shares.get(label, 0.0), 0.3 if back else ahead)
    if len({*near.before, *near.after}) == 1:
        shares = dict.fromkeys(shares, 1.0)
    yield from shares.items()
