from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from episodes.clock import CleanClock
from episodes.spans import Span
from episodes.types import Chapter, Episode
from formats.chapters import chapters
from formats.view import Clock

points = st.integers(0, 3_600_000).map(lambda ms: ms / 1000)
spans = st.tuples(points, points).map(lambda ab: Span(min(ab), max(ab)))
lists_of_spans = st.lists(spans, max_size=6)

TALK = (
    Chapter(0, 61.5, "Intro"),
    Chapter(61.5, 120, "Sponsor"),
    Chapter(120, 1200.0004, "Talk"),
)


def read(
    episode: Episode, cuts: tuple[Span, ...] = (), clock: Clock = "original"
) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(chapters(episode, cuts, clock))
    return written


def test_as_in_the_specification(episode: Episode) -> None:
    known = replace(episode, title="Ep 7", show="The Show", chapters=TALK)
    assert read(known) == {
        "version": "1.2.0",
        "title": "Ep 7",
        "podcastName": "The Show",
        "chapters": [
            {"startTime": 0.0, "endTime": 61.5, "title": "Intro"},
            {"startTime": 61.5, "endTime": 120.0, "title": "Sponsor"},
            {"startTime": 120.0, "endTime": 1200.0, "title": "Talk"},
        ],
    }


def test_the_clean_clock_moves_and_leaves_out(episode: Episode) -> None:
    cuts = (Span(61.5, 120), Span(300, 310))
    listed = read(replace(episode, chapters=TALK), cuts, "clean")["chapters"]
    assert listed == [
        {"startTime": 0.0, "endTime": 61.5, "title": "Intro"},
        {"startTime": 61.5, "endTime": 1131.5, "title": "Talk"},
    ]


def test_the_original_clock_knows_no_cuts(episode: Episode) -> None:
    talk = replace(episode, chapters=TALK)
    assert chapters(talk, (Span(61.5, 120),)) == chapters(talk)


def test_an_episode_without_chapters_has_an_empty_list(episode: Episode) -> None:
    assert read(replace(episode, title=None)) == {"version": "1.2.0", "chapters": []}


def test_texts_are_one_line_and_can_be_stored(episode: Episode) -> None:
    odd = replace(
        episode,
        title="Two\nlines",
        show=" ",
        chapters=(Chapter(0, 1, "Début\x00\r\n\ud800"), Chapter(1, 2, " ")),
    )
    text = chapters(odd)
    assert text.encode().endswith(b"\n")
    document = json.loads(text)
    assert document["title"] == "Two lines"
    assert "podcastName" not in document
    assert document["chapters"] == [
        {"startTime": 0.0, "endTime": 1.0, "title": "Début ?"},
        {"startTime": 1.0, "endTime": 2.0},
    ]


@given(parts=lists_of_spans, some=lists_of_spans)
def test_clean_chapters_ascend_within_what_is_kept(
    episode: Episode, parts: list[Span], some: list[Span]
) -> None:
    found = tuple(Chapter(part.start, part.end, str(n)) for n, part in enumerate(parts))
    cuts = tuple(some)
    listed = read(replace(episode, chapters=found), cuts, "clean")["chapters"]
    assert all(0 <= one["startTime"] < one["endTime"] for one in listed)
    assert all(a["startTime"] <= b["startTime"] for a, b in pairwise(listed))
    assert all(one["endTime"] <= CleanClock(cuts).to_clean(3600) + 0.0005 for one in listed)
