"""Episodes worked on by a cleancast server: sent once, waited for, fetched.

Knows the server's HTTP API; does not know how a server works, or where texts are written.
"""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from pydantic import TypeAdapter

from episodes.errors import BadAudio, CleancastError
from episodes.types import Status, Summary
from pipeline.batch import Task
from pipeline.child import Failure
from pipeline.finished import Finished
from pipeline.outputs import Hashes
from pipeline.progress import SHARES, Progress, overall
from storage.results import fingerprint

PATIENCE_S, LONGEST_PAUSE_S = 300.0, 15.0
"""How long a server may be gone before an episode fails; most time between two attempts."""

ANSWER_S, STORED_S = 30.0, 600.0
"""Most time for an answer, and for the one to an upload, which a server reads once more."""

SILENT_S = 60.0
"""The same trouble is told once in this time."""

AWAY = frozenset((429, 502, 503, 504))
"""What a busy server answers, and what a proxy does while the server behind it is away."""


class ServerError(CleancastError):
    """The server is not there, refuses, or has failed."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An episode as the server tells of it; `progress` is 0 to 1, over all stages."""

    status: Status
    stage: str | None = None
    progress: float = 0.0
    error: str | None = None
    duration_s: float | None = None
    options: Mapping[str, str | None] = field(default_factory=dict)
    summary: Summary | None = None

    def differs(self, options: Mapping[str, str]) -> bool:
        """Whether any of `options` is another here. What is not given is left as it is."""
        return any(self.options.get(name) != text for name, text in options.items())


_ENTRY = TypeAdapter(_Entry)


class Server:
    """A worker for as many episodes at once as one likes.

    `options` are those given by the user, as texts: an episode that is there already is
    done again where they differ. What changes there by itself (edits, a new version) is
    not noticed while its outputs are here: force fetches them. `note` is told of trouble.
    """

    def __init__(
        self,
        url: str,
        options: Mapping[str, str],
        hashes: Hashes,
        note: Callable[[str], None],
        patience_s: float = PATIENCE_S,
        poll_s: float = 1.0,
        key: str | None = None,
    ) -> None:
        # An empty field of a form passes for none.
        self.options = {name: text for name, text in options.items() if text.strip()}
        self.hashes, self.poll_s = hashes, poll_s
        self._url, self._note, self._patience_s = url, note, patience_s
        self._headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        self._stopped, self._lock = threading.Event(), threading.Lock()
        self._told: dict[str, float] = {}
        parts = urlsplit(url)  # a password in it is not for the screen
        self.name = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

    def check(self) -> None:
        """See that a cleancast server answers. Raises ServerError at once."""
        try:
            with self.connected() as http:
                answer = http.get(f"/v1/episodes/{'0' * 64}")
        except httpx2.TransportError as error:
            raise ServerError(
                f"No server answers at {self.name} ({error}): is `cleancast serve` running "
                "there?"
            ) from error
        if "problem+json" not in answer.headers.get("content-type", ""):
            moved = answer.headers.get("location", "").partition("/v1/")[0]
            hint = f": it sends one to {moved}" if moved else ""
            raise ServerError(f"What answers at {self.name} is no cleancast server{hint}.")
        if answer.status_code == 401:
            raise ServerError(f"{self.name} asks for a key: CLEANCAST_KEY is to hold one.")

    def made(self) -> str:
        """A hash of what decides, with the audio, which text is fetched."""
        return fingerprint("server", self._url, self.options, version("cleancast"))

    def run(self, task: Task, progress: Progress) -> Finished | Failure:
        """Have one episode worked on, in the caller's thread. Raises BadAudio, OSError."""
        try:
            with self.connected() as http:
                return _Errand(self, http, task, progress).run()
        except ServerError as error:
            return Failure(f"{task.name}: {error}")

    def stop(self) -> None:
        """Wait for nothing any more; the server goes on."""
        self._stopped.set()

    def connected(self) -> httpx2.Client:
        """A new connection."""
        return httpx2.Client(base_url=self._url, timeout=ANSWER_S, headers=self._headers)

    def ask(self, send: Callable[[], httpx2.Response], *expected: int) -> httpx2.Response:
        """What the server answers in the end: it may be busy, or gone for a while.

        Raises ServerError for a refusal that is not `expected`, and when patience ends.
        """
        lost_at, pause_s = None, self.poll_s
        while True:
            self.wait(0.0)
            busy_s = 0.0
            try:
                answer = send()
            except httpx2.TransportError as error:
                reason = str(error) or type(error).__name__
            else:
                if answer.is_success or answer.status_code in expected:
                    return answer
                if answer.status_code not in AWAY:
                    raise ServerError(f"The server refuses: {_detail(answer)}")
                reason, busy_s = _detail(answer), _seconds(answer)
            lost_at = None if busy_s else lost_at or time.monotonic()
            if lost_at is not None and time.monotonic() - lost_at > self._patience_s:
                raise ServerError(
                    f"{self.name} has not answered for {self._patience_s / 60:.0f} minutes "
                    f"({reason}): run it again when the server is back."
                )
            what = "asks to wait" if busy_s else "is lost, trying again"
            self._tell(f"{self.name} {what}: {reason}")
            self.wait(max(busy_s, pause_s))
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def wait(self, seconds: float) -> None:
        """Sleep; raises ServerError where all is stopped."""
        if self._stopped.wait(seconds):
            raise ServerError("Stopped; the server goes on with what it has.")

    def _tell(self, trouble: str) -> None:
        now = time.monotonic()
        with self._lock:  # all episodes at work meet the same trouble
            if now - self._told.get(trouble, -SILENT_S) < SILENT_S:
                return
            self._told[trouble] = now
        self._note(trouble)


class _Errand:
    """One episode's way to the server and back."""

    def __init__(
        self, server: Server, http: httpx2.Client, task: Task, progress: Progress
    ) -> None:
        self._server, self._http, self._task, self._progress = server, http, task, progress

    def run(self) -> Finished:
        """Raises ServerError, BadAudio, OSError."""
        source, options = self._task.source, self._server.options
        if source.exists() and not source.is_file():
            raise BadAudio(f"{source} is no audio file, and no folder of any.")
        self._progress("hash", 0.0)
        self._place = f"/v1/episodes/{self._server.hashes.of(source)}"
        self._server.ask(self._send_if_new)
        entry = self._entry()
        again = self._task.force and entry.status in ("failed", "cancelled")
        if again and not entry.differs(options):
            # 409: somebody else was quicker, and it is at work.
            self._server.ask(partial(self._http.post, f"{self._place}:retry"), 409)
            entry = self._entry()
        entry = self._ended(entry)
        if entry.differs(options):
            wanted = {**entry.options, **options}
            send = partial(self._http.post, f"{self._place}:reprocess", json=wanted)
            answer = self._server.ask(send, 409)
            entry = self._ended(self._entry())
            if answer.status_code == 409 and entry.differs(options):
                raise ServerError(f"The server refuses: {_detail(answer)}")
        if entry.status != "done":
            how = "was cancelled" if entry.status == "cancelled" else "failed"
            why = f": {entry.error.rstrip('.')}" if entry.error else ""
            raise ServerError(f"It {how} on the server{why}; --force has it tried again.")
        return self._finished(entry)

    def _send_if_new(self) -> httpx2.Response:
        known = self._http.get(self._place)
        if known.status_code != 404:
            return known
        source = self._task.source
        name = source.name.encode("utf-8", "replace").decode()  # it may be no UTF-8
        with _Upload(source, self._sent) as file:
            return self._http.post(
                "/v1/episodes",
                data=self._server.options,
                files={"file": (name, file, "application/octet-stream")},
                timeout=httpx2.Timeout(ANSWER_S, read=STORED_S),
            )

    def _sent(self, fraction: float) -> None:
        self._server.wait(0.0)
        self._progress("upload", fraction)

    def _entry(self) -> _Entry:
        answer = self._server.ask(partial(self._http.get, self._place), 404)
        if answer.status_code == 404:
            why = "it was deleted there, or changed while it was sent; run it again."
            raise ServerError(f"It is not on the server: {why}")
        try:
            return _ENTRY.validate_json(answer.content)
        except ValueError as error:
            raise ServerError(
                f"{self._server.name} does not speak of episodes as this version does: "
                "use the same version of cleancast here and there."
            ) from error

    def _ended(self, entry: _Entry) -> _Entry:
        pause_s = self._server.poll_s
        while entry.status in ("queued", "running"):
            stage = entry.stage or entry.status
            share, done = SHARES.get(stage), entry.progress
            if share is not None:
                done = (done - overall(stage, 0.0)) / share
            self._progress(stage, min(max(done, 0.0), 1.0))
            self._server.wait(pause_s)
            pause_s = min(1.2 * pause_s, 3 * self._server.poll_s)
            entry = self._entry()
        return entry

    def _finished(self, entry: _Entry) -> Finished:
        texts = {}
        for form in self._task.formats:
            wanted = {"format": form, "clock": self._task.clock}
            get = partial(self._http.get, f"{self._place}/transcript", params=wanted)
            texts[form] = self._server.ask(get).content.decode("utf-8", "replace")
        return Finished(texts, entry.duration_s or 0.0, entry.summary or Summary())


class _Upload(io.FileIO):
    """A file that tells how far it has been read, 0 to 1."""

    def __init__(self, path: Path, told: Callable[[float], None]) -> None:
        super().__init__(path)
        self._bytes, self._told = max(1, os.fstat(self.fileno()).st_size), told

    def read(self, size: int | None = -1, /) -> bytes:
        """As any file."""
        self._told(min(1.0, self.tell() / self._bytes))
        return super().read(size)


def _detail(answer: httpx2.Response) -> str:
    """What the server says of an error: a sentence, where it says any."""
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        detail = None
    return detail if isinstance(detail, str) and detail else f"HTTP {answer.status_code}."


def _seconds(answer: httpx2.Response) -> float:
    """How long to wait, as a busy server asks; 0 if it does not."""
    wanted = answer.headers.get("retry-after", "0")
    return min(float(wanted), 600.0) if wanted.isdecimal() else 10.0  # it may be a date
