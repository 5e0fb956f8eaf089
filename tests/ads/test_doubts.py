from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ads.doubts import (
    CONTEXT,
    CONTEXT_WORDS,
    MOST_QUESTIONS,
    Question,
    Witness,
    questions,
    settle,
)
from ads.prompt import BadAnswer, NoAnswer, Stretch
from ads.sentences import split
from ads.strip import SURE
from episodes.sound import Sound
from episodes.spans import Span, disjoint
from episodes.types import AdKind, AdSpan, Word

SENTENCE_S = 2.0


def episode(n_sentences: int, *, words: int = 4) -> list[Word]:
    """Sentences of so many words, two seconds each, no silence between them."""
    step = SENTENCE_S / words
    return [
        Word(
            start=i * step,
            end=(i + 1) * step,
            text=f" w{i}{'.' if i % words == words - 1 else ''}",
        )
        for i in range(n_sentences * words)
    ]


def ad(first: int, last: int, confidence: float = SURE, kind: AdKind = "sponsor") -> AdSpan:
    """A span of sentences [first, last)."""
    return AdSpan(first * SENTENCE_S, last * SENTENCE_S, kind, confidence, "Acme", ("why",))


def always(*stretches: Stretch) -> Witness:
    return Witness("Tiny", lambda _: stretches)


def raising(error: NoAnswer) -> Witness:
    def ask(_question: Question) -> Sequence[Stretch]:
        raise error

    return Witness("Tiny", ask)


WORDS = episode(30)
SENTENCES = split(WORDS)
END = WORDS[-1].end


def settled(ads: Sequence[AdSpan], witness: Witness | None) -> tuple[AdSpan, ...]:
    spans, warnings = settle(ads, WORDS, END, None, {"sponsor"}, witness)
    assert warnings == ()
    return spans


def test_only_what_an_answer_would_decide_is_asked() -> None:
    sure = [ad(0, 2, 0.95), ad(4, 6, 0.86), ad(8, 10, 0.27), ad(12, 14, 0.01), ad(20, 21, 1.0)]
    assert questions(sure, SENTENCES, {"sponsor"}) == ()
    assert questions([ad(5, 6, 0.5, "intro")], SENTENCES, {"sponsor"}) == ()
    for confidence in (0.28, 0.5, SURE, 0.85):
        doubtful = ad(10, 12, confidence)
        (asked,) = questions([*sure[:2], doubtful, sure[-1]], SENTENCES, {"sponsor"})
        assert asked.about == doubtful
        assert [s.text for s in asked.passage[slice(*asked.own)]] == [
            s.text for s in SENTENCES[10:12]
        ]
        (yes,) = settled([doubtful], always(asked.own))
        (no,) = settled([doubtful], always())
        assert no.confidence < SURE <= yes.confidence < 1
        assert no.confidence < confidence < yes.confidence
    (yes,), (no,) = settled([ad(10, 12)], always((5, 7))), settled([ad(10, 12)], always())
    assert yes.confidence == pytest.approx(0.857, abs=0.001)  # odds of 3:2 times 4
    assert no.confidence == pytest.approx(0.273, abs=0.001)


def test_a_passage_has_some_context_and_no_other_span() -> None:
    (asked,) = questions([ad(10, 12)], SENTENCES, {"sponsor"})
    assert asked.passage == SENTENCES[10 - CONTEXT : 12 + CONTEXT]
    assert asked.open == (True, True)
    beside = [ad(7, 9, 0.99), ad(10, 12), ad(12, 14, 0.99)]
    (asked,) = questions(beside, SENTENCES, {"sponsor"})
    assert asked.passage == SENTENCES[9:12]
    assert asked.open == (False, False)
    (asked,) = questions([ad(0, 30)], SENTENCES, {"sponsor"})
    assert (asked.passage, asked.open) == (SENTENCES, (False, False))
    wordy = split(episode(30, words=35))
    (asked,) = questions([ad(10, 12)], wordy, {"sponsor"})
    assert asked.passage == wordy[8:14]
    assert 2 * 35 <= CONTEXT_WORDS < 3 * 35


def test_questions_are_bounded() -> None:
    many = [ad(2 * i, 2 * i + 1, 0.55 + i / 1000) for i in range(15)]
    asked = [one.about for one in questions(many, SENTENCES, {"sponsor"})]
    assert asked == many[-MOST_QUESTIONS:]  # the nearest to the decision, in order
    assert questions([ad(0, 29)], split(episode(30, words=35)), {"sponsor"}) == ()
    assert questions([AdSpan(1000.0, 1010.0, "sponsor", SURE)], SENTENCES, {"sponsor"}) == ()


def test_yes_says_who_and_where() -> None:
    (yes,) = settled([ad(10, 12)], always((5, 7)))
    assert yes == replace(
        ad(10, 12),
        confidence=yes.confidence,
        evidence=(
            "why",
            "the language model Tiny takes it for advertising, "
            '"w40 w41 w42 w43. w44 w45 w46 w47."',
        ),
    )
    (yes,) = settled([ad(10, 14)], always((5, 9)))
    assert yes.evidence[-1].endswith('from "w40 w41 w42 w43. w44" to "w51. w52 w53 w54 w55."')


def test_no_says_who() -> None:
    for stretches in ((), ((0, 5),), ((7, 9),)):  # nothing, or only something beside it
        (no,) = settled([ad(10, 12)], always(*stretches))
        assert no == replace(
            ad(10, 12),
            confidence=no.confidence,
            evidence=("why", "the language model Tiny finds no advertising in it"),
        )


def test_edges_move_to_sentences() -> None:
    (moved,) = settled([ad(10, 14)], always((4, 8)))
    assert (moved.start, moved.end) == (18.0, 26.0)
    quiet = (Span(17.8, 18.0), Span(26.1, 26.3))
    (moved,), _ = settle([ad(10, 14)], WORDS, END, Sound(quiet), {"sponsor"}, always((4, 8)))
    assert moved.start == pytest.approx(17.9)
    assert moved.end == pytest.approx(26.2)


def test_an_edge_that_is_confirmed_stays_to_the_sample() -> None:
    exact = replace(ad(10, 12), start=19.87, end=24.21)  # as a repeated recording has them
    (same,) = settled([exact], always((5, 7)))
    assert (same.start, same.end) == (19.87, 24.21)


def test_what_may_go_on_unseen_moves_no_edge() -> None:
    (same,) = settled([ad(10, 12)], always((0, 12)))
    assert (same.start, same.end) == (20.0, 24.0)
    assert same.confidence > SURE
    (moved,) = settled([ad(2, 4)], always((0, 3)))  # the episode's own beginning
    assert (moved.start, moved.end) == (0.0, 6.0)


def test_a_small_part_tells_nothing() -> None:
    (same,) = settled([ad(10, 20)], always((6, 8)))
    assert same.confidence == SURE
    assert same.evidence[-1] == (
        "the language model Tiny takes only a small part of it for advertising"
    )


def test_two_spots_in_one() -> None:
    first, second = settled([ad(10, 16)], always((5, 7), (8, 11)))
    assert (first.start, first.end) == (20.0, 24.0)
    assert (second.start, second.end) == (26.0, 32.0)
    assert first.confidence == second.confidence > SURE


def test_neighbours_are_never_reached() -> None:
    beside = [ad(7, 9, 0.99), ad(10, 12), ad(12, 14, 0.99)]
    spans = settled(beside, always((0, 3)))
    assert (spans[0], spans[2]) == (beside[0], beside[2])
    assert (spans[1].start, spans[1].end) == (18.0, 24.0)


def test_without_a_witness_nothing_changes() -> None:
    assert settled([ad(10, 12)], None) == (ad(10, 12),)
    assert settled([], always()) == ()


def test_no_answer_changes_nothing_and_is_told_once() -> None:
    ads = [ad(10, 12), ad(14, 15, 0.99), ad(20, 22)]
    spans, warnings = settle(
        ads, WORDS, END, None, {"sponsor"}, raising(NoAnswer("it is gone", "start it"))
    )
    assert spans == tuple(ads)
    assert warnings == (
        "The language model Tiny told nothing of 2 doubtful spans, left unchanged: it is gone; "
        "start it.",
    )
    spans, warnings = settle(
        ads, WORDS, END, None, {"sponsor"}, raising(BadAnswer("it is odd"))
    )
    assert spans == tuple(ads)
    assert warnings == (
        "The language model Tiny told nothing of 2 doubtful spans, left unchanged: its answer "
        "is of no use (it is odd); a larger model may do better.",
    )


@pytest.mark.parametrize(
    ("error", "n_asked"), [(BadAnswer("it is odd"), 3), (NoAnswer("it is gone", "start it"), 2)]
)
def test_who_is_gone_is_asked_no_more(error: NoAnswer, n_asked: int) -> None:
    asked: list[AdSpan] = []

    def ask(question: Question) -> Sequence[Stretch]:
        asked.append(question.about)
        if len(asked) == 2:
            raise error
        return [question.own]

    ads = [ad(4, 5), ad(10, 12), ad(20, 22)]
    spans, warnings = settle(ads, WORDS, END, None, {"sponsor"}, Witness("Tiny", ask))
    assert len(asked) == n_asked
    assert spans[0].confidence > SURE
    assert spans[1] == ads[1]
    assert (spans[2] == ads[2]) == (n_asked == 2)
    assert len(warnings) == 1


def stretches_of(n: int) -> st.SearchStrategy[list[Stretch]]:
    """Any answer that prompt.py lets through about n sentences."""
    cuts = st.lists(st.integers(0, n), unique=True, max_size=6).map(sorted)
    return cuts.flatmap(
        lambda edges: st.lists(
            st.sampled_from(list(pairwise(edges))) if len(edges) > 1 else st.nothing(),
            unique=True,
        ).map(sorted)
    )


@st.composite
def spans_found(draw: Callable[..., list[float]]) -> list[AdSpan]:
    edges = sorted(draw(st.lists(st.floats(0, END), min_size=2, max_size=10, unique=True)))
    sure = draw(st.lists(st.floats(0, 1), min_size=5, max_size=5))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return [AdSpan(a, b, "sponsor", c) for (a, b), c in zip(pairs, sure, strict=False)]


@given(spans_found(), st.data())
def test_any_answers_leave_spans_valid(ads: list[AdSpan], data: st.DataObject) -> None:
    asked: list[Question] = []

    def ask(question: Question) -> Sequence[Stretch]:
        asked.append(question)
        return data.draw(stretches_of(len(question.passage)))

    spans, warnings = settle(ads, WORDS, END, None, {"sponsor"}, Witness("Tiny", ask))
    assert warnings == ()
    assert disjoint(spans)
    assert all(0 <= one.start < one.end <= END for one in spans)
    assert all(0 <= one.confidence <= 1 and one.kind == "sponsor" for one in spans)
    about = [question.about for question in asked]
    untouched = [one for one in ads if one not in about]
    assert [one for one in spans if one in untouched] == untouched
    for changed in set(spans) - set(untouched):
        assert any(
            min(q.passage[0].start, q.about.start) - 0.5 <= changed.start
            and changed.end <= max(q.passage[-1].end, q.about.end) + 0.5
            for q in asked
        )
