"""A path behind a proxy: every address holds it, whether the proxy strips it or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from api.app import create_app
from pipeline.settings import Settings
from tests.api.conftest import BASE, Service, serving

PUBLIC = "https://pods.example.org/podcasts"


@pytest.fixture
def below(tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path, public_url=PUBLIC) as service:
        service.client.headers["Authorization"] = (
            f"Bearer {service.held.keys.add('x', 'admin')}"
        )
        yield service


@pytest.mark.parametrize("passed", ["", "/podcasts"])
def test_every_address_has_the_path(below: Service, passed: str) -> None:
    ask = below.client
    id_ = below.done(show="Lights")
    own = f"/podcasts/v1/episodes/{id_}"
    assert ask.get(f"{passed}/v1/episodes/{id_}").json()["links"]["self"] == own
    for path in ("/login", f"/assets/{'cleancast.css'}", "/openapi.json", "/healthz"):
        assert ask.get(f"{passed}{path}").status_code == 200, path
    text = ask.get(f"{passed}/login").text
    found = re.findall(r'(?:href|src|action)="([^"#]+)', text)
    assert found
    assert all(address.startswith("/podcasts/") for address in found), found
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "5"}
    begun = ask.post(f"{passed}/v1/uploads", headers=headers)
    assert begun.headers["location"].startswith("/podcasts/v1/uploads/")
    share = ask.post(f"{passed}/v1/shares", json={"show": "Lights"})
    assert share.headers["location"].startswith("/podcasts/v1/shares/")
    feed = share.json()["feed"]
    assert feed.startswith(f"{PUBLIC}/feeds/")
    assert f'url="{PUBLIC}/shared/' in ask.get(passed + feed.removeprefix(PUBLIC)).text
    assert ask.get(f"{passed}/openapi.json").json()["servers"] == [{"url": "/podcasts"}]


@pytest.mark.parametrize("passed", ["", "/podcasts"])
def test_who_logs_in_stays_below_the_path(below: Service, passed: str) -> None:
    ask = below.client
    key = ask.headers.pop("Authorization").removeprefix("Bearer ")
    asked = ask.get(f"{passed}/search?q=lamp", follow_redirects=False)
    assert asked.headers["location"] == "/podcasts/login?next=/podcasts/search%3Fq%3Dlamp"
    for wanted, place in {
        "/podcasts/search?q=lamp": "/podcasts/search?q=lamp",
        "/podcasts//evil.example": "/podcasts/",
        "//evil.example": "/podcasts/",
    }.items():
        form = {"key": key, "next": wanted}
        done = ask.post(f"{passed}/login", data=form, follow_redirects=False)
        assert done.headers["location"] == place
        assert "Path=/podcasts;" in done.headers["set-cookie"]


def test_the_bare_path_leads_to_the_library(below: Service) -> None:
    answer = below.client.get("/podcasts", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/podcasts/")


@pytest.mark.parametrize(
    ("peer", "told", "place"),
    [
        ("127.0.0.1", "/pods", "/pods/"),
        ("127.0.0.1", "/pods/", "/pods/"),
        ("127.0.0.1", "/", "/"),
        ("127.0.0.1", "//evil.example", "/"),
        ("127.0.0.1", '/"><script>', "/"),
        ("127.0.0.1", "/../x", "/"),
        ("203.0.113.9", "/pods", "/"),
    ],
)
def test_a_trusted_proxy_alone_tells_the_path(
    tmp_path: Path, peer: str, told: str, place: str
) -> None:
    app = create_app(Settings(data_dir=tmp_path))
    headers = {"X-Forwarded-Prefix": told, "X-Forwarded-For": "198.51.100.7"}
    with TestClient(app, base_url=BASE, client=(peer, 1), headers=headers) as client:
        assert f'class="home" href="{place}"' in client.get("/").text


@pytest.mark.parametrize("path", ["/v1", "/episodes/x", "/a b", "/a?b", "/..", "/a//b"])
def test_a_path_that_cannot_be_is_refused(path: str) -> None:
    with pytest.raises(ValidationError):
        Settings(public_url=f"https://pods.example.org{path}")


def test_a_slash_at_the_end_is_taken_off() -> None:
    assert Settings(public_url=f"{PUBLIC}/").public_url == PUBLIC
