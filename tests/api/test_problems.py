"""Whatever goes wrong is told in one form, with a sentence, and never as a fault of ours."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from api.problems import TYPES, Problem, respond
from tests.api.conftest import BASE, ID, Service, fields, problem

JSON = "application/json"
NOBODY = "0" * 64


@pytest.mark.parametrize(
    "path",
    [
        "/v1",
        "/v2/episodes",
        "/v1/episodes/",
        f"/v1/episodes/{NOBODY}/",
        f"/v1/episodes/{NOBODY}/speakers",
        "/v1/episodes//transcript",
        "/docs",
        "/redoc",
        "/v1/%00",
        "/v1/%ff%fe",
        "/v1/" + "x" * 20_000,
        "//v1/episodes",
    ],
)
def test_an_unknown_address_is_a_problem(client: TestClient, path: str) -> None:
    told = problem(client.get(path, follow_redirects=False), "not-found")
    assert len(told["detail"]) < 500


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/episodes", "GET, HEAD, POST"),
        ("PUT", f"/v1/episodes/{NOBODY}", "DELETE, GET, HEAD, PATCH"),
        ("POST", f"/v1/episodes/{NOBODY}/transcript", "GET, HEAD"),
        ("PUT", f"/v1/episodes/{NOBODY}:retry", "DELETE, GET, HEAD, PATCH, POST"),
        ("OPTIONS", "/v1/search", "GET, HEAD"),
        ("BREW", "/healthz", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    answer = client.request(method, path)
    told = problem(answer, "method-not-allowed")
    assert method in told["detail"]
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize("name", ["\ud800", "x" * 100_000, "\n", "\x00", "a.b"])
def test_the_name_of_a_wrong_field_is_shown_as_far_as_it_can_be(
    finished: Service, name: str
) -> None:
    path = f"/v1/episodes/{ID}"
    body = json.dumps({name: 1})
    answer = finished.client.patch(path, content=body, headers={"Content-Type": JSON})
    (shown,) = fields(answer)
    assert len(shown) <= 100
    assert len(answer.json()["detail"]) < 300


def test_of_many_wrong_fields_some_are_named(finished: Service) -> None:
    path = f"/v1/episodes/{ID}"
    answer = finished.client.patch(path, json={f"x{n}": n for n in range(5000)})
    assert 0 < len(fields(answer)) <= 20


@pytest.mark.parametrize(
    "query",
    [
        "/v1/episodes?limit=0",
        "/v1/episodes?limit=x",
        "/v1/episodes?status=lost",
        "/v1/episodes?limit=999999999999999999999999",
        "/v1/search?q=a&limit=0",
        "/v1/search?q=a&offset=-1",
        "/v1/search",
        "/v1/search?q=" + "a" * 501,
        "/v1/episodes?q=" + "a" * 60_000,
        "/v1/episodes?show=" + "a" * 60_000,
        "/v1/episodes?after=" + "a" * 60_000,
        "/v1/search?q=a&episode=" + "a" * 60_000,
    ],
)
def test_a_wrong_parameter_is_named(client: TestClient, query: str) -> None:
    (name,) = fields(client.get(query))
    assert f"{name}=" in query or name == "q"


def test_unknown_parameters_harm_nobody(client: TestClient) -> None:
    assert client.get("/v1/episodes?" + "x=y&" * 10_000).status_code == 200


def test_a_fault_of_ours_is_told_without_its_inside(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_id: str) -> None:
        raise RuntimeError("secret")

    service.client.app.state.holdings = _Broken(service.held, broken)  # type: ignore[attr-defined]
    quiet = TestClient(service.app, base_url=BASE, raise_server_exceptions=False)
    answer = quiet.get(f"/v1/episodes/{NOBODY}")
    assert "secret" not in problem(answer, "internal")["detail"]
    assert "secret" in caplog.text


class _Broken:
    """Holdings whose library fails."""

    def __init__(self, held: Any, get: Any) -> None:  # noqa: ANN401
        self.settings, self.library, self._held = held.settings, self, held
        self.get = get

    def close(self) -> None:
        self._held.close()


def test_a_database_that_fails_does_not_work(service: Service) -> None:
    """Locked for too long, full, gone: who asks may come again."""

    def locked(_id: str) -> None:
        raise OperationalError("SELECT secret", {}, Exception("database is locked"))

    service.client.app.state.holdings = _Broken(service.held, locked)  # type: ignore[attr-defined]
    told = problem(service.client.get(f"/v1/episodes/{NOBODY}"), "not-working")
    assert "SELECT" not in told["detail"]


@pytest.mark.parametrize("name", TYPES)
def test_every_type_has_a_status_and_a_title(name: str) -> None:
    answer = respond(Problem(name, "So it is.", {"more": 1}, {"Retry-After": "2"}))
    told = json.loads(bytes(answer.body))
    assert 400 <= told["status"] < 600
    assert re.fullmatch("[A-Z][^.]+", told["title"])
    assert told["more"] == 1
    assert answer.headers["retry-after"] == "2"
