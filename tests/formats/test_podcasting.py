from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from episodes.types import Episode, Transcript, in_time
from formats import Clock, render


def test_as_in_the_specification(talk: Callable[..., Transcript], episode: Episode) -> None:
    transcript = talk(
        ("Speaker 1", 0.5, 2.25, "Welcome back to the show."),
        (None, 2.4, 2.7, "Yeah."),
        names={"Speaker 1": "Ana"},
    )
    assert json.loads(render(transcript, episode, "podcast.json")) == {
        "version": "1.0.0",
        "segments": [
            {
                "speaker": "Ana",
                "startTime": 0.5,
                "endTime": 2.25,
                "body": "Welcome back to the show.",
            },
            {"startTime": 2.4, "endTime": 2.7, "body": "Yeah."},
        ],
    }


@given(data=st.data(), clock=st.sampled_from(("original", "clean")))
def test_segments_hold_the_kept_words_in_order(
    data: st.DataObject,
    clock: Clock,
    transcripts: st.SearchStrategy[Transcript],
    episode: Episode,
) -> None:
    transcript = data.draw(transcripts)
    segments = json.loads(render(transcript, episode, "podcast.json", clock))["segments"]
    said = "".join(segment["body"] for segment in segments)
    kept = "".join(word.text for word in in_time(transcript.kept))
    assert "".join(said.split()) == "".join(kept.split())
    assert all(segment["startTime"] < segment["endTime"] for segment in segments)
    assert all(a["startTime"] <= b["startTime"] for a, b in pairwise(segments))
