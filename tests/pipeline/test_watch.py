"""When a file is whole, told by listings; and the watching of a folder, with fake work."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.batch import Batch, Spine, Wish, local
from pipeline.finished import Report
from pipeline.outputs import Stamp
from pipeline.plan import plan
from pipeline.settings import Settings
from pipeline.watch import LOOKED_AT, Arrivals, Watch
from tests.fakes import FakeWorker, make_fake_spine, make_no_work

ONE = Path("one.mp3")


def at(size: int, changed_s: float) -> dict[Path, Stamp]:
    """A listing of one file."""
    return {ONE: Stamp(size, round(changed_s * 1e9))}


def test_a_file_is_whole_when_two_looks_find_the_same_old_file() -> None:
    arrivals = Arrivals(10.0)
    assert arrivals.look(at(5, 100.0), 1000.0) == []
    assert arrivals.look(at(5, 100.0), 1005.0) == [ONE]


def test_a_growing_file_is_left_alone_until_it_has_settled() -> None:
    arrivals = Arrivals(10.0)
    for second in range(0, 60, 5):
        assert arrivals.look(at(second, 1000.0 + second), 1000.0 + second) == []
    assert arrivals.look(at(55, 1055.0), 1060.0) == []
    assert arrivals.look(at(55, 1055.0), 1065.0) == [ONE]


def test_a_copy_that_bears_an_old_time_but_grows_is_left_alone() -> None:
    arrivals = Arrivals(10.0)
    for size in range(1, 20):
        assert arrivals.look(at(size, 0.0), 1000.0 + 5 * size) == []


def test_a_drive_whose_clock_is_ahead_does_not_keep_files_back() -> None:
    arrivals = Arrivals(10.0)
    looks = [arrivals.look(at(5, 9000.0), 1000.0 + 5 * i) for i in range(3)]
    assert looks == [[], [], [ONE]]


def test_what_was_taken_is_offered_again_only_when_it_changes() -> None:
    arrivals = Arrivals(10.0)
    for now in (1000.0, 1005.0):
        whole = arrivals.look(at(5, 0.0), now)
    assert whole == [ONE]
    assert arrivals.look(at(5, 0.0), 1010.0) == [ONE]  # nobody took it
    arrivals.take(ONE)
    assert arrivals.look(at(5, 0.0), 1015.0) == []
    assert arrivals.look(at(6, 1016.0), 1020.0) == []
    assert arrivals.look(at(6, 1016.0), 1030.0) == [ONE]


def test_files_that_are_gone_are_forgotten() -> None:
    arrivals = Arrivals(0.0)
    for number in range(100):
        listing = {Path(f"{number}.mp3"): Stamp(1, 1)}
        for _ in range(2):
            for path in arrivals.look(listing, 1000.0 + number):
                arrivals.take(path)
    assert len(arrivals._seen) == len(arrivals._taken) == 1


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.floats(0.1, 20.0)), max_size=30
    ),
    st.floats(0.0, 15.0),
)
def test_whatever_is_offered_was_the_same_twice_and_has_rested(
    looks: list[tuple[int, int, float]], settle_s: float
) -> None:
    arrivals, now, before, since = Arrivals(settle_s), 1000.0, None, 0.0
    for size, changed, step_s in looks:
        now += step_s
        seen = Stamp(size, round((990 + 10 * changed) * 1e9))
        if seen != before:
            since = now
        offered = arrivals.look({ONE: seen}, now)
        if offered:
            assert seen == before
            assert max(now - seen.mtime_ns / 1e9, now - since) >= settle_s
            arrivals.take(ONE)
            assert arrivals.look({ONE: seen}, now) == []
        before = seen


class Folder:
    """A watched folder."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self.path, self.settings, self.notes = path, settings, list[str]()
        self.batches = 0
        self.when_told: Callable[[], None] = lambda: None

    def note(self, text: str) -> None:
        self.notes.append(text)
        self.when_told()

    def put(self, name: str, content: bytes = b"audio", age_s: float = 3600.0) -> None:
        self.path.mkdir(exist_ok=True)
        (self.path / name).write_bytes(content)
        then = time.time() - age_s
        os.utime(self.path / name, (then, then))

    def watch(
        self,
        make_work: Callable[[Settings], Spine] = make_fake_spine,
        worker: FakeWorker | None = None,
    ) -> Watch:
        def new_batch() -> Batch:
            self.batches += 1
            if worker is not None:
                return worker.batch(self.settings)
            return local(self.settings, Wish(["txt"]), 1, make_work)

        planned = partial(plan, [self.path], None, ["txt"])
        return Watch(self.path, planned, new_batch, self.note, Arrivals(10.0), 0.01)

    def once(self, make_work: Callable[[Settings], Spine] = make_fake_spine) -> list[str]:
        reports = self.watch(make_work).run(lambda *_: None, once=True)
        return sorted(f"{r.source.stem} {r.status}" for r in reports)


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Folder:
    return Folder(tmp_path / "in", settings)


def test_once_does_what_is_whole_and_ends(folder: Folder) -> None:
    for name in ("a.mp3", "bad.mp3", "b.mp3.part", ".c.mp3", "notes.txt"):
        folder.put(name)
    folder.put("young.mp3", age_s=-3600.0)  # a slow machine must not see it grow old
    assert folder.once() == ["a done", "bad failed"]
    assert (folder.path / "a.txt").exists()
    assert folder.once(make_no_work) == ["a unchanged", "bad failed"]


def test_an_empty_folder_begins_no_batch(folder: Folder) -> None:
    folder.path.mkdir()
    assert folder.once() == []
    assert folder.batches == 0


def collect(reports: Iterator[Report], steps: Sequence[Callable[[], None]]) -> list[str]:
    """What is reported while each step is done after one more report."""
    told = []
    for step in steps:
        report = next(reports)
        told.append(f"{report.source.stem} {report.status}")
        step()
    return told


def test_watching_takes_what_comes_and_what_changes(folder: Folder) -> None:
    folder.put("bad.mp3")
    with closing(folder.watch().run(lambda *_: None)) as reports:
        told = collect(
            reports,
            [
                lambda: folder.put("a.mp3"),
                lambda: folder.put("a.mp3", b"corrected"),
                lambda: folder.put("bad.mp3", b"no better"),
                lambda: None,
            ],
        )
    assert told == ["bad failed", "a done", "a done", "bad failed"]


def test_earlier_episodes_are_done_again_when_later_ones_tell_of_them(folder: Folder) -> None:
    worker = FakeWorker()

    def later() -> None:
        worker.offered = {"a", "gone"}
        (folder.path / "gone.mp3").unlink()
        folder.put("b.mp3")

    folder.put("a.mp3")
    folder.put("gone.mp3")
    with closing(folder.watch(worker=worker).run(lambda *_: None)) as reports:
        told = collect(reports, [lambda: None, later, lambda: None, lambda: None])
    assert sorted(told) == ["a done", "a done", "b done", "gone done"]
    assert sorted(worker.asked[2:]) == ["a", "b"]


def test_what_was_there_before_is_told_of_once(folder: Folder) -> None:
    worker = FakeWorker()
    folder.put("a.mp3")
    list(folder.watch(worker=worker).run(lambda *_: None, once=True))
    worker.offered = {"a"}
    with closing(folder.watch(worker=worker).run(lambda *_: None)) as reports:
        told = [next(reports), next(reports)]
        folder.put("b.mp3")
        told.append(next(reports))
        folder.put("c.mp3")
        told.append(next(reports))
    assert [(r.source.stem, r.again) for r in told] == [
        ("a", False),
        ("a", True),
        ("b", False),
        ("c", False),
    ]
    assert worker.asked == ["a", "b", "c"]


def test_only_the_last_ones_are_looked_at_again(folder: Folder) -> None:
    watch = folder.watch(worker=FakeWorker())
    for number in range(LOOKED_AT + 1):
        folder.put(f"{number}.mp3")
    assert len(list(watch.run(lambda *_: None, once=True))) == LOOKED_AT + 1
    assert len(watch._done) == LOOKED_AT


def test_a_folder_that_is_away_is_told_and_watched_again(folder: Folder) -> None:
    folder.put("a.mp3")
    away = folder.path.with_name("away")

    def back() -> None:
        away.rename(folder.path)
        folder.put("b.mp3")

    folder.when_told = back
    with closing(folder.watch().run(lambda *_: None)) as reports:
        assert next(reports).source.name == "a.mp3"
        folder.path.rename(away)
        assert next(reports).source.name == "b.mp3"
    assert folder.notes == [
        f"{folder.path} cannot be read: no such file or directory; trying again."
    ]


def test_names_that_differ_only_in_case_stop_nothing(folder: Folder) -> None:
    folder.put("a.mp3")
    folder.put("A.mp3")
    if len(list(folder.path.iterdir())) == 1:
        pytest.skip("this disk does not tell them apart")
    assert folder.once() == ["A done", "a done"]
    assert folder.notes == []
