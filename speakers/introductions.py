"""Who is introduced, as in "My guest is Ada Quist." and "That was Nils Borg.".

Which voice that is, is told by where it speaks. Does not know who is called by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from speakers.heard import Clue, Neighbours, Said, turn_start, unheard
from speakers.mentions import Marked
from speakers.sayings import (
    AHEAD,
    BEHIND,
    CLIP,
    EARLIER,
    LATER,
    LIST_OF_NAMES,
    OVER,
    PLAY,
    QUOTED,
    QUOTES_NEXT,
    SHOWN,
    SHOWN_THEN,
    THERE,
    TOLD_OF,
    TURNED,
)
from speakers.sounds import first_word

Way = Literal["behind", "over", "ahead", "shown", "told", "earlier"]
"""Where an introduced voice is to be sought; "over": behind, and nowhere else."""

_LATELY = 40
"""Sentences in which a voice is still so new that it may be told who it was."""
_TOLD = 2.4
_IN_DOUBT = 1.8
"""What an introduction of several loses: any of them may answer."""
_AROUND = 45
"""Letters before somebody is shown that may tell that it is not done now."""
_SOME = re.compile(r"\b(?:both|two|three|four|all|some|no|any|every|another) $")
"""Before what is no single person's name: "both Sams"."""
_THING = re.compile(r"(?:and )?that's an? ")
"""What something is, said to somebody: "That's a bag, Humphrey."."""
_NEAR = 20
"""Letters before an introduction in which it may be put off to another day."""


def introduced(said: Sequence[Said], at: int, near: Neighbours) -> Iterator[tuple[Clue, int]]:
    """Clues of whom a sentence introduces, with the number of the mention each is about."""
    sentence = said[at]
    firsts = [first_word(m.name) for m in sentence.marked.mentions if m.full]
    several = bool(LIST_OF_NAMES.search(sentence.marked.text)) or len({*firsts}) < len(firsts)
    for number, way in _introductions(sentence.marked).items():
        mention = sentence.marked.mentions[number]
        fresh = _new_next(said, at)
        if (way == "shown" and not fresh) or (way == "told" and not _goes_on(said, at)):
            continue
        sure = 3.0 if mention.full else 2.4 if way == "ahead" and fresh else 1.8
        if several or (way == "shown" and _pending(said, at)):
            sure -= _IN_DOUBT
        sure = _TOLD if way == "told" else sure
        sought = _sought(way, near)
        for place, label in enumerate(sought):
            since = at - _LATELY if way in ("behind", "over", "told") else at
            new = unheard(said, label, since)
            if way == "earlier" and (not new or not mention.full):
                continue
            weight = sure * (1.0, 0.5, 0.3)[place] * (1.0 if new or len(sought) == 1 else 0.6)
            yield Clue(label, mention.name, weight, "introduced", sentence.text), number
        yield Clue(sentence.speaker, mention.name, -3.0, "introduced", sentence.text), number


def _pending(said: Sequence[Said], at: int) -> bool:
    """Whether the voice has told of somebody else since another spoke, who may answer."""
    return any(
        way in ("ahead", "shown") and one.marked.mentions[number].full
        for one in said[turn_start(said, at) : at]
        for number, way in _introductions(one.marked).items()
    )


def _new_next(said: Sequence[Said], at: int) -> bool:
    """Whether a voice speaks next that nobody has heard before."""
    after = at + 1
    if (
        after < len(said)
        and said[after].speaker == said[at].speaker
        and not any(m.full for m in said[after].marked.mentions)
    ):
        after += bool(TURNED.search(said[after].marked.text))  # "Here's Ada Quist. Ready?"
    return after < len(said) and unheard(said, said[after].speaker, after)


def _goes_on(said: Sequence[Said], at: int) -> bool:
    """Whether a voice that was heard for the first time right before speaks right after."""
    own = said[at].speaker
    before = said[at - 1].speaker if at else own
    after = next((one.speaker for one in said[at + 1 :] if one.speaker != own), None)
    return after == before != own and unheard(said, before, turn_start(said, at - 1))


def _sought(way: Way, near: Neighbours) -> tuple[str, ...]:
    """The voices that may be the one introduced, the likeliest first."""
    if way in ("behind", "told") and near.just:
        return near.just
    if way == "over":
        return near.last
    if way == "shown":
        return near.after[:1]
    order = (*near.last, *near.after) if way == "behind" else near.after
    return tuple(dict.fromkeys(order or near.before[:1]))[:3]


def _introductions(marked: Marked) -> dict[int, Way]:
    """Which of a sentence's names are introduced, and where the voice is to be sought."""
    text = marked.text
    found: dict[int, Way] = {}
    for number, way in (*_behind(marked), *_ahead(text), *_shown(marked)):
        found.setdefault(number, way)
    if (match := TOLD_OF.search(text)) and marked.mentions[int(match[1])].full:
        found.setdefault(int(match[1]), "told")
    if match := EARLIER.search(text):
        found.setdefault(int(match[1]), "earlier")
    return {n: w for n, w in found.items() if not _SOME.search(text.partition(f"<{n}>")[0])}


def _behind(marked: Marked) -> Iterator[tuple[int, Way]]:
    for pattern in (BEHIND, THERE):
        match = pattern.search(marked.text)
        if match and (marked.mentions[int(match[1])].full or not _THING.match(marked.text)):
            yield int(match[1]), "over" if OVER.match(marked.text) else "behind"


def _ahead(text: str) -> Iterator[tuple[int, Way]]:
    for pattern in AHEAD:
        for match in pattern.finditer(text):
            before, rest = text[: match.start()], text[match.end() :]
            if LATER.search(before[-_NEAR:] + match[0]) or LATER.match(rest.lstrip(" ,")):
                continue
            if not (QUOTES_NEXT.match(rest) or CLIP.match(rest) or QUOTED.search(before)):
                yield int(match[1]), "ahead"


def _shown(marked: Marked) -> Iterator[tuple[int, Way]]:
    for number, mention in enumerate(marked.mentions):
        lead, _, rest = marked.text.partition(f"<{number}>")
        if not lead or not mention.full:
            continue
        around = f"{lead[-_AROUND:]}{rest}"
        elsewhere = any(pattern.search(around) for pattern in (LATER, PLAY, QUOTED))
        if SHOWN.fullmatch(lead) and SHOWN_THEN.fullmatch(rest) and not elsewhere:
            yield number, "shown"
