"""The labelled texts that the weights are fitted to, as spots and stretches of programme.

The texts lie outside the project (see benchmarks/corpora.py) and are not kept in it. This
file does not know how they are put together.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, TypeVar

from ads.phrases import tokens
from benchmarks.ad_training.written import HELD
from benchmarks.corpora import ad_texts
from episodes.spans import inside

T = TypeVar("T")

GRAM = 8
"""A spot that shares this many words in a row with a development episode is left out."""

SHORTEST = 60
"""Programme of fewer sentences in a row is not spliced into."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One advert or appeal, sentence by sentence. `kind` is a label of the corpora.

    `inserted` ones were made apart from the show; the others are read by its host.
    """

    sentences: tuple[str, ...]
    kind: str
    inserted: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """Programme without adverts: sentences, pauses before them (s) and voices if known."""

    show: str
    sentences: tuple[str, ...]
    pauses_s: tuple[float, ...] | None
    speakers: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sentences of a real episode with their labels, None where one is not to be relied on."""

    show: str
    sentences: tuple[str, ...]
    labels: tuple[str | None, ...]
    spots: tuple[int | None, ...]
    pauses_s: tuple[float, ...] | None


def rows(place: Path, name: str) -> Iterator[dict[str, Any]]:
    """The rows of one corpus."""
    with gzip.open(place / "ads" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def development_grams(place: Path) -> frozenset[tuple[str, ...]]:
    """All runs of GRAM words in the development episodes' ads."""
    found: set[tuple[str, ...]] = set()
    for text in ad_texts(place):
        own = tokens(" ".join(w.text for w in text.words if inside(w.middle, text.ads)))
        found |= set(grams(own))
    return frozenset(found)


def grams(own: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Runs of GRAM tokens."""
    return zip(*(own[k:] for k in range(GRAM)), strict=False)


def single_ads(place: Path) -> Iterator[Spot]:
    """Ads of many networks, without those that the development episodes hold too."""
    known = development_grams(place)
    for row in rows(place, "ad_texts"):
        if not known.intersection(grams(tokens(row["text"]))):
            yield Spot((row["text"],), "sponsor", inserted=True)


def stretches(place: Path) -> Iterator[Stretch]:
    """Real episodes with host-read spots: Talk Python between intro and outro, and the news."""
    for row in rows(place, "talkpython"):
        own = row["sentences"]
        body = [i for i, s in enumerate(own) if s["label"] == "content"]
        own = own[body[0] : body[-1] + 1]
        labels = tuple(
            s["label"]
            if s.get("confidence") is None and s["label"] in ("content", "sponsor")
            else None
            for s in own
        )
        gaps = (
            0.0,
            *(max(0.0, b["start"] - a["end"]) for a, b in pairwise(own)),
        )
        yield Stretch(
            "talkpython", _texts(own), labels, tuple(s.get("spot") for s in own), gaps
        )
    for row in rows(place, "changelog_news"):
        own = row["sentences"]
        yield Stretch(
            "changelog_news",
            _texts(own),
            tuple(s["label"] for s in own),
            tuple(s.get("spot") for s in own),
            None,
        )


def spots_of(stretch: Stretch) -> Iterator[Spot]:
    """The host-read spots of a stretch, those with sure labels."""
    at = 0
    for (label, _), run in groupby(zip(stretch.labels, stretch.spots, strict=True)):
        size = len(list(run))
        if label == "sponsor" and size > 1:
            yield Spot(stretch.sentences[at : at + size], label, inserted=False)
        at += size


def talks(place: Path, real: Sequence[Stretch], held: bool) -> Iterator[Talk]:
    """Programme to splice into: of the stretches between their ads, and the Changelog's."""
    for stretch in real:
        at = 0
        for label, run in groupby(stretch.labels):
            size = len(list(run))
            if label == "content" and size >= (SHORTEST if stretch.pauses_s else 8):
                part = slice(at, at + size)
                gaps = stretch.pauses_s[part] if stretch.pauses_s else None
                yield Talk(stretch.show, stretch.sentences[part], gaps, None)
            at += size
    for row in kept(rows(place, "changelog_content"), held):
        own = [s for s in row["sentences"] if s["label"] == "content"]
        speakers = tuple(s.get("speaker") or "?" for s in own)
        yield Talk(row["source"], _texts(own), None, speakers)


def kept(rows: Iterable[T], held: bool) -> list[T]:
    """Those that are held back from fitting, or the others: by their number alone."""
    return [row for i, row in enumerate(rows) if (i % HELD == HELD - 1) == held]


def _texts(own: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(s["text"] for s in own)
