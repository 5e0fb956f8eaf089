"""Who is called what, in short conversations (names.txt): many named, hardly one wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from episodes.spans import Span
from episodes.types import Word
from speakers.names import name_voices


@dataclass(frozen=True)
class Case:
    title: str
    words: tuple[Word, ...]
    ads: tuple[Span, ...]
    notes: tuple[str, ...]
    show: str
    named: dict[str, str]
    """Name by label; of labels joined by "|" any may bear it."""


def cases() -> list[Case]:
    text = (Path(__file__).parent / "names.txt").read_text("utf-8")
    blocks = re.split(r"^@ ", text, flags=re.MULTILINE)[1:]
    return [_case(block.strip().splitlines()) for block in blocks]


def _case(lines: list[str]) -> Case:
    words: list[Word] = []
    ads: list[Span] = []
    known = {"notes": "", "show": "", "title": ""}
    named: dict[str, str] = {}
    for line in lines[1:]:
        if line.startswith("= "):
            pairs = [] if line == "= -" else line[2:].split("; ")
            named = dict(pair.split(" ", 1) for pair in pairs)
            continue
        head, text = line.split(": ", 1)
        if head in known:
            known[head] = text
            continue
        start = words[-1].end + 0.4 if words else 0.0
        for i, token in enumerate(text.split()):
            at = start + 0.3 * i
            words.append(Word(at, at + 0.25, f" {token}", speaker=head[0]))
        if head.endswith(" ad"):
            ads.append(Span(start, words[-1].end))
    return Case(
        lines[0], tuple(words), tuple(ads), (known["notes"], known["title"]), known["show"], named
    )


@dataclass
class Score:
    right: int = 0
    wrong: int = 0
    tellable: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.tellable)


def judged(case: Case) -> Score:
    found = name_voices(case.words, case.ads, case.notes, case.show)
    right = {
        label: name for labels, name in case.named.items() for label in labels.split("|")
    }
    hits = sum(right.get(label) == one.name for label, one in found.items())
    return Score(hits, len(found) - hits, len(case.named))


def total(some: list[Case]) -> Score:
    scores = [judged(case) for case in some]
    return Score(*(sum(getattr(s, f) for s in scores) for f in ("right", "wrong", "tellable")))
