"""Names and terms out of show notes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transcribe.context import MOST, terms

NOTES = """The Keeper of the Light

Nora Whitcombe talks to Edmund Hale about Gannet Point. However, nothing was easy. Hale
kept the lamp for years, and GannetFM wrote of it. Later, NASA called Hale.
Links: https://example.org/Some-Page and hale@Example.org
"""


def test_names_and_acronyms_are_found() -> None:
    assert {"Nora Whitcombe", "Edmund Hale", "Gannet Point", "GannetFM", "NASA"} <= set(
        terms(NOTES)
    )


def test_beginnings_of_sentences_headings_and_addresses_are_not() -> None:
    assert not {"However", "Later", "The Keeper", "Light", "Some-Page", "Example"} & set(
        terms(NOTES)
    )


def test_the_most_used_come_first() -> None:
    assert terms("We met Ann. We saw Bob, and Bob saw Ann, and Bob left.")[0] == "Bob"


def test_a_word_also_used_small_is_no_name() -> None:
    assert terms("We like Coffee. She said coffee is fine.") == ()


def test_a_name_at_the_beginning_counts_once_it_is_known() -> None:
    assert terms("Altman spoke. Then we asked Altman again.") == ("Altman",)
    assert terms("Altman spoke.") == ()


def test_possessives_lose_their_ending() -> None:
    assert terms("This is Hale's lamp, and Hale\u2019s house.") == ("Hale",)


def test_other_scripts_and_accents() -> None:
    assert terms("Wir waren in H\u00fasav\u00edk mit J\u00f6rg M\u00fcller.") == (
        "H\u00fasav\u00edk",
        "J\u00f6rg M\u00fcller",
    )


def test_nothing_in_nothing_out() -> None:
    assert terms("") == terms("no names here at all") == ()


@given(st.text())
def test_any_text_gives_few_distinct_terms_that_stand_in_it(text: str) -> None:
    found = terms(text)
    assert len(found) == len(set(found)) <= MOST
    assert all(word in text for term in found for word in term.split(" "))
