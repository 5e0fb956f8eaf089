from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from episodes.types import AdSpan, Episode, Transcript
from formats import render
from formats.paragraphs import Paragraph, paragraphs
from formats.view import View, one_line

Talk = Callable[..., Transcript]


def shown(transcript: Transcript, episode: Episode) -> list[str]:
    view = View(transcript, episode, "original", "strip")
    return [one.text for one in paragraphs(view) if isinstance(one, Paragraph)]


def test_who_is_cut_off_ends_and_goes_on_with_a_dash(talk: Talk, episode: Episode) -> None:
    transcript = talk(
        ("Speaker 1", 0, 3, "The day I throw it out is the day I find the,"),
        ("Speaker 2", 3, 5, "The lock. Yes. Every time."),
        ("Speaker 1", 5, 7, "lock that it fits."),
        ("Speaker 2", 7, 9, "That is a law of nature."),
        ("Speaker 1", 9, 11, "so it is."),
    )
    assert shown(transcript, episode) == [
        "The day I throw it out is the day I find the—",
        "The lock. Yes. Every time.",
        "—lock that it fits.",
        "That is a law of nature.",
        "so it is.",
    ]
    assert "the day I find the," in render(transcript, episode, "json")


def test_nobody_is_cut_off_by_a_pause_an_ad_or_by_their_own_phrase(
    talk: Talk, episode: Episode
) -> None:
    for after in (
        ("Speaker 2", 4.5, 6, "Late. Yes."),
        ("Speaker 2", 3, 6, "and on it goes. Yes."),
        ("Speaker 1", 3, 6, "The same. Yes."),
        (None, 3, 6, "Somebody. Yes."),
    ):
        transcript = talk(("Speaker 1", 0, 3, "Well. And this is"), after)
        assert shown(transcript, episode)[0] == "Well. And this is"
    ad = AdSpan(3, 3.5, "sponsor", 0.9, stripped=True)
    transcript = talk(
        ("Speaker 1", 0, 3, "Well. And this is"), ("Speaker 2", 3.5, 5, "Back."), ads=(ad,)
    )
    assert shown(transcript, episode) == ["Well. And this is", "Back."]


def test_text_without_punctuation_gets_no_dashes(talk: Talk, episode: Episode) -> None:
    lines = [(f"Speaker {1 + n % 2}", 9 * n, 9 * n + 9, "Word " * 20) for n in range(6)]
    assert not any("—" in text for text in shown(talk(*lines), episode))


def test_a_backchannel_is_left_out_and_counted(talk: Talk, episode: Episode) -> None:
    transcript = talk(
        ("Speaker 1", 0, 4, "We went to the shop."),
        ("Speaker 2", 2.2, 2.5, "Mm-hm."),
        ("Speaker 2", 4, 5, "Did you?"),
    )
    sentence, reply, question = transcript.utterances
    transcript = replace(
        transcript, utterances=(sentence, replace(reply, backchannel=True), question)
    )
    assert shown(transcript, episode) == ["We went to the shop.", "Did you?"]
    assert "Mm-hm" in render(transcript, episode, "json")
    for form in ("txt", "md", "html"):
        assert "Mm-hm" not in render(transcript, episode, form)
    assert "Short replies of listeners left out: 1." in render(transcript, episode, "html")


@given(data=st.data())
def test_dashes_are_all_that_a_page_adds(
    data: st.DataObject, transcripts: st.SearchStrategy[Transcript], episode: Episode
) -> None:
    transcript = data.draw(transcripts)
    told = [u for u in transcript.kept if not u.backchannel]
    texts = shown(transcript, episode)
    assert len(texts) == len(told)
    for text, utterance in zip(texts, told, strict=True):
        said = one_line(utterance.text)
        if text != said:
            assert text.removeprefix("—") == said or text.endswith("—")
            assert said.startswith(text.removeprefix("—").removesuffix("—"))
