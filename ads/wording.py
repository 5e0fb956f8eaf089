"""The same copy read again: rows of three words that two episodes have in common.

Finds what the sound cannot: the same text by another voice, or another recording of it. A
wrong word of the recogniser costs three rows, so that half of them is enough. This file
does not know where the rows of other episodes are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

from ads.phrases import tokens
from episodes.repeats import Match
from episodes.spans import Span
from episodes.types import Word

ROW = 3
"""Words to a row."""

SHORTEST_S = 7.0
FEWEST = 12
"""A text read again has at least so many rows in common, and lasts so long."""

SHARE = 0.5
"""At least this share of its rows is the same."""

GAP_S = 3.0
"""At most so far apart are two rows of it, in either episode."""

DRIFT_S = 1.0
"""How much faster or slower it may be read, from one row to the next."""


@dataclass(frozen=True, slots=True)
class Row(Span):
    """Three words in a row, as a number that equal rows share, in [0, 2 ** 32)."""

    number: int


@dataclass(frozen=True, slots=True)
class _Chain:
    """Rows that follow each other in both episodes: indices, and starts in the other."""

    rows: tuple[int, ...]
    there: tuple[float, ...]


def rows(words: Sequence[Word]) -> tuple[Row, ...]:
    """Every row of the words, in order; case and punctuation do not count."""
    plain = [(token, word) for word in words for token in tokens(word.text)]
    return tuple(
        Row(
            plain[i][1].start,
            max(plain[i][1].start, plain[i + ROW - 1][1].end),
            crc32(" ".join(token for token, _ in plain[i : i + ROW]).encode()),
        )
        for i in range(len(plain) - ROW + 1)
    )


def read_again(
    own: Sequence[Row],
    other: str,
    found: Mapping[int, Iterable[float]],
    *,
    itself: bool = False,
) -> tuple[Match, ...]:
    """The stretches of `own` that are read in `other` too, sorted.

    `found` are the seconds in the other at which each row's number begins. `itself` says
    that it is the same episode: then only what comes later is looked at, both ways.
    """
    open_: list[_Chain] = []
    done: list[_Chain] = []
    for i, row in enumerate(own):
        starts = [t for t in found.get(row.number, ()) if not itself or t > row.end + GAP_S]
        still = [chain for chain in open_ if own[chain.rows[-1]].start >= row.start - GAP_S]
        done += [chain for chain in open_ if chain not in still]
        open_ = _grown(still, own, i, starts)
    matches = [_match(chain, own, other) for chain in _best([*done, *open_], own)]
    if itself:
        matches += [Match(*_ends(m.there), other, m.start, m.end, "words") for m in matches]
    return tuple(sorted(matches, key=lambda m: (m.start, m.end)))


def _ends(span: Span) -> tuple[float, float]:
    return span.start, span.end


def _grown(
    chains: list[_Chain], own: Sequence[Row], i: int, starts: Iterable[float]
) -> list[_Chain]:
    """The chains, each of `starts` added to the longest that it continues."""
    grown = list(chains)
    for start in starts:
        before = [chain for chain in grown if _follows(chain, own, i, start)]
        if not before:
            grown.append(_Chain((i,), (start,)))
            continue
        longest = max(before, key=lambda chain: len(chain.rows))
        grown[grown.index(longest)] = _Chain((*longest.rows, i), (*longest.there, start))
    return grown


def _follows(chain: _Chain, own: Sequence[Row], i: int, start: float) -> bool:
    here_s = own[i].start - own[chain.rows[-1]].start
    there_s = start - chain.there[-1]
    near = 0 < there_s <= GAP_S and here_s <= GAP_S
    return chain.rows[-1] < i and near and abs(here_s - there_s) <= DRIFT_S


def _best(chains: Iterable[_Chain], own: Sequence[Row]) -> list[_Chain]:
    """Those that are long and dense enough."""
    return [
        chain
        for chain in chains
        if len(chain.rows) >= FEWEST
        and len(chain.rows) >= SHARE * (chain.rows[-1] - chain.rows[0] + 1)
        and own[chain.rows[-1]].end - own[chain.rows[0]].start >= SHORTEST_S
    ]


def _match(chain: _Chain, own: Sequence[Row], other: str) -> Match:
    first, last = own[chain.rows[0]], own[chain.rows[-1]]
    end = chain.there[-1] + last.duration_s
    return Match(first.start, last.end, other, chain.there[0], end, "words")
