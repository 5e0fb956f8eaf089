import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ads.prompt import SCHEMA, TOPICS, BadAnswer, messages, read
from episodes.types import AdKind

GOOD = '{"spots": [{"first": 2, "last": 3}]}'


@pytest.mark.parametrize("kind", TOPICS)
def test_a_question_numbers_its_sentences_one_a_line(kind: AdKind) -> None:
    system, user = messages(kind, ["One thing.", "Two\nthings, {as} it were."])
    assert user == {"role": "user", "content": "1. One thing.\n2. Two things, {as} it were."}
    assert system["role"] == "system"
    assert TOPICS[kind] in system["content"]


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"\n  {GOOD}\n",
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}```",
        f"Here is what I found:\n\n{GOOD}\n\nLet me know if you need more!",
        f'<think>Perhaps {{"spots": []}}? No: 2 and 3.</think>\n{GOOD}',
        f"Sentence 2 opens it, so...\n</think>\n{GOOD}",
        f"<THINKING>a</THINKING><think>b</think>{GOOD}",
    ],
)
def test_what_is_wrapped_around_an_answer_is_passed_over(text: str) -> None:
    assert read(text, 5) == ((1, 3),)


def test_answers_come_in_order_and_may_be_none() -> None:
    assert read('{"spots": [{"first": 4, "last": 5}, {"first": 1, "last": 1}]}', 5) == (
        (0, 1),
        (3, 5),
    )
    assert read('{"spots": []}', 5) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON"),
        ("I'm sorry, but I can't help with that.", "no JSON"),
        ("Sentences 2 to 3.", "no JSON"),
        ("[[2, 3]]", "no JSON"),
        (GOOD[:-3], "broken"),
        (GOOD.replace('"', "'"), "broken"),
        (GOOD.replace("3", "3,"), "broken"),
        ('{"spots": [], "spots": [{"first": 2, "last": 3}]}', "broken"),
        ('{"spots": [{"first": %s, "last": 3}]}' % ("9" * 5000), "broken"),
        ('{"spots":' * 50_000, "broken"),
        ("[" * 50_000 + GOOD, None),
        (f"{GOOD}\n{GOOD}", "several"),
        (f'The form is {{"spots": []}}. So: {GOOD}', "several"),
        (f"<think>Let me see: {GOOD}", "amid its thoughts"),
        (f"<think>Hm.</think><think>Let me see: {GOOD}", "amid its thoughts"),
        ("{}", "form"),
        ('{"adverts": []}', "form"),
        ('{"first": 2, "last": 3}', "form"),
        ('{"spots": null}', "form"),
        ('{"spots": {"first": 2, "last": 3}}', "form"),
        ('{"spots": [[2, 3]]}', "form"),
        ('{"spots": [{"first": 2}]}', "form"),
        ('{"spots": [{"first": "2", "last": "3"}]}', "form"),
        ('{"spots": [{"first": 2.0, "last": 3}]}', "form"),
        ('{"spots": [{"first": true, "last": 3}]}', "form"),
        ('{"spots": [{"first": NaN, "last": 3}]}', "form"),
        ('{"spots": [{"first": 2, "last": 3, "ad": false}]}', "form"),
        ('{"spots": [], "note": "none"}', "form"),
        ('{"spots": [{"first": 0, "last": 3}]}', "not given"),
        ('{"spots": [{"first": 3, "last": 2}]}', "not given"),
        ('{"spots": [{"first": 2, "last": 6}]}', "not given"),
        ('{"spots": [{"first": -1, "last": 2}]}', "not given"),
        ('{"spots": [{"first": 1, "last": 3}, {"first": 3, "last": 4}]}', "overlap"),
        ('{"spots": [{"first": 1, "last": 3}, {"first": 1, "last": 3}]}', "overlap"),
    ],
)
def test_nothing_is_guessed(text: str, why: str | None) -> None:
    if why is None:  # odd, and yet exactly one object
        assert read(text, 5) == ((1, 3),)
        return
    with pytest.raises(BadAnswer, match=why):
        read(text, 5)


def test_who_copies_the_example_is_found_out() -> None:
    asked = messages("sponsor", ["One."])[0]["content"]
    copied = [text for text in re.findall(r'\{"spots": .*?\]\}', asked) if "904" in text]
    assert len(copied) == 1
    with pytest.raises(BadAnswer, match="not given"):
        read(copied[0], 300)


def test_the_schema_is_json() -> None:
    assert json.loads(json.dumps(dict(SCHEMA))) == SCHEMA


SYNTAX = (
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    '"',
    "\\",
    '"spots"',
    '"first"',
    '"last"',
    "1",
    "2",
    "-3",
)
WRAPPING = ("<think>", "</think>", "```json", "Sure! ", " ", "\n", "\0", "\ud800")
tokens = st.sampled_from([*SYNTAX, *WRAPPING, GOOD])


@given(st.lists(tokens, max_size=30).map("".join) | st.text(), st.integers(1, 9))
def test_any_text_is_an_answer_or_none(text: str, n_sentences: int) -> None:
    try:
        found = read(text, n_sentences)
    except BadAnswer as bad:
        assert bad.cause  # noqa: PT017
    else:
        edges = [edge for stretch in found for edge in stretch]
        assert edges == sorted(edges)
        assert all(0 <= first < last <= n_sentences for first, last in found)
