"""Names are spelled one way; letters are never changed, words never lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from episodes.types import Word
from transcribe.spelling import respell, spellings


def said(text: str) -> tuple[Word, ...]:
    return tuple(Word(i, i + 0.8, f" {token}") for i, token in enumerate(text.split()))


def respelt(text: str, *terms: str) -> str:
    words = said(text)
    return "".join(w.text for w in respell(words, spellings(words, terms))).strip()


def test_terms_join_what_was_heard_apart() -> None:
    assert respelt("at chat GPT, we", "ChatGPT") == "at ChatGPT, we"
    assert respelt("Github and git hub's page", "GitHub") == "GitHub and GitHub's page"


def test_one_spelling_heard_is_taken_throughout() -> None:
    assert (
        respelt("YouTube is not on You Tube. you-tube?")
        == "YouTube is not on YouTube. YouTube?"
    )


def test_marks_between_words_keep_them_apart() -> None:
    assert respelt("it was open. AI came", "OpenAI") == "it was open. AI came"
    assert respelt("an open, AI", "OpenAI") == "an open, AI"


def test_plain_words_that_look_like_names_stay() -> None:
    assert respelt("an apple a day", "Apple") == "an apple a day"
    assert respelt("nothing indeed", "Indeed") == "nothing indeed"


def test_merged_words_span_both_times_with_the_lower_probability() -> None:
    words = (Word(1.0, 1.4, " open", 0.9), Word(1.5, 2.0, " AI.", 0.4))
    assert respell(words, {"openai": "OpenAI"}) == (Word(1.0, 2.0, " OpenAI.", 0.4),)


TOKENS = st.sampled_from(["open", "AI", "OpenAI", "AI's", "open,", "chat", "GPT.", "a", "-"])


@given(st.lists(TOKENS, max_size=12))
def test_letters_and_order_never_change(tokens: list[str]) -> None:
    before = " ".join(tokens)
    after = respelt(before, "ChatGPT", "Open")
    assert after.replace(" ", "").casefold() == before.replace(" ", "").casefold()


@given(st.lists(TOKENS, max_size=12))
def test_respelling_twice_changes_nothing_more(tokens: list[str]) -> None:
    once = respelt(" ".join(tokens), "ChatGPT")
    assert respelt(once, "ChatGPT") == once
