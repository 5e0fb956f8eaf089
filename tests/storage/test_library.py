from dataclasses import replace

import pytest
from sqlalchemy import Connection

from episodes.edits import Decision, Edits
from storage.database import connect
from storage.library import Library
from storage.schema import migrate
from tests.storage.conftest import Shelf


def test_what_is_added_is_queued_once_with_its_audio(shelf: Shelf) -> None:
    entry = shelf.add()
    assert entry.episode.status == "queued"
    assert shelf.queued == [(entry.id, entry.run)]
    assert entry.audio == f"{entry.id}/audio.mp3"
    assert shelf.blobs.read(entry.audio) == b"one.mp3"
    again = shelf.add()
    assert again == entry
    assert len(shelf.queued) == 1


def test_an_episode_whose_queueing_fails_is_not_accepted(shelf: Shelf) -> None:
    def fail(_connection: Connection, _id: str, _run: str) -> None:
        raise OSError("the queue is full")

    file = shelf.folder / "file"
    file.write_bytes(b"audio")
    other = shelf.add().episode
    library = Library(shelf.engine, shelf.blobs, fail)
    with pytest.raises(OSError, match="the queue is full"):
        library.add(replace(other, id="ab" * 32), {}, Edits(), file)
    assert library.get("ab" * 32) is None
    assert file.exists()


def test_pages_hold_every_episode_once_newest_first(shelf: Shelf) -> None:
    added = [shelf.add(f"{n}.mp3").id for n in range(7)]
    seen: list[str] = []
    place = None
    while found := shelf.library.page(3, place):
        seen += [entry.id for entry in found]
        last = found[-1]
        place = (last.episode.created_at.timestamp(), last.id)
        shelf.add(f"new {len(seen)}.mp3")  # whatever comes meanwhile is on no later page
    assert seen == added[::-1]


def test_text_is_found_as_it_stands(shelf: Shelf) -> None:
    percent = shelf.add("100% true.mp3", show="Facts_and figures")
    shelf.add("1000 lies.mp3")
    assert [entry.id for entry in shelf.library.page(9, text="0% T")] == [percent.id]
    assert [entry.id for entry in shelf.library.page(9, text="s_a")] == [percent.id]
    assert [e.id for e in shelf.library.page(9, show="Facts_and figures")] == [percent.id]
    assert shelf.library.page(9, status="done") == []


def test_only_what_has_ended_is_begun_anew(shelf: Shelf) -> None:
    entry = shelf.add()
    assert not shelf.library.restart(entry.id)
    assert shelf.library.cancel(entry.id)
    assert not shelf.library.cancel(entry.id)
    assert shelf.library.restart(entry.id, {"speakers": "2"})
    again = shelf.library.get(entry.id)
    assert again is not None
    assert again.options == {"speakers": "2"}
    assert again.run != entry.run
    assert again.revision > entry.revision
    assert shelf.queued[-1] == (entry.id, again.run)
    assert not shelf.library.restart("nobody")


def test_deleting_takes_everything_along(shelf: Shelf) -> None:
    entry, other = shelf.add(), shelf.add("other.mp3")
    assert shelf.library.delete(entry.id)
    assert not shelf.library.delete(entry.id)
    assert shelf.library.get(entry.id) is None
    assert not shelf.blobs.below(entry.id)
    assert shelf.blobs.size(str(other.audio))


def test_an_edit_is_laid_over_and_can_be_taken_back(shelf: Shelf) -> None:
    entry = shelf.add(show="My show")
    assert entry.episode.show == "My show"
    edits = Edits(title="Better", ads=(Decision(1.0, 2.5, "keep"),))
    edited = shelf.library.edit(entry.id, lambda _: edits)
    assert edited is not None
    assert edited.edits == edits
    assert edited.episode.title == "Better"
    assert edited.episode.show is None
    back = shelf.library.edit(entry.id, lambda latest: replace(latest.edits, title=None))
    assert back is not None
    assert back.episode.title == "one.mp3"
    assert shelf.library.edit("nobody", lambda latest: latest.edits) is None


def test_a_database_is_opened_again_as_it_was(shelf: Shelf) -> None:
    entry = shelf.add()
    again = connect(shelf.url)
    migrate(again)
    assert Library(again, shelf.blobs, shelf._put).get(entry.id) == entry
    again.dispose()
