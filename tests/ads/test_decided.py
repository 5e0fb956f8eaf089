"""What people decided about a stretch of one episode, where another one has it too."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ads.decided import SOUND, WORDS, decided, unquestioned
from ads.repeats import judge
from episodes.repeats import By, Known, Match, Other
from episodes.spans import disjoint

LENGTH_S = 1800.0
CUT = Known(900.0, 930.0, "sponsor", 1.0, "Larkspur", person=True)
KEPT = Known(900.0, 930.0, "sponsor", 0.0, person=True)


def other(id_: str, *known: Known, same_show: bool = True) -> Other:
    return Other(id_, f"Part {id_}", LENGTH_S, same_show, known)


def heard(start: float, end: float, id_: str, there: float, by: By = "sound") -> Match:
    return Match(start, end, id_, there, there + end - start, by)


def test_a_cut_is_carried_with_its_edges_and_where_it_was_made() -> None:
    """Whatever else of the recording matches: a re-run has all of the episode."""
    (cut,) = judge("own", LENGTH_S, [heard(0, 1700, "1", 100)], {"1": other("1", CUT)})
    assert (cut.start, cut.end, cut.kind, cut.sponsor) == (800, 830, "sponsor", "Larkspur")
    assert cut.confidence == SOUND
    assert cut.evidence == 'a person cut it in "Part 1" at 15:00'


def test_words_say_it_less_surely_and_at_their_own_pace() -> None:
    match = Match(100.0, 120.0, "1", 900.0, 930.0, "words")
    (cut,) = decided([match], {"1": other("1", replace(CUT, end=915.0))})
    assert (cut.start, cut.end, cut.confidence, cut.by) == (100, 110, WORDS, "words")


def test_a_part_that_is_kept_is_taken_out_of_what_repeats() -> None:
    part = replace(KEPT, start=910.0, end=916.0)
    others = {str(i): other(str(i), *[part] * (i == 1)) for i in range(1, 9)}
    matches = [heard(100, 130, "1", 900), heard(100, 130, "2", 50)]
    told = judge("own", LENGTH_S, matches, others)
    assert [(r.start, r.end, r.kept) for r in told] == [
        (100, 110, False),
        (110, 116, True),
        (116, 130, False),
    ]


@pytest.mark.parametrize(
    ("known", "same_show", "follows"),
    [
        (CUT, False, True),  # an advert is everybody's
        (replace(CUT, kind="selfpromo"), False, False),
        (replace(CUT, kind="selfpromo"), True, True),
        (KEPT, False, False),
        (KEPT, True, True),
        # The theme within a cut that is much longer does not go with it, but stays with a keep.
        (replace(CUT, start=600.0), True, False),
        (replace(KEPT, start=600.0), True, True),
    ],
    ids=range(7),
)
def test_a_show_says_what_belongs_to_it(known: Known, same_show: bool, follows: bool) -> None:
    others = {"1": other("1", known, same_show=same_show)}
    assert bool(decided([heard(100, 130, "1", 900)], others)) is follows


def test_of_two_that_disagree_the_one_that_keeps_holds() -> None:
    others = {"1": other("1", CUT), "2": other("2", KEPT)}
    matches = [heard(100, 130, "1", 900), heard(100.2, 130, "2", 900.2)]
    (kept,) = decided(matches, others)
    assert kept.kept
    said = [replace(matches[1], by="words"), matches[0]]
    (cut,) = decided(said, others)  # others may speak the words of an advert
    assert not cut.kept


def test_what_a_person_denied_no_longer_counts_as_found() -> None:
    found = Known(899.0, 931.0, "sponsor", 0.97)
    beside = replace(found, start=940.0, end=960.0)
    assert unquestioned(other("1", found, beside, KEPT)) == [beside]
    assert unquestioned(other("1", found, beside, CUT)) == [found, beside]
    # Another show may have been asked: the recording says no more there than it does alone.
    others = {"1": other("1", found, KEPT, same_show=False)}
    (repeat,) = judge("own", LENGTH_S, [heard(100, 130, "1", 900)], others)
    assert "known from" not in repeat.evidence


KNOWN = st.builds(
    lambda start, length, cut: Known(
        start, start + length, "sponsor", float(cut), None, person=True
    ),
    st.floats(0, 300),
    st.floats(1, 60),
    st.booleans(),
)
MATCHES = st.builds(
    lambda start, length, id_, there, by: heard(start, start + length, id_, there, by),
    st.floats(0, 300),
    st.floats(1, 200),
    st.sampled_from("12"),
    st.floats(0, 300),
    st.sampled_from(["sound", "words"]),
)


@given(st.lists(KNOWN, max_size=4), st.lists(KNOWN, max_size=4), st.lists(MATCHES, max_size=5))
def test_what_is_carried_lies_in_the_matches_sorted_and_apart(
    one: list[Known], two: list[Known], matches: list[Match]
) -> None:
    told = decided(matches, {"1": other("1", *one), "2": other("2", *two)})
    assert disjoint(told)
    for repeat in told:
        assert repeat.person
        assert any(m.start - 1e-6 <= repeat.start < repeat.end <= m.end + 1e-6 for m in matches)
