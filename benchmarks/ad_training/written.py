"""Written copy from the folder `copy`, each time with other names and other sentences left out.

Half of the nets know that of its folder `wider` too: they find more, the others mistake less.
A text may hold others: {K} a slogan, {L} what a sponsor does and so on, see FILLS. One in six
is held back: it is never fitted to, only chosen and measured on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from random import Random

COPY = Path(__file__).parent / "copy"

HELD = 6
"""One in so many of whatever is fitted to is held back."""

FILLS = {
    "T": "slogan",
    "K": "slogan",
    "L": "line",
    "M": "make",
    "V": "verb",
    "H": "house",
    "W": "payer",
    "R": "programme",
    "J": "jest",
    "G": "place",
    "S": "show",
    "N": "network",
    "X": "remark",
    "A": "about",
    "O": "hook",
    "Q": "says",
    "D": "claim",
    "F": "offer",
    "C": "call",
    "E": "legal",
    "a": "told",
    "b": "news",
    "c": "explained",
    "d": "asked",
    "e": "advice",
    "f": "aside",
    "g": "verdict",
    "h": "that",
    "i": "about ads",
    "j": "own work",
    "k": "member",
    "l": "praise",
    "m": "letter",
    "n": "likes",
    "o": "like what",
    "p": "company",
}
"""Which sort of text stands for a letter; {B} is a brand, {U} its address, {P} a person,
{Y} two digits."""

NAMES = ("first", "last", "onset", "vowel", "coda", "front", "back")
SHARED = "TKLMVHWRJGSNXAfhijklmnop"
"""Names and fills of which none are held back."""

ONCE = "TKWRJSNA"
"""What is the same wherever it stands in a text; the others differ each time."""

_TAILS = ("", "", "", " Labs", " Health", " Bank", " One", " Works", " Co", " Foods", " Mobile")


def brand(random: Random) -> str:
    """A made-up name."""
    known = copy(held=False)
    kind = random.random()
    if kind < 0.35:
        name = random.choice(known["front"]) + random.choice((random.choice(known["back"]), ""))
    elif kind < 0.45:
        name = random.choice(known["last"])
        return name + random.choice((" and Sons", "'s", " Brothers", " Mutual", " Family"))
    else:
        syllables = (
            random.choice(known["onset"]) + random.choice(known["vowel"])
            for _ in range(random.choice((1, 1, 2)))
        )
        name = ("".join(syllables) + random.choice(known["coda"])).capitalize()
    return name + random.choice(_TAILS)


@cache
def copy(held: bool, wider: bool = False) -> dict[str, tuple[str, ...]]:
    """The texts by sort: those held back, or the others; names and fills are in both.

    What is held back of the one folder does not depend on the other.
    """
    if wider:
        more = _read(COPY / "wider", held)
        return {sort: texts + more.get(sort, ()) for sort, texts in copy(held).items()}
    return _read(COPY, held)


def _read(folder: Path, held: bool) -> dict[str, tuple[str, ...]]:
    every = defaultdict(list)
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                sort, text = line.split(" | ", 1)
                every[sort].append(text)
    whole = {*map(FILLS.__getitem__, SHARED), *NAMES}
    return {
        sort: tuple(
            text
            for i, text in enumerate(texts)
            if sort in whole or (i % HELD == HELD - 1) == held
        )
        for sort, texts in every.items()
    }


def write(sort: str, random: Random, held: bool = False, wider: bool = False) -> str:
    """One text of the sort."""
    known = copy(held, wider)
    keep = random.choice((0.5, 0.8, 1.0))
    text = _varied(random.choice(known[sort]), keep, random)
    name = brand(random)
    address = re.sub(r"\W", "", name.lower()) + random.choice((".com", ".com", ".org", ".co"))
    same = {"B": name, "U": address}

    def fill(hit: re.Match[str]) -> str:
        if hit[1] == "P":
            return f"{random.choice(known['first'])} {random.choice(known['last'])}"
        if hit[1] == "Y":
            return str(random.randrange(12, 99))
        if hit[1] not in same:
            chosen = _varied(random.choice(known[FILLS[hit[1]]]), keep, random)
            found = re.sub(r"\{(\w)\}", fill, chosen)
            if hit[1] not in ONCE:
                return found
            same[hit[1]] = found
        return same[hit[1]]

    text = re.sub(r"\{(\w)\}", fill, text)
    text = re.sub(r"([.?!] |^)([a-z])", lambda m: m[1] + m[2].upper(), text)
    return re.sub(r"[.]{2}", ".", " ".join(text.split()))


def _varied(text: str, keep: float, random: Random) -> str:
    """The text with some [sentences] left out, and one of (these | those) words."""
    text = re.sub(r"\[(.*?)\]", lambda m: m[1] if random.random() < keep else "", text)
    return re.sub(r"\(([^()]*)\)", lambda m: random.choice(m[1].split("|")), text)
