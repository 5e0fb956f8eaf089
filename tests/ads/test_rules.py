import numpy as np
import pytest

from ads.rules import KINDS, invented, log_odds
from ads.sentences import Sentence, split
from episodes.types import Word

SPONSOR = KINDS.index("sponsor")
CHAT = "I think he was right, you know. Yeah, I was there and then we went home. " * 8
REPORT = "The bridge was closed in 1990. Engineers found cracks in the steel. " * 8


def sentence(text: str) -> Sentence:
    """The text, said in one breath."""
    timed = [Word(0.3 * i, 0.3 * i + 0.3, f" {t}") for i, t in enumerate(text.split())]
    (whole,) = split(timed)
    return whole


def sponsor_odds(text: str, around: str = CHAT) -> float:
    """Log-odds of a paid spot for the one sentence `text`, said amid other talk."""
    words = [
        Word(start=0.3 * i, end=0.3 * i + 0.3, text=f" {token}")
        for i, token in enumerate(f"{text} {around}".split())
    ]
    return float(log_odds(split(words))[0, SPONSOR])


def test_one_row_a_sentence_one_column_a_kind() -> None:
    assert log_odds([]).shape == (0, len(KINDS))
    words = [Word(start=0, end=1, text=" Hi."), Word(start=1, end=2, text=" You.")]
    assert log_odds(split(words)).shape == (2, len(KINDS))
    assert np.isfinite(log_odds(split(words))).all()


@pytest.mark.parametrize(
    "text",
    [
        "Go to acme.com and use code SHOW for 20% off your first order.",
        "Terms and conditions apply, see store for details.",
        "Talk to your doctor about Acmelia today.",
        "Start your free trial today at acme.com.",
        "Listen to Night Bakers wherever you get your podcasts.",
    ],
)
def test_advertising_speaks_for_a_spot(text: str) -> None:
    assert sponsor_odds(text) > 2


@pytest.mark.parametrize(
    "text",
    [
        "I think he was kind of tired, you know, and then we went home.",
        "She said that the company sued him on Tuesday, according to officials.",
        "We had sponsors, but the ad money was gone by then.",
        "Welcome back, and thanks for listening.",
        "This podcast is supported by listeners like you.",
    ],
)
def test_talk_and_news_speak_against(text: str) -> None:
    assert sponsor_odds(text) < 0


def test_a_show_is_judged_by_its_own_way_of_talking() -> None:
    plain = "Some mornings are slower than other mornings in the valley."
    assert sponsor_odds(plain, CHAT) > sponsor_odds(plain, REPORT)
    addressed = "Your mornings are slower than other mornings in your valley."
    assert sponsor_odds(addressed, REPORT) > sponsor_odds(plain, REPORT)


@pytest.mark.parametrize(
    "made_up",
    [
        "promo code, discount code, promo code, discount code, promo code, discount code.",
        "promo code, free trial, Acme, Beta, Gamma, Delta, Epsilon, Zeta.",
    ],
)
def test_what_a_recogniser_made_up_is_no_evidence(made_up: str) -> None:
    assert sponsor_odds(made_up) < 1
    assert sponsor_odds("Enter promo code SHOW for a free trial of the new app.") > 2


def test_a_few_commas_are_no_list() -> None:
    assert not invented(sentence("Raft the Delaware, then kick back, relax,"))
    assert invented(sentence("Acme, Beta, Gamma, Delta, Epsilon, Zeta, Eta."))


def test_the_shows_own_address_is_not_a_sponsors() -> None:
    text = "Become a member at patreon.com/nightshow and support the show."
    row = [Word(start=i, end=i + 1, text=f" {t}") for i, t in enumerate(text.split())]
    odds = log_odds(split(row))[0]
    assert odds[KINDS.index("selfpromo")] > 3 > odds[SPONSOR]
