import errno
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from episodes.types import Episode, Transcript
from pipeline.batch import Task
from pipeline.child import Child, Failure, unexpected
from pipeline.progress import ignore
from pipeline.settings import Settings
from tests.fakes import make_fake_work

FakeChild = Child[Task, tuple[Episode, Transcript]]


@pytest.fixture
def child(settings: Settings) -> Iterator[FakeChild]:
    child: FakeChild = Child(make_fake_work, settings)
    yield child
    child.stop()


def said(child: FakeChild, name: str) -> str:
    outcome = child.run(Task(Path(name)), ignore)
    assert not isinstance(outcome, Failure)
    return outcome[1].utterances[0].text


def failure(child: FakeChild, name: str) -> str:
    outcome = child.run(Task(Path(name)), ignore)
    assert isinstance(outcome, Failure)
    return outcome.reason


def test_one_process_does_task_after_task(child: FakeChild) -> None:
    assert said(child, "one.mp3") == said(child, "two.mp3")


def test_progress_comes_through(child: FakeChild) -> None:
    seen: list[tuple[str, float]] = []
    child.run(Task(Path("one.mp3")), lambda stage, done: seen.append((stage, done)))
    assert seen == [("transcribe", 0.5)]


def test_an_expected_failure_is_its_sentence_and_the_process_lives_on(child: FakeChild) -> None:
    before = said(child, "one.mp3")
    assert failure(child, "bad.mp3") == "This file is bad."
    assert said(child, "two.mp3") == before


def test_a_bug_is_one_sentence_that_names_where_its_traceback_is(child: FakeChild) -> None:
    reason = failure(child, "bug.mp3")
    assert "ZeroDivisionError" in reason
    assert "\n" not in reason
    log = Path(reason.rpartition(" ")[2].rstrip("."))
    assert "Traceback" in log.read_text()
    log.unlink()


def test_a_death_costs_only_the_task_at_hand(child: FakeChild) -> None:
    before = said(child, "one.mp3")
    assert "exit code 9" in failure(child, "dies.mp3")
    assert said(child, "two.mp3") != before


def test_a_reason_to_stop_ends_a_running_task_at_once(child: FakeChild) -> None:
    before = said(child, "one.mp3")
    failure = Failure("Cancelled.")
    assert child.run(Task(Path("slow.mp3")), ignore, lambda _pid: failure) == failure
    assert said(child, "two.mp3") != before


def test_a_process_that_died_idle_costs_no_task(child: FakeChild) -> None:
    before = said(child, "one.mp3")
    os.kill(int(before.split()[-1].rstrip(".")), signal.SIGKILL)
    time.sleep(0.5)
    assert said(child, "two.mp3") != before


def test_after_stop_nothing_begins(child: FakeChild) -> None:
    child.stop()
    assert "before it began" in failure(child, "one.mp3")


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Not a directory") as raised:
        (tmp_path / "file/inner").mkdir()
    assert str(tmp_path / "file/inner") in unexpected(raised.value, "it")


def test_a_full_disk_is_called_one() -> None:
    small = sqlite3.connect(":memory:")
    small.execute("PRAGMA max_page_count=1")
    with closing(small), pytest.raises(sqlite3.Error) as raised:
        small.execute("CREATE TABLE t (x)")
    below = OperationalError("", {}, raised.value)
    for error in (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), below):
        assert unexpected(error, "one.mp3").startswith("The disk is full: free some of it")
