"""Persons in show notes, title and show name: who is there, and who takes part.

Knows the wording of English show notes and the `podcast:person` elements of Podcasting 2.0,
should a feed's have got into them. Knows nothing of what is said in the episode.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape

from speakers.mentions import Marked, Noted
from speakers.persons import Lexicon
from speakers.sounds import same_name

_ELEMENT = re.compile(r"<podcast:person([^>]*)>([^<]{1,128})</podcast:person>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^>]*>")
_ADDRESS = re.compile(r"(?<!\S)\S*(?:://|www\.|@)\S*")
_NICKNAME = re.compile(r"\b([A-Z]\w+) [\"“(]([A-Z]\w+)[\"”)] ([A-Z][\w'-]+)")
"""As in: Robert "Bobby" Lane."""
_SENTENCE = re.compile(r"(?<=[.!?;…])[\"'”’)\]]*\s+|\n+|[•|–—]+")  # noqa: RUF001

_LIST = r"(?P<names><\d+>(?: ,? ?(?:and |& |with )?(?:guest |host )?<\d+>)*)"
_TAKES_PART = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:co-?)?hosts?(?:ed by| is| are)? ?:? {_LIST}",
        rf"\b(?:presented by|your hosts?|guests?|starring|featuring|feat|ft|with|panelists?)"
        rf"(?: today| this week| is| are)? ?[:.]? (?:special )?(?:guests? )?{_LIST}",
        rf"{_LIST} (?:,[^,<]*, )?(?:co-)?(?:hosts?|presents?)\b",
        rf"{_LIST} (?:,[^,<]*, )?(?:is|are) (?:your|our|the|today's|joined) "
        rf"?(?:hosts?|guests?|by)\b",
        r"\b(?:talks?|speaks?|chats?|sits? down|interviews?|conversation|joined|joins?|meets?"
        r"|welcomes?|discuss(?:es)?|in conversation)\b[^<.]{0,40}?\b(?:with|to|by|welcomes?"
        rf"|interviews?) (?:[^<.,]{{1,40}} )?{_LIST}",
        rf"\b(?:interviews?|welcomes?) (?:[^<.,]{{1,40}} )?{_LIST}",
        rf"{_LIST} (?:,[^,<]*, )?(?:talks?|speaks?|explains?|discuss(?:es)?|joins?|tells?"
        r"|chats?|interviews?|welcomes?|sits? down|describes?|debates?|reports?|breaks? down"
        r"|returns?|answers?|looks? back|walks? us|argues? about|is here|are here)\b",
    )
)
_MADE = re.compile(
    r"\b(?:produced|edited|mixed|music|theme|engineered|written|directed|artwork|fact-checked"
    r"|sound|reporting|research)\b"
)


def noted(texts: Sequence[str], show: str = "") -> Noted:
    """What `texts` (description, notes, title) and the show's name tell of persons.

    Names of one word count only in a list of hosts or guests. `taking_part` are those
    whom the wording makes a host or a guest.
    """
    whole = "\n".join(unescape(text) for text in texts)
    listed = [" ".join(m[2].split()) for m in _ELEMENT.finditer(whole) if m[2].strip()]
    nicknames = tuple((m[2], f"{m[1]} {m[3]}") for m in _NICKNAME.finditer(whole))
    whole = _NICKNAME.sub(r"\1 \3", whole)
    whole = _ADDRESS.sub(" ", _TAG.sub("\n", _ELEMENT.sub("\n", whole)))
    sentences = [s.split() for s in _SENTENCE.split(whole)]
    lexicon = Lexicon.of(sentences, Noted(show=show))
    marked = [lexicon.mark(tokens) for tokens in sentences if tokens]
    part = list(listed)
    persons = list(listed)
    for sentence in marked:
        taking = set(_taking_part(sentence))
        part += taking
        persons += [m.name for m in sentence.mentions if m.full or m.name in taking]
    firm = tuple(dict.fromkeys(persons))
    persons = [p for p in firm if not _only_first(p, firm)]
    return Noted(
        tuple(persons),
        frozenset(p for p in persons if any(same_name(p, q) for q in part)),
        show,
        nicknames,
    )


def _only_first(name: str, among: Sequence[str]) -> bool:
    """Whether a name is the first or last word of a longer one."""
    return " " not in name and any(name in other.split() for other in among if other != name)


def _taking_part(sentence: Marked) -> Iterator[str]:
    for pattern in _TAKES_PART:
        for match in pattern.finditer(sentence.text):
            if _MADE.search(sentence.text[: match.start()]):
                continue
            for number in re.findall(r"<(\d+)>", match["names"]):
                yield sentence.mentions[int(number)].name
