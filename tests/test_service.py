"""The real service: the real command, real networks (tiny.en), real audio, real deaths."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psutil
import pytest

from tests.conftest import SEEDS

COMMAND = Path(sys.executable).parent / "cleancast"
PATIENCE_S = 120.0


@dataclass
class Running:
    """A service that runs, and a client that asks it."""

    process: subprocess.Popen[str]
    api: httpx.Client
    folder: Path

    def part(self, words: str) -> psutil.Process:
        """The descendant whose command line holds these words."""
        for one in psutil.Process(self.process.pid).children(recursive=True):
            if words in " ".join(one.cmdline()):
                return one
        raise AssertionError(f"nothing runs {words}")

    def send(self, name: str, **fields: str) -> dict[str, Any]:
        with (SEEDS / name).open("rb") as file:
            answer = self.api.post("/v1/episodes", files={"file": (name, file)}, data=fields)
        assert answer.status_code in (200, 202), answer.text
        sent: dict[str, Any] = answer.json()
        return sent

    def look(self, episode: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.api.get(episode["links"]["self"]).json()
        return found

    def until(self, true: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):  # a killed API takes its connections along
                if true():
                    return
            time.sleep(0.05)
        raise AssertionError("it did not come")

    def until_status(self, episode: dict[str, Any], *statuses: str) -> dict[str, Any]:
        self.until(lambda: self.look(episode)["status"] in statuses)
        return self.look(episode)

    def page(self, episode: dict[str, Any], form: str = "txt", **more: str) -> str:
        answer = self.api.get(episode["links"]["transcript"], params={"format": form} | more)
        assert answer.status_code == 200, answer.text
        return answer.text

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(40)


def start(folder: Path, *more: str, port: int | None = 0) -> Running:
    """The service on a port of its own."""
    environment = os.environ | {"CLEANCAST_MODEL": "tiny.en", "CLEANCAST_LOG_FORMAT": "json"}
    log = folder / f"log-{uuid.uuid4().hex}"
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [COMMAND, "serve", "--port", str(port), "--data-dir", folder, *more],
            env=environment | {"CLEANCAST_IMPORT_ROOTS": str(SEEDS)},
            stderr=stderr,
            text=True,
            start_new_session=True,
        )
    running = Running(process, httpx.Client(timeout=30), folder)
    running.until(lambda: re.search(r"http://[\d.:]+", log.read_text()))
    address = re.findall(r"http://[\d.:]+", log.read_text())[0].replace("0.0.0.0", "127.0.0.1")
    running.api.base_url = httpx.URL(address)
    sign = "/healthz" if "--no-worker" in more else "/readyz"
    running.until(lambda: running.api.get(sign).status_code == 200)
    return running


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    (tmp_path / "data").mkdir()
    running = start(tmp_path / "data")
    yield running
    kill(running)


def kill(running: Running) -> None:
    running.api.close()
    if running.process.poll() is None:
        os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait()


def essence(document: str) -> dict[str, Any]:
    """A transcript's JSON without what tells when and how fast it was made."""
    whole: dict[str, Any] = json.loads(document)
    del whole["provenance"]["stages"]
    return whole


def test_from_upload_to_page(service: Running) -> None:
    sent = service.send("interview.mp3")
    assert sent["status"] == "queued"
    assert service.send("interview.mp3")["id"] == sent["id"]
    events, last = [], ""
    with service.api.stream("GET", sent["links"]["events"], timeout=PATIENCE_S) as stream:
        for line in stream.iter_lines():
            key, _, value = line.partition(": ")
            events += [value] if key == "event" else []
            last = value if key == "id" else last
    assert set(events) == {"progress", "done"}
    assert events[-1] == "done"
    again = service.api.get(sent["links"]["events"], headers={"Last-Event-ID": last})
    assert again.status_code == 204
    done = service.look(sent)
    assert done["title"] == "The Keeper of Gannet Point"
    assert done["summary"]["ads"] == 3
    page = service.page(sent)
    assert "Nora Whitcombe For 19 years" in page
    assert "Windowsill Crate" not in page.partition("Transcript")[2]
    assert service.page(sent, "vtt", clock="clean").startswith("WEBVTT")
    clean = service.api.get(sent["links"]["audio"], params={"clock": "clean"})
    assert 0 < len(clean.content) < (SEEDS / "interview.mp3").stat().st_size
    hits = service.api.get("/v1/search", params={"q": "lighthouse"}).json()["hits"]
    assert {hit["episode_id"] for hit in hits} == {sent["id"]}
    service.api.patch(sent["links"]["self"], json={"speakers": {"Speaker 2": "Mr. Hale"}})
    assert "Mr. Hale I was the only clock" in service.page(sent)
    maps = Path(f"/proc/{service.part('-m api').pid}/maps").read_text()
    assert not re.search("onnxruntime|ctranslate2|libtorch", maps), "the API holds a network"
    assert service.end() == 0


def test_what_is_killed_comes_back_and_nothing_is_lost(
    service: Running, tmp_path: Path
) -> None:
    sent = service.send("interview.mp3")
    service.until_status(sent, "running")
    for words in ("spawn_main", "pipeline worker", "-m api"):
        time.sleep(1.0)
        service.part(words).kill()
    service.until(lambda: service.look(sent)["stage"] == "diarize")
    os.killpg(service.process.pid, signal.SIGKILL)  # all of it, at once
    service.process.wait()
    again = start(service.folder)
    try:
        assert again.until_status(sent, "done", "failed")["status"] == "done"
        told = again.page(sent, "json")
        assert again.end() == 0
    finally:
        kill(again)
    environment = {"CLEANCAST_DATA_DIR": str(tmp_path / "other"), "CLEANCAST_MODEL": "tiny.en"}
    seed = str(SEEDS / "interview.mp3")
    undisturbed = [str(COMMAND), "process", seed, "--out", str(tmp_path), "--quiet"]
    subprocess.run(undisturbed, env=os.environ | environment, check=True)
    assert essence(told) == essence((tmp_path / "interview.json").read_text())


def test_the_parts_end_with_the_service(service: Running) -> None:
    parts = psutil.Process(service.process.pid).children(recursive=True)
    service.process.kill()
    service.process.wait()
    _, alive = psutil.wait_procs(parts, timeout=30)
    assert alive == []


def test_a_service_that_was_killed_is_started_again_at_once(service: Running) -> None:
    port = service.api.base_url.port
    service.process.kill()  # the parts live on for a moment, and one holds the port
    service.process.wait()
    again = start(service.folder, port=port)
    try:
        assert again.api.base_url.port == port
        assert again.end() == 0
    finally:
        kill(again)


def test_a_port_that_is_taken_is_one_sentence(service: Running, tmp_path: Path) -> None:
    port = str(service.api.base_url.port)
    command = [str(COMMAND), "serve", "--port", port, "--data-dir", str(tmp_path / "other")]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "--port" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_beyond_this_machine_callers_need_a_key(tmp_path: Path) -> None:
    running = start(tmp_path, "--host", "0.0.0.0")
    try:
        log = "".join(path.read_text() for path in tmp_path.glob("log-*"))
        (first,) = re.findall(r"cleancast_[0-9a-f]{48}", log)

        def keys(*words: str) -> subprocess.CompletedProcess[str]:
            command = [str(COMMAND), "keys", *words, "--data-dir", str(tmp_path)]
            return subprocess.run(command, capture_output=True, text=True, check=False)

        made = keys("add", "nora", "--queued", "9").stdout.strip()
        assert [line.split("\t")[:3] for line in keys("list").stdout.splitlines()] == [
            ["first", "admin", "-"],
            ["nora", "write", "9 waiting"],
        ]

        def status(key: str | None) -> int:
            headers = {} if key is None else {"Authorization": f"Bearer {key}"}
            return running.api.get("/v1/episodes", headers=headers).status_code

        assert [status(key) for key in (None, first, made)] == [401, 200, 200]
        assert keys("revoke", "nora").returncode == 0
        assert status(made) == 401
        again = keys("revoke", "nora")
        assert (again.returncode, "no key nora" in again.stderr) == (1, True)
    finally:
        kill(running)


def test_an_api_alone_and_a_worker_beside_it(tmp_path: Path) -> None:
    running = start(tmp_path, "--no-worker")
    worker = None
    try:
        assert running.api.get("/readyz").status_code == 503
        (only,) = psutil.Process(running.process.pid).children(recursive=True)
        assert "api" in only.cmdline()
        place = {"CLEANCAST_DATA_DIR": str(tmp_path), "CLEANCAST_MODEL": "tiny.en"}
        worker = subprocess.Popen([COMMAND, "worker"], env=os.environ | place)
        running.until(lambda: running.api.get("/readyz").status_code == 200)
        worker.terminate()
        assert worker.wait(40) == 0
        assert running.end() == 0
    finally:
        kill(running)
        if worker is not None:
            worker.kill()
