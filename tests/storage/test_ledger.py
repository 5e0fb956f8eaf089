import time

from episodes.edits import Edits
from episodes.types import Summary, Tags
from storage.library import Entry
from storage.search import search
from tests.fakes import transcript_of, words_of
from tests.storage.conftest import Shelf

TRANSCRIPT = transcript_of(words_of("The lighthouse keeper came home.", 0.0))
SUMMARY = Summary(1, 0, 0.0)


def begun(shelf: Shelf, name: str = "one.mp3") -> Entry:
    entry = shelf.add(name)
    begun = shelf.ledger.begin(entry.id, entry.run)
    assert begun is not None
    return begun


def finish(shelf: Shelf, entry: Entry, edits: Edits | None = None) -> bool:
    return shelf.ledger.finish(entry, "key", TRANSCRIPT, SUMMARY, edits or entry.edits)


def test_a_run_goes_from_queued_to_done(shelf: Shelf) -> None:
    entry = begun(shelf)
    assert entry.episode.status == "running"
    assert entry.started_at is not None
    assert shelf.ledger.active() == {entry.run: entry.id}
    shelf.ledger.advance(entry.id, entry.run, "transcribe", 0.25)
    running = shelf.library.get(entry.id)
    assert running is not None
    assert (running.stage, running.progress) == ("transcribe", 0.25)
    assert finish(shelf, entry)
    done = shelf.library.get(entry.id)
    assert done is not None
    assert (done.episode.status, done.stage, done.progress) == ("done", None, 1.0)
    assert (done.summary, done.transcript, done.language) == (SUMMARY, "key", "en")
    assert shelf.ledger.active() == {}


def test_an_interrupted_run_is_taken_up(shelf: Shelf) -> None:
    entry = begun(shelf)
    again = shelf.ledger.begin(entry.id, entry.run)
    assert again is not None
    assert again.started_at == entry.started_at


def test_a_run_that_is_over_changes_nothing(shelf: Shelf) -> None:
    entry = begun(shelf)
    shelf.library.cancel(entry.id)
    cancelled = shelf.library.get(entry.id)
    assert not shelf.ledger.goes_on(entry.id, entry.run)
    shelf.ledger.advance(entry.id, entry.run, "diarize", 0.9)
    shelf.ledger.fail(entry.id, entry.run, "too late")
    shelf.ledger.describe(entry.id, entry.run, Tags(title="too late"), 1.0)
    assert not finish(shelf, entry)
    assert shelf.ledger.begin(entry.id, entry.run) is None
    assert shelf.library.get(entry.id) == cancelled


def test_of_two_runs_only_the_later_one_writes(shelf: Shelf) -> None:
    old = begun(shelf)
    shelf.library.cancel(old.id)
    shelf.library.restart(old.id)
    queued = shelf.library.get(old.id)
    assert queued is not None
    new = shelf.ledger.begin(old.id, queued.run)
    assert new is not None
    assert not finish(shelf, old)
    assert shelf.ledger.goes_on(new.id, new.run)
    assert finish(shelf, new)
    assert not finish(shelf, new), "none is finished twice"


def test_an_edit_that_came_meanwhile_is_not_overwritten(shelf: Shelf) -> None:
    entry = begun(shelf)
    shelf.library.edit(entry.id, lambda _: Edits(title="Better"))
    assert not finish(shelf, entry)
    latest = shelf.ledger.begin(entry.id, entry.run)
    assert latest is not None
    assert finish(shelf, latest)


def test_tags_give_way_to_a_persons_words(shelf: Shelf) -> None:
    entry = shelf.add(title="Mine")
    shelf.ledger.begin(entry.id, entry.run)
    shelf.ledger.describe(entry.id, entry.run, Tags("Theirs", "Their show"), 12.5)
    described = shelf.library.get(entry.id)
    assert described is not None
    assert (described.episode.title, described.episode.show) == ("Mine", "Their show")
    assert described.duration_s == 12.5


def test_what_was_said_is_found_until_it_is_deleted(shelf: Shelf) -> None:
    entry = begun(shelf)
    finish(shelf, entry)
    assert [hit.episode_id for hit in search(shelf.engine, "lighthouse", 9)] == [entry.id]
    shelf.library.delete(entry.id)
    assert search(shelf.engine, "lighthouse", 9) == []


def test_what_is_written_after_a_deletion_is_swept(shelf: Shelf) -> None:
    entry = begun(shelf)
    shelf.library.delete(entry.id)
    shelf.blobs.write(f"{entry.id}/results/late", b"late")
    shelf.ledger.sweep(entry.id)
    assert not shelf.blobs.below(entry.id)
    other = shelf.add("other.mp3")
    shelf.ledger.sweep(other.id)
    assert shelf.blobs.size(str(other.audio))


def test_originals_of_finished_work_alone_are_dropped(shelf: Shelf) -> None:
    done, running = begun(shelf), begun(shelf, "other.mp3")
    finish(shelf, done)
    assert shelf.ledger.drop_audio(time.time() - 60) == []
    assert shelf.ledger.drop_audio(time.time()) == [done.id]
    assert not shelf.blobs.size(str(done.audio))
    assert shelf.blobs.size(str(running.audio))
    assert shelf.ledger.drop_audio(time.time()) == []


def test_workers_are_told_by_their_beats(shelf: Shelf) -> None:
    before = time.time()
    shelf.ledger.beat("one")
    shelf.ledger.beat("one")
    assert shelf.ledger.lively(before) == ["one"]
    assert shelf.ledger.silent(before) == []
    assert shelf.ledger.silent(time.time() + 1) == ["one"]
    shelf.ledger.forget(["one"])
    assert shelf.ledger.lively(before) == []
