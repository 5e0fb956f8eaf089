"""The client of a server, against a small stand-in for one that keeps the same contract."""

import hashlib
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from episodes.types import Summary
from pipeline.batch import Batch, Task, Wish
from pipeline.child import Failure
from pipeline.client import Server, ServerError
from pipeline.finished import Finished
from pipeline.outputs import Hashes
from pipeline.plan import plan
from pipeline.progress import ignore
from storage.blobs import FolderBlobs
from tests.pipeline.fake_server import FakeServer


@pytest.fixture
def fake() -> Iterator[FakeServer]:
    with FakeServer() as fake:
        yield fake


@pytest.fixture
def notes() -> list[str]:
    return []


class Client:
    """Asks a fake server for one file after another."""

    def __init__(self, fake: FakeServer, folder: Path, notes: list[str]) -> None:
        self.fake, self.folder, self.notes = fake, folder, notes

    def server(self, options: Mapping[str, str] | None = None, **more: float) -> Server:
        hashes = Hashes(FolderBlobs(self.folder / "notes"))
        patience_s, poll_s = more.get("patience_s", 30.0), more.get("poll_s", 0.001)
        return Server(
            self.fake.url, options or {}, hashes, self.notes.append, patience_s, poll_s
        )

    def task(self, content: bytes = b"audio", *, force: bool = False) -> Task:
        source = self.folder / "one.mp3"
        source.write_bytes(content)
        return Task(source, force, ("txt", "vtt"), "clean")

    def done(self, content: bytes = b"audio", **options: str) -> Finished:
        outcome = self.server(options).run(self.task(content), ignore)
        assert isinstance(outcome, Finished), outcome
        return outcome

    def failed(self, content: bytes = b"audio", **more: float) -> str:
        outcome = self.server(None, **more).run(self.task(content), ignore)
        assert isinstance(outcome, Failure)
        return outcome.reason


@pytest.fixture
def client(fake: FakeServer, tmp_path: Path, notes: list[str]) -> Client:
    return Client(fake, tmp_path, notes)


def test_an_episode_is_sent_waited_for_and_fetched(client: Client, fake: FakeServer) -> None:
    finished = client.done(speakers="2", context="Ada\nByrne é")
    assert set(finished.texts) == {"txt", "vtt"}
    assert finished.texts["vtt"].startswith("vtt by the clean clock")
    assert finished.duration_s == 60.0
    assert finished.summary == Summary(2, 1, 30.0, ("Loud.",))
    (episode,) = fake.episodes.values()
    assert episode["options"]["speakers"] == "2"
    assert episode["options"]["context"].split() == ["Ada", "Byrne", "é"]
    assert fake.asked["upload of one.mp3"] == 1


def test_what_the_server_has_is_not_sent_again(client: Client, fake: FakeServer) -> None:
    fake.add(b"audio", {"model": "small"}, "running")
    client.done()
    client.done(model="small")
    assert fake.asked["upload of one.mp3"] == 0
    assert fake.asked["POST reprocess"] == 0


def test_other_options_begin_it_again_and_keep_what_was_not_given(
    client: Client, fake: FakeServer
) -> None:
    fake.add(b"audio", {"model": "small", "speakers": "3"}, "running")
    finished = client.done(speakers="2")
    assert "{'model': 'small', 'speakers': '2'}" in finished.texts["txt"]
    assert fake.asked["POST reprocess"] == 1


def test_options_that_the_server_will_not_take_are_not_passed_over(
    client: Client, fake: FakeServer
) -> None:
    fake.add(b"audio", {}, "done")
    fake.answers += [("POST", 409, {}, "Its audio was dropped.")]
    outcome = client.server({"speakers": "2"}).run(client.task(), ignore)
    assert outcome == Failure("one.mp3: The server refuses: Its audio was dropped.")


def test_what_failed_there_is_tried_again_only_by_force(
    client: Client, fake: FakeServer
) -> None:
    fake.add(b"audio", {}, "failed")
    assert "--force" in client.failed()
    assert fake.asked["POST retry"] == 0
    outcome = client.server().run(client.task(force=True), ignore)
    assert isinstance(outcome, Finished)
    assert fake.asked["POST retry"] == 1


def test_what_fails_again_is_told_with_its_reason(client: Client, fake: FakeServer) -> None:
    fake.add(b"bad", {}, "cancelled")
    outcome = client.server().run(client.task(b"bad", force=True), ignore)
    assert isinstance(outcome, Failure)
    assert "one.mp3" in outcome.reason
    assert "This is no audio" in outcome.reason
    assert fake.asked["POST retry"] == 1


def test_progress_is_that_of_the_server_s_stage(client: Client) -> None:
    seen: list[tuple[str, float]] = []
    client.server().run(client.task(), lambda stage, done: seen.append((stage, done)))
    assert seen[0] == ("hash", 0.0)
    assert ("upload", 0.0) in seen
    assert ("queued", 0.0) in seen
    (done,) = {done for stage, done in seen if stage == "transcribe"}
    assert done == pytest.approx(0.5)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_lost_connection_is_told_once_and_made_again(
    method: str, client: Client, fake: FakeServer, notes: list[str]
) -> None:
    fake.answers += [(method, 0, {}, "")] * 2
    fake.answers += [(method, 502, {}, "Bad gateway.")]
    client.done()
    assert len(notes) == len(set(notes)) >= 1
    assert "is lost" in notes[0]


def test_a_busy_server_is_waited_for(
    client: Client, fake: FakeServer, notes: list[str]
) -> None:
    fake.answers += [("POST", 429, {"retry-after": "1"}, "The queue is full.")]
    client.done()
    assert len(notes) == 1
    assert "asks to wait: The queue is full." in notes[0]


def test_patience_ends(client: Client, fake: FakeServer) -> None:
    fake.answers += [("GET", 503, {}, "Away.")] * 100
    assert "has not answered for 0 minutes (Away.)" in client.failed(patience_s=0.02)


@pytest.mark.parametrize("status", [413, 422, 500, 507])
def test_a_refusal_is_the_server_s_sentence(
    status: int, client: Client, fake: FakeServer
) -> None:
    fake.answers += [("POST", status, {}, "The disk is full.")]
    assert client.failed() == "one.mp3: The server refuses: The disk is full."


def test_what_is_deleted_meanwhile_is_told(client: Client, fake: FakeServer) -> None:
    def deleted(stage: str, _fraction: float) -> None:
        if stage == "queued":
            fake.episodes.clear()

    outcome = client.server().run(client.task(), deleted)
    assert isinstance(outcome, Failure)
    assert "run it again" in outcome.reason


def test_an_answer_that_nobody_understands_is_one_sentence(
    client: Client, fake: FakeServer
) -> None:
    fake.episodes[fake.add(b"audio", {})]["status"] = "pondering"
    assert "use the same version" in client.failed()


def test_stopping_leaves_the_server_at_work(client: Client, fake: FakeServer) -> None:
    server = client.server()

    def stopped(stage: str, _fraction: float) -> None:
        if stage == "queued":
            server.stop()

    outcome = server.run(client.task(), stopped)
    assert isinstance(outcome, Failure)
    assert "the server goes on" in outcome.reason
    assert len(fake.episodes) == 1


def test_files_of_any_name_and_size_go_through(
    client: Client, fake: FakeServer, tmp_path: Path
) -> None:
    content = os.urandom(3_000_000)
    source = tmp_path / os.fsdecode(b"caf\xe9 \xe2\x82\xac.mp3")
    source.write_bytes(content)
    assert isinstance(client.server().run(Task(source), ignore), Finished)
    assert list(fake.episodes) == [hashlib.sha256(content).hexdigest()]


@pytest.mark.parametrize("name", ["folder", "pipe"])
def test_what_is_no_file_is_one_failure(
    name: str, client: Client, tmp_path: Path, fake: FakeServer
) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    server = client.server()
    batch = Batch([server], Wish(["txt"]), tmp_path / "data", server.made)
    (report,) = batch.run(plan([tmp_path / name]), lambda *_: None)
    assert report.error is not None
    assert name in report.error
    assert not fake.asked


def test_a_server_that_is_there_is_found(client: Client) -> None:
    client.server().check()


def test_a_server_that_is_not_there_is_one_sentence(
    client: Client, fake: FakeServer, tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hashes = Hashes(FolderBlobs(tmp_path))
    server = Server(f"http://me:secret@127.0.0.1:{port}", {}, hashes, client.notes.append)
    with pytest.raises(ServerError, match="No server answers") as raised:
        server.check()
    assert "secret" not in str(raised.value)
    fake.answers += [("GET", 301, {"location": "https://x.example/v1/episodes/0"}, "")]
    with pytest.raises(ServerError, match=r"it sends one to https://x\.example"):
        client.server().check()


def test_a_batch_on_a_server_sends_some_at_once_and_a_second_one_asks_nothing(
    client: Client, fake: FakeServer, tmp_path: Path
) -> None:
    audio = tmp_path / "audio"
    audio.mkdir()
    for name in ("a", "b", "bad", "c"):
        (audio / f"{name}.mp3").write_bytes(name.encode())
        os.utime(audio / f"{name}.mp3", (1_000_000_000, 1_000_000_000))

    def statuses() -> dict[str, str]:
        server = client.server()
        batch = Batch([server] * 3, Wish(["txt"]), tmp_path / "data", server.made)
        return {r.source.stem: r.status for r in batch.run(plan([audio]), lambda *_: None)}

    done = {"a": "done", "b": "done", "c": "done", "bad": "failed"}
    assert statuses() == done
    fake.asked.clear()
    unchanged = {"a": "unchanged", "b": "unchanged", "c": "unchanged", "bad": "failed"}
    assert statuses() == unchanged
    assert fake.asked["POST"] == 0
    assert threading.active_count() < 20
