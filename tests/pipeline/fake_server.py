"""A stand-in for a cleancast server: its contract over HTTP, and no work behind it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pipeline.progress import overall

HALF = overall("transcribe", 0.5)
"""How far an episode is when half of it is recognised."""


@dataclass
class FakeServer:
    """Finishes an episode after being asked for it twice; `bad` audio fails.

    `answers` are sent first, each once, instead of what belongs there: (method, status,
    headers, detail), where status 0 hangs up.
    """

    episodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: list[tuple[str, int, dict[str, str], str]] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    lost: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        fake = self

        class Handler(_Handler):
            server_of = fake

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._lock = threading.Lock()

    def __enter__(self) -> FakeServer:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def add(self, audio: bytes, options: dict[str, str], status: str = "queued") -> str:
        """Have an episode; its id."""
        name = hashlib.sha256(audio).hexdigest()
        self.episodes[name] = {
            "id": name,
            "status": status,
            "stage": None,
            "progress": 0.0,
            "eta_s": None,
            "error": None,
            "title": "Of the server",
            "show": None,
            "duration_s": None,
            "options": options,
            "summary": None,
            "links": {},
            "bad": audio == b"bad",
        }
        return name

    def step(self, episode: dict[str, Any]) -> None:
        """Go on with the work by one step."""
        if episode["status"] == "queued":
            episode |= {"status": "running", "stage": "transcribe", "progress": HALF}
        elif episode["status"] == "running" and episode["bad"]:
            episode |= {"status": "failed", "error": "This is no audio.", "stage": None}
        elif episode["status"] == "running":
            summary = {"speakers": 2, "ads": 1, "stripped_s": 30.0, "warnings": ["Loud."]}
            episode |= {"status": "done", "summary": summary, "duration_s": 60.0, "stage": None}

    def reply(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, object]:
        """Status, and what is sent as JSON; a text is sent as it is."""
        url = urlsplit(path)
        place, _, verb = url.path.removeprefix("/v1/episodes").strip("/").partition(":")
        name, _, rest = place.partition("/")
        if method == "POST" and not name:
            return self._upload(body, kind)
        episode = self.episodes.get(name)
        if episode is None:
            return 404, "There is no such episode."
        if verb:
            return self._begin_again(episode, verb, body)
        if not rest:
            told = dict(episode)
            self.step(episode)
            return 200, told
        if episode["status"] != "done":
            return 409, "The transcript is not ready."
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        return 200, f"{query['format']} by the {query['clock']} clock, {episode['options']}\n"

    def _upload(self, body: bytes, kind: str) -> tuple[int, object]:
        parts = {}
        head = f"Content-Type: {kind}\r\n\r\n".encode()
        for part in BytesParser(policy=HTTP).parsebytes(head + body).get_payload():
            assert isinstance(part, EmailMessage)
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            parts[str(part.get_param("name", header="content-disposition"))] = content
            if part.get_filename():
                self.asked[f"upload of {part.get_filename()}"] += 1
        audio = parts.pop("file")
        name = hashlib.sha256(audio).hexdigest()
        if name in self.episodes:
            return 200, self.episodes[name]
        self.add(audio, {key: text.decode().strip() for key, text in parts.items()})
        return 202, self.episodes[name]

    def _begin_again(
        self, episode: dict[str, Any], verb: str, body: bytes
    ) -> tuple[int, object]:
        if episode["status"] in ("queued", "running"):
            return 409, "It is at work."
        if verb == "reprocess":
            episode["options"] = json.loads(body)
        episode |= {"status": "queued", "error": None}
        return 202, episode


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of: FakeServer

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, method: str) -> None:
        fake = self.server_of
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers: dict[str, str] = {}
        verb = self.path.partition(":")[2]
        with fake._lock:
            fake.asked[f"{method} {verb}".strip()] += 1
            other = next((answer for answer in fake.answers if answer[0] == method), None)
            if other is not None:
                fake.answers.remove(other)
                _, status, headers, said = other
                sent: object = said
            else:
                kind = self.headers.get("content-type", "")
                status, sent = fake.reply(method, self.path, body, kind)
        if status == 0:
            self.close_connection = True
            return
        self._send(status, headers, sent)

    def _send(self, status: int, headers: dict[str, str], sent: object) -> None:
        kind = "application/json"
        if isinstance(sent, str):
            kind = "text/plain; charset=utf-8"
        if status >= 400:
            kind = "application/problem+json"
            sent = {"type": "about:blank", "title": "x", "status": status, "detail": sent}
        content = sent.encode() if isinstance(sent, str) else json.dumps(sent).encode()
        self.send_response(status)
        for key, value in {"content-type": kind, **headers}.items():
            self.send_header(key, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
