"""The seeds say the truth about themselves."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest

SEEDS = Path(__file__).parents[2] / "seeds"
NAMES = ("interview", "threesome")
KINDS = {"content", "sponsor", "selfpromo", "intro", "outro", "credits"}

pytestmark = pytest.mark.parametrize("name", NAMES)


def truth(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SEEDS / f"{name}.truth.json").read_text("utf-8"))
    return loaded


def script(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SEEDS / f"{name}.script.json").read_text("utf-8"))
    return loaded


def test_turns_are_sorted_disjoint_and_inside_the_episode(name: str) -> None:
    episode = truth(name)
    turns = episode["turns"]
    assert turns[0]["start"] >= 0
    assert turns[-1]["end"] <= episode["duration_s"]
    assert all(turn["start"] < turn["end"] for turn in turns)
    assert all(after["start"] - before["end"] > 0.14 for before, after in pairwise(turns))
    assert {turn["kind"] for turn in turns} <= KINDS


def test_turns_are_the_lines_of_the_script(name: str) -> None:
    said = [turn["text"] for turn in truth(name)["turns"]]
    assert said == [line["text"] for line in script(name)["lines"]]


def test_ads_cover_exactly_the_ad_turns(name: str) -> None:
    episode = truth(name)
    ads = episode["ads"]
    assert [ad["sponsor"] for ad in ads if ad["kind"] != "sponsor"] == []
    for turn in episode["turns"]:
        inside = [ad for ad in ads if ad["start"] <= turn["start"] < turn["end"] <= ad["end"]]
        touching = [ad for ad in ads if ad["start"] < turn["end"] and turn["start"] < ad["end"]]
        assert inside == touching
        assert len(inside) == turn["ad"] == (turn["kind"] == "sponsor")
    edges = {(turn["start"], turn["end"]) for turn in episode["turns"] if turn["ad"]}
    assert {ad["start"] for ad in ads} <= {start for start, _ in edges}
    assert {ad["end"] for ad in ads} <= {end for _, end in edges}


def test_sponsors_are_named_in_their_spots_and_nowhere_else(name: str) -> None:
    episode = truth(name)
    kept = " ".join(turn["text"] for turn in episode["turns"] if not turn["ad"])
    for ad in episode["ads"]:
        spot = [t["text"] for t in episode["turns"] if ad["start"] <= t["start"] < ad["end"]]
        first = ad["sponsor"].split()[0]
        assert first in " ".join(spot)
        assert first not in kept


def test_labels_number_the_kept_voices_first(name: str) -> None:
    episode = truth(name)
    turns = episode["turns"]
    kept = [turn["speaker"] for turn in turns if not turn["ad"]]
    order = list(dict.fromkeys(kept + [turn["speaker"] for turn in turns]))
    assert order == [f"Speaker {n}" for n in range(1, len(order) + 1)]
    assert sorted(episode["speakers"].values()) == order


def test_the_mp3_is_as_long_as_the_truth_says(name: str) -> None:
    path = SEEDS / f"{name}.mp3"
    assert path.stat().st_size < 3_000_000
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        samples = sum(frame.samples for frame in container.decode(stream))
        duration_s = samples / stream.rate
    assert duration_s == pytest.approx(truth(name)["duration_s"], abs=0.05)
    assert 180 <= duration_s <= 300


def test_the_tags_name_the_show_and_everybody_on_it(name: str) -> None:
    episode = truth(name)
    with av.open(str(SEEDS / f"{name}.mp3")) as container:
        tags = {key.lower(): value for key, value in container.metadata.items()}
    assert (tags["title"], tags["album"]) == (episode["title"], episode["show"])
    assert tags["date"] == script(name)["date"]
    assert all(person in tags["comment"] for person in episode["names"].values())


def test_chapters_begin_where_the_script_says(name: str) -> None:
    lines, turns = script(name)["lines"], truth(name)["turns"]
    marked = [
        (t["start"], li["chapter"])
        for li, t in zip(lines, turns, strict=True)
        if "chapter" in li
    ]
    with av.open(str(SEEDS / f"{name}.mp3")) as container:
        found = [
            (c["start"] * (c["time_base"] or 0), c["metadata"]["title"])
            for c in container.chapters()
        ]
    assert [title for _, title in found] == [title for _, title in marked]
    assert [float(at) for at, _ in found] == pytest.approx([at for at, _ in marked], abs=0.002)
    assert bool(found) == (name == "interview")
