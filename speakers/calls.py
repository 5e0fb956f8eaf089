"""Who is called by name in a sentence, as in "Ada, what now?" and "Thanks, Nils.".

A name is a call by where it stands: set off from its sentence, at its beginning, its end, or
after a word that no name explains. Does not know who speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from speakers.mentions import Marked, Mention
from speakers.sayings import (
    ABSENT,
    CEREMONY,
    OPENING,
    PARTING,
    PLACE,
    QUESTION,
    TURNED,
    UNEXPLAINED,
)
from speakers.wordlists import FAMOUS

_CALLED, _TURNED, _WHOLE, _MAYBE, _ALONE = 1.0, 1.3, 2.0, 0.7, 0.3
"""What a call is worth; where its sentence turns to somebody; by a whole name, so turned;
where the name may as well explain the word before; where it is all that is said."""
_KIN = re.compile(
    r"\b(?:brother|sister|dear|old|young|darling|doctor|professor|coach|chef|uncle|auntie"
    r"|aunt) $"
)
"""What a name that is called may be preceded by, in small letters."""
_AFTER = re.compile(
    r" ?(?:[,?]|$)| (?:what|how|why|where|when|do you|did you|are you|is it|can you)\b"
)
"""What follows a call at a sentence's beginning."""


@dataclass(frozen=True, slots=True)
class Call:
    """A mention that calls somebody: its number and what the call is worth."""

    number: int
    weight: float


def calls(marked: Marked, then: str = "") -> Iterator[Call]:
    """The mentions of a sentence that call somebody; `then` is what the voice goes on with."""
    text = marked.text
    if ABSENT.search(text):
        return
    ceremonies = {
        int(match[1]): weight
        for pattern, weight in reversed(CEREMONY)
        for match in pattern.finditer(text)
    }
    found: list[Call] = []
    for number, mention in enumerate(marked.mentions):
        lead, _, rest = text.partition(f"<{number}>")
        turned = "you" in lead.split() and lead.endswith("> , ")
        if (not turned and re.search(r"> (?:, )?(?:and )?$", lead)) or re.match(
            r" ?,? ?(?:and|or|&) <| , <\d+> ,", rest
        ):
            continue
        if PLACE.search(f"{lead}<") or mention.name.lower() in FAMOUS:
            continue
        weight = ceremonies.get(number) or _plain(_KIN.sub("", lead), rest, then, mention)
        if weight:
            found.append(Call(number, weight + (0.8 if mention.full else 0.0)))
    closing = [one for one in found if re.search(rf", <{one.number}> ?[.?!]?$", text)]
    yield from closing or found


def _plain(lead: str, rest: str, then: str, mention: Mention) -> float:
    """What a name is worth as a call by its place alone; 0.0 where it is none."""
    opens = bool(OPENING.fullmatch(lead)) and bool(_AFTER.match(rest))
    if mention.full and not mention.title:
        parting = rest.startswith(" ,") and PARTING.search(f"{rest} {then}")
        return _WHOLE if opens and (parting or QUESTION.search(rest)) else 0.0
    if not lead and re.fullmatch(r" ?[.!]", rest):
        return _ALONE
    if opens and rest.startswith(" ?"):
        return _CALLED
    closes = bool(re.search(r"(?<!and me ), $", lead)) and bool(
        re.match(r" ?(?:[.?!]|$)", rest)
    )
    between = rest.startswith(" ,") and lead.endswith(", ")
    turned = bool(TURNED.search(f"{lead}{rest}"))
    if opens or closes or (between and (UNEXPLAINED.search(lead) or QUESTION.search(rest))):
        return _TURNED if turned else _CALLED
    return _MAYBE if between and turned else 0.0
