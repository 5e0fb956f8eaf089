"""Names and terms out of show notes or a companion text, to help the recogniser spell.

Knows capitals and counts, no language. Does not know how the recogniser uses the terms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

MOST = 40
"""Terms at most: about what fits beside the text in the recogniser's prompt."""

_WORD = re.compile(r"[^\W_]+(?:['\u2019.&-][^\W_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?:;\u2026])[\"'\u201d\u2019)\]]*\s+|\n+|[\u2022|\u2013\u2014]+")
_ADDRESS = re.compile(r"\S*(?:://|www\.|@)\S*")


def terms(text: str) -> tuple[str, ...]:
    """Names and terms in `text`, the most useful first; at most MOST.

    A term is a run of words with capitals. Capitals that merely begin a sentence or make
    a heading do not count, nor do words that also stand in small letters; a capital or
    digit inside (acronyms, product names) always counts. Often used terms come first,
    then by first appearance. Web addresses are passed over.
    """
    sentences = [s for s in _SENTENCE.split(_ADDRESS.sub(" ", text)) if not _heading(s)]
    small = {word for s in sentences for word in _WORD.findall(s) if word.islower()}
    found: Counter[str] = Counter()
    begun: Counter[str] = Counter()
    for sentence in sentences:
        for run, begins in _runs(sentence, small):
            (begun if begins and not _marked(run) else found)[run] += 1
    for run, count in begun.items():
        if run in found or " " in run:
            found[run] += count
    return tuple(sorted(found, key=lambda term: -found[term])[:MOST])


def _heading(sentence: str) -> bool:
    """Whether capitals mean nothing here: most words of a short line bear one."""
    words = _WORD.findall(sentence)
    capitals = sum(word[0].isupper() for word in words)
    closed = sentence.rstrip()[-1:] in tuple(".!?,;") or "," in sentence
    return not closed and len(words) >= 3 and capitals >= 0.6 * len(words)


def _runs(sentence: str, small: set[str]) -> Iterator[tuple[str, bool]]:
    """Runs of words with capitals, each with whether it begins the sentence."""
    run: list[str] = []
    begins, end = True, 0
    for match in _WORD.finditer(sentence):
        if run and sentence[end : match.start()] != " ":
            yield " ".join(run), begins
            run = []
        word = re.sub(r"['\u2019]s$", "", match.group())
        named = any(map(str.isupper, word)) and len(word) > 1 and word.casefold() not in small
        if named:
            begins = begins if run else not sentence[: match.start()].strip("\"'\u201c\u2018( ")
            run.append(word)
        elif run:
            yield " ".join(run), begins
            run = []
        end = match.start() + len(word)
    if run:
        yield " ".join(run), begins


def _marked(term: str) -> bool:
    """Whether a single word has a capital or digit inside."""
    return any(mark.isupper() or mark.isdigit() for mark in term[1:])
