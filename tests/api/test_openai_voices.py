"""Known speakers as OpenAI's API has them: what is taken, where it goes, what comes of it."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from api import awaited
from api.openai_voices import MOST_CLIP, MOST_TEXT
from episodes.types import Speaker
from pipeline import clips
from tests.api.conftest import Service, found
from tests.api.test_openai import ask, events, fault, only, post

CLIP = b"a clip"
URL = f"data:audio/wav;base64,{base64.b64encode(CLIP).decode()}"
NAMES, CLIPS = "known_speaker_names[]", "known_speaker_references[]"
NORA = {NAMES: ["Nora"], CLIPS: [URL]}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(awaited, "LOOK_S", 0.01)


def place(service: Service) -> str:
    """The blob of the only clip of the only episode."""
    options = service.entry(only(service)["id"]).options
    key: str
    (key,) = json.loads(options["voices"]).values()
    return key


def test_clips_are_kept_with_the_episode(service: Service) -> None:
    ask(service, **NORA, response_format="diarized_json")
    assert service.held.blobs.read(place(service)) == CLIP
    assert only(service)["options"] == {}
    link = only(service)["links"]["self"]
    assert service.client.delete(link).status_code == 204
    assert service.held.blobs.below(link.rpartition("/")[2]) == []


def test_found_names_stand_for_letters_and_a_person_s_own_win(service: Service) -> None:
    episode_id = service.sent()
    named = replace(
        found(), speakers=(Speaker("Speaker 1", "Nora", "by clip"), Speaker("Speaker 2"))
    )
    service.finish(episode_id, named)
    body = post(service, response_format="diarized_json").json()
    assert [one["speaker"] for one in body["segments"]] == ["Nora", "A", "B", "Nora"]
    link = only(service)["links"]["self"]
    service.client.patch(link, json={"speakers": {"Speaker 1": "Eleanor"}})
    body = post(service, response_format="diarized_json").json()
    assert [one["speaker"] for one in body["segments"]] == ["Eleanor", "A", "B", "Eleanor"]


def test_a_name_found_in_what_is_said_leaves_the_letter(service: Service) -> None:
    heard = Speaker("Speaker 1", "Nora", "I'm Nora.", name_confidence=0.98)
    service.finish(service.sent(), replace(found(), speakers=(heard, Speaker("Speaker 2"))))
    body = post(service, response_format="diarized_json").json()
    assert [one["speaker"] for one in body["segments"]] == ["A", "B", "C", "A"]
    assert "<v Nora>" in post(service, response_format="vtt").text


def test_other_clips_begin_the_work_anew_and_the_same_do_not(service: Service) -> None:
    service.done(speakers="2")
    ask(service, **NORA)
    assert service.queued() == 2
    ask(service, **NORA)
    post(service)  # left out, they stay
    assert service.queued() == 2
    ask(service, **{NAMES: ["Edmund"], CLIPS: [URL]})
    assert service.queued() == 3
    assert only(service)["options"] == {"speakers": "2"}


def test_clips_stay_when_other_options_are_chosen(service: Service) -> None:
    ask(service, **NORA)
    key = place(service)
    link = only(service)["links"]["self"]
    assert service.client.post(f"{link}:reprocess", json={"strip": "all"}).status_code == 202
    assert place(service) == key
    assert only(service)["options"] == {"strip": "all"}


def test_a_clip_of_no_use_is_told_while_the_work_goes_on(service: Service) -> None:
    service.ledger.beat("a worker")
    episode_id = service.sent()
    places = clips.keys(episode_id, {"Nora": CLIP})
    key = places["Nora"]
    service.finish(episode_id)
    clips.note(key, episode_id, "it has 0.2 s of speech and needs 1 s", service.held.blobs)
    service.held.library.restart(episode_id, clips.option(places))
    entry = service.begin(episode_id)
    service.ledger.advance(episode_id, entry.run, "transcribe", 0.1)
    message = fault(post(service, **NORA), 400, CLIPS)
    assert message.endswith(
        "the clip of Nora is of no use: it has 0.2 s of speech and needs 1 s."
    )
    (told,) = events(post(service, **NORA, stream="true"))
    assert told["error"]["param"] == CLIPS
    assert only(service)["status"] == "running"


@pytest.mark.parametrize(
    ("names", "urls", "field"),
    [
        (["Nora"], [], CLIPS),
        ([], [URL], CLIPS),
        (["Nora", "Edmund"], [URL], CLIPS),
        (list("VWXYZ"), [URL] * 5, NAMES),
        (["Nora", "Nora "], [URL, URL], NAMES),
        (["N" * 101], [URL], NAMES),
        (["\n"], [URL], NAMES),
        (["Nora"], ["https://example.org/nora.wav"], CLIPS),
        (["Nora"], ["/etc/passwd"], CLIPS),
        (["Nora"], ["data:audio/wav;base64,"], CLIPS),
        (["Nora"], ["data:audio/wav;base64,AAA"], CLIPS),
        (["Nora"], ["data:audio/wav;base64,ä"], CLIPS),
        (["Nora"], [f"data:,{'x' * (MOST_CLIP + 1)}"], CLIPS),
    ],
)
def test_bad_clips_are_refused_at_once(
    empty: Service, names: list[str], urls: list[str], field: str
) -> None:
    assert len(fault(post(empty, **{NAMES: names, CLIPS: urls}), 400, field)) < 300
    assert empty.queued() == 0
    assert empty.incoming() == []


def test_four_clips_of_the_largest_size_fit(service: Service) -> None:
    content = bytes(MOST_CLIP)
    url = f"data:audio/wav;base64,{base64.b64encode(content).decode()}"
    assert 4 * len(url) + 1_000_000 < MOST_TEXT
    ask(service, **{NAMES: ["Nora"], CLIPS: [url]})
    assert service.held.blobs.read(place(service)) == content


@pytest.mark.parametrize("url", ["data:,a%20clip", "DATA:audio/wav;codecs=1;BASE64,YSBj\nbGlw"])
def test_data_urls_come_in_several_ways(service: Service, url: str) -> None:
    ask(service, **{NAMES: ["Nora"], CLIPS: [url]})
    assert service.held.blobs.read(place(service)) == CLIP
