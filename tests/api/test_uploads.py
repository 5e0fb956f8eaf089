"""Sending audio: once, twice, together, broken, hostile, large, and with no room."""

from __future__ import annotations

import hashlib
import resource
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.intake import BLOCK
from tests.api.conftest import Service, serving
from tests.api.forms import FILE, KIND, form, post, refused


def test_what_is_new_is_accepted_and_queued(service: Service) -> None:
    answer = service.send(b"audio", "The Keeper.MP3", speakers="2", show="Lights")
    assert answer.status_code == 202
    told = answer.json()
    assert told["id"] == hashlib.sha256(b"audio").hexdigest()
    assert answer.headers["location"] == told["links"]["self"]
    assert (told["status"], told["title"], told["show"]) == ("queued", "The Keeper", "Lights")
    assert told["options"] == {"speakers": "2"}
    assert service.client.get(answer.headers["location"]).json() == told
    assert service.queued() == 1


@pytest.mark.parametrize("options", [{}, {"speakers": "3"}, {"title": "Another"}])
def test_what_is_there_is_not_queued_again(service: Service, options: dict[str, str]) -> None:
    first = service.send(speakers="2").json()
    again = service.send(b"audio", "other name.wav", **options)
    assert again.status_code == 200
    assert again.headers["location"] == first["links"]["self"]
    assert again.json() == first
    assert service.queued() == 1
    assert service.incoming() == []


def test_what_is_done_stays_done(service: Service) -> None:
    episode_id = service.done()
    assert service.send().json()["status"] == "done"
    assert service.queued() == 1
    assert service.entry(episode_id).episode.status == "done"


def test_audio_that_was_dropped_comes_back_with_the_file(service: Service) -> None:
    episode_id = service.done()
    assert service.ledger.drop_audio(2e10) == [episode_id]
    assert service.client.get(f"/v1/episodes/{episode_id}").json()["audio"] == "dropped"
    again = service.send(name="again.wav")
    assert (again.status_code, again.json()["audio"]) == (200, "kept")
    assert service.client.get(f"/v1/episodes/{episode_id}/audio").content == b"audio"


def test_many_may_send_the_same_at_once(service: Service) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: service.send(b"x" * 300_000), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert service.queued() == 1
    assert service.incoming() == []


def test_fields_may_come_before_and_after_the_file(service: Service) -> None:
    body = form(('name="speakers"', b"2"), FILE, ('name="title"', "Übermut".encode()))
    told = post(service, body).json()
    assert told["options"] == {"speakers": "2"}
    assert told["title"] == "Übermut"


def test_an_empty_field_is_none(service: Service) -> None:
    told = service.send(model="", title=" ", context="\n").json()
    assert told["options"] == {}
    assert told["title"] == "one"


@pytest.mark.parametrize("length", ["-1", "many", "9" * 5000, "\u00b2"])
def test_a_wrong_length_is_no_fault_of_ours(service: Service, length: str) -> None:
    headers = {"Content-Type": KIND, "Content-Length": length}
    status, _ = service.put([form(FILE)], headers)
    assert status in (202, 400, 507)
    assert service.incoming() == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\x\\\\y.mp3", "y.mp3"),
        ("a\x00b.mp3", "a b.mp3"),
        ("a\tb.mp3", "a b.mp3"),
        ("..", "episode"),
        (".....", "episode"),
        ("/", "episode"),
        ("", "episode"),
        (" ", "episode"),
        ("n" * 5000 + ".mp3", "n" * 196 + ".mp3"),
        ("a." + "\U0001f399" * 100, "a." + "\U0001f399" * 100),
        ("a." + "x" * 300, "x" * 200),
        ("\U0001f399 Folge.mp3", "\U0001f399 Folge.mp3"),
        ("<script>alert(1)<!-- .mp3", "<script>alert(1)<!-- .mp3"),
        ("%2e%2e%2fx.mp3", "%2e%2e%2fx.mp3"),
        ("CON", "CON"),
    ],
)
def test_a_files_name_is_a_name(service: Service, given: str, kept: str) -> None:
    answer = post(service, form((f'name="file"; filename="{given}"', b"audio")))
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert told["source"] == kept
    assert told["title"]
    audio = service.entry(told["id"]).audio
    assert audio is not None
    assert service.held.blobs.below(told["id"]) == [audio]
    assert audio.count("/") == 1
    assert service.client.get(told["links"]["audio"]).content == b"audio"
    service.finish(told["id"])
    for form_ in ("html", "json", "vtt"):
        page = service.client.get(told["links"]["transcript"], params={"format": form_})
        assert page.status_code == 200
        assert "<script>" not in page.text or form_ != "html"


def test_a_files_name_that_is_no_utf8_is_taken(service: Service) -> None:
    body = form(FILE).replace(b"one.mp3", b"\xff\xfe.mp3")
    assert post(service, body).json()["source"] == "\ufffd\ufffd.mp3"


def blocks(size: int) -> Iterator[bytes]:
    """An upload of about `size` bytes, as a network hands it over."""
    yield form(FILE, end=b"")[:-7]
    for number in range(size // 65_536):
        yield bytes([number % 251]) * 65_536
    yield b"\r\n--edge--\r\n"


def test_memory_does_not_grow_with_the_file(service: Service) -> None:
    size = 480 * 65_536  # 30 MB
    digest = hashlib.sha256()
    for number in range(480):
        digest.update(bytes([number % 251]) * 65_536)
    tracemalloc.start()
    try:
        status, _ = service.put(blocks(size), {"Content-Type": KIND})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert status == 202
    assert peak < 8 * BLOCK
    audio = service.entry(digest.hexdigest()).audio
    assert audio is not None
    stored = hashlib.sha256()
    for block in service.held.blobs.stream(audio, 0, size):
        stored.update(block)
    assert stored.hexdigest() == digest.hexdigest()
    assert service.incoming() == []


@pytest.mark.parametrize(
    "content", [b"\r", b"\r\n--edg", b"\r\n--edge-", b"\r\n--edge-\r\n" * 9]
)
def test_what_looks_like_an_edge_is_audio(service: Service, content: bytes) -> None:
    """Byte by byte, so that every look-alike is cut in two."""
    body = form(('name="file"; filename="one.mp3"', content))
    status, _ = service.put([bytes([one]) for one in body], {"Content-Type": KIND})
    assert status == 202
    assert service.entry(hashlib.sha256(content).hexdigest()).audio_bytes == len(content)


@pytest.mark.parametrize("setting", [{"disk_quota_gb": 0.003}, {"disk_reserve_gb": 1e9}])
def test_without_room_nothing_is_stored(tmp_path: Path, setting: dict[str, float]) -> None:
    with serving(tmp_path, **setting) as service:
        asked = iter(blocks(4_000_000))
        headers = {"Content-Type": KIND, "Content-Length": "4000000"}
        status, body = service.put(asked, headers)
        assert status == 507
        assert b"CLEANCAST_" in body
        assert len(list(asked)) > 2, "the body was read though there is no room for it"
        refused(service, service.send(b"x" * 4_000_000), "no-room")


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes meanwhile: as a full disk has it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [3 * BLOCK, 3 * BLOCK + 10])
def test_a_disk_that_fills_up_meanwhile_leaves_nothing(service: Service, size: int) -> None:
    """Also where the last few bytes, which are held back, do not fit."""
    with largest_file(3 * BLOCK - 5 if size == 3 * BLOCK else 3 * BLOCK):
        answer = service.send(b"x" * size)
    refused(service, answer, "no-room")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b"He said %22hi%22.mp3", 'He said "hi".mp3'),
        (b"two%0D%0Alines.mp3", "two lines.mp3"),
        (b"100%25 %41 %0d.mp3", "100%25 %41 %0d.mp3"),
    ],
)
def test_names_are_read_as_browsers_write_them(
    service: Service, written: bytes, meant: str
) -> None:
    answer = post(service, form((f'name="file"; filename="{written.decode()}"', b"audio")))
    assert answer.json()["source"] == meant
