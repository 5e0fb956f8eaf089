"""Progress as it happens: every change once, in order, and an end."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.responses import StreamingResponse

from api import events
from storage.database import episodes
from storage.latest import latest
from tests.api.conftest import Service, problem

PATIENCE_S = 60.0


def place(episode_id: str) -> str:
    return f"/v1/episodes/{episode_id}/events"


def parsed(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """Events as a browser reads them: their fields, `data` as JSON."""
    event: dict[str, Any] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if not line:
            if event:
                yield event
            event = {}
        elif name:  # a line that begins with a colon is a comment
            event[name] = json.loads(value) if name == "data" else value


@contextmanager
def following(
    service: Service, episode_id: str, last: str | None = None
) -> Iterator[Iterator[dict[str, Any]]]:
    """The events of an episode as they come; a stream that would never end is ended."""
    end = threading.Timer(PATIENCE_S, service.held.library.delete, [episode_id])
    end.start()
    headers = {} if last is None else {"Last-Event-ID": last}
    try:
        with service.client.stream("GET", place(episode_id), headers=headers) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["cache-control"] == "no-store"
            yield parsed(answer.iter_lines())
    finally:
        end.cancel()


def test_what_is_over_is_told_at_once(service: Service) -> None:
    episode_id = service.done()
    with following(service, episode_id) as seen:
        (only,) = list(seen)
    assert only["event"] == "done"
    assert only["data"] == {
        "status": "done",
        "stage": None,
        "progress": 1.0,
        "eta_s": None,
        "error": None,
    }
    assert only["id"] == str(service.entry(episode_id).revision)


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_every_end_has_its_name(service: Service, end: str) -> None:
    episode_id = service.sent()
    if end == "failed":
        service.fail(episode_id, "This is no audio.")
    else:
        service.client.post(f"/v1/episodes/{episode_id}:cancel")
    with following(service, episode_id) as seen:
        (only,) = list(seen)
    assert only["event"] == only["data"]["status"] == end
    assert only["data"]["error"] == ("This is no audio." if end == "failed" else None)


def test_each_change_is_told_until_the_end(service: Service) -> None:
    episode_id = service.sent()
    with following(service, episode_id) as seen:
        first = next(seen)
        assert (first["event"], first["data"]["status"]) == ("progress", "queued")
        run = service.begin(episode_id).run
        assert next(seen)["data"]["status"] == "running"
        ids = [int(first["id"])]
        for stage, progress in (("decode", 0.02), ("transcribe", 0.3), ("diarize", 0.9)):
            service.ledger.advance(episode_id, run, stage, progress)
            event = next(seen)
            assert event["event"] == "progress"
            assert (event["data"]["stage"], event["data"]["progress"]) == (stage, progress)
            ids.append(int(event["id"]))
        service.finish(episode_id)
        last = next(seen)
        assert last["event"] == "done"
        assert list(seen) == []
    ids.append(int(last["id"]))
    assert ids == sorted(set(ids))


def test_nothing_more_comes_after_the_end(service: Service) -> None:
    episode_id = service.done()
    with following(service, episode_id) as seen:
        last = next(seen)["id"]
    again = service.client.get(place(episode_id), headers={"Last-Event-ID": last})
    assert (again.status_code, again.content) == (204, b"")
    service.client.patch(f"/v1/episodes/{episode_id}", json={"title": "T"})
    with following(service, episode_id, last) as seen:
        assert [event["event"] for event in seen] == ["done"]


def test_who_comes_back_is_told_what_changed_meanwhile(service: Service) -> None:
    episode_id = service.sent()
    with following(service, episode_id) as seen:
        last = next(seen)["id"]
    run = service.begin(episode_id).run
    service.ledger.advance(episode_id, run, "transcribe", 0.5)
    with following(service, episode_id, last) as seen:
        assert next(seen)["data"]["progress"] == 0.5
        service.finish(episode_id)
        assert next(seen)["event"] == "done"


def test_who_knows_the_latest_is_told_the_next(service: Service) -> None:
    episode_id = service.sent()
    with following(service, episode_id) as seen:
        last = next(seen)["id"]
    with following(service, episode_id, last) as seen:
        service.finish(episode_id)
        assert [event["event"] for event in seen][-1] == "done"


@pytest.mark.parametrize(
    "last", ["", "nonsense", "-1", "1.5", "0", "99999", "9" * 10_000, "\u00b2", "1,2", " "]
)
def test_what_is_no_id_of_ours_counts_as_none(service: Service, last: str) -> None:
    episode_id = service.done()
    headers = [(b"last-event-id", last.encode("latin-1"))]
    answer = service.client.get(place(episode_id), headers=headers)
    assert answer.status_code == 200
    assert [event["event"] for event in parsed(answer.iter_lines())] == ["done"]


def test_deleting_an_episode_ends_its_events(service: Service) -> None:
    episode_id = service.sent()
    with following(service, episode_id) as seen:
        next(seen)
        service.client.delete(f"/v1/episodes/{episode_id}")
        assert list(seen) == []
    problem(service.client.get(place(episode_id)), "not-found")


def test_a_new_run_goes_on_in_the_same_stream(service: Service) -> None:
    episode_id = service.done()
    last = str(service.entry(episode_id).revision)
    service.client.post(f"/v1/episodes/{episode_id}:reprocess")
    with following(service, episode_id, last) as seen:
        assert next(seen)["data"]["status"] == "queued"
        service.fail(episode_id)
        assert [event["event"] for event in seen][-1] == "failed"


def test_quiet_streams_are_kept_alive(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a comment, which no reader takes for an event."""
    monkeypatch.setattr(events, "PING_S", 0.0)
    monkeypatch.setattr(events, "LOOK_S", 0.01)
    episode_id = service.sent()
    with service.client.stream("GET", place(episode_id)) as answer:
        lines = answer.iter_lines()
        assert any(line.startswith(":") for line in lines)
        service.held.library.cancel(episode_id)
        assert [event["event"] for event in parsed(lines)][-1] == "cancelled"


def test_many_may_follow(service: Service) -> None:
    episode_id = service.sent()
    told: list[list[str]] = []

    def follow() -> None:
        with following(service, episode_id) as seen:
            told.append([event["event"] for event in seen])

    followers = [threading.Thread(target=follow) for _ in range(8)]
    for follower in followers:
        follower.start()
    service.finish(episode_id)
    for follower in followers:
        follower.join()
    assert len(told) == 8
    assert {names[-1] for names in told} == {"done"}


def changes(
    service: Service, count: int, last: str | None = None, since: int | None = None
) -> list[dict[str, Any]]:
    """The first events of the stream of all episodes, which has no end."""

    async def read() -> list[dict[str, Any]]:
        answer = await events.all_events(service.held, last, since)
        assert isinstance(answer, StreamingResponse)
        lines: list[str] = []
        async for block in answer.body_iterator:
            assert isinstance(block, bytes)
            lines += block.decode().split("\n")
            if lines.count("event: episode") == count:
                break
        return list(parsed(iter(lines)))

    return asyncio.run(asyncio.wait_for(read(), PATIENCE_S))


def test_all_changes_are_told_as_the_list_shows_them(service: Service) -> None:
    first, second = service.done(b"the first"), service.sent(b"the second")
    told = changes(service, 2)
    assert [one["event"] for one in told] == ["episode", "episode"]
    assert [one["data"]["id"] for one in told] == [first, second]
    listed = service.client.get("/v1/episodes").json()["episodes"]
    assert [one["data"] for one in told[::-1]] == listed


def test_who_comes_back_is_told_what_changed_since(service: Service) -> None:
    old, new = service.done(b"the first"), service.sent(b"the second")
    long_ago = str(round(1000 * (time.time() - 3600)))
    with service.held.engine.begin() as connection:
        an_hour = episodes.c.updated_at - 3600
        connection.execute(sa.update(episodes).filter_by(id=old).values(updated_at=an_hour))
    assert [one["data"]["id"] for one in changes(service, 1)] == [new]
    for told in (changes(service, 2, long_ago), changes(service, 2, since=int(long_ago))):
        assert [one["data"]["id"] for one in told] == [old, new]


def test_of_very_many_changes_none_is_left_out(service: Service) -> None:
    sent = [service.sent(bytes([n])) for n in range(5)]
    told: dict[str, int] = {}
    while found := latest(service.held.engine, 0.0, told, limit=2):
        assert len(found) <= 2
        told |= {entry.id: entry.revision for entry in found}
    assert list(told) == sent
