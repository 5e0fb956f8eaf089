"""What the ad weights are fitted to: written copy, and episodes put together from it."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from ads.phrases import tokens
from benchmarks.ad_training.splice import Splicer
from benchmarks.ad_training.tape import Labelled
from benchmarks.ad_training.texts import Spot, Stretch, Talk, grams, kept
from benchmarks.ad_training.written import COPY, copy, write

TRAPS = Path(__file__).parents[1] / "ads" / "traps.txt"
SORTS = (
    "spot",
    "ident",
    "trailer",
    "selfpromo",
    "talk",
    "chat",
    "hard",
    "appeal",
    "joke",
    "opening",
)

SAID = tuple(f"Then we walked on to house number {i}." for i in range(120))
SPLICER = Splicer(
    [
        Spot(("Acme has the best anvils.", "Go to acme.com."), "sponsor", inserted=True),
        Spot(("Let me thank Acme.", "I use it daily."), "sponsor", inserted=False),
    ],
    [Talk("walks", SAID, None, None)],
    [Stretch("walks", SAID[:9], ("content",) * 4 + ("sponsor",) * 5, (None,) * 9, None)],
)


@pytest.mark.parametrize("sort", SORTS)
def test_written_copy_has_no_blank_left_in_it(sort: str) -> None:
    for seed in range(600):
        text = write(sort, Random(seed), held=seed % 2 == 0, wider=seed % 4 < 2)
        assert text
        assert not re.search(r"[{}\[\]|]|  ", text)


@pytest.mark.parametrize("sort", SORTS)
def test_what_is_held_back_is_not_fitted_to(sort: str) -> None:
    for wider in (False, True):
        held = set(copy(held=True, wider=wider)[sort])
        assert held
        assert not held & set(copy(held=False, wider=wider)[sort])


def test_the_wider_copy_is_among_the_other() -> None:
    for held in (False, True):
        usual, wider = copy(held), copy(held, wider=True)
        assert usual.keys() == wider.keys()
        assert all(set(usual[sort]) <= set(wider[sort]) for sort in usual)
        assert not {text for texts in wider.values() for text in texts} <= {
            text for texts in usual.values() for text in texts
        }


def test_rows_are_fitted_to_or_held_back() -> None:
    assert sorted(kept(range(20), held=True) + kept(range(20), held=False)) == list(range(20))


def test_no_trap_is_among_the_copy() -> None:
    rows = TRAPS.read_text("utf-8").splitlines()
    traps = {gram for row in rows for gram in grams(tokens(row.partition(" | ")[2]))}
    written = " ".join(path.read_text("utf-8") for path in sorted(COPY.rglob("*.txt")))
    assert not traps & set(grams(tokens(written.replace("[", "").replace("]", ""))))


@pytest.mark.parametrize("make", [SPLICER.episode, SPLICER.short], ids=["episode", "short"])
def test_an_episode_is_labelled_word_by_word_on_a_forward_clock(
    make: Callable[[int], Labelled],
) -> None:
    kinds: set[str | None] = set()
    for seed in range(60):
        one = make(seed)
        assert len(one.words) == len(one.labels) == len(one.spots)
        assert all(a.end <= b.start + 1e-9 for a, b in pairwise(one.words))
        assert not one.words or one.words[-1].end <= one.duration_s + 1e-9
        rows = zip(one.labels, one.spots, strict=True)
        assert all(spot >= 0 for label, spot in rows if label == "sponsor")
        kinds |= set(one.labels)
    assert {"content", "sponsor"} <= kinds


def test_the_same_seed_gives_the_same_episode() -> None:
    assert SPLICER.short(7) == SPLICER.short(7)
    assert SPLICER.episode(7) != SPLICER.episode(8)
