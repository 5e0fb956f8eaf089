"""A real service, with its worker and real networks (tiny.en), and a real browser."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx2 as httpx
import pytest

from episodes.types import Speaker, Transcript, Turn, Utterance, Word
from tests.api.conftest import found, serving
from tests.conftest import SEEDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
)
PATIENCE_S = 180.0
LONG = b"three hours"
"""Not audio: the long episode is only read."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("there is no chromium: make test-browser says how to get it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service that holds an episode of three hours."""
    folder = tmp_path_factory.mktemp("service")
    with serving(folder) as service:
        service.finish(service.sent(LONG, "long.mp3", show="Long Talks"), long())
    settings = {"CLEANCAST_DATA_DIR": str(folder / "data"), "CLEANCAST_MODEL": "tiny.en"}
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "serve", "--port", "0"],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=(folder / "log").open("w"),
        text=True,
    )
    try:
        assert process.stdout is not None
        address = re.search(r"http://\S+", process.stdout.readline())
        assert address, (folder / "log").read_text()
        yield address[0]
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="session")
def interview(place: str) -> str:
    """The path of the page of a seed episode, worked on and done."""
    with httpx.Client(base_url=place, timeout=PATIENCE_S) as client:
        with (SEEDS / "interview.mp3").open("rb") as file:
            sent = client.post("/v1/episodes", files={"file": ("interview.mp3", file)}).json()
        with client.stream("GET", sent["links"]["events"]) as events:
            assert any(line == "event: done" for line in events.iter_lines())
    return f"/episodes/{sent['id']}"


@pytest.fixture
def page(browser: Browser, place: str) -> Iterator[Page]:
    """A fresh window; what its console complains of fails the test."""
    context = browser.new_context(base_url=place, viewport={"width": 1200, "height": 900})
    complaints: list[str] = []
    page = context.new_page()
    page.set_default_timeout(1000 * PATIENCE_S)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: _complaint(said.type, said.text, complaints))
    yield page
    context.close()
    assert complaints == []


def _complaint(kind: str, text: str, complaints: list[str]) -> None:
    if kind == "error" and "Failed to load resource" not in text:
        complaints.append(text)


@pytest.fixture
def long_page() -> str:
    return f"/episodes/{hashlib.sha256(LONG).hexdigest()}"


def long() -> Transcript:
    """30,000 words in three hours, by four voices in turn."""
    words, utterances = 30_000, []
    step = 3 * 3600 / words
    for first in range(0, words, 60):
        speaker = f"Speaker {1 + first // 60 % 4}"
        said = tuple(
            Word(
                i * step, (i + 1) * step, f" word{i}{'.' if i % 12 == 11 else ''}", 1.0, speaker
            )
            for i in range(first, first + 60)
        )
        utterances.append(Utterance(speaker, said))
    return replace(
        found(),
        duration_s=3 * 3600.0,
        speakers=tuple(Speaker(f"Speaker {n}") for n in range(1, 5)),
        utterances=tuple(utterances),
        turns=tuple(Turn(u.start, u.end, u.speaker or "") for u in utterances),
        ads=(),
    )
