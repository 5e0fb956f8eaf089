"""Shared links: what they open, to whom, for how long, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
import sqlalchemy as sa

from storage.database import shares
from tests.api.conftest import ID, Service, problem, serving


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Service]:
    """A service beyond loopback, and one episode that is done."""
    with serving(tmp_path, keys="always") as service:
        key = service.held.keys.add("writer", "write")
        service.client.headers["Authorization"] = f"Bearer {key}"
        service.done(show="Second Trades")
        yield service


def share(service: Service, **wanted: Any) -> dict[str, Any]:  # noqa: ANN401
    answer = service.client.post("/v1/shares", json=wanted)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def get(service: Service, address: str, **headers: str) -> Any:  # noqa: ANN401
    """As somebody without a key asks, by a page of another site."""
    service.client.headers.pop("Authorization", None)
    return service.client.get(address, headers={"Origin": "https://app.example", **headers})


def test_every_address_leads_to_its_file_for_all(guarded: Service) -> None:
    place = f"/v1/episodes/{ID}"
    direct = {
        (clock, form): guarded.client.get(
            f"{place}/transcript", params={"format": form, "clock": clock}
        ).content
        for clock in ("original", "clean")
        for form in ("vtt", "txt", "json")
    }
    made = share(guarded, episode=ID)
    assert set(made["files"]) == {"original", "clean"}
    for files in made["files"].values():
        assert {"audio.mp3", "transcript.vtt", "chapters.json"} <= set(files)
        for address in files.values():
            answer = get(guarded, address)
            assert answer.status_code == 200
            assert answer.headers["access-control-allow-origin"] == "*"
    for (clock, form), content in direct.items():
        assert get(guarded, made["files"][clock][f"transcript.{form}"]).content == content
    assert get(guarded, made["files"]["clean"]["audio.mp3"]).content == b"cut"
    part = get(guarded, made["files"]["clean"]["audio.mp3"], Range="bytes=1-")
    assert (part.status_code, part.content) == (206, b"ut")
    asked = guarded.client.options(made["files"]["clean"]["audio.mp3"])
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, "*")


def test_an_address_gives_away_no_other(guarded: Service) -> None:
    files = share(guarded, episode=ID)["files"]["clean"]
    signed = files["transcript.vtt"].split("/")[4]
    other = files["audio.mp3"].replace(files["audio.mp3"].split("/")[4], signed)
    answer = get(guarded, other)
    problem(answer, "not-found")
    assert answer.headers["access-control-allow-origin"] == "*"  # an app may read why
    for wrong in (signed[:-1] + "é", signed.partition(".")[0], "x." + signed):
        problem(get(guarded, files["transcript.vtt"].replace(signed, wrong)), "not-found")


def test_a_revoked_share_opens_nothing(guarded: Service) -> None:
    made, kept = share(guarded, episode=ID), share(guarded, episode=ID)
    assert guarded.client.get(f"/v1/shares/{made['id']}").json() == made
    assert guarded.client.delete(f"/v1/shares/{made['id']}").status_code == 204
    problem(guarded.client.delete(f"/v1/shares/{made['id']}"), "not-found")
    left = guarded.client.get("/v1/shares").json()["shares"]
    assert [one["id"] for one in left] == [kept["id"]]
    problem(get(guarded, made["files"]["clean"]["transcript.vtt"]), "not-found")
    assert get(guarded, kept["files"]["clean"]["transcript.vtt"]).status_code == 200


def test_a_share_ends_when_it_was_said_to(guarded: Service) -> None:
    made = share(guarded, episode=ID, days=2)
    ends = datetime.fromisoformat(made["ends_at"])
    assert abs(ends - datetime.now(UTC) - timedelta(days=2)) < timedelta(minutes=1)
    with guarded.held.engine.begin() as connection:
        connection.execute(sa.update(shares).values(ends_at=1.0))
    assert guarded.client.get("/v1/shares").json()["shares"] == []
    problem(get(guarded, made["files"]["clean"]["transcript.vtt"]), "not-found")


def test_a_deleted_episode_is_not_shared_when_it_comes_again(guarded: Service) -> None:
    made = share(guarded, episode=ID)
    guarded.client.delete(f"/v1/episodes/{ID}")
    guarded.done()
    problem(get(guarded, made["files"]["clean"]["transcript.vtt"]), "not-found")


def test_what_cannot_be_shared_is_told(guarded: Service) -> None:
    post = guarded.client.post
    problem(post("/v1/shares", json={}), "invalid")
    problem(post("/v1/shares", json={"episode": ID, "show": "Second Trades"}), "invalid")
    problem(post("/v1/shares", json={"episode": "0" * 64}), "not-found")
    problem(post("/v1/shares", json={"show": "Nobody's"}), "invalid")
    problem(post("/v1/shares", json={"episode": guarded.sent(b"other")}), "not-ready")
    assert guarded.client.get("/v1/shares").json()["shares"] == []


def test_a_shows_feed_plays_and_reads_without_a_key(guarded: Service) -> None:
    guarded.done(b"other", show="Another Show")
    waiting = guarded.sent(b"later", show="Second Trades")
    made = share(guarded, show="Second Trades")
    answer = get(guarded, made["feed"])
    assert answer.headers["content-type"] == "application/rss+xml"  # the XML names UTF-8
    assert (
        get(guarded, made["feed"], **{"If-None-Match": answer.headers["etag"]}).status_code
        == 304
    )
    read = feedparser.parse(answer.content)
    assert not read.bozo
    assert read.feed.title == "Second Trades"
    (entry,) = read.entries
    assert entry.id == ID
    (enclosure,) = entry.enclosures
    sound = get(guarded, enclosure.href)
    assert (sound.content, len(sound.content)) == (b"cut", int(enclosure.length))
    assert sound.headers["content-type"] == enclosure.type == "audio/mpeg"
    links = re.findall(r'<podcast:(\w+) url="([^"]+)" type="([^"]+)"', answer.text)
    assert {name for name, _, _ in links} == {"transcript"}  # the file has no chapters
    for _, address, media_type in links:
        text = get(guarded, unescape(address))
        assert text.status_code == 200
        assert media_type.split("/")[1].removeprefix("x-") in text.headers["content-type"]
    guarded.finish(waiting)
    assert len(feedparser.parse(get(guarded, made["feed"]).content).entries) == 2


def test_a_feed_holds_what_belongs_to_its_show_now(guarded: Service) -> None:
    made = share(guarded, show="Second Trades")
    (entry,) = feedparser.parse(get(guarded, made["feed"]).content).entries
    guarded.held.library.edit(ID, lambda latest: replace(latest.edits, show="Moved"))
    assert feedparser.parse(get(guarded, made["feed"]).content).entries == []
    problem(get(guarded, entry.enclosures[0].href), "not-found")
    guarded.held.shares.revoke(made["id"])
    problem(get(guarded, made["feed"]), "not-found")
    problem(get(guarded, made["feed"].replace(".xml", "x.xml")), "not-found")


def test_a_publishers_item_gains_transcripts_on_the_clock_of_its_audio(
    guarded: Service,
) -> None:
    made = share(guarded, episode=ID)
    for clock, item in made["rss_items"].items():
        root = ElementTree.fromstring(item)
        assert root.tag == "item"
        links = [one for one in root if one.tag.endswith("}transcript")]
        assert {one.attrib["url"] for one in links} <= set(made["files"][clock].values())
        assert "text/vtt" in {one.attrib["type"] for one in links}
