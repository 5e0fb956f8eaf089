"""How far our paragraphs are those of a published page: at which sentence ends they break.

Words are given as published, without pauses: the recording was rendered from the page and
pauses where the page breaks, so its pauses would tell the answer. This file does not
recognise anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from pathlib import Path

from benchmarks.report import Row, Table
from episodes.types import Word
from speakers.sentences import ends_sentence
from speakers.utterances import FULL, TINY, group


@dataclass(frozen=True, slots=True)
class Stretch:
    """One speaker's words until another speaks, and before which of them it breaks."""

    words: tuple[str, ...]
    breaks: frozenset[int]

    @property
    def edges(self) -> frozenset[int]:
        """Where a break is possible: before a word that begins a sentence."""
        ends = enumerate(self.words[:-1], start=1)
        return frozenset(at for at, word in ends if ends_sentence(word))


def paragraphs(place: Path) -> Table:
    """Breaks within one speaker's stretch, ours against the published ones."""
    page = place / "journal" / "published-transcript.txt"
    stretches = list(published(page.read_text("utf-8")))
    true = {(n, at) for n, one in enumerate(stretches) for at in one.breaks & one.edges}
    ours = {(n, at) for n, one in enumerate(stretches) for at in broken(one.words)}
    hits = len(true & ours)
    precision, recall = hits / max(1, len(ours)), hits / max(1, len(true))
    figures = {
        "sentence edges": sum(len(one.edges) for one in stretches),
        "published breaks": len(true),
        "ours": len(ours),
        "in both": hits,
        "precision %": 100 * precision,
        "recall %": 100 * recall,
        "F1 %": 200 * hits / max(1, len(true) + len(ours)),
    }
    return Table("paragraphs", {"full": FULL, "tiny": TINY}, [Row("journal", figures)], [page])


def published(page: str) -> Iterator[Stretch]:
    """The stretches of a page whose paragraphs each begin with "Speaker N"."""
    body = page.split("\n\nTranscript\n\n", 1)[1]
    told = [paragraph.split() for paragraph in body.split("\n\n")]
    for _, run in groupby(told, key=lambda words: words[:2]):
        parts = [words[2:] for words in run]
        yield Stretch(tuple(word for part in parts for word in part), _breaks(parts))


def broken(texts: Sequence[str]) -> frozenset[int]:
    """Before which words our paragraphs break, of one speaker's words without pauses."""
    words = [Word(at, at + 1, f" {text}", speaker="A") for at, text in enumerate(texts)]
    return _breaks([one.words for one in group(words, ())])


def _breaks(parts: Sequence[Sequence[object]]) -> frozenset[int]:
    return frozenset(list(accumulate(map(len, parts)))[:-1])
