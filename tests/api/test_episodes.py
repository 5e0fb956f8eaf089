"""Listing, looking, deleting, and asking for the work again."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from episodes.types import Tags
from tests.api.conftest import Service, fields, problem

NOBODY = "0" * 64


def ids(service: Service, **query: str | int) -> list[str]:
    answer = service.client.get("/v1/episodes", params=query)
    assert answer.status_code == 200, answer.text
    return [episode["id"] for episode in answer.json()["episodes"]]


def pages(service: Service, limit: int, **query: str) -> list[list[dict[str, Any]]]:
    """All pages from the first on."""
    seen, after = [], None
    while True:
        more: dict[str, str] = {} if after is None else {"after": after}
        answer = service.client.get("/v1/episodes", params={"limit": limit, **query, **more})
        seen.append(answer.json()["episodes"])
        after = answer.json()["next"]
        if after is None:
            return seen


def test_nothing_is_there_at_first(client: TestClient) -> None:
    assert client.get("/v1/episodes").json() == {"episodes": [], "next": None}


def test_a_finished_episode_tells_what_came_of_it(service: Service) -> None:
    told = service.client.get(f"/v1/episodes/{service.done()}").json()
    assert (told["status"], told["progress"], told["stage"]) == ("done", 1.0, None)
    assert told["summary"] == {
        "speakers": 2,
        "ads": 1,
        "stripped_s": 10.0,
        "to_review": 0,
        "warnings": [],
    }
    assert (told["duration_s"], told["language"]) == (60.0, "en")
    for link in told["links"].values():
        assert service.client.get(link).status_code == 200


def test_a_running_episode_tells_how_far_it_is(service: Service) -> None:
    episode_id = service.sent()
    run = service.begin(episode_id).run
    service.ledger.advance(episode_id, run, "transcribe", 0.25)
    told = service.client.get(f"/v1/episodes/{episode_id}").json()
    assert (told["status"], told["stage"], told["progress"]) == ("running", "transcribe", 0.25)
    assert told["eta_s"] >= 0


def test_a_failed_episode_tells_why(service: Service) -> None:
    episode_id = service.sent()
    service.fail(episode_id, "This is no audio.")
    told = service.client.get(f"/v1/episodes/{episode_id}").json()
    assert (told["status"], told["error"]) == ("failed", "This is no audio.")


def test_the_newest_comes_first(service: Service) -> None:
    sent = [service.sent(bytes([n])) for n in range(1, 5)]
    assert ids(service) == sent[::-1]


def test_a_list_may_be_filtered(service: Service) -> None:
    one = service.done(b"1", "one.mp3", show="Lights", title="The Keeper")
    two = service.sent(b"2", "two.mp3", show="Lights")
    three = service.sent(b"3", "three.mp3", show="lights")
    assert ids(service, show="Lights") == [two, one]
    assert ids(service, status="queued") == [three, two]
    assert ids(service, status="done", show="Lights") == [one]
    assert ids(service, q="KEEPER") == [one]
    assert ids(service, q="lights") == [three, two, one]
    assert ids(service, q="two.mp") == [two]
    assert ids(service, status="failed") == []


def test_signs_are_looked_for_as_they_are(service: Service) -> None:
    service.sent(title="nothing special")
    signs = ("%", "_", "\\", "'", '"', "/", "*", "%%", "é")
    for sign in signs:
        wanted = service.sent(sign.encode(), title=f"a{sign}b")
        assert ids(service, q=f"a{sign}b") == [wanted]
        assert wanted in ids(service, q=sign)
    assert ids(service, q="a\x00b") == []


def test_no_page_repeats_or_misses_what_was_there(service: Service) -> None:
    """Though new episodes arrive meanwhile."""
    sent = [service.sent(bytes([n, 1])) for n in range(7)]
    seen, after = [], None
    for number in range(9):
        params: dict[str, Any] = {"limit": 2} | ({"after": after} if after else {})
        page = service.client.get("/v1/episodes", params=params).json()
        seen += [episode["id"] for episode in page["episodes"]]
        after = page["next"]
        if after is None:
            break
        service.sent(bytes([number, 2]))
    assert seen == sent[::-1]


def test_pages_go_on_though_an_episode_on_their_edge_is_deleted(service: Service) -> None:
    sent = [service.sent(bytes([n])) for n in range(4)][::-1]
    page = service.client.get("/v1/episodes", params={"limit": 2}).json()
    service.client.delete(f"/v1/episodes/{sent[1]}")
    assert ids(service, limit=2, after=page["next"]) == sent[2:]


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7])
def test_pages_have_the_size_asked_for(service: Service, limit: int) -> None:
    for n in range(6):
        service.sent(bytes([n]), show="Lights")
    sizes = [len(page) for page in pages(service, limit, show="Lights")]
    assert sum(sizes) == 6
    assert all(size == limit for size in sizes[:-1])
    assert 0 < sizes[-1] <= limit


CURSOR = base64.urlsafe_b64encode(struct.pack(">d", 1.0) + bytes(32)).decode()


def test_a_place_without_an_episode_is_a_place(client: TestClient) -> None:
    assert client.get("/v1/episodes", params={"after": CURSOR}).status_code == 200


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "nonsense",
        "ü",
        "\x00",
        "=",
        CURSOR[:-4],
        CURSOR + "AAAA",
        "!" + CURSOR,
        CURSOR[:20] + "~~~~" + CURSOR[20:],
        base64.urlsafe_b64encode(struct.pack(">d", float("nan")) + bytes(32)).decode(),
        base64.urlsafe_b64encode(struct.pack(">d", float("inf")) + bytes(32)).decode(),
    ],
    ids=range(11),
)
def test_a_cursor_is_one_of_ours(client: TestClient, after: str) -> None:
    assert fields(client.get("/v1/episodes", params={"after": after})) == ["after"]


@pytest.mark.parametrize(
    "episode_id",
    [
        NOBODY,
        "1",
        "A" * 64,
        "'; DROP TABLE episodes; --",
        "../x",  # a client makes /v1/x of it
        "%2e%2e",
        "%00",
        "é",
        "x" * 5000,
    ],
    ids=range(9),
)
@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("PATCH", ""),
        ("POST", ":retry"),
        ("POST", ":cancel"),
        ("POST", ":reprocess"),
        ("GET", "/transcript"),
        ("GET", "/chapters"),
        ("GET", "/audio"),
        ("GET", "/events"),
    ],
)
def test_who_is_not_there_is_not_found(
    client: TestClient, method: str, rest: str, episode_id: str
) -> None:
    body = {"title": "x"} if method == "PATCH" else None
    answer = client.request(method, f"/v1/episodes/{episode_id}{rest}", json=body)
    assert len(problem(answer, "not-found")["detail"]) < 300


def test_an_id_has_one_spelling(service: Service) -> None:
    episode_id = service.sent()
    problem(service.client.get(f"/v1/episodes/{episode_id.upper()}"), "not-found")
    problem(service.client.get(f"/v1/episodes/{episode_id[:12]}"), "not-found")


def test_what_is_deleted_is_gone_with_all_that_belongs_to_it(service: Service) -> None:
    episode_id, other = service.done(), service.done(b"other")
    place = f"/v1/episodes/{episode_id}"
    assert service.held.blobs.below(episode_id)
    answer = service.client.delete(place)
    assert (answer.status_code, answer.content) == (204, b"")
    for rest in ("", "/transcript", "/audio", "/events"):
        problem(service.client.get(place + rest), "not-found")
    problem(service.client.delete(place), "not-found")
    assert service.held.blobs.below(episode_id) == []
    hits = service.client.get("/v1/search", params={"q": "lighthouse"}).json()["hits"]
    assert {hit["episode_id"] for hit in hits} == {other}
    assert ids(service) == [other]


def test_what_was_deleted_may_be_sent_again(service: Service) -> None:
    episode_id = service.done(title="Before")
    service.client.delete(f"/v1/episodes/{episode_id}")
    again = service.send()
    assert again.status_code == 202
    assert (again.json()["status"], again.json()["title"]) == ("queued", "one")
    assert service.queued() == 2
    service.finish(episode_id)
    page = service.client.get(f"/v1/episodes/{episode_id}/transcript")
    assert page.status_code == 200


def test_an_untagged_file_keeps_its_name_as_its_title(service: Service) -> None:
    id_ = service.sent(name="hk.mp3")
    entry = service.entry(id_)
    begun = service.begin(id_)
    service.ledger.describe(id_, begun.run, Tags(), 60.0)
    assert service.client.get(f"/v1/episodes/{id_}").json()["title"] == "hk"
    service.ledger.fail(id_, begun.run, "No.")
    (listed,) = service.client.get("/v1/episodes").json()["episodes"]
    assert listed["title"] == entry.episode.title == "hk"
    with service.held.engine.begin() as connection:  # as versions before this one left it
        connection.execute(sa.text("UPDATE episodes SET title = NULL"))
    assert service.client.get(f"/v1/episodes/{id_}").json()["title"] == "hk"
