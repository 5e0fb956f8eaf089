"""What the place and number of repeats make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ads.repeats import LONGEST_S, judge
from episodes.repeats import By, Known, Match, Other
from episodes.spans import disjoint

LENGTH_S = 1800.0


def others(n: int, **fields: object) -> dict[str, Other]:
    return {
        str(i): replace(Other(str(i), f"Part {i}", LENGTH_S), **fields)  # type: ignore[arg-type]
        for i in range(n)
    }


def heard(
    start: float, length_s: float, places: Sequence[float], by: By = "sound"
) -> list[Match]:
    """The same stretch in the episodes 0, 1 ..., at these places."""
    return [
        Match(start, start + length_s, str(i), place, place + length_s, by)
        for i, place in enumerate(places)
    ]


def test_at_the_same_place_in_most_episodes_is_an_intro_or_an_outro() -> None:
    matches = heard(30.0, 12.0, [5.0, 12.0, 31.0, 0.0, 20.0])
    matches += heard(1780.0, 15.0, [1782.0, 1780.0, 1775.0, 1783.0, 1781.0])
    first, last = judge("own", LENGTH_S, matches, others(6))
    assert (first.kind, last.kind) == ("intro", "outro")
    assert "5 of 6 other episodes, always near the beginning" in first.evidence


def test_at_other_places_is_an_ad_with_where_it_was_heard_last() -> None:
    (ad,) = judge("own", LENGTH_S, heard(600.0, 30.0, [100.0, 900.0, 723.0]), others(8))
    assert (ad.kind, ad.start, ad.end) == ("sponsor", 600.0, 630.0)
    assert ad.confidence >= 0.6
    assert ad.evidence == 'heard in 3 other episodes (last: "Part 2" at 12:03)'


def test_in_most_episodes_but_moving_is_an_ad() -> None:
    (ad,) = judge(
        "own", LENGTH_S, heard(900.0, 30.0, [100.0, 700.0, 1300.0, 1700.0]), others(5)
    )
    assert ad.kind == "sponsor"


def test_adverts_before_it_do_not_move_an_intro() -> None:
    everyone = others(4)
    for i, other in everyone.items():
        ads = Match(0.0, 60.0 * int(i), "x", 0.0, 60.0 * int(i))
        everyone[i] = replace(other, repeated=(ads,) if int(i) else ())
    (intro,) = judge("own", LENGTH_S, heard(10.0, 12.0, [10.0, 70.0, 130.0, 190.0]), everyone)
    assert intro.kind == "intro"


def test_a_teaser_repeats_the_episode_alone() -> None:
    own = [Match(0.0, 20.0, "own", 900.0, 920.0), Match(900.0, 920.0, "own", 0.0, 20.0)]
    assert judge("own", LENGTH_S, own, others(5)) == ()


def test_a_rerun_says_nothing() -> None:
    whole = [Match(0.0, 1200.0, "0", 0.0, 1200.0), Match(1230.0, 1800.0, "0", 1200.0, 1770.0)]
    assert judge("own", LENGTH_S, whole, others(3)) == ()
    ad = heard(1200.0, 30.0, [0.0, 100.0, 900.0])[1:]
    (found,) = judge("own", LENGTH_S, [*whole, *ad], others(3))
    assert (found.start, found.end) == (1200.0, 1230.0)


@pytest.mark.parametrize("length_s", [1.0, 2.9, LONGEST_S + 1])
def test_stings_and_long_pieces_are_none(length_s: float) -> None:
    assert judge("own", LENGTH_S, heard(600.0, length_s, [100.0, 900.0]), others(9)) == ()


def test_a_jingle_that_divides_the_programme_is_none() -> None:
    jingle = heard(600.0, 5.0, [100.0, 900.0, 300.0])
    again = Match(600.0, 605.0, "own", 1200.0, 1205.0)
    assert judge("own", LENGTH_S, [*jingle, again], others(4)) == ()


def test_adjoining_ads_are_told_apart_and_trims_are_not() -> None:
    matches = heard(600.0, 60.0, [100.0, 900.0])  # both ads, in a row there too
    matches += [Match(600.0, 629.9, "2", 50.0, 79.9), Match(630.1, 660.0, "3", 50.0, 79.9)]
    matches += [Match(600.5, 629.9, "4", 50.5, 79.9), Match(630.1, 660.0, "5", 80.0, 109.9)]
    matches += [Match(600.0, 630.0, "6", 50.0, 80.0), Match(630.0, 660.0, "7", 80.0, 110.0)]
    first, second = judge("own", LENGTH_S, matches, others(12))
    assert first.start == 600.0
    assert first.end == pytest.approx(630.0, abs=0.1)
    assert (second.start, second.end) == (first.end, 660.0)


def test_once_more_at_another_sort_of_place_is_doubtful() -> None:
    """The next episode, announced at the end of this one, is like that."""
    (sure,) = judge("own", LENGTH_S, heard(700.0, 30.0, [900.0]), others(9))
    (doubtful,) = judge("own", LENGTH_S, heard(1760.0, 30.0, [900.0]), others(9))
    assert doubtful.confidence < 0.6 <= sure.confidence


def test_the_same_words_alone_are_doubtful() -> None:
    (read,) = judge("own", LENGTH_S, heard(600.0, 30.0, [100.0, 900.0], "words"), others(9))
    assert read.confidence < 0.6
    assert read.by == "words"
    assert read.evidence.startswith("said in the same words in 2 other episodes")


def test_what_is_known_once_is_known_anywhere() -> None:
    known = Known(899.0, 931.0, "sponsor", 0.97, "Larkspur")
    library = others(1, same_show=False, known=(known,))
    (ad,) = judge("own", LENGTH_S, heard(1760.0, 30.0, [900.0]), library)
    assert (ad.confidence, ad.sponsor) == (0.97, "Larkspur")
    assert ad.evidence == 'known from "Part 0" at 15:00, where it is marked as sponsor'


def test_a_persons_word_goes_first() -> None:
    programme = Known(899.0, 931.0, "sponsor", 0.0, person=True)
    library = {**others(3), "0": Other("0", "Part 0", LENGTH_S, known=(programme,))}
    (kept,) = judge("own", LENGTH_S, heard(600.0, 30.0, [900.0, 100.0, 500.0]), library)
    assert (kept.start, kept.end, kept.kept) == (600.0, 630.0, True)


def test_two_episodes_are_too_few_to_call_what_both_begin_with_an_ad() -> None:
    (repeat,) = judge("own", LENGTH_S, heard(0.0, 20.0, [0.0]), others(1))
    assert repeat.kind == "intro"


times = st.floats(0.0, 1700.0).map(lambda t: round(t, 2))


@given(
    st.lists(
        st.builds(
            lambda start, length, other, there, by: Match(
                start, start + length, str(other), there, there + length, by
            ),
            times,
            st.floats(0.5, 90.0),
            st.integers(0, 4),
            times,
            st.sampled_from(["sound", "words"]),
        ),
        max_size=12,
    )
)
def test_repeats_are_sorted_and_disjoint(matches: list[Match]) -> None:
    repeats = judge("4", LENGTH_S, matches, others(4))
    heard_ = [r for r in repeats if r.by == "sound"]
    assert disjoint(heard_)
    assert all(0 <= r.start < r.end <= 1800.0 and 0 <= r.confidence <= 1 for r in repeats)
    assert [r.start for r in repeats] == sorted(r.start for r in repeats)


def test_a_short_piece_that_others_use_too_does_not_divide_a_part() -> None:
    matches = heard(600.0, 9.0, [100.0])
    matches += [Match(604.0, 606.0, "1", 0.0, 2.0), Match(604.0, 606.0, "2", 0.0, 2.0)]
    (ad,) = judge("own", LENGTH_S, matches, others(9))
    assert (ad.start, ad.end) == (600.0, 609.0)


def test_an_ad_beside_the_intro_is_not_of_one_piece_with_it_even_if_most_have_both() -> None:
    """In the others they lie apart; where they are side by side everywhere they are one."""
    intros = heard(18.0, 12.0, [2.0, 4.0, 6.0, 3.0, 5.0])
    apart = heard(0.0, 18.0, [900.0, 300.0, 1500.0, 700.0])
    ad, intro = judge("own", LENGTH_S, [*apart, *intros], others(6))
    assert (ad.kind, ad.start, ad.end) == ("sponsor", 0.0, 18.0)
    assert (intro.kind, intro.start, intro.end) == ("intro", 18.0, 30.0)
    together = heard(600.0, 18.0, [900.0, 300.0, 1500.0, 700.0])
    together += heard(618.0, 12.0, [918.0, 318.0, 1517.5, 718.0, 100.0])
    (one,) = judge("own", LENGTH_S, together, others(9))
    assert (one.start, one.end) == (600.0, 630.0)
