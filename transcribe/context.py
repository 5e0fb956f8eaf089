"""Names and terms out of show notes or a companion text, to help the recogniser spell.

Knows capitals and counts, no language. Does not know how the recogniser uses the terms.
"""

from __future__ import annotations

import re
from collections import Counter

MOST = 60
"""Terms at most: about what fits beside the text in the recogniser's prompt."""

_WORD = re.compile(r"[^\W_]+(?:['\u2019.&-][^\W_]+)*", re.UNICODE)
_SENTENCE = re.compile(r"(?<=[.!?:;\u2026])[\"'\u201d\u2019)\]]*\s+|\n+|[\u2022|\u2013\u2014]+")


def terms(text: str) -> tuple[str, ...]:
    """Names and terms in `text`, the most useful first; at most MOST.

    A term is a run of words with capitals that does not merely begin a sentence, or a
    word with a capital or digit inside (acronyms, product names). Often used ones come
    first, then by first appearance. Web addresses are passed over.
    """
    text = re.sub(r"\S*(?:://|www\.|@)\S*", " ", text)
    lower = {word for word in _WORD.findall(text) if word.islower()}
    found: Counter[str] = Counter()
    for sentence in _SENTENCE.split(text):
        for run in _runs(sentence, lower):
            found[run] += 1
    ranked = sorted(found, key=lambda term: -found[term])  # stable: first seen first
    return tuple(ranked[:MOST])


def _runs(sentence: str, lower: set[str]) -> list[str]:
    """Runs of capitalised words in one sentence; common words never begin or end one."""
    runs: list[list[str]] = [[]]
    previous_end = 0
    for match in _WORD.finditer(sentence):
        word = match.group().removesuffix("'s").removesuffix("\u2019s")
        joined = sentence[previous_end : match.start()] in (" ", "")
        previous_end = match.start() + len(word)
        named = any(map(str.isupper, word)) and word.casefold() not in lower
        if not named or not joined:
            runs.append([])
        if named and len(word) > 1:
            runs[-1].append(word)
    return [" ".join(run) for run in runs if run]
