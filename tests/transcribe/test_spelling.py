"""Names are spelled one way; letters are never changed, words never lost."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from episodes.types import Word
from transcribe.spelling import graft, respell, spellings


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


def bare(text: str) -> str:
    return text.replace(" ", "").replace("-", "").casefold()


TOKENS = st.sampled_from(["open", "AI", "OpenAI", "AI's", "open,", "chat", "GPT.", "a", "-"])


@given(st.lists(TOKENS, max_size=12))
def test_only_case_spaces_and_hyphens_change(tokens: list[str]) -> None:
    before = " ".join(tokens)
    after = respelt(before, "ChatGPT", "Open")
    assert bare(after) == bare(before)


@given(st.lists(TOKENS, max_size=12))
def test_respelling_twice_changes_nothing_more(tokens: list[str]) -> None:
    once = respelt(" ".join(tokens), "ChatGPT")
    assert respelt(once, "ChatGPT") == once


def heard(*words: tuple[str, float]) -> tuple[Word, ...]:
    return tuple(
        Word(i, i + 0.8, f" {text}", probability) for i, (text, probability) in enumerate(words)
    )


PLAIN = heard(("colleague", 0.99), ("Burber", 0.8), ("Gin's", 0.3), ("here.", 0.99))
HINTED = heard(("colleague", 0.99), ("Berber", 0.9), ("Jinn's", 0.9), ("here.", 0.99))


def grafted(plain: tuple[Word, ...], hinted: tuple[Word, ...], *terms: str) -> str:
    return "".join(word.text for word in graft(plain, hinted, terms)).strip()


def test_a_name_is_taken_from_the_hinted_reading_with_its_ending() -> None:
    assert grafted(PLAIN, HINTED, "Berber Jinn") == "colleague Berber Jinn's here."
    assert graft(PLAIN, HINTED, ("Berber Jinn",))[1].start == PLAIN[1].start


def test_nothing_but_names_is_taken() -> None:
    other = heard(("OpenAI,", 0.9), ("Berber", 0.9), ("Jinn", 0.9), ("hear!", 0.9))
    assert grafted(PLAIN, other, "Berber Jinn", "OpenAI") == "colleague Berber Jinn's here."


def test_sure_words_and_other_sounds_are_left() -> None:
    sure = heard(("take", 0.99), ("a", 0.99), ("breadth", 0.95))
    assert grafted(sure, heard(("take", 0.9), ("a", 0.9), ("Breath", 0.9)), "Breath") == (
        "take a breadth"
    )
    unsure = heard(("now", 0.5), ("expires", 0.5))
    assert grafted(unsure, heard(("Hildur", 0.9), ("expires", 0.9)), "Hildur") == "now expires"


def test_a_name_elsewhere_in_time_is_not_moved() -> None:
    far = tuple(Word(w.start + 20, w.end + 20, w.text, w.probability) for w in HINTED)
    assert graft(PLAIN, far, ("Berber Jinn",)) == PLAIN


@given(st.lists(TOKENS, max_size=8), st.lists(TOKENS, max_size=8), st.floats(0, 1))
def test_grafting_keeps_times_in_order(
    plain: list[str], hinted: list[str], probability: float
) -> None:
    done = graft(
        heard(*((token, probability) for token in plain)),
        heard(*((token, 0.9) for token in hinted)),
        ("ChatGPT", "OpenAI", "Open AI"),
    )
    assert all(a.start <= a.end <= b.start for a, b in pairwise(done))
    assert bool(done) == bool(plain)
