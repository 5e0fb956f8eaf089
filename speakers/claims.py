"""What a voice says of itself: "I'm X", and whether it means it.

A name is claimed in play, in quotation and in supposition as well; so what stands around a
claim is looked at. Knows nothing of what others call the voice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain, islice

from speakers.calls import calls
from speakers.heard import Clue, Said, turn_start, unheard
from speakers.sayings import (
    ASKED,
    GIVEN,
    GREETING,
    ITS,
    ITS_ONE,
    ONLY,
    PLAIN,
    PLAY,
    PLAY_OVER,
    QUOTED,
    SAID_AFTER,
    SELF,
    SIGNED,
    SPOKEN_BY,
    THIRD,
)
from speakers.sounds import same_first
from speakers.wordlists import CALLED, FAMOUS, PEOPLES

_PLAYED = 6
"""Sentences after a letter, or a part that somebody plays, is spoken of."""
_SIGNED, _ANSWERED = 3.0, 3.0
"""What a name is worth at the end of a report, and in answer to who one is."""
_ROUND = re.compile(r"> ?[.!]?$")
"""The end of all that is said by who goes on in a round: "And Freya."."""
_MERE = 2
"""Words of a mere "Yeah, sure."."""
_THIS = re.compile(r"\bthis is\b")
_LIKE = 0.7
"""Letters alike by so much let one name be the other put right."""
_COMMON = 1.5
"""What a claim of a name loses whose word is also said in small letters."""
_BESIDE = 3
"""Sentences around a self-introduction in which others make it likelier."""


def of_self(said: Sequence[Said], at: int) -> Iterator[tuple[Clue, int]]:
    """The first name that the sentence's own voice claims, with the mention's number."""
    sentence = said[at]
    claim = next(chain(_claimed(said, at), _answering(said, at)), None)
    if claim is None:
        return
    number, weight = claim
    mention = sentence.marked.mentions[number]
    name, small = mention.name, mention.name.lower()
    if small in FAMOUS or any(_speaks_of(one, name) for one in said[max(0, at - _PLAYED) : at]):
        return
    sure = weight
    if weight == PLAIN:
        sure += 1.8 if mention.full else _company(said, at)
        if mention.title and not mention.full:
            sure -= 1.5  # "I'm Captain Bligh" is mostly a part in a play
    if not mention.full and small.endswith(PEOPLES) and small not in CALLED:
        sure -= 3.0
    if mention.common and not mention.full:
        sure -= _COMMON
    yield Clue(sentence.speaker, name, sure, "self", sentence.text), number
    if weight != _ANSWERED:
        return
    for heard in (m.name for one in _just_before(said, at) for m in one.marked.mentions):
        if not same_first(name, heard) and _corrects(name, heard):
            yield Clue(sentence.speaker, heard, -4.0, "self", sentence.text), number


def _claimed(said: Sequence[Said], at: int) -> Iterator[tuple[int, float]]:
    """Mentions that the sentence's words make claims, with what these are worth."""
    text, mentions = said[at].marked.text, said[at].marked.mentions
    for pattern, weight in SELF:
        for match in pattern.finditer(text):
            number = int(match[1])
            theirs = SAID_AFTER.match(text[match.end() :]) or quoting(said, at, match.start())
            if not theirs and (weight != ITS_ONE or not mentions[number].full):
                yield number, weight
    signed = SIGNED.search(text)
    if signed and _signs(said, at) and mentions[int(signed[1] or signed[2])].full:
        yield int(signed[1] or signed[2]), _SIGNED


def _signs(said: Sequence[Said], at: int) -> bool:
    """Whether it is the end of a turn of some length, and no voice new to the talk is next."""
    own = said[at].speaker
    if [one.speaker for one in said[max(0, at - 1) : at]] != [own]:
        return False
    after = said[at + 1].speaker if at + 1 < len(said) else None
    return after != own and (after is None or any(one.speaker == after for one in said[:at]))


def _answering(said: Sequence[Said], at: int) -> Iterator[tuple[int, float]]:
    """The name alone, or after "it's", of who was asked for it, or goes on in a round."""
    text = said[at].marked.text
    match = ITS.search(text) or ONLY.search(text)
    before = _just_before(said, at)
    if match is None or not before:
        return
    number = int(next(group for group in match.groups() if group))
    called = any(True for one in before for _ in calls(one.marked))
    round_ = any(p.search(one.marked.text) for one in before for p, _ in SELF)
    asked = any(ASKED.search(one.marked.text) for one in before)
    own = said[at].marked.mentions[number]
    named = any(m.name == own.name for one in before for m in one.marked.mentions)
    if (
        (asked and not THIRD.search(text))
        or (called and ITS.search(text) and not (own.full and _THIS.search(text)))
        or (round_ and not own.full and _ROUND.search(text) and not named)
        or any(_corrects(own.name, m.name) for one in before for m in one.marked.mentions)
    ):
        yield number, _ANSWERED


def _just_before(said: Sequence[Said], at: int) -> list[Said]:
    """The last sentences of who spoke before a turn, seen from its first or second."""
    turn = turn_start(said, at)
    more = (one for one in said[turn:at] if len(one.text.split()) > _MERE)
    last = [
        one for one in said[max(0, turn - 2) : turn] if one.speaker == said[turn - 1].speaker
    ]
    return last if len([*islice(more, 2)]) < 2 else []


def _corrects(own: str, heard: str) -> bool:
    """Whether a name puts right another that is much like it."""
    return any(
        not x.startswith(y)
        and not y.startswith(x)
        and SequenceMatcher(None, x, y, autojunk=False).ratio() >= _LIKE
        for x, y in zip(own.casefold().split(), heard.casefold().split(), strict=False)
    )


def _speaks_of(one: Said, name: str) -> bool:
    """Whether a sentence gives the name to somebody, or quotes who claims it."""
    text = one.marked.text
    given = GIVEN.search(text) or (QUOTED.search(text) and any(p.search(text) for p, _ in SELF))
    return bool(given) and any(mention.name == name for mention in one.marked.mentions)


def parts(said: Sequence[Said]) -> frozenset[str]:
    """The words of names that somebody else plays, reads or translates for."""
    words: set[str] = set()
    for one in said:
        if match := SPOKEN_BY.search(one.marked.text):
            for number in re.findall(r"<(\d+)>", one.marked.text[: match.start()]):
                words |= {*one.marked.mentions[int(number)].name.split()}
    return frozenset(words)


def _company(said: Sequence[Said], at: int) -> float:
    """How much what stands around "I'm X" makes an introduction of it."""
    sure = 1.2 if GREETING.search(said[at].marked.text) else 0.0
    if unheard(said, said[at].speaker, at - _BESIDE + 1):
        sure = max(sure, 0.8)  # people introduce themselves when they begin
    return max(sure, 1.2) if _asked(said, at) else sure


def _asked(said: Sequence[Said], at: int) -> bool:
    """Whether others around it say who they are, or ask."""
    return any(
        ASKED.search(other.marked.text) or any(p.search(other.marked.text) for p, _ in SELF)
        for other in said[max(0, at - _BESIDE) : at + _BESIDE + 1]
        if other.speaker != said[at].speaker
    )


def quoting(said: Sequence[Said], at: int, until: int) -> bool:
    """Whether there are words that make what follows somebody else's."""
    before = said[at].marked.text[:until]
    if QUOTED.search(before) or PLAY.search(before):
        return True
    for other in reversed(said[max(0, at - _PLAYED) : at]):
        own = other.speaker == said[at].speaker
        if own and PLAY_OVER.search(other.marked.text):
            return False
        if PLAY.search(other.marked.text) or (not own and SPOKEN_BY.search(other.marked.text)):
            return True
    return False
