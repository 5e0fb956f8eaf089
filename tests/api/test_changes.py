"""A person's edits: what a PATCH takes, and that what follows from it shows at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.conftest import ID, SPOT, WORDS, Service, fields, found, problem

KEEP = {"start": 20.0, "end": 30.0, "decision": "keep"}
CUT = {"start": 45.0, "end": 50.0, "decision": "cut", "kind": "selfpromo"}


def place(episode_id: str) -> str:
    return f"/v1/episodes/{episode_id}"


def patch(service: Service, episode_id: str, **changes: object) -> dict[str, Any]:
    answer = service.client.patch(place(episode_id), json=changes)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def page(service: Service, episode_id: str, form: str = "txt", **more: str) -> str:
    query = {"format": form, **more}
    answer = service.client.get(f"{place(episode_id)}/transcript", params=query)
    assert answer.status_code == 200, answer.text
    return answer.text


def document(service: Service, episode_id: str, **more: str) -> dict[str, Any]:
    query = {"format": "json", **more}
    answer = service.client.get(f"{place(episode_id)}/transcript", params=query)
    told: dict[str, Any] = answer.json()
    return told


def words(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [word for one in document["utterances"] for word in one["words"]]


@pytest.mark.parametrize("field", ["title", "show"])
def test_a_title_is_changed_and_taken_back(service: Service, field: str) -> None:
    episode_id = service.done(b"audio", "one.mp3", **{field: "Given"})
    assert patch(service, episode_id, **{field: "  Changed "})[field] == "Changed"
    assert service.client.get(place(episode_id)).json()["edits"][field] == "Changed"
    assert document(service, episode_id)["episode"][field] == "Changed"
    found_again = service.client.get("/v1/episodes", params={"q": "changed"}).json()
    assert [one["id"] for one in found_again["episodes"]] == [episode_id]
    back = patch(service, episode_id, **{field: None})
    assert back["edits"][field] is None
    assert back[field] == ("one" if field == "title" else None)


def test_what_is_left_out_stays(service: Service) -> None:
    episode_id = service.done()
    patch(service, episode_id, title="T", show="S", speakers={"Speaker 1": "Ann"}, ads=[KEEP])
    before = service.client.get(place(episode_id)).json()["edits"]
    assert patch(service, episode_id)["edits"] == before
    assert patch(service, episode_id, show="Other")["edits"] == before | {"show": "Other"}


def test_a_title_is_one_line_without_control_characters(service: Service) -> None:
    told = patch(service, service.sent(), title="The\x00 Keeper\r\n of\tlamps ")
    assert told["title"] == "The Keeper of lamps"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "\x00\n"}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"title": 1}, "title"),
        ({"show": ["x"]}, "show"),
        ({"source": "x.mp3"}, "source"),
        ({"edits": {}}, "edits"),
        ({"speakers": []}, "speakers"),
        ({"speakers": {"Speaker 1": ""}}, "speakers.Speaker 1"),
        ({"speakers": {"Speaker 1": 5}}, "speakers.Speaker 1"),
        ({"speakers": {f"Speaker {n}": "x" for n in range(1, 202)}}, "speakers"),
        ({"ads": {}}, "ads"),
        ({"ads": [{"start": 1, "end": 2}]}, "ads.0.decision"),
        ({"ads": [KEEP, KEEP | {"decision": "mark"}]}, "ads.1.decision"),
        ({"ads": [KEEP | {"kind": "advert"}]}, "ads.0.kind"),
        ({"ads": [KEEP | {"sponsor": ""}]}, "ads.0.sponsor"),
        ({"ads": [KEEP | {"start": -1}]}, "ads.0.start"),
        ({"ads": [KEEP | {"start": "NaN"}]}, "ads.0.start"),
        ({"ads": [KEEP | {"start": "20"}]}, "ads.0.start"),
        ({"ads": [KEEP | {"start": True}]}, "ads.0.start"),
        ({"ads": [KEEP | {"end": 1e999}]}, "ads.0.end"),
        ({"ads": [KEEP | {"end": float("nan")}]}, "ads.0.end"),
        ({"ads": [KEEP | {"start": float("-inf")}]}, "ads.0.start"),
        ({"ads": [KEEP | {"end": 20.0}]}, "ads.0"),
        ({"ads": [KEEP | {"more": 1}]}, "ads.0.more"),
        ({"ads": [KEEP | {"replaces": {"start": 5.0}}]}, "ads.0.replaces.end"),
        ({"ads": [KEEP | {"replaces": {"start": 5.0, "end": 5.0}}]}, "ads.0.replaces"),
        ({"ads": [KEEP] * 501}, "ads"),
        ({"ads": [KEEP | {"start": 60.0, "end": 61.0}]}, "ads"),
    ],
    ids=range(30),
)
def test_what_cannot_be_is_refused_and_named(
    finished: Service, changes: dict[str, Any], field: str
) -> None:
    before = finished.entry(ID)
    body = json.dumps(changes)  # with NaN and Infinity as Python writes them
    headers = {"Content-Type": "application/json"}
    answer = finished.client.patch(place(ID), content=body, headers=headers)
    assert fields(answer)[0].startswith(field)
    assert finished.entry(ID) == before
    assert finished.queued() == 1


@pytest.mark.parametrize(
    "label",
    ["speaker 1", "Speaker", "Speaker 0", "Speaker 01", "Speaker 1000", "Speaker 1\n", ""],
)
def test_a_label_is_one_of_the_page(finished: Service, label: str) -> None:
    answer = finished.client.patch(place(ID), json={"speakers": {label: "Ann"}})
    assert fields(answer)[0].startswith("speakers")


def test_a_speaker_who_is_not_there_has_no_name(finished: Service) -> None:
    answer = finished.client.patch(
        place(ID), json={"speakers": {"Speaker 1": "Ann", "Speaker 9": "Bob"}}
    )
    assert fields(answer) == ["speakers"]
    assert "Speaker 9" in answer.json()["detail"]


def test_speakers_are_named_once_there_is_a_transcript(service: Service) -> None:
    episode_id = service.sent()
    named = {"title": "T", "speakers": {"Speaker 1": "Ann"}}
    problem(service.client.patch(place(episode_id), json=named), "not-ready")
    assert service.client.get(place(episode_id)).json()["title"] == "one"
    assert patch(service, episode_id, title="T", ads=[KEEP])["edits"]["ads"]
    service.finish(episode_id)
    assert patch(service, episode_id, **named)["edits"]["speakers"]


def test_a_name_stands_on_every_page_and_is_taken_back(service: Service) -> None:
    episode_id = service.done()
    told = patch(service, episode_id, speakers={"Speaker 1": "Ann", "Speaker 2": "Bob"})
    assert told["edits"]["speakers"] == [
        {"label": "Speaker 1", "name": "Ann"},
        {"label": "Speaker 2", "name": "Bob"},
    ]
    assert told["status"] == "done"
    text = page(service, episode_id)
    assert "Ann Welcome" in text
    assert "Bob The café" in text
    speakers = document(service, episode_id)["speakers"]
    assert [(one["label"], one["name"]) for one in speakers][:2] == [
        ("Speaker 1", "Ann"),
        ("Speaker 2", "Bob"),
    ]
    patch(service, episode_id, speakers={"Speaker 1": None})
    text = page(service, episode_id)
    assert "Speaker 1 Welcome" in text
    assert "Bob The café" in text


def test_null_takes_all_names_back(service: Service) -> None:
    episode_id = service.done()
    patch(service, episode_id, speakers={"Speaker 1": "Ann", "Speaker 2": "Bob"})
    assert patch(service, episode_id, speakers=None)["edits"]["speakers"] == []
    assert "Ann" not in page(service, episode_id)


def test_a_name_follows_its_voice_to_another_label(service: Service) -> None:
    episode_id = service.done()
    patch(service, episode_id, speakers={"Speaker 1": "Ann"})
    service.client.post(f"{place(episode_id)}:reprocess")
    service.finish(episode_id, found(swapped=True))
    assert "Ann Welcome" in page(service, episode_id)
    told = service.client.get(place(episode_id)).json()
    assert told["edits"]["speakers"] == [{"label": "Speaker 2", "name": "Ann"}]
    hits = service.client.get("/v1/search", params={"q": "lighthouse"}).json()["hits"]
    assert [(hit["speaker"], hit["name"]) for hit in hits] == [("Speaker 2", "Ann")]
    patch(service, episode_id, speakers={"Speaker 2": None})
    assert "Speaker 2 Welcome" in page(service, episode_id)


def consistent(service: Service, episode_id: str) -> None:
    """No word is lost or said twice, and the clean clock runs on without the cuts."""
    clean, whole = document(service, episode_id), document(service, episode_id, ads="keep")
    stripped = [word for ad in clean["ads"] if ad["stripped"] for word in ad["words"]]
    kept = words(clean)
    every = sorted(kept + stripped, key=lambda word: float(word["start"]))
    assert [word["text"] for word in every] == [word.text for word in WORDS]
    assert [word["text"] for word in words(whole)] == [word.text for word in WORDS]
    assert all(word["clean_start"] is None for word in stripped)
    cuts = [(ad["start"], ad["end"]) for ad in clean["ads"] if ad["stripped"]]
    for word in kept:
        start = word["start"]
        before = sum(min(end, start) - begin for begin, end in cuts if begin < start)
        assert word["clean_start"] == pytest.approx(start - before, abs=0.002)
    texts = " ".join(word["text"].strip() for word in kept)
    shown = page(service, episode_id).partition("Transcript")[2]
    assert all(word in shown for word in texts.split())


def test_an_ad_that_is_kept_is_read_at_once(service: Service) -> None:
    episode_id = service.done()
    consistent(service, episode_id)
    assert "Acme mattresses" not in page(service, episode_id)
    told = patch(service, episode_id, ads=[KEEP])
    assert told["edits"]["ads"] == [
        KEEP | {"kind": "sponsor", "sponsor": None, "replaces": None}
    ]
    assert "Acme mattresses" in page(service, episode_id)
    assert document(service, episode_id)["ads"][0]["stripped"] is False
    consistent(service, episode_id)
    patch(service, episode_id, ads=None)
    assert "Acme mattresses" not in page(service, episode_id)
    consistent(service, episode_id)


@pytest.mark.parametrize(
    "ads",
    [
        [CUT],
        [KEEP, CUT],
        [{"start": 0.0, "end": 100.0, "decision": "cut"}],
        [{"start": 2.0, "end": 3.0, "decision": "cut"}, KEEP],
        [{"start": 19.5, "end": 35.05, "decision": "cut", "sponsor": "Acme & <b>Sons</b>"}],
        [CUT, {"start": 40.0, "end": 46.0, "decision": "cut"}],
        [],
    ],
    ids=range(7),
)
def test_whatever_is_cut_both_clocks_agree(
    service: Service, ads: list[dict[str, object]]
) -> None:
    episode_id = service.done()
    patch(service, episode_id, ads=ads)
    consistent(service, episode_id)
    if service.entry(episode_id).episode.status == "queued":
        service.finish(episode_id)
    consistent(service, episode_id)
    html = page(service, episode_id, "html", ads="mark")
    assert "<b>" not in html


def test_a_decision_about_ads_has_the_audio_cut_anew(service: Service) -> None:
    episode_id = service.done()
    assert patch(service, episode_id, title="T")["status"] == "done"
    assert patch(service, episode_id, ads=[CUT])["status"] == "queued"
    assert service.queued() == 2
    service.finish(episode_id)
    assert patch(service, episode_id, ads=[CUT])["status"] == "done"
    assert service.queued() == 2
    told = service.client.get(place(episode_id)).json()["summary"]
    assert (told["ads"], told["stripped_s"]) == (2, SPOT.duration_s + 5.0)


def test_a_decision_while_it_runs_needs_no_further_run(service: Service) -> None:
    episode_id = service.sent()
    service.begin(episode_id)
    assert patch(service, episode_id, ads=[CUT])["status"] == "running"
    assert service.queued() == 1


@pytest.mark.parametrize("verb", ["cancel", "fail"])
def test_a_decision_starts_nothing_that_somebody_ended(service: Service, verb: str) -> None:
    episode_id = service.sent()
    if verb == "fail":
        service.fail(episode_id)
    else:
        service.client.post(f"{place(episode_id)}:cancel")
    before = service.client.get(place(episode_id)).json()["status"]
    assert patch(service, episode_id, ads=[CUT])["status"] == before
    assert service.queued() == 1


def test_edits_survive_everything_but_deletion(service: Service) -> None:
    episode_id = service.done()
    given = {"title": "T", "show": "S", "speakers": {"Speaker 1": "Ann"}, "ads": [CUT]}
    edits = patch(service, episode_id, **given)["edits"]
    service.finish(episode_id)
    service.client.post(f"{place(episode_id)}:reprocess", json={"speakers": "2"})
    service.fail(episode_id)
    service.client.post(f"{place(episode_id)}:retry")
    service.finish(episode_id)
    service.send(title="Another")
    assert service.client.get(place(episode_id)).json()["edits"] == edits
    assert "Ann Welcome" in page(service, episode_id)
    service.client.delete(place(episode_id))
    assert service.send().json()["edits"]["speakers"] == []
