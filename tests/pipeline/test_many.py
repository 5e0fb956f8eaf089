"""Many workers on PostgreSQL and S3: the same promises as on one machine."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import sqlalchemy as sa

from episodes.edits import Decision, Edits
from pipeline.stagework import read_transcript
from pipeline.worker import SILENT_S
from storage.database import workers
from storage.search import search
from tests.pipeline.conftest import Workshop, child_of, kill


def test_three_workers_of_which_one_dies_for_good_do_everything_once(
    town: Workshop, tmp_path: Path
) -> None:
    town.pace(0.3)
    entries = [town.send(8.0 + n) for n in range(6)]
    machines = [town.start(name, folder=tmp_path / name) for name in ("one", "two", "three")]
    town.until(lambda: sum(town.look(e).episode.status == "running" for e in entries) == 3)
    town.until(lambda: len(town.diary) >= 4)
    kill(machines[0])
    with town.held.engine.begin() as connection:
        long_ago = sa.update(workers).values(beat_at=workers.c.beat_at - 2 * SILENT_S)
        connection.execute(long_ago.where(workers.c.name == "one"))
    town.pace(0.0)
    for entry in entries:
        done = town.until_status(entry, "done")
        transcript = read_transcript(done.transcript, town.held.blobs)
        assert transcript is not None
        assert transcript.duration_s == done.duration_s
    # At most what the dead one was at was done again.
    again = [times for times in Counter(town.diary).values() if times > 1]
    assert sum(again) - len(again) <= 1 + len(entries)  # the languages are all called alike
    hits = search(town.held.engine, "fake recogniser", 100)
    assert {hit.episode_id for hit in hits} == {entry.id for entry in entries}


def test_a_running_stage_is_cancelled_on_another_machine(
    town: Workshop, tmp_path: Path
) -> None:
    town.pace(0.2)
    entry = town.send()
    worker = town.start("one", folder=tmp_path / "one")
    town.until(lambda: len(town.diary) >= 2)
    town.pace(600)
    child = child_of(worker)
    town.held.library.cancel(entry.id)
    town.until(lambda: not child.is_running() or child.status() == "zombie")
    assert town.look(entry).episode.status == "cancelled"
    assert town.held.library.delete(entry.id)
    assert town.held.blobs.below(entry.id) == []


def test_the_audio_without_its_ads_is_kept_where_everything_is(
    town: Workshop, tmp_path: Path
) -> None:
    entry = town.send()
    town.start("one", folder=tmp_path / "one")
    town.until_status(entry, "done")
    cut = Edits(ads=(Decision(1.0, 2.0, "cut"),))
    town.held.library.edit(entry.id, lambda _: cut)
    assert town.held.library.restart(entry.id)
    town.until_status(entry, "done")
    (clean,) = town.held.blobs.below(f"{entry.id}/clean")
    size = town.held.blobs.size(clean)
    assert size is not None
    assert size < entry.audio_bytes
    assert not (tmp_path / "one/scratch" / entry.id).exists()
