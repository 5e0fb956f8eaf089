"""What is held back from fitting, judged by the weights: episodes and passages to choose on.

This file does not know what is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from random import Random

from ads import evidence, rules
from ads.classify import Judgement, judge
from ads.cues import Roles
from ads.features import describe, heard
from ads.segments import Scores
from ads.sentences import Sentence, split
from benchmarks.ad_training.splice import splicer
from benchmarks.ad_training.tape import Labelled
from benchmarks.ad_training.written import write
from benchmarks.corpora import PACE_S, PAUSE_S, ad_texts, folder
from episodes.spans import Span
from episodes.types import Word

SPLICED, PASSAGES = range(30000, 30060), range(40000, 40240)
"""Seeds of the held-back episodes and passages."""

TRAPS = Path("tests/ads/traps.txt")


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One episode or passage, and all that does not depend on the constants."""

    group: str
    show: str
    words: Sequence[Word]
    ads: Sequence[Span]
    appeals: Sequence[Span]
    duration_s: float
    sentences: Sequence[Sentence]
    roles: Roles
    hand: Scores
    judged: Judgement


def case(
    group: str,
    show: str,
    words: Sequence[Word],
    ads: Sequence[Span],
    duration_s: float,
    appeals: Sequence[Span] = (),
) -> Case:
    """The case with what rules and weights say."""
    sentences = split(words)
    own, roles = rules.log_odds(sentences), heard(sentences)
    judged = judge(sentences, describe(sentences, roles, own[:, :2], duration_s))
    if judged is None:
        raise SystemExit("There are no weights in ads/weights to choose for.")
    hand = evidence.by_rules(sentences, own, roles, duration_s)
    return Case(group, show, words, ads, appeals, duration_s, sentences, roles, hand, judged)


def cases() -> Iterator[Case]:
    """All that is chosen on."""
    for text in ad_texts(folder()):
        show = text.name.rsplit("-", 1)[0]
        yield case("real", show, text.words, text.ads, text.duration_s)
    held = splicer(held=True, wider=True)
    made = [("spliced", held.episode(seed)) for seed in SPLICED]
    made += [("passage", held.short(seed)) for seed in PASSAGES]
    for group, one in made:
        if one.words and None not in one.labels:
            ads, appeals = spans(one, "sponsor"), spans(one, "selfpromo")
            yield case(group, one.show, one.words, ads, one.duration_s, appeals)
    for k, (sort, trap) in enumerate(traps("1")):
        random = Random(k)
        around = [write("chat", random, held=True) for _ in range(2)]
        words, ads = timed(f"{around[0]} {trap} {around[1]}", even=k % 2 == 0, random=random)
        yield case("trap", sort, words, ads, words[-1].end)


def spans(one: Labelled, kind: str) -> list[Span]:
    """What is of the kind in a spliced episode."""
    rows = zip(one.labels, one.spots, one.words, strict=True)
    found = []
    for (label, _), run in groupby(rows, key=lambda row: row[:2]):
        own = [word for _, _, word in run]
        if label == kind:
            found.append(Span(own[0].start, own[-1].end))
    return found


def traps(part: str) -> list[tuple[str, str]]:
    """Sorts and texts of one part of the hand-written passages."""
    text = TRAPS.read_text("utf-8").split(f"# part {part}\n")[1].split("# part")[0]
    rows = [line.split(" | ", 1) for line in text.splitlines() if " | " in line]
    return [(sort, text) for sort, text in rows]


def timed(text: str, even: bool, random: Random) -> tuple[list[Word], list[Span]]:
    """Words with made-up times, and the spans in [[brackets]]."""
    words: list[Word] = []
    ads: list[Span] = []
    t = 0.0
    for token in text.split():
        plain = token.strip("[]")
        words.append(Word(t, t + 0.3, f" {plain}"))
        if token.startswith("[["):
            ads.append(Span(t, t))
        if token.endswith("]]"):
            ads[-1] = Span(ads[-1].start, t + 0.3)
        stop = bool(re.search(r"[.?!]$", plain))
        t += PACE_S + stop * (PAUSE_S if even else random.uniform(0.1, 0.8))
    return words, ads
