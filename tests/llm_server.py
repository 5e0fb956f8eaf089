"""A language model's server on loopback, real HTTP, that answers as a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.receiver import running

Act = Callable[[BaseHTTPRequestHandler, threading.Event], None]
"""Answers a request, or does not; the event comes when the test is over."""


@dataclass
class ModelServer:
    """`acts` are what it does, one after the other; then it does `usual`."""

    usual: Act
    url: str = ""
    acts: list[Act] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


def status(code: int, body: bytes | str = b"", **headers: str) -> Act:
    """Answer with a whole body."""
    content = body.encode() if isinstance(body, str) else body

    def act(request: BaseHTTPRequestHandler, _over: threading.Event) -> None:
        request.send_response(code)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(content)

    return act


def says(text: object, **choice: object) -> Act:
    """Answer as a model does that says `text`."""
    message = {"role": "assistant", "content": text}
    return status(200, json.dumps({"choices": [{"index": 0, "message": message, **choice}]}))


def spots(*numbers: tuple[int, int]) -> Act:
    """Answer well: spots of these first and last sentences."""
    return says(json.dumps({"spots": [{"first": a, "last": b} for a, b in numbers]}))


def never(_request: BaseHTTPRequestHandler, over: threading.Event) -> None:
    """Hold the line and say nothing."""
    over.wait()


def hangs_up(request: BaseHTTPRequestHandler, _over: threading.Event) -> None:
    """Promise more than comes."""
    request.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"choi')


def drips(request: BaseHTTPRequestHandler, over: threading.Event) -> None:
    """A little at a time, each soon enough, without end."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    while not over.wait(0.01):
        request.wfile.write(b" ")


def floods(request: BaseHTTPRequestHandler, over: threading.Event) -> None:
    """More than anybody wants to read."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not over.is_set():
        request.wfile.write(b" " * 65_536)


@contextmanager
def serving(usual: Act) -> Iterator[ModelServer]:
    """A server while it listens."""
    model, over = ModelServer(usual), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            model.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            model.headers.append({name.lower(): text for name, text in self.headers.items()})
            model.paths.append(self.path)
            self.close_connection = True
            with suppress(OSError):  # who asked may have gone
                (model.acts.pop(0) if model.acts else model.usual)(self, over)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        model.url = f"http://127.0.0.1:{server.server_port}/v1"
        with running(server):
            try:
                yield model
            finally:
                over.set()
