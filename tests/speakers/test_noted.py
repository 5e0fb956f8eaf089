"""What show notes tell of persons, however they are written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from speakers.noted import noted


def test_an_element_without_a_name_tells_of_nobody() -> None:
    told = noted(["<podcast:person> </podcast:person> With Ada Quist."])
    assert told.persons == ("Ada Quist",)


@given(st.lists(st.text()), st.text())
def test_any_notes_are_read(texts: list[str], show: str) -> None:
    assert noted(texts, show).show == show


def test_addresses_tell_of_nobody() -> None:
    told = noted(["Ada.Quist@hale.org or www.Nils.Borg.com, Bea Holloway"])
    assert told.persons == ("Bea Holloway",)
