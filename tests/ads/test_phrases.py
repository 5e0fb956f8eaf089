import pytest
from hypothesis import given
from hypothesis import strategies as st

from ads.phrases import Phrases, shape, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Learn more, at Acme!", ["learn", "more", "at", "acme"]),
        ("See acme .com today.", ["see", "acme.com", "today"]),
        ("multi -agentic tools", ["multi-agentic", "tools"]),
        ("acme dot com slash show", ["acme.com", "slash", "show"]),
        ("10 % off, 20 percent off", ["10%", "off", "20%", "off"]),
        ("$1,500 a month", ["$1500", "a", "month"]),
        ("Don\u2019t wait", ["don't", "wait"]),
        (" ", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("acme.com", "@url"),
        ("shop.acme.co.uk/deal", "@url"),
        ("$20", "@money"),
        ("15%", "@percent"),
        ("1952", "@number"),
        ("u.s", None),
        ("word", None),
        ("", None),
    ],
)
def test_shape(token: str, expected: str | None) -> None:
    assert shape(token) == expected


def places(phrase: str, text: str) -> list[tuple[int, int]]:
    return sorted({(f.first, f.last) for f in Phrases([(phrase, 0)]).find(text.split())})


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("brought to you by", "is brought to you by acme", [(1, 5)]),
        ("go|head to @url", "so head to acme.com", [(1, 4)]),
        ("go to @url", "go to town", []),
        ("save @percent", "save 20% now", [(0, 2)]),
        ("@percent off", "get 20% off", [(1, 3)]),
        ("thanks to our? sponsor", "thanks to sponsor", [(0, 3)]),
        ("thanks to our? sponsor", "thanks to our sponsor", [(0, 4)]),
        ("the * app", "the new app the app", [(0, 3)]),
        ("to * *? you", "to a b you", [(0, 4)]),
        ("member of", "a member", []),
    ],
)
def test_find(phrase: str, text: str, expected: list[tuple[int, int]]) -> None:
    assert places(phrase, text) == expected


def test_values_of_all_phrases_at_one_place() -> None:
    both = Phrases([("visit us", "a"), ("visit * today", "b")])
    assert {found.value for found in both.find(["visit", "us", "today"])} == {"a", "b"}


@given(
    st.lists(st.sampled_from(["a", "b", "c"]), max_size=12),
    st.sampled_from(["a b", "b", "c a b"]),
)
def test_a_plain_phrase_is_found_exactly_where_it_stands(text: list[str], phrase: str) -> None:
    row = phrase.split()
    expected = [
        (i, i + len(row))
        for i in range(len(text) - len(row) + 1)
        if text[i : i + len(row)] == row
    ]
    assert places(phrase, " ".join(text)) == expected


@given(st.text(max_size=80))
def test_tokens_hold_no_space_and_no_capital(text: str) -> None:
    for token in tokens(text):
        assert token
        assert not any(sign.isspace() for sign in token)
        assert token == token.lower()
