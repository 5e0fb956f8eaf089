"""Sentences to clues of who is called what: English phrases, by voice.

A clue is a voice, a name, and how much the one speaks for the other, as log-odds set by
hand. This file does not weigh clues against each other and knows no audio.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from speakers.persons import Marked, Mention
from speakers.wordlists import CALLED, PEOPLES

Kind = Literal["self", "introduced", "addressed", "mentioned"]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence outside ads: who says it, its words, and its names marked."""

    speaker: str
    text: str
    marked: Marked


@dataclass(frozen=True, slots=True)
class Clue:
    """`weight` is log-odds that the voice `label` bears `name`; below 0 it speaks against."""

    label: str
    name: str
    weight: float
    kind: Kind
    sentence: str


_N = r"<(\d+)>(?! 's)"
_END = (
    r"(?= ?(?:[.,;!?:—–-]|$|and|with|from|your|the|host|here|for|filling|in|at|coming|calling"  # noqa: RUF001
    r"|reporting|a|an|as|back|joined|along|again|today|this|it's|we're|welcome|on|speaking)"
    r"(?: |$|[.,]))"
)
_SELF = tuple(
    (re.compile(pattern), weight)
    for pattern, weight in (
        (rf"\bmy name(?:'s| is|, is)(?: ,)? {_N}{_END}", 4.0),
        (
            r"\b(?:i'm|i am|this is|i've been) (?:, )?(?:once again |again |as always )?(?:your|the"
            r"|one of your|your guest|your co) ?-?(?:\w+ ){0,2}?(?:co-)?host[s]?(?: of \w+)?(?: ,)?"
            rf" {_N}",
            4.0,
        ),
        (rf"\bi've been (?:your host ,? ?)?{_N}{_END}", 3.5),
        (rf"\b(?:i'm|i am) {_N}{_END}", 2.0),
        (rf"^(?:and )?(?:hi|hello|hey)\b[^<]{{0,30}}\bthis is {_N}{_END}", 3.0),
        (rf"^(?:this is|it's) {_N} (?:, )?(?:calling|from|in|reporting)\b", 2.0),
        (rf"^(?:and )?(?:hey |hi |hello )?(?:, )?{_N} here(?: ,| \.| !|$)", 3.0),
    )
)
_GREETING = re.compile(
    r"\b(?:hi|hello|hey|welcome|good (?:morning|evening|afternoon)|and i'm <|from (?:the )?<"
    r"|reporting from|this is|it's)\b"
)
_QUOTED = re.compile(
    r"\b(?:say|says|said|saying|goes|going|went|like|told|tells|called|asks|asked|wrote|writes|if"
    r"|pretend|think|thinks|thought|named|signed|dear|as though|not|shouts?|yelled)\b|[\"“‘(]"  # noqa: RUF001
)
_SAID_AFTER = re.compile(r"^ ?,? ?(?:[\"”] ?)?(?:i|he|she|they|we) (?:say|says|said|goes|go)\b")
_PLAY = re.compile(
    r"\b(?:got a letter|a letter|an e-?mail|wrote in|writes in|pretend|role play|do the voice"
    r"|the voice|impression|impersonat\w+|dear|my character|line from)\b"
)
_ASKED = re.compile(r"\b(?:your name|who are you|who you are|introduce yourself)\b")
_BEFORE_NAME = r"(?:(?!what|how|why|where|when|because|about|not)[\w'-]+ (?:, )?){0,6}?"
_AHEAD = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bguests?\b(?: \w+){{0,4}}? (?:is|are|was)(?: ,)? {_BEFORE_NAME}{_N}",
        rf"\b(?:joining|with) (?:me|us)\b(?: \w+){{0,5}}? (?:is|are)(?: ,)? {_BEFORE_NAME}{_N}",
        rf"\bjoined\b(?: \w+){{0,3}}? by(?: ,)? {_BEFORE_NAME}{_N}",
        r"\b(?:i'm|i am|we're|we are|i've been|here|today|now) (?:here |now |today |back )*"
        r"(?:talking|speaking|chatting|here|sitting|sat|sitting down|back|live)(?: \w+){0,3}? "
        rf"(?:with|to)(?: ,)? {_BEFORE_NAME}{_N}(?! (?:about|through))",
        r"\b(?:spoke|talked|sat down|chatted|caught up|i called|then called)(?: \w+){0,2}?"
        rf"(?: with| to)?(?: ,)? (?:[a-z'-]+ ){{0,4}}?{_N}",
        r"\b(?:our|my) (?:\w+ ){0,4}?(?:colleague|reporter|correspondent|editor|co-?host|critic"
        rf"|columnist|analyst|guest|friend)(?: at \w+)?(?: ,)? {_N}",
        rf"\b(?:please welcome|let's welcome|over to|let's bring in|up next|up now)(?: ,)? "
        rf"{_BEFORE_NAME}{_N}",
        rf"{_N}(?: ,[^,<]{{1,60}},)? (?:joins|joined) (?:me|us)\b",
        rf"{_N} (?:is|are) (?:here|with us|with me|also here|in the studio|on the line|back)\b",
    )
)
_CLIP = re.compile(r"^ ?,? ?(?:speaking|talking|testifying|addressing|back in|in an interview|at a)\b")
_BEHIND = re.compile(
    r"^(?:and )?(?:that's|that was|that is|you (?:just )?heard)(?: from)?(?: ,)? "
    rf"(?:(?!what|how|why|where|when|not|because|about|like)[\w'-]+ (?:, )?){{0,4}}?{_N}"
    r"(?= ?(?:[.,]|$|who|from|of|at|there))"
)
_THERE = re.compile(rf"^{_N} there(?: ,| \.|$)")
_LIST_OF_NAMES = re.compile(r"<\d+> (?:, )?(?:and|&) <\d+>|<\d+> , <\d+>")
_OPENING = (
    r"^(?:(?:so|and|but|well|now|okay|ok|yeah|yes|no|right|fine|alright|all right|oh|look|listen"
    r"|then|sure|ah|hey|hi|hello|great|exactly|true|wow) (?:, )?){0,3}"
)
_ADDRESSED = tuple(
    (re.compile(pattern), weight)
    for pattern, weight in (
        (rf"\b(?:welcome|welcome back)(?: ,)? (?:to [^<.]{{1,40}} , )?{_N}(?! (?:to|and)\b)", 2.2),
        (rf"{_N} , (?:you're )?(?:welcome|hello|hi|good (?:morning|evening))\b", 2.2),
        (rf"{_N} (?:, )?(?:thanks|thank you|it's (?:so )?(?:good|great) to)\b", 2.0),
        (
            r"\b(?:thanks|thank you)(?: so much| very much| again)?(?: for [^<.,]{1,40})? (?:, )?"
            rf"{_N}(?= ?(?:[.,!?]|$|for))",
            1.4,
        ),
        (rf"\b(?:hi|hello|hey|good (?:morning|evening|afternoon))(?: ,| there,?)? {_N}", 1.6),
        (rf"{_OPENING}{_N} (?:,|\?)", 1.0),
        (rf"^{_N} (?:what|how|why|where|when|do|did|are|is|can|you)\b", 1.0),
        (rf", {_N} (?:[.?!]|$)", 1.0),
        (rf", {_N} , (?=.*\b(?:you|your)\b)", 0.7),
    )
)
_GREETED = 1.6
"""From this weight on a name may be full: others are addressed by one word."""
_BESIDE = 3
"""Sentences around a self-introduction in which others make it likelier."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Whom a sentence may be about: the other voices around it, nearest first.

    `at_edge` says that the sentence is among the last of its turn.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    at_edge: bool


def clues(said: Sequence[Said], lasting: frozenset[str]) -> Iterator[Clue]:
    """All clues, in order. `lasting` voices are those that take part in the talk."""
    for at, sentence in enumerate(said):
        if not sentence.marked.mentions:
            continue
        near = neighbours(said, at, lasting)
        taken: set[int] = set()
        for clue, number in _of_sentence(said, at, near):
            taken.add(number)
            yield clue
        if _quoting(said, at, len(sentence.marked.text)) is None:
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
        any(s.speaker != own for s in said[at + 1 : at + 3]),
    )


def _of_sentence(
    said: Sequence[Said], at: int, near: Neighbours
) -> Iterator[tuple[Clue, int]]:
    """Clues with the number of the mention each is about."""
    done: set[int] = set()
    for find in (_self, _introduced, _addressed):
        for clue, number in find(said, at, near):
            if number not in done or find is not _addressed:
                yield clue, number
        done |= {number for _, number in find(said, at, near)}


def _self(said: Sequence[Said], at: int, near: Neighbours) -> Iterator[tuple[Clue, int]]:
    sentence = said[at]
    text, mentions = sentence.marked.text, sentence.marked.mentions
    for pattern, weight in _SELF:
        for match in pattern.finditer(text):
            number = int(match[1])
            mention = mentions[number]
            if _SAID_AFTER.match(text[match.end() :]) or _quoting(said, at, match.start()):
                continue
            sure = weight
            if weight == 2.0:
                sure += 1.8 if mention.full else _company(said, at)
            if not mention.full and mention.name.lower().endswith(PEOPLES):
                sure -= 0.0 if mention.name.lower() in CALLED else 3.0
            yield Clue(sentence.speaker, mention.name, sure, "self", sentence.text), number
            return


def _company(said: Sequence[Said], at: int) -> float:
    """How much what stands around "I'm X" makes an introduction of it."""
    sure = 1.2 if _GREETING.search(said[at].marked.text) else 0.0
    for other in said[max(0, at - _BESIDE) : at + _BESIDE + 1]:
        if other.speaker != said[at].speaker and any(
            p.search(other.marked.text) for p, _ in _SELF
        ):
            sure = max(sure, 1.2)
        if other.speaker != said[at].speaker and _ASKED.search(other.marked.text):
            sure = max(sure, 1.2)
    return sure


def _quoting(said: Sequence[Said], at: int, until: int) -> str | None:
    """The words that make what follows somebody else's, if there are any."""
    here = _QUOTED.search(said[at].marked.text[:until])
    if here:
        return here[0]
    for other in said[max(0, at - 3) : at]:
        if match := _PLAY.search(other.marked.text):
            return match[0]
    match = _PLAY.search(said[at].marked.text[:until])
    return match[0] if match else None


def _introduced(said: Sequence[Said], at: int, near: Neighbours) -> Iterator[tuple[Clue, int]]:
    sentence = said[at]
    text, mentions = sentence.marked.text, sentence.marked.mentions
    several = bool(_LIST_OF_NAMES.search(text))
    found: dict[int, str] = {}
    for pattern in (_BEHIND, _THERE):
        if (match := pattern.search(text)) and not mentions[int(match[1])].possessive:
            found[int(match[1])] = "behind"
    for pattern in _AHEAD:
        for match in pattern.finditer(text):
            if not _CLIP.match(text[match.end() :]) and not _QUOTED.search(text[: match.start()]):
                found.setdefault(int(match[1]), "ahead")
    for number, way in found.items():
        mention = mentions[number]
        sure = (3.0 if mention.full else 1.8) - (1.8 if several else 0.0)
        order = (*near.before[:1], *near.after) if way == "behind" else near.after
        order = tuple(dict.fromkeys(order or near.before[:1]))
        for place, label in enumerate(order[:3]):
            new = way == "behind" or all(s.speaker != label for s in said[:at])
            weight = sure * (1.0, 0.5, 0.3)[place] * (1.0 if new or len(order) == 1 else 0.6)
            yield Clue(label, mention.name, weight, "introduced", sentence.text), number
        yield Clue(sentence.speaker, mention.name, -3.0, "introduced", sentence.text), number


def _addressed(said: Sequence[Said], at: int, near: Neighbours) -> Iterator[tuple[Clue, int]]:
    sentence = said[at]
    text, mentions = sentence.marked.text, sentence.marked.mentions
    seen: set[int] = set()
    for pattern, weight in _ADDRESSED:
        for match in pattern.finditer(text):
            number = int(match[1])
            mention = mentions[number]
            if number in seen or _quoting(said, at, match.start()):
                continue
            if mention.full and weight < _GREETED and not _begins_thanks(text):
                continue
            if re.search(r"<\d+> , $", text[: match.start() + 2]):
                continue
            seen.add(number)
            for label, share in _addressees(text, near):
                yield (
                    Clue(label, mention.name, weight * share, "addressed", sentence.text),
                    number,
                )
            yield Clue(sentence.speaker, mention.name, -4.0, "addressed", sentence.text), number


def _begins_thanks(text: str) -> bool:
    return bool(re.search(r"\b(?:thanks|thank you)\b", text))


def _addressees(text: str, near: Neighbours) -> Iterator[tuple[str, float]]:
    """Who may be meant, with shares: mostly who speaks next, after thanks who spoke last."""
    shares: dict[str, float] = {}
    back = 0.9 if _begins_thanks(text) else 0.5
    ahead = 0.9 if near.at_edge else 0.7
    if near.before:
        shares[near.before[0]] = back
    if near.after:
        label = near.after[0]
        shares[label] = max(shares.get(label, 0.0), ahead)
    if len({*near.before, *near.after}) == 1:
        shares = dict.fromkeys(shares, 1.0)
    yield from shares.items()


def kinds(found: Sequence[Clue]) -> Mapping[Kind, int]:
    """How many clues of each kind there are."""
    return {kind: sum(c.kind == kind for c in found) for kind in {c.kind for c in found}}
