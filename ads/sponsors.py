"""Whose ad it is: from the opener, the address, the legal ending, or by repetition.

Names are taken from the transcript alone; there is no list of brands. This file does not
decide whether something is an ad.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ads.phrases import shape
from ads.sentences import Sentence

_WORD = r"[A-Z0-9][\w.&'-]*"
_LINK_WORD = r"(?:of|and|the|for|&)(?= [A-Z])"
_FILLERS = (
    r"our (?:good )?friends (?:over )?at|the (?:good |kind )?(?:folks|people|team) (?:over )?at"
    r"|our (?:sponsors?|partners?),?|(?:\w+ )?sponsors?,?|the makers of|the"
)
_OPENERS = (
    r"brought to you (?:today |in part )?(?:by|from)|(?:sponsor|present|support|power)ed by"
    r"|\bcomes? from|\bsponsor (?:today )?is|\bthanks? (?:you )?to"
)
_OPENER = re.compile(
    rf"(?i:(?:{_OPENERS})[,:]? (?:(?:{_FILLERS}) )?)({_WORD}(?: (?:{_WORD}|{_LINK_WORD}))*)"
)
_PROPER = re.compile(
    r"(?<![.?!] )(?<!^)\b[A-Z][\w&'-]*(?:(?: (?:of|and|the|&))? [A-Z][\w&'-]*)*"
)
_MEMBER = re.compile(r"([A-Z][\w&'.-]*(?: [A-Z][\w&'.-]*)*)[,.]? (?i:member)\b")
_WEAK = frozenset(
    ("the", "and", "for", "with", "you", "our", "this", "that", "get", "from", "more", "today")
)


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
    return re.sub(r"'s$", "", hit.group(1)).rstrip(".,'") if hit else None


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
    found = re.findall(r"[\w&']+", text)
    for size in (1, 2, 3, 4):
        for i in range(len(found) - size + 1):
            run = found[i : i + size]
            joined = re.sub(r"\W", "", "".join(run)).lower()
            if joined in (plain, f"{plain}s") and run[0][0].isupper():
                return re.sub(r"'s$", "", " ".join(run))
    return stem.capitalize()


def keys(name: str) -> frozenset[str]:
    """The name's lower-case words, common ones left out."""
    words = (re.sub(r"'s$", "", word).strip(".,'") for word in name.lower().split())
    return frozenset(word for word in words if len(word) > 2) - _WEAK


def said(sentence: Sentence) -> frozenset[str]:
    """The sentence's words, parts of addresses, and pairs of words run together."""
    plain = [re.sub(r"'s$", "", token) for token in sentence.tokens]
    parts = {part for token in plain for part in re.split(r"[./-]", token)}
    return frozenset(plain) | parts | {a + b for a, b in pairwise(plain)}


_PAID = re.compile(
    r"(?i)sponsor|promo|% off|\boffer\b|\bcode\b|free trial|discount|brought to you"
)
_LINK = re.compile(
    r"(?i)\b(?:https?://)?(?:www\.)?([\w-]+)\.(?:com|net|org|io|ai|co|fm|tv|app)\b"
)


def noted(description: str) -> frozenset[str]:
    """Names in the addresses of the show notes' lines that speak of sponsors or offers."""
    lines = (line for line in re.split(r"\n|<br ?/?>|</p>|</li>", description))
    paid = (line for line in lines if _PAID.search(line))
    return frozenset(hit.lower() for line in paid for hit in _LINK.findall(line)) - _WEAK
