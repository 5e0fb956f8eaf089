"""Names spelled one way throughout a transcript, as the show notes or the recogniser do.

Pure. Knows letters, case and spaces, no language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from episodes.types import Word

NEAR_S = 0.3
"""Word times of two readings differ by this much."""
ALIKE = 0.6
SURE = 0.9
"""When a term may replace what was heard: alike in letters, and not sure of it."""
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]")


def spellings(words: Sequence[Word], terms: Sequence[str] = ()) -> dict[str, str]:
    """Bare letters to spelling: of `terms`, and of heard words with a capital inside."""
    heard = [_core(word.text) for word in words]
    names = {_letters(name): name for name in heard if _INNER_CAPITAL.search(name)}
    return names | {_letters(term): term for term in terms if " " not in term}


def respell(words: Sequence[Word], names: Mapping[str, str]) -> tuple[Word, ...]:
    """Words with names spelled one way, by a table from bare letters to spelling.

    Only case and spaces change, never letters: "open AI" becomes "OpenAI". Merged words
    span both times.
    """
    spelled: list[Word] = []
    at = 0
    while at < len(words):
        runs = (words[at : at + count] for count in (3, 2, 1))
        merged = next(
            ((run, word) for run in runs if (word := _merged(run, names)) is not None), None
        )
        run, word = merged or (words[at : at + 1], words[at])
        spelled.append(word)
        at += len(run)
    return tuple(spelled)


def _merged(run: Sequence[Word], names: Mapping[str, str]) -> Word | None:
    """The words of `run` as one word, if together they are one of `names`."""
    text = "".join(word.text for word in run)
    core = _core(text)
    name = names.get(_letters(core))
    if name is None or any(not mark.isalnum() and mark not in " -" for mark in core):
        return None
    if len(run) == 1 and not _INNER_CAPITAL.search(name):
        return None  # a plain word may merely look like a name
    return replace(
        run[0],
        end=run[-1].end,
        text=text.replace(core, name),
        probability=min(word.probability for word in run),
    )


def _core(text: str) -> str:
    """A word without the marks around it and without its possessive ending."""
    return re.sub(r"^\W+|(?:['\u2019]s)?\W*$", "", text)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def graft(
    plain: Sequence[Word], hinted: Sequence[Word], terms: Sequence[str]
) -> tuple[Word, ...]:
    """`plain` words with the `terms` that were heard in `hinted`, another reading of it.

    A term replaces the words that stand at its time only when they sound alike (letters
    alike by 0.6) and the recogniser was not sure of them (a word under 0.9).
    """
    wanted = {_letters(term): term for term in terms}
    longest = max((len(term.split()) for term in terms), default=0)
    words = list(plain)
    for count in range(longest, 0, -1):
        for at in range(len(hinted) - count + 1):
            run = hinted[at : at + count]
            term = wanted.get(_letters(_core("".join(word.text for word in run))))
            if term is not None:
                _replace(words, run, term)
    return tuple(words)


def _replace(words: list[Word], run: Sequence[Word], term: str) -> None:
    """Puts `term` in place of the words that sound most like it at the time of `run`."""
    near = [
        i
        for i, word in enumerate(words)
        if word.end > run[0].start - NEAR_S and word.start < run[-1].end + NEAR_S
    ]
    spots = [(i, j) for i in near for j in near if i <= j < i + len(run) + 1]
    alike = {spot: _alike(words[spot[0] : spot[1] + 1], term) for spot in spots}
    if not alike:
        return
    first, last = max(alike, key=lambda spot: alike[spot])
    old = words[first : last + 1]
    if not ALIKE <= alike[first, last] < 1.0 or min(w.probability for w in old) >= SURE:
        return
    text = "".join(word.text for word in old)
    ending = text[text.index(core := _core(text)) + len(core) :]
    tokens = term.split()
    step = (old[-1].end - old[0].start) / len(tokens)
    words[first : last + 1] = [
        Word(
            old[0].start + i * step,
            old[0].start + (i + 1) * step if i + 1 < len(tokens) else old[-1].end,
            f" {token}" + ending * (i + 1 == len(tokens)),
            min(word.probability for word in run),
        )
        for i, token in enumerate(tokens)
    ]


def _alike(words: Sequence[Word], term: str) -> float:
    """How alike the letters are, 0 to 1."""
    letters = _letters(_core("".join(word.text for word in words)))
    return SequenceMatcher(None, letters, _letters(term), autojunk=False).ratio()
