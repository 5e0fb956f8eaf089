"""What waits for webhooks is sent, signed, and sent again until it arrives."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from standardwebhooks import WebhookVerificationError

from pipeline import courier
from pipeline.courier import JITTER, WAITS_S, Courier
from pipeline.holdings import open_database
from pipeline.intake import Wanted
from pipeline.settings import Settings
from storage.deliveries import Deliveries, Delivery
from storage.figures import figures
from storage.hooks import Hook, Hooks
from tests.pipeline.conftest import Workshop
from tests.receiver import Receiver, receiving


@dataclass
class Post:
    """A courier with a clock that is set by hand, a webhook, and its receiver."""

    engine: Engine
    receiver: Receiver
    settings: Settings
    now: float = field(default_factory=time.time)

    def __post_init__(self) -> None:
        self.hook: Hook = Hooks(self.engine).add(self.receiver.url, ("done", "failed"))
        self.store = Deliveries(self.engine)
        self.courier = self.new_courier(self.settings)

    def new_courier(self, settings: Settings) -> Courier:
        return Courier(self.engine, settings, clock=lambda: self.now)

    def ping(self) -> None:
        assert self.store.ping(self.hook.id)
        self.now = max(self.now, time.time())

    @property
    def latest(self) -> Delivery:
        return self.store.of(self.hook.id)[0]

    @property
    def looked(self) -> Hook:
        hook = Hooks(self.engine).get(self.hook.id)
        assert hook is not None
        return hook


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    settings = Settings(data_dir=tmp_path / "data", webhook_private=True)
    engine = open_database(settings)
    with receiving() as receiver:
        yield Post(engine, receiver, settings)
    engine.dispose()


def test_what_arrives_is_signed_and_nothing_more_comes(post: Post) -> None:
    post.ping()
    assert post.courier.deliver()
    assert not post.courier.deliver()
    (got,) = post.receiver.got
    assert got.verified(post.hook.secret)["type"] == "ping"
    assert got.headers["webhook-id"] == post.latest.id
    assert got.headers["content-type"] == "application/json"
    assert got.headers["user-agent"].startswith("cleancast/")
    assert (post.latest.state, post.latest.attempts) == ("delivered", 1)
    assert post.looked.last_error is None
    assert post.looked.last_at is not None


def test_no_other_secret_body_or_time_passes(post: Post) -> None:
    post.ping()
    post.now -= 3600
    assert not post.courier.deliver(), "it is not due yet"
    post.now += 3600
    post.courier.deliver()
    (got,) = post.receiver.got
    other = Hooks(post.engine).add(post.receiver.url, ("done",))
    with pytest.raises(WebhookVerificationError):
        got.verified(other.secret)
    with pytest.raises(WebhookVerificationError):
        type(got)(got.path, got.headers, got.body + b" ").verified(post.hook.secret)
    stale = got.headers | {"webhook-timestamp": str(int(post.now) + 1)}
    with pytest.raises(WebhookVerificationError):
        type(got)(got.path, stale, got.body).verified(post.hook.secret)


def test_what_fails_is_sent_again_later_and_later_under_the_same_id(post: Post) -> None:
    post.receiver.answers = [500, 503, 429]
    post.ping()
    begun = post.now
    for attempt, wait_s in enumerate(WAITS_S[:3], 1):
        assert post.courier.deliver()
        assert not post.courier.deliver()
        assert post.latest.attempts == attempt
        due_s = post.latest.next_at.timestamp() - post.now
        assert wait_s <= due_s + 0.01 <= wait_s * (1 + JITTER) + 0.02
        post.now += wait_s * (1 + JITTER) + 1
    assert post.looked.last_error == "It answered 429."
    assert post.courier.deliver()
    assert post.latest.state == "delivered"
    assert post.looked.last_error is None
    assert len({got.headers["webhook-id"] for got in post.receiver.got}) == 1
    assert len({got.body for got in post.receiver.got}) == 1
    moments = [int(got.headers["webhook-timestamp"]) for got in post.receiver.got]
    assert moments == sorted(moments)
    assert moments[-1] - begun > sum(WAITS_S[:3]) - 1


def test_after_about_a_day_it_is_given_up(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    post.receiver.answers = [500] * 20
    post.ping()
    begun = post.now
    while post.courier.deliver():
        post.now = max(post.now, post.latest.next_at.timestamp() + 1)
    assert len(post.receiver.got) == len(WAITS_S) + 1
    assert 20 * 3600 < post.now - begun < 27 * 3600
    assert (post.latest.state, post.latest.last_error) == ("dropped", "It answered 500.")
    assert "given up" in caplog.text
    post.ping()  # the webhook itself goes on
    post.receiver.answers.clear()
    assert post.courier.deliver()
    assert post.looked.last_error is None


def test_gone_is_gone(post: Post) -> None:
    post.receiver.answers = [410]
    post.ping()
    post.ping()
    assert post.courier.deliver()
    post.now += 1e6
    assert not post.courier.deliver()
    assert post.looked.ended == "It answered 410 Gone."
    assert Counter(one.state for one in post.store.of(post.hook.id)) == {"dropped": 2}


def test_a_redirect_is_a_failure_that_says_so(post: Post) -> None:
    post.receiver.answers, post.receiver.location = [308], "http://127.0.0.1:1/"
    post.ping()
    post.courier.deliver()
    assert "redirects are not followed" in str(post.latest.last_error)
    assert post.latest.state == "waiting"


def test_what_was_allowed_once_is_checked_again_when_it_is_sent(post: Post) -> None:
    post.ping()
    strict = post.new_courier(post.settings.model_copy(update={"webhook_private": False}))
    assert strict.deliver()
    assert post.receiver.got == []
    assert "no public address" in str(post.latest.last_error)


def test_who_is_away_is_called_again(post: Post) -> None:
    away = post.receiver.url.replace(str(post.receiver.port), "1")
    post.hook = Hooks(post.engine).add(away, ("done",))
    post.ping()
    assert post.courier.deliver()
    assert "cannot be reached" in str(post.latest.last_error)
    assert post.latest.state == "waiting"


def test_a_bug_is_a_failed_attempt_not_the_end_of_the_courier(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(courier, "body_of", broken)
    post.ping()
    assert post.courier.deliver()
    assert post.latest.state == "waiting"
    assert "ZeroDivisionError" in str(post.latest.last_error)
    assert "Traceback" in caplog.text


def test_it_works_by_itself_and_ends_when_told(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "POLL_S", 0.01)
    working = Courier(post.engine, post.settings)
    working.start()
    post.ping()
    deadline = time.monotonic() + 30
    while post.latest.state != "delivered" and time.monotonic() < deadline:
        time.sleep(0.01)
    working.stop()
    assert len(post.receiver.got) == 1
    post.ping()
    assert post.latest.attempts == 0


def test_workers_tell_of_each_end_once(town: Workshop, tmp_path: Path) -> None:
    """From the upload to the receiver, with two workers that are processes."""
    allowing = town.held.settings.model_copy(update={"webhook_private": True})
    town.held = replace(town.held, settings=allowing)
    with receiving() as receiver:
        hook = town.held.hooks.add(receiver.url, ("done", "failed"))
        bad = town.folder / "holiday.mp3"
        bad.write_bytes(b"this is no audio" * 100)
        failing, _ = town.held.intake.take(bad, Wanted({}))
        good = [town.send(seconds) for seconds in (8.0, 9.0)]
        for name in ("one", "two"):
            town.start(name, folder=tmp_path / name)
        for entry in good:
            town.until_status(entry, "done")
        town.until_status(failing, "failed")
        town.until(lambda: len(receiver.got) >= 3)
        town.until(lambda: {d.state for d in town.held.deliveries.of(hook.id)} == {"delivered"})
    counted = figures(town.held.engine, 30.0)
    assert (counted.done, counted.failed["audio"]) == (2, 1)
    assert counted.audio_s == 17.0
    assert {"decode", "transcribe", "diarize", "transcript"} <= set(counted.stage_s)
    assert counted.stage_s["transcribe"].buckets[-1][1] == 4  # two pieces each
    told = [got.verified(hook.secret) for got in receiver.got]
    assert Counter((one["type"], one["data"]["id"]) for one in told) == {
        ("episode.failed", failing.id): 1,
        ("episode.done", good[0].id): 1,
        ("episode.done", good[1].id): 1,
    }
    (failure,) = [one["data"] for one in told if one["type"] == "episode.failed"]
    assert "holiday.mp3" in failure["error"]
    assert set(failure["links"]) == {"self"}
    done = next(one["data"] for one in told if one["type"] == "episode.done")
    assert done["links"]["transcript"] == f"/v1/episodes/{done['id']}/transcript"
    assert "hears" not in json.dumps(told), "there is no transcript inside"
