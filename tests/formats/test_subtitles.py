from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.clock import CleanClock, milliseconds
from episodes.types import AdSpan, Episode, Transcript, Word, in_time
from formats import Clock, render

Transcripts = st.SearchStrategy[Transcript]
Talk = Callable[..., Transcript]
CLOCKS = st.sampled_from(("original", "clean"))


@dataclass
class Card:
    """A cue as read back, in milliseconds; `text` still bears SRT's "Name: "."""

    start: int
    end: int
    speaker: str | None
    lines: list[str]


def squeezed(text: str) -> str:
    return "".join(text.split())


def cards(blocks: Sequence[str], comma: str) -> list[Card]:
    """Numbered blocks read back strictly: number, times, then one or two lines."""
    clock = rf"(\d\d):([0-5]\d):([0-5]\d){comma}(\d{{3}})"
    found = []
    for number, block in enumerate(blocks, start=1):
        head, times, *lines = block.split("\n")
        assert head == str(number)
        match = re.fullmatch(f"{clock} --> {clock}", times)
        assert match
        h, m, s, ms, h2, m2, s2, ms2 = map(int, match.groups())
        start = ((h * 60 + m) * 60 + s) * 1000 + ms
        end = ((h2 * 60 + m2) * 60 + s2) * 1000 + ms2
        assert 1 <= len(lines) <= 2
        assert all(line == line.strip() != "" and "-->" not in line for line in lines)
        found.append(Card(start, end, None, lines))
    return found


def read_vtt(text: str) -> list[Card]:
    header, note, *blocks = text.removesuffix("\n").split("\n\n")
    assert header == "WEBVTT"
    assert note.startswith("NOTE ")
    assert "-->" not in note
    found = cards(blocks, r"\.")
    for card in found:
        body = "\n".join(card.lines)
        voice = re.fullmatch(r"<v ([^>\n]+)>(.*)</v>", body, re.DOTALL)
        if voice:
            card.speaker, body = unescape(voice[1]), voice[2]
        assert "<" not in body
        assert ">" not in body
        card.lines = unescape(body).split("\n")
    return found


def read_srt(text: str) -> list[Card]:
    return cards(text.removesuffix("\n").split("\n\n") if text != "\n" else [], ",")


def kept(transcript: Transcript) -> list[tuple[str | None, Word]]:
    """Kept words with the name of their speaker, as shown."""
    names = {s.label: s.name or s.label for s in transcript.speakers}
    return [(names.get(w.speaker or ""), w) for w in in_time(transcript.kept)]


def check_cards(found: list[Card], transcript: Transcript, clock: Clock, width: int) -> None:
    """Sorted, inside their words' times, not too long, not too wide."""
    clean = CleanClock(transcript.cuts if clock == "clean" else ())
    words = [word for _, word in kept(transcript)]
    starts = {milliseconds(clean.to_clean(word.start)) for word in words}
    ends = {milliseconds(clean.to_clean(word.end)) for word in words}
    assert all(a.start <= b.start for a, b in pairwise(found))
    for card in found:
        assert card.start < card.end
        assert card.start in starts
        assert card.end in ends | {card.start + 1, card.start + 6000}
        assert card.end - card.start <= 6000
        # SRT's "-- >" was "-->" when the lines were divided.
        lines = [line.replace("-- >", "-->") for line in card.lines]
        single = max(len(part) for part in "\n".join(lines).split())
        assert max(map(len, lines)) <= max(width, single)


@given(data=st.data(), clock=CLOCKS)
def test_vtt_holds_the_kept_words_in_order_and_voice(
    data: st.DataObject, clock: Clock, transcripts: Transcripts, episode: Episode
) -> None:
    transcript = data.draw(transcripts)
    found = read_vtt(render(transcript, episode, "vtt", clock))
    check_cards(found, transcript, clock, 65)
    words = kept(transcript)
    assert squeezed("".join("".join(c.lines) for c in found)) == squeezed(
        "".join(w.text for _, w in words)
    )
    for name in {name for name, _ in words}:
        said = "".join("".join(c.lines) for c in found if c.speaker == name)
        assert squeezed(said) == squeezed("".join(w.text for n, w in words if n == name))


@given(data=st.data(), clock=CLOCKS)
def test_srt_names_each_turn_once_and_holds_the_kept_words(
    data: st.DataObject, clock: Clock, transcripts: Transcripts, episode: Episode
) -> None:
    transcript = data.draw(transcripts)
    found = read_srt(render(transcript, episode, "srt", clock))
    check_cards(found, transcript, clock, 32)
    wanted = ""
    before = None
    for name, word in kept(transcript):
        wanted += f"{name}: " if name and name != before else ""
        wanted += word.text
        before = name
    assert squeezed("".join("".join(c.lines) for c in found)) == squeezed(wanted)


def test_a_backchannel_parts_the_captions_of_the_sentence(talk: Talk, episode: Episode) -> None:
    transcript = talk(
        ("Speaker 1", 0, 4, "We went to the"),
        ("Speaker 2", 2.2, 2.5, "Mm-hm."),
    )
    sentence, reply = transcript.utterances
    transcript = replace(transcript, utterances=(sentence, replace(reply, backchannel=True)))
    found = read_srt(render(transcript, episode, "srt"))
    assert [card.lines for card in found] == [
        ["Speaker 1: We went to"],
        ["Speaker 2: Mm-hm."],
        ["Speaker 1: the"],
    ]


def test_vtt_as_written_down(talk: Talk, episode: Episode) -> None:
    transcript = talk(
        ("Speaker 1", 0.5, 2.25, "Welcome back to R&D <live>."),
        ("Speaker 2", 2.0004, 2.7, "Yeah."),
        (None, 3, 3, "Hm."),
        names={"Speaker 1": "Ana & Bo"},
    )
    assert render(transcript, replace(episode, source="/x/ep7.mp3"), "vtt") == (
        "WEBVTT\n\nNOTE source=ep7.mp3 timeline=original\n\n"
        "1\n00:00:00.500 --> 00:00:02.250\n"
        "<v Ana &amp; Bo>Welcome back to R&amp;D &lt;live&gt;.</v>\n\n"
        "2\n00:00:02.000 --> 00:00:02.700\n<v Speaker 2>Yeah.</v>\n\n"
        "3\n00:00:03.000 --> 00:00:03.001\nHm.\n"
    )


def test_srt_as_written_down(talk: Talk, episode: Episode) -> None:
    transcript = talk(
        ("Speaker 1", 0.5, 2.25, "Welcome back."),
        ("Speaker 1", 2.5, 3.5, "It points --> there."),
        ("Speaker 2", 3601.001, 3602, "Yeah."),
    )
    assert render(transcript, episode, "srt") == (
        "1\n00:00:00,500 --> 00:00:02,250\nSpeaker 1: Welcome back.\n\n"
        "2\n00:00:02,500 --> 00:00:03,500\nIt points -- > there.\n\n"
        "3\n01:00:01,001 --> 01:00:02,000\nSpeaker 2: Yeah.\n"
    )


def test_cues_end_with_sentences_and_leave_no_word_over(talk: Talk, episode: Episode) -> None:
    text = "One sentence ends here after some words. " + "Then comes a longer one, "
    text += "which goes on, and on, until it has used up all of the room there is for it."
    transcript = talk(("Speaker 1", 0, 10, text))
    found = read_vtt(render(transcript, episode, "vtt"))
    assert [" ".join(card.lines) for card in found] == [
        "One sentence ends here after some words. Then comes a longer one, which goes on,",
        "and on, until it has used up all of the room there is for it.",
    ]


def test_slow_speech_gets_more_cues(talk: Talk, episode: Episode) -> None:
    transcript = talk(("Speaker 1", 0, 16, "a b c d e f g h"))
    found = read_vtt(render(transcript, episode, "vtt"))
    assert len(found) == 3
    assert [(card.end - card.start) / 2000 for card in found] == [
        len(card.lines[0].split()) for card in found
    ]


def test_languages_without_blanks_are_divided_too(talk: Talk, episode: Episode) -> None:
    transcript = talk(("Speaker 1", 0, 20, " ".join(["今天天气很好。我们去公园走走"] * 12)))
    joined = [replace(w, text=w.text.strip()) for w in transcript.utterances[0].words]
    glued = replace(
        transcript, utterances=(replace(transcript.utterances[0], words=tuple(joined)),)
    )
    found = read_srt(render(glued, episode, "srt"))
    assert len(found) > 2
    assert max(len(line) for card in found for line in card.lines) <= 32


AD = AdSpan(10, 55, "sponsor", 0.9, "Acme", stripped=True)


@pytest.mark.parametrize("form", ["vtt", "srt", "podcast.json"])
def test_a_mark_is_a_cue_on_the_original_clock_only(
    form: str, talk: Talk, episode: Episode
) -> None:
    transcript = talk(
        ("Speaker 1", 8, 10, "Before."),
        ("Speaker 2", 11, 12, "Buy now."),
        ("Speaker 1", 55, 56, "After."),
        ads=(AD,),
    )
    marked = render(transcript, episode, form, ads="mark")
    assert "[Ad removed: Acme, 45 s]" in marked
    assert "Buy now" not in marked
    clean = render(transcript, episode, form, "clean", "mark")
    assert clean == render(transcript, episode, form, "clean")
    assert "Buy now." in render(transcript, episode, form, ads="keep")
    if form == "vtt":
        times = [(card.start, card.end) for card in read_vtt(marked)]
        assert times == [(8000, 10000), (10000, 16000), (55000, 56000)]
        times = [(card.start, card.end) for card in read_vtt(clean)]
        assert times == [(8000, 10000), (10000, 11000)]
