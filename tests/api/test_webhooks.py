"""Webhooks over HTTP: who may register one, where it may lead, what is told of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from api import webhook_schemas
from pipeline.courier import Courier
from tests.api.conftest import Service, fields, problem, serving
from tests.receiver import receiving

PUBLIC = "https://1.1.1.1/hook"  # an address: nothing is looked up


@pytest.fixture
def open_service(tmp_path: Path) -> Iterator[Service]:
    """One whose webhooks may lead to this machine."""
    with serving(tmp_path, webhook_private=True) as service:
        yield service


def register(service: Service, url: str = PUBLIC, **wanted: Any) -> dict[str, Any]:  # noqa: ANN401
    answer = service.client.post("/v1/webhooks", json={"url": url, **wanted})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/webhooks/{made['id']}"
    return made


def test_a_secret_is_told_once(service: Service) -> None:
    made = register(service)
    assert made["secret"].startswith("whsec_")
    assert made["events"] == ["done", "failed"]
    listed = service.client.get("/v1/webhooks")
    assert made["secret"] not in listed.text
    (one,) = listed.json()["webhooks"]
    assert {name: one[name] for name in ("last_at", "last_error", "ended")} == {
        "last_at": None,
        "last_error": None,
        "ended": None,
    }
    assert service.client.get(f"/v1/webhooks/{made['id']}").json() == one
    given = register(service, secret=made["secret"], events=["failed"])
    assert (given["secret"], given["events"]) == (made["secret"], ["failed"])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/",
        "http://localhost/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "ftp://1.1.1.1/",
        "nonsense",
    ],
)
def test_where_none_may_lead_is_refused(service: Service, url: str) -> None:
    answer = service.client.post("/v1/webhooks", json={"url": url})
    assert fields(answer) == ["url"]
    assert service.client.get("/v1/webhooks").json() == {"webhooks": []}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": PUBLIC, "events": []}, "events"),
        ({"url": PUBLIC, "events": ["cancelled"]}, "events.0"),
        ({"url": PUBLIC, "secret": 1}, "secret"),
        ({"url": PUBLIC, "more": 1}, "more"),
    ],
)
def test_what_is_wrong_is_told(service: Service, body: dict[str, Any], field: str) -> None:
    assert fields(service.client.post("/v1/webhooks", json=body)) == [field]


def test_a_bad_secret_is_told(service: Service) -> None:
    answer = service.client.post("/v1/webhooks", json={"url": PUBLIC, "secret": "guess"})
    assert "whsec_" in problem(answer, "invalid")["detail"]


def test_what_is_not_there_is_told(service: Service) -> None:
    for verb, path in (
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/deliveries"),
        ("POST", ":test"),
    ):
        problem(service.client.request(verb, f"/v1/webhooks/wh_0{path}"), "not-found")


def test_a_ping_and_an_end_arrive_and_are_told_of(open_service: Service) -> None:
    client, held = open_service.client, open_service.held
    with receiving() as receiver:
        made = register(open_service, receiver.url)
        place = f"/v1/webhooks/{made['id']}"
        ping = client.post(f"{place}:test")
        assert ping.status_code == 202
        assert (ping.json()["event"], ping.json()["state"]) == ("ping", "waiting")
        episode_id = open_service.done(title="The Keeper")
        receiver.answers = [204, 500]
        courier = Courier(held.engine, held.settings)
        assert [courier.deliver() for _ in range(3)] == [True, True, False]
    told = [got.verified(made["secret"]) for got in receiver.got]
    assert [one["type"] for one in told] == ["ping", "episode.done"]
    assert (told[1]["data"]["id"], told[1]["data"]["title"]) == (episode_id, "The Keeper")
    for link in told[1]["data"]["links"].values():
        assert client.get(link).status_code == 200
    done, pinged = client.get(f"{place}/deliveries").json()["deliveries"]
    assert (pinged["state"], pinged["next_at"], pinged["episode"]) == ("delivered", None, None)
    assert (done["state"], done["episode"]) == ("waiting", episode_id)
    assert (done["event"], done["attempts"], done["last_error"]) == (
        "done",
        1,
        "It answered 500.",
    )
    assert done["id"] == receiver.got[1].headers["webhook-id"]
    assert client.get(place).json()["last_error"] == "It answered 500."
    assert client.delete(place).status_code == 204
    assert client.get("/v1/webhooks").json() == {"webhooks": []}


def test_links_are_whole_where_the_services_address_is_known(tmp_path: Path) -> None:
    public = "https://pods.example.org"
    with serving(tmp_path, webhook_private=True, public_url=public) as service:
        held = service.held
        key = held.keys.add("chief", "admin")
        service.client.headers["Authorization"] = f"Bearer {key}"
        with receiving() as receiver:
            made = register(service, receiver.url)
            service.fail(service.sent(), "This is no audio.")
            assert Courier(held.engine, held.settings).deliver()
    (told,) = [got.verified(made["secret"]) for got in receiver.got]
    assert told["data"]["error"] == "This is no audio."
    assert told["data"]["links"] == {"self": f"{public}/v1/episodes/{told['data']['id']}"}


def test_nothing_is_queued_where_nothing_is_sent_any_more(open_service: Service) -> None:
    with receiving() as receiver:
        receiver.answers = [410]
        made = register(open_service, receiver.url)
        place = f"/v1/webhooks/{made['id']}"
        open_service.client.post(f"{place}:test")
        held = open_service.held
        assert Courier(held.engine, held.settings).deliver()
    told = problem(open_service.client.post(f"{place}:test"), "conflict")
    assert "410" in told["detail"]
    assert open_service.client.get(place).json()["ended"] == "It answered 410 Gone."


@pytest.mark.parametrize("scope", ["read", "write"])
def test_webhooks_are_an_administrators(tmp_path: Path, scope: Any) -> None:  # noqa: ANN401
    with serving(tmp_path, keys="always") as service:
        key = service.held.keys.add("somebody", scope)
        service.client.headers["Authorization"] = f"Bearer {key}"
        problem(service.client.get("/v1/webhooks"), "forbidden")
        problem(service.client.post("/v1/webhooks", json={"url": PUBLIC}), "forbidden")


SHAPES: list[type[BaseModel]] = [
    shape
    for shape in vars(webhook_schemas).values()
    if isinstance(shape, type) and "examples" in str(getattr(shape, "model_config", ""))
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_an_example_is_what_it_is_an_example_of(shape: type[BaseModel]) -> None:
    schema = shape.model_json_schema()
    for example in schema["examples"]:
        shape.model_validate_json(json.dumps(example))
        assert set(schema["required"]) <= set(example) <= set(schema["properties"])


def test_there_are_shapes() -> None:
    assert len(SHAPES) == 6
