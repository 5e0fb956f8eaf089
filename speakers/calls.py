"""Who is called by name: "Ada, what now?", "Thanks, Nils.", and who may be meant.

A name is a call by where it stands: set off from its sentence, at its beginning, its end, or
after a word that no name explains. Does not know what a voice says of itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from speakers.claims import Clue, Said, quoting
from speakers.neighbours import Neighbours
from speakers.persons import Marked, Mention
from speakers.sayings import (
    ABSENT,
    AT_FIRST,
    CEREMONY,
    CITED,
    OPENING,
    PLACE,
    QUESTION,
    REPLIES,
    THANKS,
    THIRD,
    TURNED,
    UNEXPLAINED,
    WELCOME,
)
from speakers.sounds import same_word

_CALLED, _TURNED, _WHOLE = 0.9, 1.2, 2.0
"""What a call is worth; where its sentence turns to somebody; by a whole name, so turned."""
_SOON = 3
"""Sentences within which somebody answers who is introduced or thanked."""
_ANSWERED = 0.8
_PRESENTED, _TURNED_TO = 3, 2.0
"""Sentences within which it is told who is then called by name, and what that is worth."""


@dataclass(frozen=True, slots=True)
class Call:
    """A mention that calls somebody: its number and what the call is worth."""

    number: int
    weight: float


def calls(marked: Marked) -> Iterator[Call]:
    """The mentions of a sentence that call who is meant."""
    text = marked.text
    if ABSENT.search(text):
        return
    ceremonies = {
        int(match[1]): weight
        for pattern, weight in reversed(CEREMONY)
        for match in pattern.finditer(text)
    }
    for number, mention in enumerate(marked.mentions):
        lead, _, rest = text.partition(f"<{number}>")
        if re.search(r"> (?:, )?(?:and )?$", lead) or re.match(r" ?,? ?(?:and|or|&) <", rest):
            continue
        if PLACE.search(f"{lead}<"):
            continue
        weight = ceremonies.get(number) or _plain(lead, rest, mention)
        if weight:
            yield Call(number, weight + (0.8 if mention.full else 0.0))


def _plain(lead: str, rest: str, mention: Mention) -> float:
    """What a name is worth as a call by its place alone; 0.0 where it is none."""
    opens = bool(OPENING.fullmatch(lead)) and bool(re.match(r" ?(?:[,?]|$)| \w", rest))
    if opens and re.match(r" \w", rest):
        opens = bool(re.match(r" (?:what|how|why|where|when|do you|did you|are you|is it|can you)\b", rest))
    closes = lead.endswith(", ") and bool(re.match(r" ?(?:[.?!]|$)", rest))
    between = rest.startswith(" ,") and bool(UNEXPLAINED.search(lead))
    turned = bool(TURNED.search(f"{lead}{rest}"))
    if mention.full and not mention.title:
        return _WHOLE if opens and QUESTION.search(rest) else 0.0
    if opens and rest.startswith(" ?"):
        return 0.9
    if not (opens or closes or between):
        return 0.7 if turned and lead.endswith(", ") and rest.startswith(" ,") else 0.0
    return _TURNED if turned else _CALLED


def addressed(said: Sequence[Said], at: int, near: Neighbours) -> Iterator[tuple[Clue, int]]:
    """Clues of whom a sentence calls, with the number of the mention each is about."""
    sentence = said[at]
    text = sentence.marked.text
    for call in calls(sentence.marked):
        mention = sentence.marked.mentions[call.number]
        start = text.index(f"<{call.number}>")
        if CITED.search(text[:start]) or quoting(said, at, 0):
            continue
        if near.at_edge and not THANKS.search(text) and _presented(said, at, mention.name):
            label = next(s.speaker for s in said[at + 1 :] if s.speaker != sentence.speaker)
            clue = Clue(label, mention.name, _TURNED_TO, "introduced", sentence.text)
            yield clue, call.number
        if _of_another(said, at):
            yield Clue(sentence.speaker, mention.name, -4.0, "addressed", sentence.text), call.number
            continue
        for label, share in _addressees(text, near):
            meant = call.weight * share
            if THANKS.search(text) or WELCOME.search(text):
                meant += answered(said, at, label)
            yield Clue(label, mention.name, meant, "addressed", sentence.text), call.number
        yield Clue(sentence.speaker, mention.name, -4.0, "addressed", sentence.text), call.number


def _of_another(said: Sequence[Said], at: int) -> bool:
    """Whether who speaks next speaks of the one called: "Is it true, Petra?" "She says so."."""
    own = said[at].speaker
    soon = next((one for one in said[at + 1 : at + 3] if one.speaker != own), None)
    if soon is None or len(said[at].marked.mentions) > 1:
        return False
    return bool(THIRD.search(soon.marked.text)) and not THIRD.search(said[at].marked.text)


def answered(said: Sequence[Said], at: int, label: str) -> float:
    """How much likelier it is that a voice is meant, for what it answers."""
    soon = (one for one in said[at + 1 : at + 1 + _SOON] if one.speaker == label)
    return _ANSWERED if any(REPLIES.search(one.marked.text) for one in soon) else 0.0


def _presented(said: Sequence[Said], at: int, name: str) -> bool:
    """Whether the voice, right before it calls somebody by name, tells who that is."""
    first = name.split(maxsplit=1)[0]
    for one in reversed(said[max(0, at - _PRESENTED) : at]):
        if one.speaker != said[at].speaker:
            return False
        if any(m.full and same_word(m.name.split()[0], first) for m in one.marked.mentions):
            return True
    return False


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
