"""Texts read again: by another voice, with words misheard; and what is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from ads.wording import Row, read_again, rows
from episodes.repeats import Match
from episodes.types import Word
from tests.fakes import words_of

COPY = (
    "support for this show comes from Larkspur the mattress that remembers how you sleep it "
    "takes two minutes to order and you can send it back whenever you like go to larkspur "
    "dot com and use the code harbour for twenty percent off your first order"
)


def found_in(words: Sequence[Word]) -> Mapping[int, list[float]]:
    found: dict[int, list[float]] = defaultdict(list)
    for row in rows(words):
        found[row.number].append(row.start)
    return found


def talk(n: int, start: float, stem: str) -> tuple[Word, ...]:
    return words_of(" ".join(f"{stem}{i}" for i in range(n)), start)


def test_the_same_copy_at_another_pace_is_found() -> None:
    here = (*talk(50, 0.0, "a"), *words_of(COPY, 20.0), *talk(50, 40.0, "b"))
    there = (*talk(20, 0.0, "c"), *words_of(COPY, 90.0, word_s=0.36))
    (match,) = read_again(rows(here), "other", found_in(there))
    copy = words_of(COPY, 20.0)
    assert (match.start, match.end, match.other) == (20.0, copy[-1].end, "other")
    assert match.other_start == 90.0
    assert match.by == "words"


def test_a_few_words_may_be_misheard() -> None:
    wrong = COPY.split()
    wrong[8], wrong[20], wrong[33] = "hark", "too", "larks"
    matches = read_again(
        rows(words_of(COPY, 5.0)), "other", found_in(words_of(" ".join(wrong), 50.0))
    )
    assert len(matches) == 1
    assert matches[0].start == 5.0


def test_a_standing_phrase_is_none() -> None:
    phrase = "we will be right back after this short break so do stay with us"
    here, there = (words_of(phrase, start) for start in (10.0, 70.0))
    assert read_again(rows(here), "other", found_in(there)) == ()


def test_within_one_episode_both_places_are_found() -> None:
    words = (*words_of(COPY, 5.0), *talk(100, 30.0, "a"), *words_of(COPY, 100.0))
    first, second = read_again(rows(words), "own", found_in(words), itself=True)
    assert (first.start, first.other_start) == (5.0, 100.0)
    assert (second.start, second.other_start) == (100.0, 5.0)


@given(st.lists(st.sampled_from("abcdef"), max_size=60), st.lists(st.sampled_from("abcdef")))
def test_matches_lie_inside_both(here: list[str], there: list[str]) -> None:
    own, other = words_of(" ".join(here), 3.0), words_of(" ".join(there), 7.0)
    for match in read_again(rows(own), "other", found_in(other)):
        assert isinstance(match, Match)
        assert own[0].start <= match.start < match.end <= own[-1].end
        assert other[0].start <= match.other_start < match.other_end


def test_rows_do_not_see_case_or_punctuation() -> None:
    plain, dressed = (
        rows(words_of(t, 0.0)) for t in ("well hello there", "Well, HELLO there!")
    )
    assert [row.number for row in plain] == [row.number for row in dressed]
    assert all(isinstance(row, Row) for row in plain)
    assert rows(words_of("too few", 0.0)) == ()
