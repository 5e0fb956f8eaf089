"""The same spot as another recogniser, another cut or another brand would have it.

Knows words alone; does not know where a spot goes.
"""

from __future__ import annotations

import re
from random import Random

from ads.phrases import shape
from benchmarks.ad_training.written import brand


def noisy(text: str, random: Random) -> str:
    """The spot as another recogniser, or for another brand, might have it."""
    tokens = text.split()
    if random.random() < 0.4:
        tokens = _renamed(tokens, random)
    if random.random() < 0.25 and len(tokens) > 30:  # clipped edges, another cut of it
        if random.random() < 0.5:
            stops = [i for i, t in enumerate(tokens[:-12]) if t.endswith((".", "?", "!"))]
            tokens = tokens[random.choice(stops[:3] or [-1]) + 1 :]
        else:
            stops = [i for i, t in enumerate(tokens) if t.endswith((".", "?", "!")) and i > 12]
            tokens = tokens[: random.choice(stops[-3:] or [len(tokens) - 1]) + 1]
    if random.random() < 0.3:  # sentences run together, words lost
        tokens = [
            t.rstrip(".?!") if random.random() < 0.15 else t
            for t in tokens
            if random.random() > 0.01
        ]
    return " ".join(tokens)


def _renamed(tokens: list[str], random: Random) -> list[str]:
    """The names that come more than once replaced by made-up ones."""
    plain = [re.sub(r"\W+$|'s\W*$", "", token) for token in tokens]
    names = {
        t
        for i, t in enumerate(plain)
        if t[:1].isupper()
        and len(t) > 3
        and plain.count(t) > 1
        and i
        and t.lower() not in plain
        and not tokens[i - 1].endswith((".", "?", "!"))
    }
    new = {name: brand(random).split()[0] for name in sorted(names)}
    out = []
    for token, own in zip(tokens, plain, strict=True):
        said = token.replace(own, new[own]) if own in new else token
        if own not in new and shape(token.lower().rstrip(".,?!")) == "@url":
            for name, other in new.items():
                said = re.sub(re.escape(name), other, said, flags=re.IGNORECASE)
        out.append(said)
    return out
