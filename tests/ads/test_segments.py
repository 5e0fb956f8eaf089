"""The decoder against a search through every division of a few sentences."""

from collections.abc import Iterator
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ads.rules import KINDS
from ads.segments import (
    BREAKS,
    ENTER,
    ENTER_AT_ONCE,
    FOLLOW,
    LENGTHS,
    SHORT,
    SHORT_S,
    Scores,
    Segment,
    decode,
)
from ads.sentences import Sentence
from episodes.types import AdKind

SPONSOR = KINDS.index("sponsor")


def spoken(lengths: list[float]) -> list[Sentence]:
    sentences, t = [], 0.0
    for i, length in enumerate(lengths):
        sentences.append(
            Sentence(
                start=t, end=t + length, first=i, last=i + 1, text="x", tokens=("x",),
                speaker=None, pause_s=0.0,
            )
        )  # fmt: skip
        t += length
    return sentences


def scores(sponsor: list[float], **others: list[float]) -> Scores:
    inside = np.full((len(sponsor), len(KINDS)), -9.0)
    inside[:, SPONSOR] = sponsor
    for kind, own in others.items():
        inside[:, [str(k) for k in KINDS].index(kind)] = own
    return Scores(inside, np.zeros_like(inside), np.zeros_like(inside))


def divisions(first: int, n: int) -> Iterator[list[tuple[int, int, AdKind]]]:
    yield []
    for a in range(first, n):
        for b in range(a + 1, n + 1):
            for rest in divisions(b, n):
                for kind in KINDS:
                    yield [(a, b, kind), *rest]


def worth(
    division: list[tuple[int, int, AdKind]], sentences: list[Sentence], given_scores: Scores
) -> float:
    """The model written down a second time, as plainly as possible."""
    total, before = 0.0, None
    enter = min(max(-log(len(sentences) / BREAKS), ENTER[0]), ENTER[1])
    for a, b, kind in division:
        column, length = KINDS.index(kind), LENGTHS[kind]
        lasts = max(1.0, sentences[b - 1].end - sentences[a].start)
        if b - a > 1 and lasts > length.most_s:
            return float("-inf")
        total += given_scores.inside[a:b, column].sum()
        total += given_scores.starts[a, column] + given_scores.ends[b - 1, column]
        total -= 0.5 * (log(lasts / length.usual_s) / length.spread) ** 2
        if before is None:
            total += enter if a else ENTER_AT_ONCE
        elif before[1] == a:
            total += FOLLOW
        else:
            gap_s = sentences[a].start - sentences[before[1] - 1].end
            short = SHORT * exp(-gap_s / SHORT_S) if before[2] == kind == "sponsor" else 0.0
            total += enter + short
        before = (a, b, kind)
    if before is not None and before[2] == "sponsor" and before[1] < len(sentences):
        total += SHORT * exp(-(sentences[-1].end - sentences[before[1] - 1].end) / SHORT_S)
    return float(total)


def told(segments: tuple[Segment, ...]) -> list[tuple[int, int, AdKind]]:
    return [(s.first, s.last, s.kind) for s in segments]


numbers = st.floats(-4, 8).map(lambda x: round(x, 2))


@given(
    st.lists(st.tuples(st.floats(0.5, 60), numbers, numbers, numbers), min_size=1, max_size=4)
)
def test_the_best_of_all_divisions_is_found(
    spec: list[tuple[float, float, float, float]],
) -> None:
    sentences = spoken([row[0] for row in spec])
    rng = np.random.default_rng(len(spec))
    inside = rng.normal(0, 3, (len(spec), len(KINDS)))
    inside[:, SPONSOR] = [row[1] for row in spec]
    starts, ends = np.zeros_like(inside), np.zeros_like(inside)
    starts[:, SPONSOR] = [row[2] for row in spec]
    ends[:, 1] = [row[3] for row in spec]
    given_scores = Scores(inside, starts, ends)
    best = max(worth(d, sentences, given_scores) for d in divisions(0, len(spec)))
    found = decode(sentences, given_scores)
    assert worth(told(found), sentences, given_scores) == pytest.approx(best)


@given(st.lists(st.tuples(st.floats(1, 60), numbers), min_size=1, max_size=12))
def test_a_segments_score_is_what_it_adds(spec: list[tuple[float, float]]) -> None:
    sentences = spoken([row[0] for row in spec])
    given_scores = scores([row[1] for row in spec])
    found = decode(sentences, given_scores)
    for i, segment in enumerate(found):
        without = told(found[:i] + found[i + 1 :])
        difference = worth(told(found), sentences, given_scores) - worth(
            without, sentences, given_scores
        )
        assert segment.score == pytest.approx(difference)
        assert segment.score >= 0


def test_quiet_scores_give_nothing() -> None:
    assert decode(spoken([10.0] * 5), scores([-1.0] * 5)) == ()


def test_one_loud_sentence_is_taken_whole_and_alone() -> None:
    sentences = spoken([60.0, 30.0, 60.0, 60.0])
    assert told(decode(sentences, scores([-2, 9, -2, -2]))) == [(1, 2, "sponsor")]


def test_a_little_programme_between_two_spots_is_bridged_and_much_is_not() -> None:
    loud = [9.0, -3.0, 9.0]
    assert told(decode(spoken([20.0, 5.0, 20.0]), scores(loud))) == [(0, 3, "sponsor")]
    assert len(decode(spoken([20.0, 280.0, 20.0]), scores(loud))) == 2


def test_kinds_compete() -> None:
    sentences = spoken([60.0, 10.0, 60.0])
    found = decode(sentences, scores([-2, 5, -2], selfpromo=[-9, 9, -9]))
    assert told(found) == [(1, 2, "selfpromo")]


def test_a_spot_lasts_no_longer_than_its_kind_may() -> None:
    found = decode(spoken([50.0] * 12), scores([3.0] * 12))
    assert found
    assert all(50.0 * (s.last - s.first) <= LENGTHS["sponsor"].most_s for s in found)
