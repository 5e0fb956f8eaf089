"""A small language for phrases, matched over tokens, so that the cues read as English.

A phrase is a row of elements, one a token:

    word            that word
    a|b             one of these
    x?              may be missing
    *               any one token
    @url @money @percent @phone @number    a token of that shape

This file does not know what a phrase means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

V = TypeVar("V")

_DOMAINS = (
    "com|net|org|io|ai|co|fm|tv|edu|gov|app|dev|me|us|uk|ca|shop|health|biz|info|store|"
    "travel|coffee|art|bank|tech|xyz|live|studio|club|online|site|news|pub|plus|works|care"
)
_SHAPES = {
    "@url": re.compile(rf"(?:[\w-]+\.)+(?:{_DOMAINS})(?:[/.].*)?"),
    "@money": re.compile(r"[$£€]\d[\d.]*"),
    "@percent": re.compile(r"\d[\d.]*%"),
    "@phone": re.compile(r"(?:1-)?(?:\d{3}-)?\d{3}-\d{4}"),
    "@number": re.compile(r"\d[\d.]*"),
}
_GLUE = (
    (re.compile("[\u2018\u2019]"), "'"),
    (re.compile(r"(\w)\s+([-.])(?=\w)"), r"\1\2"),  # recognisers split "foo .com", "all -in"
    (re.compile(r"(\w)(?: dot|\.) (com|net|org|edu|gov|co\.uk|fm|io|ai)\b"), r"\1.\2"),
    (re.compile(r"(\d) ?(?:%|percent|per cent)"), r"\1%"),
    (re.compile(r"(\d),(\d{3})\b"), r"\1\2"),
)
_TOKEN = re.compile(r"[$£€]?[\w#][\w'.%/&@-]*")


def tokens(text: str) -> list[str]:
    """The text as lower-case tokens without punctuation; addresses and prices stay whole."""
    text = text.lower()
    for pattern, replacement in _GLUE:
        text = pattern.sub(replacement, text)
    return [token.rstrip("'./-") for token in _TOKEN.findall(text)]


def shape(token: str) -> str | None:
    """The token's shape, one of those above ("@url", ...); None for a plain word."""
    if not ("." in token or token[:1].isdigit() or token.startswith(("$", "£", "€"))):
        return None
    return next((name for name, form in _SHAPES.items() if form.fullmatch(token)), None)


class Found(NamedTuple, Generic[V]):
    """A phrase found at tokens [first, last)."""

    first: int
    last: int
    value: V


class Phrases(Generic[V]):
    """Phrases, each standing for a value; looked up by first token, so cost grows with text."""

    def __init__(self, phrases: Iterable[tuple[str, V]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[frozenset[str], ...], V]]] = {}
        for phrase, value in phrases:
            # "* *? *? says" without either of its optional words is one phrase, not two.
            for first, *rest in dict.fromkeys(map(tuple, _variants(phrase.split()))):
                row = tuple(frozenset(element.split("|")) for element in rest)
                for option in first.split("|"):
                    self._by_first.setdefault(option, []).append((row, value))

    def find(self, text: Sequence[str]) -> Iterator[Found[V]]:
        """Every place of every phrase in the tokens, in order of their first token."""
        shapes = [shape(token) for token in text]
        for at, token in enumerate(text):
            rows = self._by_first.get(token, ())
            if (kind := shapes[at]) is not None:
                rows = (*rows, *self._by_first.get(kind, ()))
            for row, value in rows:
                end = at + 1 + len(row)
                if end <= len(text) and all(
                    text[i] in options or shapes[i] in options or "*" in options
                    for i, options in enumerate(row, at + 1)
                ):
                    yield Found(at, end, value)


def _variants(elements: Sequence[str]) -> Iterator[list[str]]:
    """The phrase with and without each of its optional elements."""
    if not elements:
        yield []
        return
    head, optional = elements[0].removesuffix("?"), elements[0].endswith("?")
    for tail in _variants(elements[1:]):
        yield [head, *tail]
        if optional:
            yield tail
