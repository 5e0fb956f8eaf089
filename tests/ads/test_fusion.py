"""What words tell and what repetition tells, made one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ads.detect import detect
from ads.fusion import fuse, wholes
from ads.strip import decide
from episodes.repeats import Repeat
from episodes.spans import Span, disjoint
from episodes.types import AdSpan
from tests.fakes import words_of

HEARD = Repeat(100.0, 130.0, "sponsor", 0.9, "heard in 3 other episodes")


def told(start: float, end: float, kind: str = "sponsor", confidence: float = 0.7) -> AdSpan:
    return AdSpan(start, end, kind, confidence, "Larkspur", ("opens like a spot",))  # type: ignore[arg-type]


def test_repeats_alone_make_spans_without_any_word() -> None:
    (ad,) = detect([], 600.0, repeats=[HEARD])
    assert (ad.start, ad.end, ad.kind, ad.confidence) == (100.0, 130.0, "sponsor", 0.9)
    assert ad.evidence == (HEARD.evidence,)


def test_nothing_repeated_changes_nothing() -> None:
    words = words_of("This episode is brought to you by Larkspur. Go to larkspur.com.", 5.0)
    assert detect(words, 60.0) == detect(words, 60.0, repeats=())


def test_copies_know_the_edges_and_words_the_sponsor() -> None:
    (ad,) = fuse([HEARD], [told(97.0, 128.0)], [])
    assert (ad.start, ad.end) == (100.0, 130.0)
    assert ad.sponsor == "Larkspur"
    assert ad.confidence == pytest.approx(0.97)
    assert ad.evidence == ("opens like a spot", HEARD.evidence)


@pytest.mark.parametrize(
    ("words", "repeat", "kind"),
    [
        ("selfpromo", "sponsor", "selfpromo"),
        ("intro", "sponsor", "sponsor"),
        ("sponsor", "intro", "sponsor"),
    ],
)
def test_which_kind_it_is(words: str, repeat: str, kind: str) -> None:
    one = Repeat(100.0, 130.0, repeat, 0.9, "heard")  # type: ignore[arg-type]
    (ad,) = fuse([one], [told(100.0, 130.0, words)], [])
    assert ad.kind == kind


def test_edges_are_moved_into_a_silence_nearby_only() -> None:
    (near,) = fuse([HEARD], [], [], [Span(99.5, 99.9), Span(129.9, 130.4)])
    assert (near.start, near.end) == pytest.approx((99.85, 130.0))
    (far,) = fuse([HEARD], [], [], [Span(95.0, 99.0)])
    assert far.start == 100.0


def test_another_spot_beside_stays_and_a_remnant_goes() -> None:
    ads = fuse([HEARD], [], [told(80.0, 102.0), told(128.0, 133.0)])
    assert [(ad.start, ad.end) for ad in ads] == [(80.0, 100.0), (100.0, 130.0)]


def test_what_was_read_again_consists_of_whole_sentences() -> None:
    read = Repeat(101.0, 128.0, "sponsor", 0.5, "said", by="words")
    sentences = [Span(90.0, 100.0), Span(100.0, 115.0), Span(115.2, 129.0), Span(129.5, 140.0)]
    (whole,) = wholes([read], sentences)
    assert (whole.start, whole.end) == (100.0, 129.0)
    assert wholes([HEARD], sentences) == (HEARD,)


spans = st.tuples(st.floats(0, 500), st.floats(1, 90))


@given(st.lists(spans, max_size=5), st.lists(spans, max_size=5), st.lists(spans, max_size=5))
def test_the_result_is_sorted_and_disjoint(
    repeats: list[tuple[float, float]],
    words: list[tuple[float, float]],
    quiet: list[tuple[float, float]],
) -> None:
    ads = fuse(
        [Repeat(a, a + n, "sponsor", 0.9, "heard") for a, n in repeats],
        [told(a, a + n) for a, n in words],
        [told(a, a + n) for a, n in words],
        [Span(a, a + n) for a, n in quiet],
    )
    assert disjoint(ads)
    assert all(ad.start < ad.end for ad in ads)


CUT = Repeat(100.0, 130.0, "sponsor", 0.99, "a person cut it in X", "Acme", person=True)
KEPT = Repeat(100.0, 130.0, "sponsor", 0.0, "a person kept it in X", person=True)


def test_what_a_person_cut_elsewhere_is_what_that_one_called_it() -> None:
    (ad,) = fuse([CUT], [told(97.0, 128.0, "selfpromo", 0.97)], [])
    assert (ad.kind, ad.sponsor, ad.confidence) == ("sponsor", "Acme", 0.99)
    assert ad.evidence == ("opens like a spot", CUT.evidence)


def test_the_recording_that_a_person_kept_elsewhere_is_marked_and_nobody_is_asked() -> None:
    assert fuse([KEPT], [], []) == ()
    (ad,) = fuse([KEPT], [told(97.0, 128.0, confidence=0.99)], [])
    assert (ad.start, ad.end, ad.evidence[-1]) == (100.0, 130.0, KEPT.evidence)
    (decided,), _ = decide([ad], 3600.0, {"sponsor"})
    assert (decided.stripped, decided.review) == (False, None)


def test_words_that_a_person_kept_elsewhere_are_asked_about() -> None:
    words = replace(KEPT, by="words")
    (ad,) = fuse([words], [told(97.0, 128.0, confidence=0.99)], [])
    (decided,), _ = decide([ad], 3600.0, {"sponsor"})
    assert (decided.stripped, decided.review) == (False, "unsure")


def test_beside_what_a_person_kept_an_ad_goes_on() -> None:
    whole = told(70.0, 160.0, confidence=0.9)
    parts = fuse([KEPT], [whole], [whole])
    assert [(ad.start, ad.end, ad.confidence) for ad in parts] == [
        (70.0, 100.0, 0.9),
        (100.0, 130.0, 0.0),
        (130.0, 160.0, 0.9),
    ]
