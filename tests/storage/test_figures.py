"""Figures: counted with what they count, growing only, the same from everywhere."""

from __future__ import annotations

import math
import threading
import time

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from storage.database import connect, episodes, metadata
from storage.figures import STAGE_BOUNDS_S, Figures, figures
from storage.tallies import histograms, observation, tally
from tests.storage.conftest import Shelf
from tests.storage.test_ledger import begun, finish

SILENT_S = 30.0
BOUNDS = (0.5, 1.0, 10.0)


def now(shelf: Shelf) -> Figures:
    return figures(shelf.engine, SILENT_S)


def test_an_empty_service_has_figures_too(shelf: Shelf) -> None:
    empty = now(shelf)
    assert set(empty.episodes.values()) == {0}
    assert set(empty.failed.values()) == {0.0}
    assert (empty.oldest_queued_s, empty.workers, empty.deliveries) == (0.0, 0, 0)
    assert empty.real_time_factor.buckets[-1] == (math.inf, 0.0)


def test_the_queue_is_as_long_as_it_is(shelf: Shelf) -> None:
    shelf.add("one.mp3")
    waits = shelf.add("two.mp3")
    begun(shelf, "three.mp3")
    with shelf.engine.begin() as connection:
        long = sa.update(episodes).where(episodes.c.id == waits.id)
        connection.execute(long.values(updated_at=time.time() - 600))
    shelf.ledger.beat("one")
    told = now(shelf)
    assert told.episodes == {"queued": 2, "running": 1, "done": 0, "failed": 0, "cancelled": 0}
    assert 600 <= told.oldest_queued_s < 660
    assert told.workers == 1


def test_runs_are_counted_by_how_they_end_and_deleting_takes_nothing_back(shelf: Shelf) -> None:
    done, failed = begun(shelf), begun(shelf, "bad.mp3")
    finish(shelf, done)
    finish(shelf, done)
    shelf.ledger.fail(failed.id, failed.run, "This is no audio.", "audio")
    shelf.ledger.fail(failed.id, failed.run, "again", "died")
    for _ in range(2):
        told = now(shelf)
        assert (told.done, told.audio_s) == (1.0, 60.0)
        assert {kind: n for kind, n in told.failed.items() if n} == {"audio": 1.0}
        assert told.real_time_factor.buckets[-1] == (math.inf, 1.0)
        assert 0 <= told.real_time_factor.total < 1
        shelf.library.delete(done.id)
        shelf.library.delete(failed.id)
    assert set(told.episodes.values()) == {0}


def test_stages_are_timed(shelf: Shelf) -> None:
    for seconds in (0.05, 2.0, 2.5, 1e6):
        shelf.ledger.took("transcribe", seconds)
    shelf.ledger.took("decode", 0.1)
    told = now(shelf).stage_s
    assert set(told) == {"decode", "transcribe"}
    assert told["transcribe"].total == pytest.approx(1e6 + 4.55)
    by_bound = dict(told["transcribe"].buckets)
    assert (by_bound[0.1], by_bound[1.0], by_bound[3.0], by_bound[math.inf]) == (1, 1, 3, 4)
    assert dict(told["decode"].buckets)[STAGE_BOUNDS_S[0]] == 1


def test_nothing_is_lost_where_many_count_at_once(shelf: Shelf) -> None:
    def count() -> None:
        for _ in range(10):
            shelf.ledger.took("decode", 1.0)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    decode = now(shelf).stage_s["decode"]
    assert (decode.buckets[-1], decode.total) == ((math.inf, 40.0), 40.0)


@given(st.lists(st.floats(0, 20, allow_nan=False), min_size=1, max_size=20))
def test_a_histogram_is_what_one_would_count_by_hand(values: list[float]) -> None:
    engine = connect("sqlite://")
    metadata.create_all(engine)
    with engine.begin() as connection:
        for value in values:
            tally(connection, *observation("test", BOUNDS, value, "label"))
        found = histograms(connection, "test", BOUNDS)["label"]
        other = histograms(connection, "test", (0.7,))["label"]
    engine.dispose()
    assert found.total == pytest.approx(sum(values))
    for bound, times in found.buckets:
        assert times == sum(value <= bound for value in values)
    # Other bounds than were counted by give what is certain, and lose none.
    assert dict(other.buckets)[0.7] == sum(value <= 0.5 for value in values)
    assert other.buckets[-1] == (math.inf, len(values))
