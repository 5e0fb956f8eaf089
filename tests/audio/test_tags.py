# ruff: noqa: RUF001  quotes and dashes are what is tested
from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.tags import readable, tags, tidy
from episodes.spans import disjoint
from episodes.types import Chapter, Tags


def test_names_count_in_any_case_and_the_first_of_two_wins() -> None:
    found = tags([("TITLE", "One"), ("title", "Two"), ("Album", "Show")], ())
    assert found == Tags(title="One", show="Show")


@pytest.mark.parametrize(
    ("named", "description"),
    [
        ([("comment", "c"), ("description", "d")], "d"),
        ([("description", "short"), ("TDES", "much longer")], "much longer"),
        ([("synopsis", "s"), ("comment", "a long comment")], "s"),
        ([("comment", "c"), ("lyrics-eng", "words")], "c"),
        ([("lyrics-eng", "words")], "words"),
        ([("comment", " \0 ")], None),
    ],
)
def test_the_fullest_summary_is_the_description(
    named: list[tuple[str, str]], description: str | None
) -> None:
    assert tags(named, ()).description == description


def test_the_release_counts_before_the_recording() -> None:
    assert tags([("date", "2024"), ("TDRL", "2025-12-11")], ()).published == "2025-12-11"


def test_single_lines_stay_single() -> None:
    found = tags([("title", "A\ntitle \t of two"), ("description", "a\nb")], ())
    assert (found.title, found.description) == ("A title of two", "a\nb")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("\ufeffmarked\x00\x07", "marked"),
        ("CafÃ© d\xc3\xb4r", "Café dôr"),
        ("Café", "Café"),
        ("Ünïcode — 東京", "Ünïcode — 東京"),
        ("cut mid-characte\ufffd", "cut mid-characte"),
        ("wre\ufffdck\ufffdage", None),
        (" \n", None),
        ("", None),
    ],
)
def test_text_is_put_right_or_left_out(text: str, expected: str | None) -> None:
    assert readable(text) == expected


@given(st.text())
def test_no_text_keeps_control_characters(text: str) -> None:
    kept = readable(text)
    assert kept is None or (
        kept.strip() == kept != ""
        and all(c in "\n\t" or unicodedata.category(c) != "Cc" for c in kept)
    )


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 100)), max_size=8),
    st.none() | st.floats(1, 100),
)
def test_chapters_are_sorted_disjoint_and_within_the_file(
    spans: list[tuple[float, float]], duration_s: float | None
) -> None:
    found = [Chapter(start, start + length, str(n)) for n, (start, length) in enumerate(spans)]
    tidied = tidy(found, duration_s)
    assert disjoint(tidied)
    assert all(chapter.start < chapter.end for chapter in tidied)
    assert duration_s is None or all(chapter.end <= duration_s for chapter in tidied)
    assert {(c.start, c.title) for c in tidied} <= {(c.start, c.title) for c in found}


def test_good_chapters_stay_as_they_are() -> None:
    chapters = (Chapter(0, 10, "a"), Chapter(12, 20, "b"))
    assert tidy(chapters, 20) == chapters
    assert tidy((), 20) == ()


def test_chapters_without_ends_end_with_the_next_one() -> None:
    endless = 4_294_967.295
    assert tidy([Chapter(0, endless, "a"), Chapter(5, endless, "b")], 9) == (
        Chapter(0, 5, "a"),
        Chapter(5, 9, "b"),
    )


def raw(text: str, encoding: str) -> str:
    """Text in an old encoding, as the decoder hands bytes over that are no UTF-8."""
    return text.encode(encoding).decode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        (raw("Café à la crème", "latin-1"), "Café à la crème"),
        (raw("Müllers Büro", "cp1252"), "Müllers Büro"),
        (raw("It’s “here” – now…", "cp1252"), "It’s “here” – now…"),
        ("It’s “here” – now…".encode("cp1252").decode("latin-1"), "It’s “here” – now…"),
        ("It’s – now".encode().decode("cp1252"), "It’s – now"),
        ("Привет мир".encode("cp1251").decode("latin-1"), "Привет мир"),
        (raw("Привет мир", "cp1251"), "Привет мир"),
        ("Zoë".encode()[:-1].decode("utf-8", "surrogateescape"), "Zo"),
        ("Les élèves à l’école", "Les élèves à l’école"),
        ("Ærø Øl", "Ærø Øl"),
        ("Привет мир", "Привет мир"),
        ("今天", "今天"),
    ],
)
def test_old_encodings_are_read(found: str, meant: str) -> None:
    assert readable(found) == meant


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=40))
def test_text_of_wide_letters_stays(text: str) -> None:
    whole = f"{text.strip()}日本".strip()
    assert readable(whole) == whole


def test_notes_in_html_become_plain() -> None:
    found = tags([("TDES", "<p>Hello &amp; welcome</p>")], ())
    assert found.description == "Hello & welcome"
