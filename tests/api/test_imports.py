"""Taking in audio that lies on the server: what is meant, and what is out of bounds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Service, fields, problem, serving


def fill(folder: Path) -> Path:
    """A folder of the server with a season of two, an extra, and something else."""
    shelf = folder / "shelf"
    for name in ("season/one.mp3", "season/deep/two.M4A", "extra.wav", "notes.txt"):
        file = shelf / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(name.encode())
    (folder / "secret.mp3").write_bytes(b"secret")
    (folder / "shelf-secret").mkdir()
    (folder / "shelf-secret" / "other.mp3").write_bytes(b"secret too")
    return shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return fill(tmp_path)


@pytest.fixture
def service(tmp_path: Path, shelf: Path) -> Iterator[Service]:
    with serving(tmp_path, import_roots=(shelf,)) as service:
        yield service


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One for all tests that take nothing in."""
    folder = tmp_path_factory.mktemp("imports")
    with serving(folder, import_roots=(fill(folder),)) as service:
        yield service


def take(service: Service, path: str, **more: str) -> dict[str, Any]:
    answer = service.client.post("/v1/episodes:import", json={"path": path, **more})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    assert told["created"] + told["known"] + told["failed"] == len(told["files"])
    return told


def names(report: dict[str, Any]) -> list[str]:
    return [row["file"] for row in report["files"]]


def refused(service: Service, path: str) -> str:
    answer = service.client.post("/v1/episodes:import", json={"path": path})
    assert service.queued() == 0
    assert service.incoming() == []
    detail: str = problem(answer, "invalid")["detail"]
    assert len(detail) < 300
    return detail


def test_a_server_imports_nothing_by_default(client: TestClient) -> None:
    answer = client.post("/v1/episodes:import", json={"path": "season"})
    assert "CLEANCAST_IMPORT_ROOTS" in problem(answer, "invalid")["detail"]


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("season", ["two.M4A", "one.mp3"]),
        ("season/", ["two.M4A", "one.mp3"]),
        ("./season/./deep", ["two.M4A"]),
        (".", ["extra.wav", "two.M4A", "one.mp3"]),
        ("extra.wav", ["extra.wav"]),
        ("notes.txt", ["notes.txt"]),
        ("*.wav", ["extra.wav"]),
        ("**/*.mp3", ["one.mp3"]),
        ("**", ["extra.wav", "two.M4A", "one.mp3"]),
        ("season/*/*.M4?", ["two.M4A"]),
        ("[e]xtra.wav", ["extra.wav"]),
        ("sea*", ["two.M4A", "one.mp3"]),
    ],
)
def test_a_folder_a_file_or_a_glob_is_meant(
    service: Service, path: str, meant: list[str]
) -> None:
    report = take(service, path)
    assert names(report) == meant
    assert report["created"] == len(meant) == service.queued()
    for row in report["files"]:
        assert service.client.get(f"/v1/episodes/{row['id']}").json()["source"] == row["file"]
    assert service.incoming() == []


def test_an_absolute_path_inside_a_root_is_one_too(service: Service, shelf: Path) -> None:
    assert names(take(service, str(shelf / "season"))) == ["two.M4A", "one.mp3"]
    assert names(take(service, str(shelf / "**" / "*.wav"))) == ["extra.wav"]
    assert names(take(service, str(shelf))) == ["extra.wav", "two.M4A", "one.mp3"]


def test_a_root_may_be_named_by_a_link(tmp_path: Path, shelf: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(shelf)
    with serving(tmp_path, import_roots=(link,)) as service:
        for path in (link / "season", shelf / "season"):
            assert names(take(service, str(path))) == ["two.M4A", "one.mp3"]


def test_a_root_that_is_not_there_holds_nothing(tmp_path: Path, shelf: Path) -> None:
    with serving(tmp_path, import_roots=(tmp_path / "nowhere", shelf)) as service:
        assert names(take(service, "extra.wav")) == ["extra.wav"]


def test_again_takes_in_what_is_new(service: Service, shelf: Path) -> None:
    first = take(service, "season", show="Lights", speakers="2")
    told = service.client.get(f"/v1/episodes/{first['files'][0]['id']}").json()
    assert (told["show"], told["options"]) == ("Lights", {"speakers": "2"})
    (shelf / "season" / "three.mp3").write_bytes(b"three")
    (shelf / "season" / "same.mp3").write_bytes(b"season/one.mp3")
    again = take(service, "season", speakers="3")
    assert (again["created"], again["known"]) == (1, 3)
    assert [row["file"] for row in again["files"] if row["created"]] == ["three.mp3"]
    assert service.queued() == 3
    assert (shelf / "season" / "three.mp3").exists(), "what is taken in stays where it lies"


def test_what_was_dropped_comes_back(service: Service) -> None:
    (row,) = take(service, "extra.wav")["files"]
    service.finish(row["id"])
    service.ledger.drop_audio(2e10)
    assert take(service, "extra.wav")["known"] == 1
    assert service.client.get(f"/v1/episodes/{row['id']}").json()["audio"] == "kept"


def test_one_bad_file_does_not_stop_the_others(service: Service, shelf: Path) -> None:
    (shelf / "season" / "empty.mp3").touch()
    report = take(service, "season")
    assert (report["created"], report["failed"]) == (2, 1)
    (bad,) = [row for row in report["files"] if row["error"]]
    assert (bad["file"], bad["id"], bad["created"]) == ("empty.mp3", None, False)
    assert service.incoming() == []


def test_a_name_that_is_no_utf8_is_taken(service: Service, shelf: Path) -> None:
    (shelf / "season" / os.fsdecode(b"\xff.mp3")).write_bytes(b"latin")
    (shelf / "season" / os.fsdecode(b"\xfe.mp3")).touch()
    report = take(service, "season")
    assert names(report)[-2:] == ["?.mp3", "?.mp3"]
    assert (report["created"], report["failed"]) == (3, 1)
    listed = service.client.get("/v1/episodes", params={"q": "?.mp3"}).json()["episodes"]
    assert [one["source"] for one in listed] == ["?.mp3"]


@pytest.mark.parametrize(
    "path",
    [
        "nowhere",
        "../secret.mp3",
        "..",
        "season/../../secret.mp3",
        "season/..",
        "../*.mp3",
        "../shelf-secret",
        "/",
        "/etc/passwd",
        "/**",
        "~",
        "**/*.flac",
        "a**b",
        "**/*/**/*.mp3",
        "***",
        "[",
        "[z-a]",
        "[!",
        "\x00",
        "*\x00",
        "x" * 4000,
        "x" * 4000 + "*",
        "x/" * 2000,
        "extra.wav/more",
        "*/" * 2000,
        "file:///etc/passwd",
        "C:\\x",
        " ",
        "\U0001f600",
    ],
    ids=range(29),
)
def test_what_is_not_below_a_root_is_not_there(untouched: Service, path: str) -> None:
    refused(untouched, path)


def test_an_absolute_path_outside_is_not_there(service: Service, tmp_path: Path) -> None:
    for outside in ("secret.mp3", "shelf-secret", "shelf/../secret.mp3", "*", ""):
        refused(service, f"{tmp_path}/{outside}")


@pytest.mark.parametrize("target", ["secret.mp3", "shelf-secret"])
@pytest.mark.parametrize("path", ["link.mp3", "*", ".", "link.mp3/*", "**/*"])
def test_a_link_leads_nowhere_outside(
    service: Service, tmp_path: Path, shelf: Path, target: str, path: str
) -> None:
    (shelf / "link.mp3").symlink_to(tmp_path / target)
    for found in shelf.rglob("*"):  # leave the link alone
        if found.is_file() and not found.is_symlink():
            found.unlink()
    refused(service, path)


def test_a_link_inside_is_followed(service: Service, shelf: Path) -> None:
    (shelf / "link").symlink_to(shelf / "season")
    assert names(take(service, "link")) == ["two.M4A", "one.mp3"]
    (shelf / "loop").symlink_to(shelf)
    assert len(take(service, ".")["files"]) == 3


def test_what_is_no_file_is_passed_by(service: Service, shelf: Path) -> None:
    os.mkfifo(shelf / "season" / "pipe.mp3")
    (shelf / "season" / "folder.mp3").mkdir()
    assert names(take(service, "season")) == ["two.M4A", "one.mp3"]
    assert names(take(service, "season/*.mp3")) == ["one.mp3"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "path"),
        ({"path": ""}, "path"),
        ({"path": None}, "path"),
        ({"path": "x" * 5000}, "path"),
        ({"path": ["season"]}, "path"),
        ({"path": "season", "speakers": "0"}, "speakers"),
        ({"path": "season", "model": "../x"}, "model"),
        ({"path": "season", "title": "One for all"}, "title"),
        ({"path": "season", "show": ""}, "show"),
    ],
    ids=range(9),
)
def test_what_cannot_be_is_named(untouched: Service, body: dict[str, Any], field: str) -> None:
    assert fields(untouched.client.post("/v1/episodes:import", json=body)) == [field]
    assert untouched.queued() == 0


def test_without_room_it_ends(tmp_path: Path, shelf: Path) -> None:
    with serving(tmp_path, import_roots=(shelf,), disk_reserve_gb=1e9) as service:
        answer = service.client.post("/v1/episodes:import", json={"path": "season"})
        problem(answer, "no-room")
        assert service.incoming() == []
        assert service.queued() == 0
