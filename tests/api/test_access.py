"""Keys, scopes, limits, sessions: who may do what once the service is reached by others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from pipeline.settings import Settings
from storage.keys import Limits
from tests.api.conftest import AUDIO, BASE, ID, Service, problem, serving

FREE = {"/healthz", "/readyz", "/v1/session"}
"""What nobody needs a key for, with the shared links."""


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Service]:
    """A service as it is beyond loopback."""
    with serving(tmp_path, keys="always") as service:
        yield service


def bearing(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def as_key(service: Service, scope: str, limits: Limits | None = None) -> dict[str, str]:
    return bearing(service.held.keys.add(f"a-{scope}", scope, limits))  # type: ignore[arg-type]


ROUTES = [
    (method.upper(), path)
    for path, methods in create_app().openapi()["paths"].items()
    for method in methods
    if path not in FREE and not path.startswith(("/shared/", "/feeds/"))
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nothing_is_answered_without_a_key(guarded: Service, method: str, path: str) -> None:
    answer = guarded.client.request(method, re.sub(r"\{\w+\}", ID, path))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_openais_clients_are_told_in_their_own_shape(guarded: Service) -> None:
    answer = guarded.client.get("/v1/models", headers=bearing("sk-wrong"))
    assert answer.json()["error"]["code"] == "no_key"


def test_without_need_any_key_will_do(service: Service) -> None:
    assert service.client.get("/v1/episodes", headers=bearing("any")).status_code == 200


def test_a_scope_holds_those_before_it(guarded: Service) -> None:
    reader, writer, admin = (as_key(guarded, scope) for scope in ("read", "write", "admin"))
    for key, sends in ((reader, False), (writer, True), (admin, True)):
        assert guarded.client.get("/v1/episodes", headers=key).status_code == 200
        answer = guarded.client.post(
            "/v1/episodes", headers=key, files={"file": ("one.mp3", AUDIO)}
        )
        assert answer.is_success is sends
    refused = guarded.client.delete(f"/v1/episodes/{ID}", headers=reader)
    assert "scope write" in problem(refused, "forbidden")["detail"]


def test_a_revoked_key_is_none(guarded: Service) -> None:
    key = as_key(guarded, "read")
    assert guarded.client.get("/v1/episodes", headers=key).status_code == 200
    assert guarded.held.keys.revoke("a-read")
    assert (
        "any more"
        in problem(guarded.client.get("/v1/episodes", headers=key), "no-key")["detail"]
    )


def test_requests_a_minute_are_limited_by_key(guarded: Service) -> None:
    key, other = as_key(guarded, "read", Limits(per_minute=3)), as_key(guarded, "write")
    answers = [guarded.client.get("/v1/episodes", headers=key) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    problem(answers[-1], "too-many")
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 61
    assert guarded.client.get("/v1/episodes", headers=other).status_code == 200


def test_waiting_episodes_are_limited_by_key(guarded: Service) -> None:
    key, other = as_key(guarded, "write", Limits(queued=2)), as_key(guarded, "admin")

    def send(content: bytes, headers: dict[str, str]) -> int:
        files = {"file": ("one.mp3", content)}
        return guarded.client.post("/v1/episodes", headers=headers, files=files).status_code

    assert [send(name, key) for name in (b"1", b"2", b"3")] == [202, 202, 429]
    assert send(b"3", other) == 202
    for episode in guarded.held.library.page(10):
        guarded.finish(episode.id)
    assert send(b"4", key) == 202


def test_a_file_has_the_size_that_its_key_may_send(guarded: Service) -> None:
    key = as_key(guarded, "write", Limits(upload_mb=1.5))
    for size, status in ((1_500_000, 202), (1_500_001, 413), (4_000_000, 413)):
        files = {"file": ("one.mp3", bytes(size))}
        answer = guarded.client.post("/v1/episodes", headers=key, files=files)
        assert answer.status_code == status
    assert "1.5 MB" in problem(answer, "too-large")["detail"]
    assert not guarded.incoming()


def test_a_file_has_the_size_that_the_service_takes(tmp_path: Path) -> None:
    with serving(tmp_path, most_upload_mb=1.0) as service:
        problem(service.send(bytes(1_000_001)), "too-large")
        assert service.send(bytes(1_000_000)).status_code == 202


def test_a_browser_logs_in_reads_changes_and_logs_out(guarded: Service) -> None:
    key = guarded.held.keys.add("nora", "write")
    client = guarded.client
    assert "Log in" in client.get("/login").text
    answer = client.post(
        "/login", data={"key": f" {key} ", "next": "/v1/episodes"}, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/v1/episodes")
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert key not in cookie
    me = client.get("/v1/session").json()
    assert (me["key"], me["scope"]) == ("nora", "write")
    problem(client.post("/v1/episodes", files={"file": ("one.mp3", AUDIO)}), "forbidden")
    token = {"X-CSRF-Token": me["csrf"]}
    sent = client.post("/v1/episodes", headers=token, files={"file": ("one.mp3", AUDIO)})
    assert sent.status_code == 202
    assert "nora" in client.get("/login").text
    problem(client.post("/logout", data={"csrf": "guess"}), "forbidden")
    session = client.cookies["cleancast_session"]
    client.post("/logout", data={"csrf": me["csrf"]}, follow_redirects=False)
    problem(client.get("/v1/session"), "no-key")
    assert guarded.held.keys.in_session(session) is None


def test_a_page_logs_in_by_json(guarded: Service) -> None:
    problem(guarded.client.post("/v1/session", json={"key": "guess"}), "no-key")
    key = guarded.held.keys.add("nora", "read")
    view = guarded.client.post("/v1/session", json={"key": key}).json()
    assert view["csrf"] == guarded.client.get("/v1/session").json()["csrf"]
    guarded.held.keys.revoke("nora")
    problem(guarded.client.get("/v1/session"), "no-key")


def test_the_cookie_is_for_https_where_that_is_the_public_address(tmp_path: Path) -> None:
    with serving(tmp_path, public_url="https://pods.example.org") as service:
        key = service.held.keys.add("nora", "read")
        client = TestClient(service.app, base_url="http://pods.example.org")
        answer = client.post("/v1/session", json={"key": key})
        assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nb", ""]
)
def test_a_login_leads_to_no_other_site(guarded: Service, place: str) -> None:
    key = guarded.held.keys.add("nora", "read")
    answer = guarded.client.post(
        "/login", data={"key": key, "next": place}, follow_redirects=False
    )
    assert answer.headers["location"] == "/"


def test_a_wrong_key_gets_the_form_again(guarded: Service) -> None:
    answer = guarded.client.post("/login", data={"key": "guess", "next": '"><script>'})
    assert answer.status_code == 401
    assert "no key" in answer.text
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    ("settings", "host", "known"),
    [
        ({}, "127.0.0.1:8000", True),
        ({}, "localhost", True),
        ({}, "[::1]:8000", True),
        ({}, "192.168.1.5", True),
        ({}, "evil.example", False),
        ({}, "127.0.0.1.evil.example", False),
        ({}, "", False),
        ({"hosts": "pods.lan, other.lan"}, "Pods.lan:8000", True),
        ({"hosts": "pods.lan"}, "evil.example", False),
        ({"public_url": "https://pods.example.org"}, "pods.example.org", True),
        ({"host": "0.0.0.0"}, "evil.example", False),
    ],
)
def test_a_service_answers_to_its_names(
    tmp_path: Path, settings: dict[str, str], host: str, known: bool
) -> None:
    with serving(tmp_path, **settings) as service:
        answer = service.client.get("/healthz", headers={"Host": host})
    assert answer.status_code == (200 if known else 421)


@pytest.mark.parametrize(
    ("headers", "fine"),
    [
        ({}, True),
        ({"Origin": BASE}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "http://localhost:3000"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://["}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
    ],
)
def test_pages_of_other_sites_change_nothing_on_loopback_either(
    service: Service, headers: dict[str, str], fine: bool
) -> None:
    files = {"file": ("one.mp3", AUDIO)}
    answer = service.client.post("/v1/episodes", headers=headers, files=files)
    assert answer.status_code == (202 if fine else 403)
    looked = service.client.get("/v1/episodes", headers=headers)
    assert looked.status_code == 200
    assert "access-control-allow-origin" not in looked.headers


def test_beyond_loopback_keys_are_needed() -> None:
    for given in ({"host": "0.0.0.0"}, {"hosts": "a.lan"}, {"public_url": "http://a.lan"}):
        assert Settings(**given).needs_keys  # type: ignore[arg-type]
    assert not any(Settings(host=h).needs_keys for h in ("127.0.0.1", "::1", "localhost"))
