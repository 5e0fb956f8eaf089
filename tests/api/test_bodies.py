"""Bodies of JSON: what passes for one, and how large it may be."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.conftest import ID, Service, fields, problem

JSON = "application/json"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff\xfe",
        b'{"title": "\xff"}',
        b"[" * 100_000,
        b'{"title": ' + b"1" * 10_000 + b"}",
        b'{"title": NaN}',
        b"nonsense",
    ],
    ids=range(8),
)
def test_a_body_that_is_no_json_is_malformed(finished: Service, body: bytes) -> None:
    path = f"/v1/episodes/{ID}"
    answer = finished.client.patch(path, content=body, headers={"Content-Type": JSON})
    assert answer.status_code in (400, 422)
    problem(answer, "malformed" if answer.status_code == 400 else "invalid")


@pytest.mark.parametrize("body", [None, [], "title", 1, True, [{"title": "x"}]])
def test_a_body_of_another_shape_is_refused(finished: Service, body: object) -> None:
    sent: dict[str, Any] = {"content": json.dumps(body), "headers": {"Content-Type": JSON}}
    for method, place in (("PATCH", f"/v1/episodes/{ID}"), ("POST", "/v1/episodes:import")):
        assert fields(finished.client.request(method, place, **sent)) == ["body"]


def test_a_body_that_is_needed_is_missed(finished: Service) -> None:
    assert fields(finished.client.patch(f"/v1/episodes/{ID}")) == ["body"]


def test_null_is_no_options(service: Service) -> None:
    place = f"/v1/episodes/{service.done(speakers='2')}:reprocess"
    answer = service.client.post(place, content=b"null", headers={"Content-Type": JSON})
    assert (answer.status_code, answer.json()["options"]) == (202, {"speakers": "2"})


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "x"])
def test_a_body_of_another_kind_is_refused(service: Service, kind: str | None) -> None:
    path = f"/v1/episodes/{service.sent()}"
    headers = {} if kind is None else {"Content-Type": kind}
    answer = service.client.patch(path, content=b'{"title": "x"}', headers=headers)
    problem(answer, "unsupported-media-type")
    assert service.client.get(path).json()["title"] == "one"


def test_json_goes_by_any_of_its_names(service: Service) -> None:
    path = f"/v1/episodes/{service.sent()}"
    for kind in ("application/merge-patch+json", "application/json; charset=utf-8"):
        answer = service.client.patch(
            path, content=b'{"title": "x"}', headers={"Content-Type": kind}
        )
        assert answer.json()["title"] == "x"


def test_a_body_has_bounds(service: Service) -> None:
    path = f"/v1/episodes/{service.sent()}"
    problem(service.client.patch(path, json={"title": "x" * 5_000_000}), "too-large")
    blocks = (b" " * 100_000 for _ in range(10**9))  # for ever, unless somebody stops it
    status, _ = service.put(blocks, {"Content-Type": JSON}, method="PATCH", path=path)
    assert status == 413
