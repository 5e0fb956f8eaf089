"""Whose ad it is: from the opener, the address, the legal ending, or by repetition.

Names are taken from the transcript alone; there is no list of brands. This file does not
decide whether something is an ad.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ads.phrases import shape
from ads.sentences import Sentence

_FILLERS = (
    r"(?:our (?:good )?friends (?:at|over at)|the (?:good |kind )?(?:folks|people|team) (?:at|over at)"
    r"|our (?:sponsors?|partners?),?|(?:NPR|today's) sponsors?,?|viewers like|the makers of|the)"
)
_OPENER = re.compile(
    r"(?i:(?:brought to you (?:today |in part )?(?:by|from)|(?:sponsored|presented|supported|powered) by"
    rf"|\bcomes? from|\bsponsor (?:is|today is)|\bthanks? (?:you )?to|sponsor)[,:]? (?:{_FILLERS} )?)"
    r"((?:[A-Z0-9][\w.&'’-]*|\b(?:of|and|the|for|&)(?= [A-Z]))"
    r"(?:,? (?:[A-Z0-9][\w.&'’-]*|(?:of|and|the|for|&)(?= [A-Z])))*)"
)
_PROPER = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][\w&'’-]*(?:(?: (?:of|and|the|&))? [A-Z][\w&'’-]*)*")
_MEMBER = re.compile(r"([A-Z][\w&'’.-]*(?: [A-Z][\w&'’.-]*)*)[,.]? (?i:member)\b")
_WEAK = frozenset("the and for with your you our this that get from more today".split())


def address_stems(sentence: Sentence) -> Iterator[str]:
    """The names in the sentence's web addresses: "shop.acme.co.uk/x" gives "acme"."""
    for token in sentence.tokens:
        if shape(token) == "@url":
            labels = re.split(r"/", token)[0].split(".")
            if len(labels) > 2 and len(labels[-2]) <= 3:
                labels = labels[:-1]
            stem = labels[-2] if len(labels) > 1 else labels[0]
            if len(stem) > 2:
                yield stem


def opened_by(sentence: Sentence) -> str | None:
    """The name after an opener such as "brought to you by", None without one."""
    hit = _OPENER.search(sentence.text)
    return re.sub(r"['’]s$", "", hit.group(1)).rstrip(".,'’") if hit else None


def name(sentences: Sequence[Sentence]) -> str | None:
    """The sponsor of the spot these sentences make up, None where nothing tells."""
    for sentence in sentences:
        if (opened := opened_by(sentence)) is not None:
            return opened
    text = " ".join(sentence.text for sentence in sentences)
    stems = Counter(stem for sentence in sentences for stem in address_stems(sentence))
    for stem, _ in stems.most_common():
        return _spelled(stem, text)
    if (member := _MEMBER.search(text)) is not None:
        return member.group(1).rstrip(".,")
    proper = Counter(hit.group().removesuffix("'s") for hit in _PROPER.finditer(text))
    best, count = max(proper.items(), key=lambda item: (item[1], len(item[0])), default=("", 0))
    return best if count >= 2 else None


def _spelled(stem: str, text: str) -> str:
    """The address's name as the text spells it: "betterhelp" may be "Better Help"."""
    plain = re.sub(r"[\W_]", "", stem)
    found = re.findall(r"[\w&'’]+", text)
    for size in (1, 2, 3, 4):
        for i in range(len(found) - size + 1):
            run = found[i : i + size]
            joined = re.sub(r"\W", "", "".join(run)).lower()
            if joined in (plain, f"{plain}s") and run[0][0].isupper():
                return re.sub(r"['’]s$", "", " ".join(run))
    return stem.capitalize()


def keys(names: Sequence[str]) -> frozenset[str]:
    """Lower-case words that stand for the names, common words left out."""
    words = (re.sub(r"['’]s$", "", w) for name in names for w in name.lower().split())
    return frozenset(word.strip(".,'’") for word in words if len(word) > 2) - _WEAK


_PAID = re.compile(r"(?i)sponsor|promo|% off|\boffer\b|\bcode\b|free trial|discount|brought to you")
_LINK = re.compile(r"(?i)\b(?:https?://)?(?:www\.)?([\w-]+)\.(?:com|net|org|io|ai|co|fm|tv|app)\b")


def noted(description: str) -> frozenset[str]:
    """Names in the addresses of the show notes' lines that speak of sponsors or offers."""
    lines = (line for line in re.split(r"\n|<br ?/?>|</p>|</li>", description))
    paid = (line for line in lines if _PAID.search(line))
    return frozenset(hit.lower() for line in paid for hit in _LINK.findall(line)) - _WEAK
