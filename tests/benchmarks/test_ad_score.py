import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.ad_score import AdScore, ad_score, blocks, iou, spot_errors
from episodes.spans import Span, subtract
from episodes.types import Word


def spans(*rows: tuple[float, float]) -> tuple[Span, ...]:
    return tuple(Span(*row) for row in rows)


WORDS = tuple(Word(float(i), i + 1.0, " word") for i in range(600))

episodes = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 90)), max_size=5).map(
    lambda rows: tuple(Span(a, a + n) for a, n in rows)
)


def test_the_figures_of_a_small_episode() -> None:
    truth = spans((100, 130), (131, 160), (400, 430), (500, 520))
    found = spans((100.4, 162), (405, 431), (200, 220))
    score = ad_score(truth, found, WORDS, 600)
    assert (score.hits, score.missed, score.false) == (2, 1, 1)
    assert score.f1 == pytest.approx(2 / 3)
    # Edges: 0.4 early, 2 late; 5 late, 1 late.
    assert (score.edges, score.edges_1s, score.edges_half_s) == (4, 2, 1)
    # Words: of 60 + 30 + 20 true ones, 60 and 25 were found, and 2 + 1 + 20 wrongly.
    assert (score.words_true, score.words_right, score.words_found) == (110, 85, 108)
    assert score.lost_s == pytest.approx(2 + 1 + 20)
    assert score.lost_s_per_hour == pytest.approx(23 * 6)


def test_blocks_closer_than_fifteen_seconds_are_one() -> None:
    assert blocks(spans((10, 20), (34.9, 40))) == spans((10, 40))
    assert blocks(spans((10, 20), (35, 40))) == spans((10, 20), (35, 40))


def test_half_an_overlap_is_a_hit_and_less_is_none() -> None:
    assert ad_score(spans((100, 200)), spans((100, 150)), (), 600).hits == 1
    assert ad_score(spans((100, 200)), spans((100, 149)), (), 600).hits == 0


def test_an_answer_in_two_halves_hits_once() -> None:
    # The halves touch no further than 15 s apart only if joined: here 20 s lie between.
    score = ad_score(spans((100, 140)), spans((60, 120), (140, 141)), (), 600)
    assert score.hits <= 1
    two = ad_score(spans((0, 300)), spans((0, 150), (165, 300)), (), 600)
    assert (two.hits, two.missed, two.false) == (1, 0, 1)


def test_no_ads_and_none_found_is_no_error() -> None:
    score = ad_score((), (), WORDS, 600)
    assert score == AdScore(duration_s=600)
    assert ad_score((), spans((1, 30)), WORDS, 600).f1 == 0


@given(episodes)
def test_the_truth_scores_full(truth: tuple[Span, ...]) -> None:
    score = ad_score(truth, truth, WORDS, 600)
    assert (score.missed, score.false, score.lost_s) == (0, 0, 0)
    assert score.hits == len(blocks(truth))
    assert score.edges_half_s == score.edges == 2 * score.hits
    assert score.words_right == score.words_true == score.words_found


@given(episodes, episodes)
def test_counts_are_consistent(truth: tuple[Span, ...], found: tuple[Span, ...]) -> None:
    score = ad_score(truth, found, WORDS, 600)
    assert score.hits + score.missed == len(blocks(truth))
    assert score.hits + score.false == len(blocks(found))
    assert score.edges_half_s <= score.edges_1s <= score.edges == 2 * score.hits
    assert score.words_right <= min(score.words_true, score.words_found)
    assert 0 <= iou(Span(0, 2), Span(1, 3)) <= 1


def test_spots_have_errors_of_their_own() -> None:
    one, two, three = spot_errors(
        spans((100, 130), (131, 160), (400, 430)), spans((99.5, 161.25))
    )
    assert (one.covered, one.start_error_s, one.end_error_s) == (1, -0.5, 0)
    assert (two.covered, two.start_error_s, two.end_error_s) == (1, 0, 1.25)
    assert (three.covered, three.start_error_s, three.end_error_s) == (0, None, None)


def test_a_spot_cut_short_inside_its_block_shows_it() -> None:
    (one, two) = spot_errors(spans((100, 130), (131, 161)), spans((100, 120), (133, 161)))
    assert (one.start_error_s, one.end_error_s) == (0, -10)
    assert (two.start_error_s, two.end_error_s) == (2, 0)
    assert one.covered == pytest.approx(2 / 3)


@given(episodes)
def test_exact_cuts_have_no_edge_errors(found: tuple[Span, ...]) -> None:
    spots = subtract(found, ())
    for error in spot_errors(spots, spots):
        assert (error.covered, error.start_error_s, error.end_error_s) == (1, 0, 0)
