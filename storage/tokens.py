"""Texts as the search compares them: words, and single letters of scripts without blanks.

Case, accents and full-width forms do not matter. This file does not know any database.
"""

from __future__ import annotations

import re
import unicodedata

from episodes.letters import MARKS, UNSPACED

_MARK = rf"(?:[{MARKS}][\u200c\u200d]?)"
_TOKEN = re.compile(rf"[{UNSPACED}]{_MARK}*|(?:[^\W{UNSPACED}]{_MARK}*)+")
_OWN = re.compile(rf"[{UNSPACED}{MARKS}\U00010000-\U0010ffff]")
# Accents, points and vowel signs that writers leave out; marks of Indic scripts are letters.
_LEFT_OUT = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\u093c\u09bc\u0a3c\u0abc\u0b3c\u0ccc\U000e0100-\U000e01ef]"
)
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "\u0131": "i"}
    | {"ħ": "h", "ŧ": "t", "ƀ": "b", "ɨ": "i", "ɫ": "l"}
)
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def tokens(text: str) -> list[tuple[int, int, str]]:
    """Where each word or letter stands, as characters [from, to), and how it is compared."""
    found: list[tuple[int, int, str]] = []
    for match in _TOKEN.finditer(text):
        folded = fold(match[0])
        parts = _TOKEN.findall(folded)  # a ligature may be several letters
        found += [(*match.span(), _indexed(part)) for part in parts]
    return found


def words_of(text: str) -> list[str]:
    """The words and letters of a text as they are compared."""
    return [token for _, _, token in tokens(text)]


def fold(text: str) -> str:
    """Return text without case, accents and width: "Ørsted" is "orsted"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = _LEFT_OUT.sub("", apart).translate(_PLAIN)
    return unicodedata.normalize("NFC", bare)


def _indexed(token: str) -> str:
    """Return a token that every database takes for one word.

    They part words at Indic marks, and some know no letters of newer Unicode: such tokens
    are written in Latin letters, which no text has in such a row.
    """
    if not _OWN.search(token):
        return token
    return "zq" + token.encode("utf-8").hex().translate(_LETTERS)
