"""Idents by their form: who pays, or whose it is, in a sentence or two."""

from __future__ import annotations

import pytest

from ads.features import heard
from ads.idents import Ident, idents
from ads.sentences import Sentence, split
from episodes.types import Word

AROUND = ("So the boat was gone by noon.", "Nobody could say why.")


def said(*texts: str) -> tuple[Sentence, ...]:
    tokens = [token for text in texts for token in text.split()]
    return split([Word(0.4 * i, 0.4 * i + 0.3, f" {t}") for i, t in enumerate(tokens)])


def told(sentences: tuple[Sentence, ...]) -> tuple[Ident, ...]:
    return idents(sentences, heard(sentences))


def found(*texts: str) -> list[str]:
    """The texts of what has an ident's form, amid talk."""
    sentences = said(AROUND[0], *texts, AROUND[1])
    return [
        " ".join(s.text for s in sentences[one.first : one.last]) for one in told(sentences)
    ]


@pytest.mark.parametrize(
    "ident",
    [
        "Deep Field is supported by the Marlow Trust.",
        "Support for Northern Light comes from Hale Timber, family owned since 1922.",
        "The Long Bench with Ada Quist is sponsored by Croft and Sons.",
        "Presented in association with Brightwater Boilers.",
        "Plate to Plate is made possible in part by Corrigan Cookware.",
        "Money Talk, powered by Aldine.",
        "You're listening to Field Notes on the Commonground Podcast Network.",
        "Deep Field comes to you from Croft Audio, with underwriting from Hale Timber.",
        "Deep Field - is made possible - by - the - Marlow Trust.",
        "Support for Deep Field comes from the Marlow Trust, and from listeners like you.",
    ],
)
def test_who_pays_and_whose_it_is(ident: str) -> None:
    assert found(ident) == [ident]


@pytest.mark.parametrize(
    "further",
    [
        "More at marlow.org.",
        "Marlow, for open minds.",
        "And by the Tri Rivers Board.",
    ],
)
def test_an_ident_goes_on_with_its_address_its_slogan_or_another_payer(further: str) -> None:
    first = "Deep Field is supported by the Marlow Trust."
    assert found(first, further) == [f"{first} {further}"]
    assert found(first, "The boat had been painted green that spring.") == [first]


@pytest.mark.parametrize(
    "talk",
    [
        "The study was funded by Hale Timber.",
        "Support for the bill came from both parties.",
        "Her claim is supported by the letters.",
        "He was sponsored by Aldine that year.",
        "Our show is supported by listeners like you.",
        "I said this episode is brought to you by, and then he laughed.",
        "The house was powered by a windmill.",
    ],
)
def test_talk_in_the_same_words_is_none(talk: str) -> None:
    assert found(talk) == []


def test_without_capitals_nothing_tells_a_name() -> None:
    assert told(said("this podcast is supported by aldine.", *map(str.lower, AROUND))) == ()


def test_what_told_it_is_quoted() -> None:
    (one,) = told(said(*AROUND, "Deep Field is supported by the Marlow Trust."))
    assert one.said == "supported by"
