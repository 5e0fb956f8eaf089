"""Webhooks and what waits for them: written once with an episode's end, held by one."""

from __future__ import annotations

import base64
import threading
import time
from collections import Counter

import pytest
import sqlalchemy as sa

from episodes.errors import BadInput
from storage import hooks as hooks_module
from storage.database import deliveries
from storage.deliveries import HELD_S, KEPT_S, Claim, Deliveries
from storage.hooks import Hook, Hooks
from tests.storage.conftest import Shelf
from tests.storage.test_ledger import begun, finish

URL = "https://example.org/hook"


def hook(shelf: Shelf, *events: str, url: str = URL) -> Hook:
    return Hooks(shelf.engine).add(url, events or ("done", "failed"))  # type: ignore[arg-type]


def claimed(shelf: Shelf, later_s: float = 0.0) -> Claim:
    claim = Deliveries(shelf.engine).claim(time.time() + later_s)
    assert claim is not None
    return claim


def test_a_webhook_is_registered_listed_and_deleted(shelf: Shelf) -> None:
    hooks = Hooks(shelf.engine)
    first, second = hook(shelf, "done"), hook(shelf, "failed", "done", "done")
    assert hooks.all() == [first, second]
    assert second.events == ("done", "failed")
    assert first.secret != second.secret
    assert len(first.key) == 32
    assert hooks.get(first.id) == first
    assert hooks.delete(first.id)
    assert not hooks.delete(first.id)
    assert hooks.get(first.id) is None
    assert hooks.all() == [second]


@pytest.mark.parametrize("size", [24, 32, 64])
def test_a_secret_may_be_given(shelf: Shelf, size: int) -> None:
    secret = "whsec_" + base64.b64encode(bytes(size)).decode()
    made = Hooks(shelf.engine).add(URL, ("done",), secret)
    assert made.secret == secret
    assert made.key == bytes(size)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "secret",
        "whsec_c2hvcnQ=",
        "whsec_" + "!" * 40,
        "A" * 44,
        "whsec_" + base64.b64encode(bytes(65)).decode(),
        "whsec_é" + "A" * 40,
    ],
)
def test_what_is_no_secret_is_refused(secret: str) -> None:
    hooks = Hooks(sa.create_engine("sqlite://"))  # it is never asked
    with pytest.raises(BadInput, match="whsec_"):
        hooks.add(URL, ("done",), secret)


def test_there_are_not_too_many(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks_module, "MOST", 2)
    hook(shelf)
    hook(shelf)
    with pytest.raises(BadInput, match="delete one"):
        hook(shelf)


def test_an_end_is_told_once_to_each_who_wants_to_know(shelf: Shelf) -> None:
    both, failures = hook(shelf), hook(shelf, "failed")
    entry = begun(shelf)
    assert finish(shelf, entry)
    assert not finish(shelf, entry)
    shelf.ledger.fail(entry.id, entry.run, "too late")
    (done,) = Deliveries(shelf.engine).of(both.id)
    assert (done.event, done.state, done.attempts) == ("done", "waiting", 0)
    assert done.facts == {
        "id": entry.id,
        "status": "done",
        "title": "one.mp3",
        "show": None,
        "duration_s": 60.0,
        "language": "en",
        "error": None,
    }
    assert Deliveries(shelf.engine).of(failures.id) == []


def test_each_run_is_told_by_itself_and_cancelling_is_not(shelf: Shelf) -> None:
    hooked = hook(shelf)
    entry = begun(shelf)
    shelf.ledger.fail(entry.id, entry.run, "It is no audio.", "audio")
    shelf.library.restart(entry.id)
    queued = shelf.library.get(entry.id)
    assert queued is not None
    again = shelf.ledger.begin(entry.id, queued.run)
    assert again is not None
    finish(shelf, again)
    other = begun(shelf, "other.mp3")
    shelf.library.cancel(other.id)
    shelf.ledger.fail(other.id, other.run, "too late")
    told = Deliveries(shelf.engine).of(hooked.id)
    assert Counter(one.event for one in told) == {"failed": 1, "done": 1}
    (failed,) = [one for one in told if one.event == "failed"]
    assert failed.facts["error"] == "It is no audio."
    assert failed.facts["status"] == "failed"


def test_it_is_written_with_the_end_or_not_at_all(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooked = hook(shelf)
    entry = begun(shelf)

    def broken(*_: object) -> None:
        raise OSError("the plug was pulled")

    monkeypatch.setattr("storage.ledger.tally", broken)  # the last thing in the transaction
    with pytest.raises(OSError, match="plug"):
        finish(shelf, entry)
    assert Deliveries(shelf.engine).of(hooked.id) == []
    assert shelf.ledger.goes_on(entry.id, entry.run)


def test_a_deleted_episode_is_still_told_of_but_not_to_a_deleted_webhook(shelf: Shelf) -> None:
    gone, stays = hook(shelf), hook(shelf)
    entry = begun(shelf)
    finish(shelf, entry)
    shelf.library.delete(entry.id)
    assert Hooks(shelf.engine).delete(gone.id)
    claim = claimed(shelf)
    assert claim.hook.id == stays.id
    assert claim.delivery.facts["id"] == entry.id
    assert Deliveries(shelf.engine).claim(time.time()) is None


def test_what_is_held_is_nobody_elses_until_the_holder_is_late(shelf: Shelf) -> None:
    hook(shelf)
    finish(shelf, begun(shelf))
    store = Deliveries(shelf.engine)
    first = claimed(shelf)
    assert store.claim(time.time()) is None
    assert store.claim(time.time() + HELD_S - 5) is None
    second = claimed(shelf, HELD_S + 5)
    assert second.delivery.id == first.delivery.id
    assert (first.delivery.attempts, second.delivery.attempts) == (1, 2)
    # The first was slow, not dead: what it says now is of no account.
    store.failed(first, time.time(), "too late", None)
    store.arrived(second, time.time())
    (delivery,) = store.of(first.hook.id)
    assert (delivery.state, delivery.last_error) == ("delivered", None)


def test_of_many_who_look_at_once_each_delivery_has_one(shelf: Shelf) -> None:
    for _ in range(4):
        hook(shelf)
    for name in ("one.mp3", "two.mp3", "three.mp3"):
        finish(shelf, begun(shelf, name))
    sent: list[str] = []
    start = threading.Barrier(6)

    def work() -> None:
        store = Deliveries(shelf.engine)
        start.wait()
        quiet = 0
        while quiet < 3:
            claim = store.claim(time.time())
            quiet = quiet + 1 if claim is None else 0
            if claim is not None:
                sent.append(claim.delivery.id)
                store.arrived(claim, time.time())

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while (claim := Deliveries(shelf.engine).claim(time.time())) is not None:
        sent.append(claim.delivery.id)  # left where all found each other busy
        Deliveries(shelf.engine).arrived(claim, time.time())
    assert len(sent) == 12
    assert set(Counter(sent).values()) == {1}


def test_one_webhook_is_sent_one_thing_at_a_time_and_keeps_no_other_waiting(
    shelf: Shelf,
) -> None:
    slow, quick = hook(shelf), hook(shelf)
    for name in ("one.mp3", "two.mp3"):
        finish(shelf, begun(shelf, name))
    held = [claimed(shelf), claimed(shelf)]
    assert {claim.hook.id for claim in held} == {slow.id, quick.id}
    store = Deliveries(shelf.engine)
    assert store.claim(time.time()) is None
    (mine,) = [claim for claim in held if claim.hook.id == quick.id]
    store.arrived(mine, time.time())
    assert claimed(shelf).hook.id == quick.id


def test_a_failure_is_tried_again_when_it_is_time_and_the_last_is_dropped(
    shelf: Shelf,
) -> None:
    hooked = hook(shelf)
    finish(shelf, begun(shelf))
    store, now = Deliveries(shelf.engine), time.time()
    store.failed(claimed(shelf), now, "It answered 500.", now + 100)
    looked = Hooks(shelf.engine).get(hooked.id)
    assert looked is not None
    assert looked.last_at is not None
    assert (looked.last_error, looked.ended) == ("It answered 500.", None)
    assert store.claim(now + 99) is None
    store.failed(claimed(shelf, 101), now + 101, "It answered 503.", None)
    (dropped,) = store.of(hooked.id)
    assert (dropped.state, dropped.attempts) == ("dropped", 2)
    assert dropped.last_error == "It answered 503."
    assert store.claim(now + 1e6) is None


def test_a_webhook_that_ended_is_told_nothing_any_more(shelf: Shelf) -> None:
    hooked = hook(shelf)
    for name in ("one.mp3", "two.mp3"):
        finish(shelf, begun(shelf, name))
    store = Deliveries(shelf.engine)
    store.end(claimed(shelf), time.time(), "It answered 410 Gone.")
    finish(shelf, begun(shelf, "three.mp3"))
    looked = Hooks(shelf.engine).get(hooked.id)
    assert looked is not None
    assert looked.ended == "It answered 410 Gone."
    assert [one.state for one in store.of(hooked.id)] == ["dropped", "dropped"]
    assert store.claim(time.time() + 1e6) is None
    assert store.ping(hooked.id) is None


def test_a_ping_waits_like_everything(shelf: Shelf) -> None:
    hooked = hook(shelf, "failed")
    store = Deliveries(shelf.engine)
    assert store.ping("wh_unknown") is None
    ping, another = store.ping(hooked.id), store.ping(hooked.id)
    assert ping is not None
    assert another is not None
    assert ping.id != another.id
    assert claimed(shelf).delivery.event == "ping"


def test_what_ended_long_ago_is_forgotten(shelf: Shelf) -> None:
    hooked = hook(shelf)
    for name in ("one.mp3", "two.mp3"):
        finish(shelf, begun(shelf, name))
    store, now = Deliveries(shelf.engine), time.time()
    store.arrived(claimed(shelf), now)
    store.forget(now + KEPT_S - 5)
    assert len(store.of(hooked.id)) == 2
    store.forget(now + KEPT_S + 5)
    assert [one.state for one in store.of(hooked.id)] == ["waiting"]
    with shelf.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(deliveries)) == 1


def test_a_webhook_that_is_deleted_while_it_is_sent_to_is_gone(shelf: Shelf) -> None:
    hooked = hook(shelf)
    finish(shelf, begun(shelf))
    claim = claimed(shelf)
    Hooks(shelf.engine).delete(hooked.id)
    Deliveries(shelf.engine).arrived(claim, time.time())
    assert Deliveries(shelf.engine).of(hooked.id) == []
