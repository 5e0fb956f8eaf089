"""Retry, cancel and reprocess: what may be done when, and what is served meanwhile."""

from __future__ import annotations

import pytest

from episodes.types import Status
from tests.api.conftest import ID, Service, fields, found, problem


def in_state(service: Service, status: Status) -> str:
    episode_id = service.sent()
    match status:
        case "running":
            service.begin(episode_id)
        case "done":
            service.finish(episode_id)
        case "failed":
            service.fail(episode_id)
        case "cancelled":
            service.client.post(f"/v1/episodes/{episode_id}:cancel")
    assert service.entry(episode_id).episode.status == status
    return episode_id


@pytest.mark.parametrize("status", ["queued", "running", "done", "failed", "cancelled"])
@pytest.mark.parametrize(
    ("verb", "allowed", "then"),
    [
        ("retry", ("failed", "cancelled"), "queued"),
        ("cancel", ("queued", "running"), "cancelled"),
        ("reprocess", ("done", "failed", "cancelled"), "queued"),
    ],
)
def test_what_may_be_done_depends_on_the_state(
    service: Service, status: Status, verb: str, allowed: tuple[str, ...], then: str
) -> None:
    episode_id = in_state(service, status)
    before, queued = service.entry(episode_id), service.queued()
    answer = service.client.post(f"/v1/episodes/{episode_id}:{verb}")
    if status not in allowed:
        assert status in problem(answer, "conflict")["detail"]
        assert service.entry(episode_id) == before
        return
    assert (answer.status_code, answer.json()["status"]) == (202, then)
    assert answer.json()["error"] is None
    assert service.queued() == queued + (then == "queued")
    if then == "queued":
        service.finish(episode_id)
        assert service.entry(episode_id).episode.status == "done"


def test_what_was_cancelled_is_not_finished(service: Service) -> None:
    episode_id = service.sent()
    entry = service.begin(episode_id)
    service.client.post(f"/v1/episodes/{episode_id}:cancel")
    assert not service.ledger.goes_on(episode_id, entry.run)
    assert service.ledger.begin(episode_id, entry.run) is None


def test_the_old_transcript_is_served_while_another_is_made(service: Service) -> None:
    episode_id = service.done()
    place = f"/v1/episodes/{episode_id}/transcript"
    before = service.client.get(place)
    service.client.post(f"/v1/episodes/{episode_id}:reprocess", json={"speakers": "2"})
    assert service.entry(episode_id).episode.status == "queued"
    meanwhile = service.client.get(place)
    assert meanwhile.text == before.text
    assert meanwhile.headers["etag"] == before.headers["etag"]
    assert service.client.get("/v1/search", params={"q": "lighthouse"}).json()["hits"]
    service.fail(episode_id)
    assert service.client.get(place).text == before.text
    service.client.post(f"/v1/episodes/{episode_id}:retry")
    service.finish(episode_id, found(swapped=True))
    assert service.client.get(place).headers["etag"] != before.headers["etag"]


@pytest.mark.parametrize(
    ("body", "options"),
    [
        (None, {"speakers": "2"}),
        ({}, {}),
        ({"strip": "none"}, {"strip": "none"}),
        ({"speakers": None, "model": "small"}, {"model": "small"}),
    ],
)
def test_options_that_are_given_replace_the_old_ones(
    service: Service, body: dict[str, str] | None, options: dict[str, str]
) -> None:
    episode_id = service.done(speakers="2")
    answer = service.client.post(f"/v1/episodes/{episode_id}:reprocess", json=body)
    assert answer.json()["options"] == options


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"speakers": "0"}, "speakers"),
        ({"speakers": 2}, "speakers"),
        ({"strip": "foo"}, "strip"),
        ({"model": "../x"}, "model"),
        ({"language": ""}, "language"),
        ({"title": "x"}, "title"),
        ({"context": "x" * 200_001}, "context"),
    ],
)
def test_bad_options_leave_all_as_it_was(
    finished: Service, options: dict[str, object], name: str
) -> None:
    before = finished.entry(ID)
    answer = finished.client.post(f"/v1/episodes/{ID}:reprocess", json=options)
    assert fields(answer) == [name]
    assert finished.entry(ID) == before
