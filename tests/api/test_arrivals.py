"""Uploads that go on after a lost connection: nothing is lost, nothing is taken twice."""

from __future__ import annotations

import base64
import os
import time
from itertools import pairwise
from typing import Any

import pytest
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.arrivals import KEPT_S
from tests.api.conftest import AUDIO, ID, Service, fields, problem
from tests.api.test_access import as_key, guarded  # noqa: F401  a fixture

TUS = {"Tus-Resumable": "1.0.0"}
PART = {**TUS, "Content-Type": "application/offset+octet-stream"}


def begin(service: Service, size: int = len(AUDIO), **told: str) -> Response:
    told = {"filename": "one.mp3", **told}
    pairs = (f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in told.items())
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": ",".join(pairs)}
    return service.client.post("/v1/uploads", headers=headers)


def begun(service: Service, size: int = len(AUDIO), **told: str) -> str:
    answer = begin(service, size, **told)
    assert answer.status_code == 201, answer.text
    assert answer.headers["tus-resumable"] == "1.0.0"
    return str(answer.headers["location"])


def send(service: Service, place: str, offset: int, content: bytes) -> Response:
    headers = {**PART, "Upload-Offset": str(offset)}
    return service.client.patch(place, headers=headers, content=content)


def arrived(service: Service, place: str) -> int:
    answer = service.client.head(place, headers=TUS)
    assert answer.status_code == 204
    assert answer.headers["cache-control"] == "no-store"
    return int(answer.headers["upload-offset"])


def test_parts_become_an_episode_with_what_was_said_of_it(service: Service) -> None:
    place = begun(service, title="Keeper", speakers="2", filename="ä b.mp3")
    assert send(service, place, 0, AUDIO[:2]).headers["upload-offset"] == "2"
    assert arrived(service, place) == 2
    last = send(service, place, 2, AUDIO[2:])
    assert last.status_code == 204
    assert last.headers["content-location"] == f"/v1/episodes/{ID}"
    episode: dict[str, Any] = service.client.get(last.headers["content-location"]).json()
    assert (episode["title"], episode["source"]) == ("Keeper", "ä b.mp3")
    assert episode["options"] == {"speakers": "2"}
    assert episode["status"] == "queued"
    assert service.client.get(f"/v1/episodes/{ID}/audio").content == AUDIO


def test_whoever_missed_the_last_answer_learns_what_it_became(service: Service) -> None:
    place = begun(service)
    send(service, place, 0, AUDIO)
    again = service.client.head(place, headers=TUS)
    assert again.headers["upload-offset"] == str(len(AUDIO))
    assert again.headers["content-location"] == f"/v1/episodes/{ID}"
    assert send(service, place, 0, AUDIO).headers["content-location"] == f"/v1/episodes/{ID}"
    assert service.queued() == 1


def test_what_a_broken_connection_brought_is_kept(service: Service) -> None:
    place = begun(service)
    headers = {**PART, "Upload-Offset": "0"}
    service.put([AUDIO[:3]], headers, method="PATCH", path=place, broken=True)
    so_far = arrived(service, place)
    assert so_far in (0, 3)
    send(service, place, so_far, AUDIO[so_far:])
    assert service.client.get(f"/v1/episodes/{ID}/audio").content == AUDIO


def test_a_part_that_does_not_follow_is_refused(service: Service) -> None:
    place = begun(service)
    send(service, place, 0, AUDIO[:2])
    for offset in (0, 1, 3):
        assert "2 bytes" in problem(send(service, place, offset, b"x"), "conflict")["detail"]
    assert arrived(service, place) == 2


def test_more_than_was_told_is_refused(service: Service) -> None:
    place = begun(service, 3)
    assert "3 bytes" in problem(send(service, place, 0, AUDIO), "invalid")["detail"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(min_size=1, max_size=60), cuts=st.lists(st.integers(0, 60)))
def test_any_parts_make_the_same_file(
    service: Service, content: bytes, cuts: list[int]
) -> None:
    place = begun(service, len(content))
    edges = sorted({0, len(content), *(cut for cut in cuts if cut < len(content))})
    for start, end in pairwise(edges):
        last = send(service, place, start, content[start:end])
        assert last.status_code == 204
    audio = service.client.get(f"{last.headers['content-location']}/audio")
    assert audio.content == content


def test_what_is_there_already_is_told(service: Service) -> None:
    service.sent()
    place = begun(service)
    assert send(service, place, 0, AUDIO).headers["content-location"].endswith(ID)
    assert service.queued() == 1


def test_one_can_give_up(service: Service) -> None:
    place = begun(service)
    send(service, place, 0, AUDIO[:2])
    assert service.client.delete(place, headers=TUS).status_code == 204
    problem(service.client.get(place, headers=TUS), "not-found")
    assert service.incoming() == []


def test_what_does_not_go_on_is_dropped_when_the_next_begins(service: Service) -> None:
    begun(service)
    long_ago = time.time() - KEPT_S - 10
    for file in service.incoming():
        os.utime(file, (long_ago, long_ago))
    latest = begun(service)
    names = {file.stem for file in service.incoming()}
    assert names == {latest.rpartition("/")[2]}


@pytest.mark.parametrize("id_", ["x", "../one", "0" * 32, "%2e%2e"])
def test_unknown_uploads_are_unknown(client: Any, id_: str) -> None:  # noqa: ANN401
    assert client.get(f"/v1/uploads/{id_}", headers=TUS).status_code == 404


def test_wrong_words_are_told(service: Service) -> None:
    assert "options" not in begin(service, speakers="many").text
    assert fields(begin(service, speakers="many")) == ["speakers"]
    headers = {**TUS, "Upload-Length": "5", "Upload-Metadata": "filename ?"}
    assert fields(service.client.post("/v1/uploads", headers=headers)) == ["Upload-Metadata"]
    assert "empty" in problem(begin(service, 0), "invalid")["detail"]
    problem(begin(service, 10**13), "too-large")
    problem(
        service.client.patch(begun(service), headers={**TUS, "Upload-Offset": "0"}),
        "unsupported-media-type",
    )


def test_a_key_that_only_looks_sends_nothing(guarded: Service) -> None:  # noqa: F811
    reader = as_key(guarded, "read")
    answer = guarded.client.post("/v1/uploads", headers={**reader, **TUS, "Upload-Length": "5"})
    problem(answer, "forbidden")


@pytest.mark.parametrize("path", ["/v1/uploads", "/v1/uploads/1"])
def test_options_tell_the_protocol(service: Service, path: str) -> None:
    answer = service.client.options(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["tus-resumable"] == answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,termination,expiration"
    assert int(answer.headers["tus-max-size"]) > 0


@pytest.mark.parametrize("version", ["0.2.2", "2"])
@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_another_version_is_refused(service: Service, method: str, version: str) -> None:
    place = "/v1/uploads" if method == "POST" else begun(service)
    headers = {**PART, "Upload-Length": "5", "Upload-Offset": "0"}
    headers["Tus-Resumable"] = version
    answer = service.client.request(method, place, headers=headers, content=b"")
    assert answer.status_code == 412
    assert answer.headers["tus-version"] == answer.headers["tus-resumable"] == "1.0.0"


def test_a_client_that_names_no_version_is_served(service: Service) -> None:
    headers = {"Upload-Length": "5"}
    place = service.client.post("/v1/uploads", headers=headers).headers["location"]
    assert service.client.head(place).headers["upload-offset"] == "0"


def test_what_was_said_of_an_upload_is_told_again(service: Service) -> None:
    place = begun(service, title="Keeper")
    told = service.client.head(place, headers=TUS).headers
    assert told["upload-metadata"] == "filename b25lLm1wMw==,title S2VlcGVy"
    assert told["upload-expires"].endswith("GMT")
    missing = service.client.head(f"/v1/uploads/{'0' * 32}", headers=TUS)
    assert (missing.status_code, missing.headers["tus-resumable"]) == (404, "1.0.0")


def test_a_method_may_be_told_by_a_header(service: Service) -> None:
    place = begun(service)
    headers = {**PART, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert service.client.post(place, headers=headers, content=AUDIO).status_code == 204
    assert service.client.get(f"/v1/episodes/{ID}/audio").content == AUDIO
