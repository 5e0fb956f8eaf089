"""Written copy from copy.txt, each time with other names and other sentences left out."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from random import Random

COPY = Path(__file__).parent / "copy.txt"

_ONSETS = [
    "b",
    "br",
    "c",
    "cl",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "qu",
    "r",
    "s",
    "sh",
    "sl",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "z",
]
_VOWELS = ["a", "e", "i", "o", "u", "ea", "oo", "ai", "ee"]
_CODAS = [
    "n",
    "r",
    "l",
    "x",
    "m",
    "t",
    "nd",
    "rk",
    "st",
    "lly",
    "ven",
    "dor",
    "via",
    "zo",
    "ra",
    "lo",
    "la",
    "mo",
]
_TAILS = ("", "", "", " Labs", " Health", " Bank", " One", " Works", " Co", " Foods", " Mobile")
_FIRST = [
    "Dana",
    "Marcus",
    "Priya",
    "Tom",
    "Elena",
    "Josh",
    "Amir",
    "Kate",
    "Luis",
    "Naomi",
    "Ben",
    "Sara",
    "Will",
    "Mei",
    "Carl",
    "Ana",
    "Pete",
    "Ruth",
    "Omar",
    "Jess",
]
_LAST = [
    "Reyes",
    "Cole",
    "Shah",
    "Becker",
    "Novak",
    "Lind",
    "Haddad",
    "Walsh",
    "Ortega",
    "Stern",
    "Park",
    "Doyle",
    "Hart",
    "Chen",
    "Ruiz",
    "Fox",
    "Moss",
    "Quinn",
    "Abbott",
    "Vance",
]
_SHOWS = [
    "Small Hours",
    "The Long Way",
    "Cold Ground",
    "Table Talk",
    "Second Story",
    "Night Shift",
    "Broken Clock",
    "The Daily Bell",
    "Money Sense",
    "Deep Water",
    "Half Past",
    "The Other Half",
    "Good Trouble",
    "Undertow",
]
_NETWORKS = [
    "Redwood",
    "Lantern Media",
    "Harbor Audio",
    "Northlight",
    "KQXR",
    "Public Radio East",
    "Copper Mill",
    "Wavecrest",
]
_TAGS = [
    "Think ahead.",
    "Rest easy.",
    "Go further.",
    "Taste the difference.",
    "Built to last.",
    "Learn more and get started today.",
    "It's that simple.",
    "The future of work, today.",
    "Helping families plan for what's next.",
    "Supporting bold ideas since 1987.",
    "A personal investment advisor for everyone.",
    "Makers of shoes for real life.",
    "Offering online courses you can finish on your lunch break.",
]
_JESTS = [
    "my poor choices",
    "my back pain",
    "the letter Q",
    "coffee and panic",
    "anxiety",
    "my landlord",
    "whoever keeps stealing my lunch",
    "Big Spoon",
    "the concept of naps",
    "my mother's disappointment",
]


def brand(random: Random) -> str:
    """A made-up name."""
    parts = [
        random.choice(_ONSETS) + random.choice(_VOWELS) for _ in range(random.choice((1, 1, 2)))
    ]
    return ("".join(parts) + random.choice(_CODAS)).capitalize() + random.choice(_TAILS)


@cache
def texts() -> dict[str, tuple[str, ...]]:
    """The lines of copy.txt by sort."""
    found = defaultdict(list)
    for line in COPY.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            sort, text = line.split(" | ", 1)
            found[sort].append(text)
    return {sort: tuple(lines) for sort, lines in found.items()}


def write(sort: str, random: Random) -> str:
    """One text of the sort."""
    text = random.choice(texts()[sort])
    keep = random.choice((0.5, 0.8, 1.0))
    text = re.sub(r"\[(.*?)\]", lambda m: m[1] if random.random() < keep else "", text)
    name = brand(random)
    address = re.sub(r"\W", "", name.lower()) + random.choice((".com", ".com", ".org", ".co"))
    fills = {"B": name, "U": address, "S": random.choice(_SHOWS), "N": random.choice(_NETWORKS)}
    fills |= {"J": random.choice(_JESTS), "T": random.choice(_TAGS)}

    def fill(hit: re.Match[str]) -> str:
        if hit[1] == "P":
            return f"{random.choice(_FIRST)} {random.choice(_LAST)}"
        return fills[hit[1]]

    return " ".join(re.sub(r"\{(\w)\}", fill, text).split())
