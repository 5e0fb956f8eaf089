from __future__ import annotations

from dataclasses import replace

import pytest

from episodes.types import Word
from speakers.backchannels import backchannels


def spoken(text: str, speaker: str | None, start: float) -> tuple[Word, ...]:
    """The words of `text`, four a second."""
    return tuple(
        Word(start + at / 4, start + (at + 1) / 4, f" {token}", speaker=speaker)
        for at, token in enumerate(text.split())
    )


def found(*lines: tuple[str | None, str], gap_s: float = 0.1, sure: float = 1.0) -> list[str]:
    """The words that are told to be backchannels, of lines one after the other."""
    words: list[Word] = []
    for speaker, text in lines:
        words += spoken(text, speaker, words[-1].end + gap_s if words else 0.0)
    words = [replace(word, speaker_confidence=sure) for word in words]
    return [
        w.text.strip() for w, reply in zip(words, backchannels(words), strict=True) if reply
    ]


@pytest.mark.parametrize(
    "reply",
    ["Mm-hm.", "mm-hmm", "Uh-huh,", "Yeah.", "Right,", "Yeah, yeah.", "Of course.", "I see.",
     "Genau.", "Oui.", "угу"],  # noqa: RUF001
)  # fmt: skip
def test_well_known_replies_inside_a_sentence(reply: str) -> None:
    assert found(("A", "So we went to"), ("B", reply), ("A", "the shop.")) == reply.split()


@pytest.mark.parametrize(
    "words",
    ["No!", "Why?", "Right?", "London.", "right", "of", "Yes, I did.", "Yeah yeah yeah."],
)
def test_other_words_are_an_interruption(words: str) -> None:
    assert found(("A", "So we went to"), ("B", words), ("A", "the shop.")) == []


def test_a_reply_after_the_sentence_is_a_turn() -> None:
    assert found(("A", "We went."), ("B", "Yeah."), ("A", "It was late.")) == []


def test_a_hum_is_a_reply_even_where_the_sentence_was_ended() -> None:
    assert found(("A", "We went."), ("B", "Uh-huh."), ("A", "It was late.")) == ["Uh-huh."]
    assert found(("A", "Did you go?"), ("B", "Uh-huh."), ("A", "It was late.")) == []
    assert found(("A", "We went."), ("B", "Oh."), ("A", "It was late.")) == []


def test_a_reply_stands_between_words_of_one_and_the_same() -> None:
    assert found(("A", "So we went to"), ("B", "Yeah."), ("C", "the shop.")) == []
    assert found(("A", "So we went to"), ("B", "Yeah.")) == []
    assert found(("B", "Yeah."), ("A", "the shop.")) == []
    assert found((None, "So we went to"), ("B", "Yeah."), (None, "the shop.")) == []
    assert found(("A", "So we went to"), (None, "Yeah."), ("A", "the shop.")) == []


def test_a_sentence_that_does_not_go_on_soon_is_not_split() -> None:
    lines = (("A", "So we went to"), ("B", "Yeah."), ("A", "the shop."))
    assert found(*lines, gap_s=2.5) == []


def test_a_doubtful_voice_may_be_the_talkers_own() -> None:
    for reply, told in (("Right.", []), ("Mm-hm.", ["Mm-hm."])):
        assert found(("A", "So we"), ("B", reply), ("A", "went."), sure=0.6) == told


def test_two_replies_in_one_sentence() -> None:
    lines = (("A", "So we"), ("B", "Yeah."), ("A", "okay"), ("B", "Right."), ("A", "went."))
    assert found(*lines) == ["Yeah.", "Right."]
