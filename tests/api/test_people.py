"""A show's people over HTTP: named once, known in past and future episodes, forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from episodes.people import Print, Voice
from pipeline.voiceprints import NETWORK, PRINTS, VERSION, facts, stored
from speakers.prints import samples
from storage.results import StageResults
from tests.api.conftest import Service, fields, found, problem, serving
from tests.fakes import direction

SHOW = "The Keeper"


ANN, BEN, EVE = direction(1), direction(0, 1), direction(0, 0, 1)
NEARLY_ANN = direction(0.72, 0, 0, 0.69)


def heard(
    service: Service,
    name: str,
    *vectors: tuple[float, ...],
    network: str = NETWORK,
    show: str = SHOW,
    swapped: bool = False,
    speech_s: float = 1e6,
) -> str:
    """The id of a finished episode whose first voices sound so."""
    episode_id = service.sent(name.encode(), f"{name}.mp3", show=show)
    again(service, episode_id, *vectors, network=network, swapped=swapped, speech_s=speech_s)
    return episode_id


def again(
    service: Service,
    episode_id: str,
    *vectors: tuple[float, ...],
    network: str = NETWORK,
    swapped: bool = False,
    speech_s: float = 1e6,
) -> None:
    """Finish an episode, with prints among its stage results as a run keeps them."""
    transcript = found(swapped=swapped)
    spans = samples(transcript.turns)
    by_label = {
        f"Speaker {n}": Print(vector, speech_s) for n, vector in enumerate(vectors, start=1)
    }
    prints = [by_label.get(label, Print()) for label in spans]
    results = StageResults(service.held.blobs, episode_id, folder="voiceprints")
    results.get("voices", (VERSION, *facts(spans)), PRINTS, lambda: tuple(prints))
    voices = [
        Voice(label, kept, network, spans[label])
        for label, kept in stored(episode_id, transcript.turns, service.held.blobs).items()
    ]
    service.finish(episode_id, transcript, voices=voices)


def name(service: Service, episode_id: str, **names: str | None) -> None:
    given = {label.replace("_", " ").title(): name for label, name in names.items()}
    answer = service.client.patch(f"/v1/episodes/{episode_id}", json={"speakers": given})
    assert answer.status_code == 200, answer.text


def names(service: Service, episode_id: str) -> list[str | None]:
    """The names of the speakers, as the transcript has them."""
    answer = service.client.get(f"/v1/episodes/{episode_id}/transcript?format=json")
    return [one["name"] for one in answer.json()["speakers"]]


def people(service: Service, **query: str) -> dict[str, dict[str, Any]]:
    answer = service.client.get("/v1/people", params=query)
    assert answer.status_code == 200
    return {one["name"]: one for one in answer.json()["people"]}


def speakers(service: Service, episode_id: str) -> dict[str, dict[str, Any]]:
    answer = service.client.get(f"/v1/episodes/{episode_id}/speakers")
    assert answer.status_code == 200, answer.text
    return {one["label"]: one for one in answer.json()["speakers"]}


def does(service: Service, episode_id: str, verb: str, **body: object) -> Any:  # noqa: ANN401
    answer = service.client.post(f"/v1/episodes/{episode_id}/speakers:{verb}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(params=["one machine", "many"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    """On SQLite and a folder, and the same on PostgreSQL and S3."""
    more = {}
    if request.param == "many":
        more["database_url"] = request.getfixturevalue("postgres_database")
        more["storage_url"] = request.getfixturevalue("bucket")
    with serving(tmp_path, **more) as service:
        yield service


def test_who_is_named_once_is_named_in_past_and_future_episodes(service: Service) -> None:
    past, now = heard(service, "past", EVE, ANN), heard(service, "now", ANN, BEN)
    assert names(service, past) == [None, None, None]
    before = service.client.get(f"/v1/episodes/{past}/transcript").headers["etag"]
    name(service, now, speaker_1="Ann")
    assert names(service, past) == [None, "Ann", None]
    assert service.client.get(f"/v1/episodes/{past}/transcript").headers["etag"] != before
    future = heard(service, "future", BEN, ANN)
    assert names(service, future) == [None, "Ann", None]
    told = speakers(service, future)["Speaker 2"]
    assert told["named_by"] == "roster"
    assert told["evidence"] == 'sounds as in "now" (likeness 1.00)'
    hits = service.client.get("/v1/search", params={"q": "café", "episode": past}).json()
    assert [hit["name"] for hit in hits["hits"]] == ["Ann"]
    assert people(service)["Ann"]["prints"] == [
        {"episode": now, "title": "now", "speech_s": 1e6}
    ]


def test_who_is_named_in_one_show_is_nobody_in_another(service: Service) -> None:
    now, other = heard(service, "now", ANN), heard(service, "other", ANN, show="Other")
    name(service, now, speaker_1="Ann")
    assert names(service, other) == [None, None, None]
    assert people(service, show="Other") == {}
    assert set(people(service, show=SHOW)) == {"Ann"}
    moved = service.client.patch(f"/v1/episodes/{now}", json={"show": "Other"})
    assert moved.status_code == 200
    assert names(service, other) == ["Ann", None, None]
    assert people(service, show=SHOW) == {}


def test_a_name_taken_back_or_corrected_is_unlearned(service: Service) -> None:
    past, now = heard(service, "past", ANN), heard(service, "now", ANN)
    name(service, now, speaker_1="Anne")
    name(service, now, speaker_1="Ann")
    assert names(service, past)[0] == "Ann"
    assert set(people(service)) == {"Ann"}
    name(service, now, speaker_1=None)
    assert names(service, past) == [None, None, None]
    assert people(service) == {}


def test_strangers_short_voices_and_other_networks_are_not_recognised(
    service: Service,
) -> None:
    name(service, heard(service, "now", ANN), speaker_1="Ann")
    for other in (
        heard(service, "stranger", EVE, BEN),
        heard(service, "short", ANN, speech_s=2.0),
        heard(service, "old", ANN, network="0" * 64),
    ):
        assert names(service, other) == [None, None, None]
        assert all(not one["offers"] for one in speakers(service, other).values())
    mute = heard(service, "mute", ANN, speech_s=2.0)
    name(service, mute, speaker_1="Mute")
    assert names(service, mute)[0] == "Mute"
    assert "Mute" not in people(service)


def test_a_print_by_another_network_is_remade_with_the_episode(service: Service) -> None:
    old = heard(service, "old", ANN, network="0" * 64)
    name(service, old, speaker_1="Ann")
    now = heard(service, "now", ANN)
    assert names(service, now)[0] is None
    service.client.post(f"/v1/episodes/{old}:reprocess")
    again(service, old, ANN, swapped=True)
    assert names(service, now)[0] == "Ann"
    assert len(people(service)["Ann"]["prints"]) == 1


def test_one_rename_holds_everywhere(service: Service) -> None:
    past, now = heard(service, "past", ANN), heard(service, "now", ANN, BEN)
    name(service, now, speaker_1="Ann", speaker_2="Ben")
    place = f"/v1/people/{people(service)['Ann']['id']}"
    assert service.client.patch(place, json={"name": "Anna"}).json()["name"] == "Anna"
    assert names(service, past)[0] == "Anna"
    assert names(service, now)[:2] == ["Anna", "Ben"]
    assert service.client.get(place).json()["name"] == "Anna"
    problem(service.client.patch(place, json={"name": "Ben"}), "conflict")
    assert service.client.patch(place, json={"name": "Anna"}).status_code == 200
    service.client.post(f"/v1/episodes/{now}:reprocess")
    again(service, now, ANN, BEN)
    assert set(people(service)) == {"Anna", "Ben"}


def test_two_people_that_are_one_are_merged(service: Service) -> None:
    one, two = heard(service, "one", ANN), heard(service, "two", direction(0.9))
    name(service, one, speaker_1="Ann")
    name(service, two, speaker_1="A. Other")
    known = people(service)
    place = f"/v1/people/{known['A. Other']['id']}:merge"
    merged = service.client.post(place, json={"into": known["Ann"]["id"]}).json()
    assert {each["episode"] for each in merged["prints"]} == {one, two}
    assert names(service, two)[0] == "Ann"
    assert set(people(service)) == {"Ann"}
    problem(service.client.post(place, json={"into": known["Ann"]["id"]}), "not-found")


def test_people_are_merged_with_others_of_their_show_alone(service: Service) -> None:
    name(service, heard(service, "one", ANN), speaker_1="Ann")
    name(service, heard(service, "two", BEN, show="Other"), speaker_1="Ben")
    known = people(service)
    place = f"/v1/people/{known['Ann']['id']}:merge"
    for into in (known["Ben"]["id"], known["Ann"]["id"]):
        assert fields(service.client.post(place, json={"into": into})) == ["into"]
    problem(service.client.post(place, json={"into": "p_0123456789abcdef"}), "not-found")


def test_who_is_forgotten_leaves_no_print_anywhere(service: Service) -> None:
    past, now = heard(service, "past", EVE, ANN), heard(service, "now", ANN, BEN)
    name(service, now, speaker_1="Ann", speaker_2="Ben")
    assert names(service, past)[1] == "Ann"
    place = f"/v1/people/{people(service)['Ann']['id']}"
    assert service.client.delete(place).status_code == 204
    problem(service.client.get(place), "not-found")
    problem(service.client.delete(place), "not-found")
    assert names(service, past) == [None, None, None]
    assert names(service, now) == [None, "Ben", None]
    for episode_id in (past, now):
        blobs = service.held.blobs
        prints = stored(episode_id, found().turns, blobs).values()
        assert ANN not in [one.vector for one in prints]
        assert {EVE, BEN} & {one.vector for one in prints}
        service.client.post(f"/v1/episodes/{episode_id}:reprocess")
        again(service, episode_id, ANN, ANN)
    voices = service.held.roster.people.voices([past, now])
    assert all(v.print.vector != ANN for some in voices.values() for v in some)
    name(service, now, speaker_1="Ann")
    assert "Ann" not in people(service)


def test_a_doubtful_voice_is_offered_and_confirmed(service: Service) -> None:
    now, doubtful = heard(service, "now", ANN), heard(service, "doubtful", NEARLY_ANN, EVE)
    name(service, now, speaker_1="Ann")
    ann = people(service)["Ann"]["id"]
    assert names(service, doubtful)[0] is None
    (offer,) = speakers(service, doubtful)["Speaker 1"]["offers"]
    assert (offer["person"], offer["name"], offer["likeness"]) == (ann, "Ann", 0.72)
    listed = service.client.get("/v1/suggestions", params={"show": SHOW}).json()
    assert listed == {
        "episodes": [{"episode": doubtful, "title": "doubtful", "offers": [offer]}]
    }
    assert service.client.get("/v1/suggestions?show=Other").json() == {"episodes": []}
    told = does(service, doubtful, "confirm", speaker="Speaker 1", person=ann)
    assert told["speakers"][0]["named_by"] == "person"
    assert names(service, doubtful)[0] == "Ann"
    assert {one["episode"] for one in people(service)["Ann"]["prints"]} == {now, doubtful}
    assert service.client.get("/v1/suggestions").json() == {"episodes": []}


def test_who_is_refused_is_not_offered_again(service: Service) -> None:
    now, doubtful = heard(service, "now", ANN), heard(service, "doubtful", NEARLY_ANN)
    name(service, now, speaker_1="Ann")
    ann = people(service)["Ann"]["id"]
    assert not does(service, doubtful, "refuse", person=ann)["speakers"][0]["offers"]
    service.client.post(f"/v1/episodes/{doubtful}:reprocess")
    again(service, doubtful, NEARLY_ANN)
    assert not speakers(service, doubtful)["Speaker 1"]["offers"]
    does(service, doubtful, "confirm", speaker="Speaker 1", person=ann)
    name(service, doubtful, speaker_1=None)
    assert speakers(service, doubtful)["Speaker 1"]["offers"]


def test_null_takes_back_what_a_voice_told(service: Service) -> None:
    now, past = heard(service, "now", ANN), heard(service, "past", ANN)
    name(service, now, speaker_1="Ann")
    assert names(service, past)[0] == "Ann"
    name(service, past, speaker_1=None)
    assert names(service, past)[0] is None
    assert names(service, now)[0] == "Ann"


def test_a_person_s_word_goes_before_the_roster(service: Service) -> None:
    name(service, heard(service, "now", ANN), speaker_1="Ann")
    other = heard(service, "other", BEN, ANN)
    name(service, other, speaker_2="Anne")
    assert names(service, other) == [None, "Anne", None]
    third = heard(service, "third", BEN, direction(0.99))
    name(service, third, speaker_1="Ann")  # then the voice like hers is somebody else's
    assert names(service, third) == ["Ann", "Anne", None]


def test_strange_people_and_voices_are_refused(service: Service) -> None:
    now = heard(service, "now", ANN)
    name(service, now, speaker_1="Ann")
    ann, nobody = people(service)["Ann"]["id"], "p_0123456789abcdef"
    place = f"/v1/episodes/{now}/speakers"
    other = heard(service, "other", ANN, show="Other")
    post = service.client.post
    wrong = {"speaker": "Speaker 9", "person": ann}
    assert fields(post(f"{place}:confirm", json=wrong)) == ["speaker"]
    assert fields(
        post(f"/v1/episodes/{other}/speakers:confirm", json=wrong | {"speaker": "Speaker 1"})
    ) == ["person"]
    for verb in ("confirm", "refuse"):
        body = {"person": nobody} | ({"speaker": "Speaker 1"} if verb == "confirm" else {})
        problem(post(f"{place}:{verb}", json=body), "not-found")
    waiting = service.sent(b"waiting", show=SHOW)
    body = {"speaker": "Speaker 1", "person": ann}
    problem(post(f"/v1/episodes/{waiting}/speakers:confirm", json=body), "not-ready")
    problem(service.client.get(f"/v1/episodes/{waiting}/speakers"), "not-ready")


def test_an_episode_takes_its_prints_along(service: Service) -> None:
    now, past = heard(service, "now", ANN), heard(service, "past", ANN)
    name(service, now, speaker_1="Ann")
    service.client.delete(f"/v1/episodes/{now}")
    assert people(service) == {}
    assert names(service, past)[0] is None
    assert service.held.roster.people.voices([now])[now] == ()


def test_at_most_five_prints_of_a_person_are_kept(service: Service) -> None:
    for n in range(7):
        vector = direction(0.9, *(0.0,) * n, 0.4)
        name(service, heard(service, f"episode {n}", vector), speaker_1="Ann")
    assert len(people(service)["Ann"]["prints"]) == 5


def said_by(service: Service, episode_id: str) -> list[tuple[str | None, str]]:
    """Every word and who says it."""
    url = f"/v1/episodes/{episode_id}/transcript?format=json&ads=keep"
    told = service.client.get(url).json()
    return [(u["speaker"], w["text"]) for u in told["utterances"] for w in u["words"]]


def test_two_voices_that_are_one_are_merged_and_parted_again(service: Service) -> None:
    now = heard(service, "now", ANN, BEN)
    before = said_by(service, now)
    told = does(service, now, "merge", speaker="Speaker 2", into="Speaker 1")
    assert [one["label"] for one in told["speakers"]] == ["Speaker 1", "Speaker 3"]
    merged = said_by(service, now)
    assert [text for _, text in merged] == [text for _, text in before]
    assert {who for who, _ in merged} == {"Speaker 1", "Speaker 3"}
    again(service, now, ANN, BEN, swapped=True)  # it is queued anew, for what is searched
    hits = service.client.get("/v1/search", params={"q": "café"}).json()["hits"]
    assert [hit["speaker"] for hit in hits] == ["Speaker 2"]
    assert {who for who, _ in said_by(service, now)} == {"Speaker 2", "Speaker 3"}
    does(service, now, "undo")
    assert {who for who, _ in said_by(service, now)} == {
        "Speaker 1",
        "Speaker 2",
        "Speaker 3",
    }
    url = f"/v1/episodes/{now}/speakers:undo"
    problem(service.client.post(url), "conflict")


def test_a_voice_that_is_two_is_split(service: Service) -> None:
    now = heard(service, "now", ANN, BEN)
    before = said_by(service, now)
    told = does(service, now, "split", speaker="Speaker 1", start=40.0, end=60.0)
    assert told["moves"] == [
        {"into": "Speaker 4", "speaker": "Speaker 1", "start": 40.0, "end": 60.0}
    ]
    split = said_by(service, now)
    assert [text for _, text in split] == [text for _, text in before]
    assert {who for who, _ in split} == {f"Speaker {n}" for n in (1, 2, 3, 4)}
    service.finish(now, found())
    name(service, now, speaker_4="Zoe")
    assert names(service, now) == [None, None, None, "Zoe"]
    does(service, now, "undo")
    assert names(service, now) == [None, None, None]
    assert said_by(service, now) == before


def test_what_cannot_be_merged_or_split_is_refused(service: Service) -> None:
    now = heard(service, "now", ANN, BEN)
    place = f"/v1/episodes/{now}/speakers"
    for verb, body, field in (
        ("merge", {"speaker": "Speaker 1", "into": "Speaker 1"}, "into"),
        ("merge", {"speaker": "Speaker 1", "into": "Speaker 8"}, "into"),
        ("merge", {"speaker": "Speaker 8", "into": "Speaker 1"}, "speaker"),
        ("split", {"speaker": "Speaker 8", "start": 0, "end": 1}, "speaker"),
        ("split", {"speaker": "Speaker 1", "start": 18.0, "end": 19.0}, "start"),
        ("split", {"start": 0, "end": 60, "into": "Speaker 1.5"}, "into"),
    ):
        assert fields(service.client.post(f"{place}:{verb}", json=body)) == [field], body
    before = said_by(service, now)
    assert said_by(service, now) == before


def test_a_mixture_is_nobody_s_print(service: Service) -> None:
    now, past = heard(service, "now", ANN, BEN), heard(service, "past", ANN)
    does(service, now, "split", speaker="Speaker 1", start=40.0, end=60.0)
    name(service, now, speaker_1="Ann")
    assert people(service) == {}
    assert names(service, past)[0] is None
    does(service, now, "undo")
    assert names(service, past)[0] == "Ann"
