from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.spans import subtract
from episodes.types import AdSpan, Episode, Transcript, Turn
from formats import render

Talk = Callable[..., Transcript]
LINE = re.compile(r"SPEAKER (\S+) 1 (\d+\.\d{3}) (\d+\.\d{3}) <NA> <NA> (\S+) <NA> <NA>")


def test_turns_on_both_clocks(talk: Talk, episode: Episode) -> None:
    transcript = talk(
        turns=(
            Turn(4, 12.5, "Speaker 2"),
            Turn(0, 5.0004, "Speaker 1"),
            Turn(13, 15, "Speaker 3"),
            Turn(18, 22, "Speaker 1"),
        ),
        ads=(AdSpan(10, 20, "sponsor", 0.9, stripped=True), AdSpan(20, 21, "outro", 0.9)),
        names={"Speaker 1": "Ana Berg"},
    )
    episode = replace(episode, source="/x/my show 7.mp3")
    assert render(transcript, episode, "rttm") == (
        "SPEAKER my_show_7 1 0.000 5.000 <NA> <NA> Speaker_1 <NA> <NA>\n"
        "SPEAKER my_show_7 1 4.000 8.500 <NA> <NA> Speaker_2 <NA> <NA>\n"
        "SPEAKER my_show_7 1 13.000 2.000 <NA> <NA> Speaker_3 <NA> <NA>\n"
        "SPEAKER my_show_7 1 18.000 4.000 <NA> <NA> Speaker_1 <NA> <NA>\n"
    )
    assert render(transcript, episode, "rttm", "clean") == (
        "SPEAKER my_show_7 1 0.000 5.000 <NA> <NA> Speaker_1 <NA> <NA>\n"
        "SPEAKER my_show_7 1 4.000 6.000 <NA> <NA> Speaker_2 <NA> <NA>\n"
        "SPEAKER my_show_7 1 10.000 2.000 <NA> <NA> Speaker_1 <NA> <NA>\n"
    )


def test_a_file_without_a_name_goes_by_its_id(talk: Talk, episode: Episode) -> None:
    transcript = talk(turns=(Turn(0, 1, "Speaker 1"),))
    line = render(transcript, replace(episode, source=" "), "rttm")
    assert line.split()[1] == episode.id


@given(data=st.data())
def test_lines_are_well_formed_and_keep_the_speech(
    data: st.DataObject, transcripts: st.SearchStrategy[Transcript], episode: Episode
) -> None:
    transcript = data.draw(transcripts)
    for clock, turns in (
        ("original", [(t,) for t in transcript.turns]),
        ("clean", [subtract((t,), transcript.cuts) for t in transcript.turns]),
    ):
        lines = render(transcript, episode, "rttm", clock).splitlines()  # type: ignore[arg-type]
        matches = [match for line in lines if (match := LINE.fullmatch(line))]
        assert len(matches) == len(lines)
        onsets = [float(match[2]) for match in matches]
        assert onsets == sorted(onsets)
        lengths = sum(float(match[3]) for match in matches)
        assert lengths == pytest.approx(sum(s.duration_s for part in turns for s in part))
