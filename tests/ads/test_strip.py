import pytest
from hypothesis import given
from hypothesis import strategies as st

from ads.strip import FAINT, LONG_EPISODE_S, LONGEST_S, MOST_SHARE, SURE, decide
from episodes.types import AdKind, AdSpan

HOUR = 3600.0


def ad(start: float, end: float, kind: AdKind = "sponsor", confidence: float = 0.9) -> AdSpan:
    return AdSpan(start=start, end=end, kind=kind, confidence=confidence)


def stripped(ads: list[AdSpan], duration_s: float, *kinds: AdKind) -> list[bool]:
    return [each.stripped for each in decide(ads, duration_s, kinds or ("sponsor",))[0]]


def test_only_the_kinds_asked_for() -> None:
    ads = [ad(0, 30), ad(40, 50, "intro"), ad(60, 70, "selfpromo")]
    assert stripped(ads, HOUR) == [True, False, False]
    assert stripped(ads, HOUR, "intro", "selfpromo") == [False, True, True]
    assert decide(ads, HOUR, ())[0] == tuple(ads)
    assert [each.review for each in decide(ads, HOUR, {"sponsor"})[0]] == [None] * 3


def test_doubtful_spans_are_marked_only() -> None:
    assert stripped([ad(0, 30, confidence=SURE - 0.01), ad(50, 80, confidence=SURE)], HOUR) == [
        False,
        True,
    ]


def test_a_person_is_asked_about_what_is_doubtful_of_the_kinds_that_are_cut() -> None:
    ads = [ad(0, 30), ad(40, 70, confidence=SURE - 0.01), ad(80, 90, confidence=FAINT - 0.01)]
    kinds = [*ads, ad(100, 110, "intro", 0.5)]
    assert [each.review for each in decide(kinds, HOUR, {"sponsor"})[0]] == [
        None,
        "unsure",
        None,
        None,
    ]
    assert decide(kinds, HOUR, {"intro"})[0][3].review == "unsure"


def test_too_much_of_a_long_episode_holds_everything_back() -> None:
    ads = [ad(t, t + 100) for t in range(0, 500, 110)]
    kept, warnings = decide(ads, 1000.0, {"sponsor"})
    assert not any(each.stripped for each in kept)
    assert {each.review for each in kept} == {"held back"}
    assert len(warnings) == 1
    assert "50%" in warnings[0]
    assert warnings[0].endswith(".")


def test_one_cut_too_long_holds_everything_back_also_if_made_of_several_spans() -> None:
    for ads in (
        [ad(0, LONGEST_S + 1), ad(2000, 2030)],
        [ad(0, 250), ad(250, 500), ad(2000, 2030)],
    ):
        kept, warnings = decide(ads, HOUR, {"sponsor"})
        assert not any(each.stripped for each in kept)
        assert "0:00" in warnings[0]


def test_what_is_not_cut_anyway_is_not_counted() -> None:
    ads = [ad(0, 900, "intro"), ad(1000, 1030)]
    assert stripped(ads, HOUR) == [False, True]
    assert stripped([ad(0, 900, confidence=0.1), ad(1000, 1030)], HOUR) == [False, True]


@pytest.mark.parametrize("length", [26.0, 60.0, 300.0])
def test_what_leaves_nothing_is_held_back_at_any_length(length: float) -> None:
    kept, warnings = decide([ad(0, length - 1)], length, {"sponsor"})
    assert [(one.stripped, one.review) for one in kept] == [(False, "held back")]
    assert len(warnings) == 1


def test_short_episodes_are_not_checked() -> None:
    assert stripped([ad(0, 500)], LONG_EPISODE_S - 1) == [True]


def test_spans_decided_before_are_decided_anew() -> None:
    before = decide([ad(0, 30)], HOUR, {"sponsor"})[0]
    assert not decide(before, HOUR, {"intro"})[0][0].stripped


@given(
    st.lists(st.tuples(st.floats(0, 3000), st.floats(1, 600), st.floats(0, 1)), max_size=12),
    st.floats(1, 4000),
)
def test_never_cuts_more_than_is_plausible(
    spec: list[tuple[float, float, float]], duration_s: float
) -> None:
    ads: list[AdSpan] = []
    t = 0.0
    for gap, length, confidence in spec:
        ads.append(ad(t + gap, t + gap + length, confidence=confidence))
        t += gap + length
    duration_s = max(duration_s, t)
    kept, warnings = decide(ads, duration_s, {"sponsor"})
    assert [(a.start, a.end, a.kind, a.confidence) for a in kept] == [
        (a.start, a.end, a.kind, a.confidence) for a in ads
    ]
    cut = [a for a in kept if a.stripped]
    assert all(a.confidence >= SURE for a in cut)
    if duration_s >= LONG_EPISODE_S:
        assert sum(a.duration_s for a in cut) <= MOST_SHARE * duration_s + 1e-6
        assert all(a.duration_s <= LONGEST_S for a in cut)
    assert not (cut and warnings)
