"""Whether two spellings are one name, by letters and by how they sound. Pure.

Recognisers spell names as they sound and show notes as they are. Knows rough English
spelling, no list of names.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

_STROKES = str.maketrans("łŁøØđĐ", "lLoOdD")
"""Letters that Unicode does not take apart."""
_INITIALS = re.compile(r"(?:[A-Z]\.?){1,3}")
_NEAR = 0.6
"""Letters alike by so much leave it open whether two spellings are one name."""
_ALIKE = 0.7
"""Letters alike by so much, beside the same sound, make one name of two spellings."""
_KEPT = 1 << 14
"""Words whose sound is remembered: an episode has some thousands, and asks again and again."""


@lru_cache(_KEPT)
def sound(word: str) -> str:
    """A rough key of how an English reader says a name: consonants, and whether a vowel leads.

    In the manner of Metaphone (Philips 1990), cut down to what recognisers mix up.
    """
    plain = (
        unicodedata.normalize("NFKD", word.translate(_STROKES))
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    plain = re.sub(r"[^a-z]", "", plain)
    for pattern, key in _SOUNDS:
        plain = re.sub(pattern, key, plain)
    lead = "a" if plain[:1] in tuple("aeiouy") else plain[:1]
    rest = re.sub(r"[aeiouyhw]", "", plain[1:])
    return re.sub(r"(.)\1+", r"\1", lead + rest)


_SOUNDS = (
    (r"^(?:kn|gn|pn)", "n"),
    (r"^wr", "r"),
    (r"^ps", "s"),
    (r"ph|v|ff", "f"),
    (r"tch|ch|sch|sh", "x"),
    (r"dg(?=[eiy])|g(?=[iey])", "j"),
    (r"gh", ""),
    (r"ck|q", "k"),
    (r"c(?=[eiy])", "s"),
    (r"c", "k"),
    (r"z", "s"),
    (r"th", "t"),
    (r"mbe?$", "m"),
)


def same_word(one: str, other: str) -> bool:
    """Whether two words are one name: equal letters, or equal sound and letters much alike."""
    a, b = one.casefold(), other.casefold()
    if a == b:
        return True
    if not sound(a) == sound(b) != "":
        return False
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= _ALIKE


def nearly_same(one: str, other: str) -> bool:
    """Whether two whole names are alike in letters word by word, though maybe not one."""
    a, b = one.casefold().split(), other.casefold().split()
    return len(a) == len(b) > 1 and all(
        SequenceMatcher(None, x, y, autojunk=False).ratio() >= _NEAR
        for x, y in zip(a, b, strict=True)
    )


def first_word(name: str) -> str:
    """The first word of a name."""
    return name.split(maxsplit=1)[0]


def same_first(one: str, other: str) -> bool:
    """Whether the first words of two names are one, as `same_word` has it."""
    return same_word(first_word(one), first_word(other))


def maybe_same(one: str, other: str) -> bool:
    """Whether two whole names may be one person's: both words alike, the last in sound too."""
    a, b = one.split(), other.split()
    if min(len(a), len(b)) < 2 or a[0][:1] != b[0][:1]:
        return False
    first, last = (_alike(x, y) for x, y in ((a[0], b[0]), (a[-1], b[-1])))
    return sound(a[-1]) == sound(b[-1]) and last >= _ALIKE and first >= _NEAR


def same_name(one: str, other: str) -> bool:
    """Whether two names of several words are one, word by word; initials may be left out."""
    a, b = (
        [w for w in name.split() if not _INITIALS.fullmatch(w)] or name.split()
        for name in (one, other)
    )
    if len(a) != len(b):
        return False
    near = [same_word(x, y) or sound(x) == sound(y) for x, y in zip(a, b, strict=True)]
    alike = SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()
    return all(near) and (len(a) > 1 or same_word(a[0], b[0])) and alike >= _ALIKE


def _alike(one: str, other: str) -> float:
    """How many letters two words have in common, as a share; the same either way."""
    a, b = one.casefold(), other.casefold()
    return max(
        SequenceMatcher(None, *pair, autojunk=False).ratio() for pair in ((a, b), (b, a))
    )
