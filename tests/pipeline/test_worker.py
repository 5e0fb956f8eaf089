"""Workers as processes on one queue: what is accepted is done, once, whatever dies."""

from __future__ import annotations

import json
import pickle
import signal
from collections import Counter
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from episodes.edits import Decision, Edits
from pipeline.clips import trouble
from pipeline.course import Failed
from pipeline.intake import Wanted
from pipeline.jobs import QUEUE, VERSION
from pipeline.stagework import read_transcript
from pipeline.worker import SILENT_S, take_name
from storage.database import workers
from storage.figures import figures
from tests.pipeline.conftest import Workshop, child_of, kill, sound

ONCE = ["language", "piece at 0.0 of 20.0", "piece at 10.0 of 20.0", "voices of 20.0"]


def test_what_was_accepted_before_a_worker_lived_is_done(workshop: Workshop) -> None:
    entry = workshop.send()
    assert entry.episode.status == "queued"
    workshop.start()
    done = workshop.until_status(entry, "done")
    assert workshop.diary == ONCE
    assert done.progress == 1.0
    assert done.summary is not None
    assert done.summary.speakers == 2
    transcript = read_transcript(done.transcript, workshop.held.blobs)
    assert transcript is not None
    assert transcript.episode_id == entry.id
    assert not (workshop.folder / "scratch" / entry.id).exists()


def test_several_episodes_are_done_one_after_the_other(workshop: Workshop) -> None:
    entries = [workshop.send(seconds) for seconds in (8.0, 9.0, 10.0)]
    workshop.start()
    for entry in entries:
        workshop.until_status(entry, "done")
    assert [line for line in workshop.diary if line.startswith("voices")] == [
        "voices of 8.0",
        "voices of 9.0",
        "voices of 10.0",
    ]


@pytest.mark.parametrize("stage", ["language", "transcribe", "diarize"])
def test_a_killed_worker_costs_the_running_stage_at_most(
    workshop: Workshop, stage: str
) -> None:
    workshop.pace(0.4)
    entry = workshop.send()
    worker = workshop.start()
    workshop.until_stage(entry, stage)
    child = child_of(worker)
    kill(worker)
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running(), "a child works on for nobody"
    workshop.start()
    workshop.until_status(entry, "done")
    assert set(Counter(workshop.diary)) == set(ONCE)
    assert len(workshop.diary) <= len(ONCE) + 1


def test_a_killed_child_costs_the_running_stage_at_most(workshop: Workshop) -> None:
    workshop.pace(0.4)
    entry = workshop.send()
    worker = workshop.start()
    workshop.until_stage(entry, "transcribe")
    child_of(worker).kill()
    workshop.until_status(entry, "done")
    assert workshop.diary == ONCE


def test_a_stage_that_kills_its_process_every_time_fails_with_a_reason(
    workshop: Workshop,
) -> None:
    workshop.pace(30)
    entry = workshop.send()
    other = workshop.send(8.0)
    worker = workshop.start()
    killed: set[int] = set()

    def killed_thrice() -> bool:
        child = child_of(worker)
        if workshop.look(entry).stage == "language" and child.pid not in killed:
            killed.add(child.pid)
            child.kill()
        return workshop.look(entry).episode.status == "failed" or len(killed) >= 3

    workshop.until(killed_thrice)
    workshop.pace(0)
    failed = workshop.until_status(entry, "failed")
    assert "memory" in str(failed.episode.error)
    assert figures(workshop.held.engine, SILENT_S).failed["died"] == 1
    workshop.until_status(other, "done")
    assert workshop.held.library.restart(entry.id)
    workshop.until_status(entry, "done")


def test_cancelling_ends_a_running_stage(workshop: Workshop) -> None:
    """The engine itself would let the step run to its end."""
    workshop.pace(0.2)
    entry = workshop.send()
    worker = workshop.start()
    workshop.until(lambda: len(workshop.diary) >= 2)  # the language and the first piece
    workshop.pace(600)
    child = child_of(worker)
    workshop.held.library.cancel(entry.id)
    workshop.until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    assert workshop.look(entry).episode.status == "cancelled"
    workshop.pace(0)
    assert workshop.held.library.restart(entry.id)
    workshop.until_status(entry, "done")
    assert workshop.diary == ONCE


def test_a_deleted_episode_leaves_nothing_behind(workshop: Workshop) -> None:
    workshop.pace(0.5)
    entry = workshop.send()
    other = workshop.send(8.0)
    workshop.start()
    workshop.until_stage(entry, "transcribe")
    assert workshop.held.library.delete(entry.id)
    workshop.pace(0)
    workshop.until_status(other, "done")
    assert workshop.held.library.get(entry.id) is None
    assert not workshop.held.blobs.below(entry.id)
    again = workshop.send()
    assert again.id == entry.id
    workshop.until_status(again, "done")


def test_a_worker_asked_to_end_keeps_what_it_has(workshop: Workshop) -> None:
    workshop.pace(0.3)
    entry = workshop.send()
    worker = workshop.start()
    workshop.until_stage(entry, "transcribe")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert workshop.look(entry).episode.status == "running"
    workshop.start()
    workshop.until_status(entry, "done")
    assert workshop.diary == ONCE


def test_the_work_of_a_dead_worker_goes_to_the_living(workshop: Workshop) -> None:
    """The engine would wait for that very worker to come back."""
    workshop.pace(0.4)
    entry = workshop.send()
    dead = workshop.start("one-machine")
    workshop.until_stage(entry, "transcribe")
    kill(dead)
    with workshop.held.engine.begin() as connection:
        long_ago = workers.c.beat_at - 2 * SILENT_S
        connection.execute(sa.update(workers).values(beat_at=long_ago))
    workshop.start("another-machine")
    workshop.until_status(entry, "done")
    assert len(workshop.diary) <= len(ONCE) + 1


def test_two_workers_share_the_queue_and_do_nothing_twice(workshop: Workshop) -> None:
    workshop.pace(0.1)
    workshop.start("one")
    workshop.start("two")
    entries = [workshop.send(8.0 + i) for i in range(4)]
    for entry in entries:
        workshop.until_status(entry, "done")
    assert all(times == 1 for line, times in Counter(workshop.diary).items() if "of" in line)


def test_two_live_workers_never_bear_one_name(tmp_path: Path) -> None:
    """Of two executors with one name each would do the other's steps."""
    first, lock = take_name(tmp_path)
    second, other = take_name(tmp_path)
    assert first != second
    lock.close()
    again, lock = take_name(tmp_path)
    assert again == first
    lock.close()
    other.close()


def test_work_waits_for_no_version_of_the_code(workshop: Workshop) -> None:
    """Left alone, the engine ties accepted work to a hash of the code that accepted it."""
    entry = workshop.send()
    with workshop.held.engine.connect() as connection:
        tied = "SELECT application_version FROM workflow_status WHERE workflow_uuid = :run"
        assert connection.scalar(sa.text(tied), {"run": entry.run}) == VERSION


def test_readers_never_wait_for_writers(workshop: Workshop) -> None:
    with workshop.held.engine.connect() as connection:
        assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"


def test_the_engine_remembers_no_transcripts(workshop: Workshop) -> None:
    entry = workshop.send()
    workshop.start()
    workshop.until_status(entry, "done")
    with workshop.held.engine.connect() as connection:
        sizes = "SELECT length(output) FROM operation_outputs WHERE workflow_uuid = :run"
        outputs = connection.scalars(sa.text(sizes), {"run": entry.run}).all()
        queues = connection.scalars(sa.text("SELECT name FROM queues")).all()
    assert len(outputs) == 10
    assert all(size < 300 for size in outputs)
    assert QUEUE in queues


def test_an_edit_while_the_work_runs_is_in_the_result(workshop: Workshop) -> None:
    workshop.pace(0.3)
    entry = workshop.send()
    workshop.start()
    workshop.until_stage(entry, "diarize")
    keep = Edits(ads=(Decision(1.0, 2.0, "cut", sponsor="Acme"),))
    workshop.held.library.edit(entry.id, lambda _: keep)
    done = workshop.until_status(entry, "done")
    assert done.edits == keep
    assert done.summary is not None
    assert done.summary.ads == 1
    assert workshop.held.blobs.below(f"{entry.id}/clean")


def test_originals_are_dropped_when_the_setting_says_so(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEANCAST_KEEP_AUDIO_DAYS", "0")
    entry = workshop.send()
    workshop.start()
    workshop.until_status(entry, "done")
    workshop.until(lambda: workshop.look(entry).audio is None)
    assert not workshop.held.blobs.size(f"{entry.id}/audio.wav")
    assert workshop.held.library.restart(entry.id, {"strip": "none"})
    workshop.until_status(entry, "done")
    assert workshop.held.library.restart(entry.id, {"speakers": "3"})
    failed = workshop.until_status(entry, "failed")
    assert "upload it again" in str(failed.episode.error)
    assert workshop.diary == ONCE
    workshop.send()
    assert workshop.held.library.restart(entry.id)
    workshop.until_status(entry, "done")


def test_what_is_no_audio_fails_under_the_name_it_was_sent_by(workshop: Workshop) -> None:
    path = workshop.folder / "holiday.mp3"
    path.write_bytes(b"this is no audio" * 100)
    entry, _ = workshop.held.intake.take(path, Wanted({}))
    workshop.start()
    failed = workshop.until_status(entry, "failed")
    assert "holiday.mp3" in str(failed.episode.error)
    assert "\n" not in str(failed.episode.error)


def test_a_failure_that_the_queue_remembers_is_still_of_its_kind() -> None:
    again = pickle.loads(pickle.dumps(Failed("This is no audio.", "audio")))
    assert (str(again), again.kind) == ("This is no audio.", "audio")


def test_clips_that_come_with_an_episode_name_its_speakers(workshop: Workshop) -> None:
    workshop.start()
    entry = workshop.send(clips={"Nora": sound(1.0), "Tex": b"This is no audio."})
    done = workshop.until_status(entry, "done", "failed")
    transcript = read_transcript(done.transcript, workshop.held.blobs)
    assert transcript is not None
    assert [speaker.name for speaker in transcript.speakers] == [None, "Nora"]
    (warning,) = transcript.warnings
    assert warning.startswith("The clip of Tex is of no use: it is no audio")
    nora, tex = json.loads(done.options["voices"]).values()
    blobs = workshop.held.blobs
    assert blobs.read(nora) == sound(1.0)
    assert trouble(nora, blobs) is None
    assert str(trouble(tex, blobs)).startswith("it is no audio")
    assert workshop.held.library.delete(entry.id)
    assert blobs.below(entry.id) == []
