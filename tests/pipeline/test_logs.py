"""The log as it is read: what the root logger, uvicorn and dbos write to a stream."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from dbos import DBOS
from hypothesis import given
from hypothesis import strategies as st

from pipeline.logs import FLOORS, configure, of_episode

EPISODE = "12ab34cd" * 8
NAMES = ("", "uvicorn", "uvicorn.error", "uvicorn.access", *FLOORS)

log = logging.getLogger("pipeline.example")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Gives the loggers back as they were; those of pytest are kept from being closed."""
    loggers = [logging.getLogger(name) for name in NAMES]
    before = [(one.handlers, one.level, one.propagate) for one in loggers]
    for one in loggers:
        one.handlers = []
    yield
    for one, (handlers, level, propagate) in zip(loggers, before, strict=True):
        one.handlers, one.propagate = handlers, propagate
        one.setLevel(level)


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def fail(reason: str) -> None:
    raise ValueError(reason)


def objects(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_is_an_object_a_line(stream: io.StringIO) -> None:
    configure("json", stream)
    log.info("stage %s began", "cut", extra={"episode": EPISODE, "stage": "cut"})
    log.warning("line\nbreak \u2028 \ud800")
    first, second = objects(stream)
    at = datetime.fromisoformat(first.pop("time"))
    assert abs(datetime.now(UTC) - at) < timedelta(hours=1)
    assert first == {
        "level": "INFO",
        "logger": "pipeline.example",
        "message": "stage cut began",
        "episode": EPISODE,
        "stage": "cut",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", second["time"])
    assert second["message"] == "line\nbreak \u2028 \ud800"


def test_an_exception_is_one_field(stream: io.StringIO) -> None:
    configure("json", stream)
    try:
        fail("too\nlong")
    except ValueError:
        log.exception("it failed")
    (line,) = objects(stream)
    assert line.keys() == {"time", "level", "logger", "message", "exception"}
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("ValueError: too\nlong")


def test_text_is_a_line_for_a_person(stream: io.StringIO) -> None:
    configure("text", stream)
    log.info("%d words", 7, extra={"episode": EPISODE, "stage": "transcribe"})
    log.warning("no extras")
    first, second = stream.getvalue().splitlines()
    assert re.fullmatch(
        r"\d\d:\d\d:\d\d INFO  7 words \[episode 12ab34cd stage transcribe\]", first
    )
    assert re.fullmatch(r"\d\d:\d\d:\d\d WARNING no extras", second)


@given(st.text(), st.text())
def test_nothing_logged_begins_a_line_of_its_own(message: str, extra: str) -> None:
    stream = io.StringIO()
    configure("text", stream)
    log.info("%s", message, extra={"source": extra})
    text = stream.getvalue()
    assert text.endswith("\n")
    assert len(text.splitlines()) == 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", text[:-1])
    assert text.encode()


def test_a_traceback_is_indented_and_forges_nothing(stream: io.StringIO) -> None:
    configure("text", stream)
    try:
        fail("bad\n12:00:01 INFO  forged\r12:00:01 \x1b[31m")
    except ValueError:
        log.exception("it failed")
    first, *rest = stream.getvalue().splitlines()
    assert first.endswith("ERROR it failed")
    assert all(line.startswith("    ") for line in rest)
    assert rest[-1] == r"    12:00:01 INFO  forged\r12:00:01 \x1b[31m"


def test_auto_is_text_on_a_terminal_and_json_elsewhere(stream: io.StringIO) -> None:
    terminal = Terminal()
    configure("auto", terminal)
    log.info("hello")
    configure("auto", stream)
    log.info("hello again")
    assert terminal.getvalue().endswith("INFO  hello\n")
    assert [line["message"] for line in objects(stream)] == ["hello again"]


def test_stderr_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json")
    log.info("hello")
    assert json.loads(capsys.readouterr().err)["message"] == "hello"


def test_debugging_is_not_shown(stream: io.StringIO) -> None:
    configure("json", stream)
    log.debug("detail")
    assert not stream.getvalue()


async def no_app(*_: object) -> None:
    """What uvicorn would serve."""


@pytest.mark.parametrize("first", ["uvicorn", "ours"])
def test_uvicorn_logs_once_and_no_access(stream: io.StringIO, first: str) -> None:
    if first == "uvicorn":
        uvicorn.Config(no_app)
        configure("json", stream)
    else:
        configure("json", stream)
        uvicorn.Config(no_app, log_config=None)
    logging.getLogger("uvicorn.error").info("started", extra={"color_message": "\x1b[1m"})
    logging.getLogger("uvicorn.access").info("GET /")
    (line,) = objects(stream)
    del line["time"]
    assert line == {"level": "INFO", "logger": "uvicorn.error", "message": "started"}


@pytest.mark.parametrize("first", ["dbos", "ours"])
def test_dbos_only_warns(
    stream: io.StringIO, tmp_path: Path, first: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def build() -> None:
        database = f"sqlite:///{tmp_path / 'jobs.db'}"
        DBOS(config={"name": "example", "system_database_url": database})

    def ours() -> None:
        configure("json", stream)

    order = (build, ours) if first == "dbos" else (ours, build)
    try:
        for step in order:
            step()
        capsys.readouterr()
        logging.getLogger("dbos").info("launched")
        logging.getLogger("dbos").warning("a queue is slow")
    finally:
        DBOS.destroy()
    (line,) = objects(stream)
    del line["time"]
    assert line == {"level": "WARNING", "logger": "dbos", "message": "a queue is slow"}
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["httpx2", "httpcore2.connection"])
def test_http_clients_only_warn(stream: io.StringIO, name: str) -> None:
    configure("json", stream)
    logging.getLogger(name).info("HTTP Request: GET")
    logging.getLogger(name).warning("slow")
    assert [line["message"] for line in objects(stream)] == ["slow"]


def test_a_loggers_episode_stands_beside_the_records_extras(stream: io.StringIO) -> None:
    configure("json", stream)
    about = of_episode(log, EPISODE)
    about.info("began", extra={"stage": "cut"})
    about.info("ended")
    first, second = objects(stream)
    assert (first["episode"], first["stage"]) == (EPISODE, "cut")
    assert second["episode"] == EPISODE
    assert "stage" not in second
