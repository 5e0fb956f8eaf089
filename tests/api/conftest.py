"""The API without a worker, and by hand what a worker would do with its episodes."""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from api.app import create_app
from api.problems import TYPES
from episodes.people import Voice
from episodes.types import AdSpan, Speaker, Summary, Transcript, Turn
from pipeline.edits import edited, relabelled
from pipeline.holdings import Holdings
from pipeline.settings import Settings
from pipeline.stagework import TRANSCRIPT, clean_folder
from speakers.utterances import group
from storage.ledger import Ledger
from storage.library import Entry
from tests.fakes import transcript_of, words_of

AUDIO = b"audio"
BASE = "http://127.0.0.1"
ID = hashlib.sha256(AUDIO).hexdigest()
SPOT = AdSpan(20.0, 30.0, "sponsor", 0.9, "Acme", ("says a code",), stripped=True)
DOUBT = AdSpan(45.0, 50.0, "selfpromo", 0.4, None, ("asks for stars",))
SAID = (
    ("Speaker 1", 0.0, "Welcome to the lighthouse. A keeper and his lamp are our story today."),
    ("Speaker 3", 21.0, "Acme mattresses are soft. Take ten off with the code SLEEP."),
    ("Speaker 2", 31.0, 'The café by the harbour, "Old Anchor", was my home for years.'),
    ("Speaker 1", 45.2, "Leave us five stars. Then we go on with the keeper."),
)
"""Who says what from when on: the second lies in the spot, the last begins in the doubt."""

WORDS = tuple(
    replace(word, speaker=speaker)
    for speaker, start, text in SAID
    for word in words_of(text, start)
)


def found(swapped: bool = False) -> Transcript:
    """What a worker finds; `swapped` gives the first two voices each other's label."""
    other = {"Speaker 1": "Speaker 2", "Speaker 2": "Speaker 1"} if swapped else {}
    words = tuple(replace(w, speaker=other.get(w.speaker or "", w.speaker)) for w in WORDS)
    turns = tuple(
        Turn(start, start + 0.3 * len(text.split()), other.get(speaker, speaker))
        for speaker, start, text in SAID
    )
    return replace(
        transcript_of(words, (SPOT, DOUBT)),
        speakers=tuple(Speaker(f"Speaker {n}") for n in (1, 2, 3)),
        utterances=group(words, (SPOT,)),
        turns=turns,
    )


@dataclass
class Service:
    """An API, a client that asks it, and the storage behind it."""

    client: TestClient
    app: FastAPI

    @property
    def held(self) -> Holdings:
        holdings: Holdings = self.app.state.holdings
        return holdings

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.held.engine, self.held.blobs)

    def send(self, content: bytes = AUDIO, name: str = "one.mp3", **fields: str) -> Response:
        return self.client.post("/v1/episodes", files={"file": (name, content)}, data=fields)

    def sent(self, content: bytes = AUDIO, name: str = "one.mp3", **fields: str) -> str:
        """The id of an episode that was sent and waits."""
        answer = self.send(content, name, **fields)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def done(self, content: bytes = AUDIO, name: str = "one.mp3", **fields: str) -> str:
        """The id of an episode that was sent and finished."""
        episode_id = self.sent(content, name, **fields)
        self.finish(episode_id)
        return episode_id

    def entry(self, episode_id: str) -> Entry:
        entry = self.held.library.get(episode_id)
        assert entry is not None
        return entry

    def begin(self, episode_id: str) -> Entry:
        entry = self.ledger.begin(episode_id, self.entry(episode_id).run)
        assert entry is not None
        return entry

    def finish(
        self,
        episode_id: str,
        transcript: Transcript | None = None,
        cut: bytes = b"cut",
        voices: Sequence[Voice] = (),
    ) -> None:
        """End a queued or running episode as a worker does.

        `cut` is the audio it cuts, `voices` those it hears.
        """
        entry = self.begin(episode_id)
        content = TRANSCRIPT.dump_json(
            replace(transcript or found(), episode_id=episode_id), exclude_none=False
        )
        key = f"{episode_id}/transcripts/{hashlib.sha256(content).hexdigest()}"
        self.held.blobs.write(key, content)
        as_found = TRANSCRIPT.validate_json(content)
        laid = edited(as_found, entry.edits)
        if laid.cuts and cut:
            self.held.blobs.write(f"{clean_folder(episode_id, laid.cuts)}/audio.mp3", cut)
        kept = {utterance.speaker for utterance in laid.kept}
        stripped_s = math.fsum(one.duration_s for one in laid.cuts)
        ads, own = sum(ad.stripped for ad in laid.ads), laid.summary
        summary = Summary(len(kept), ads, stripped_s, (), own.to_review, own.names)
        edits = relabelled(entry.edits, as_found)
        assert self.ledger.finish(entry, key, laid, summary, edits, voices)

    def fail(self, episode_id: str, reason: str = "This is no audio.") -> None:
        entry = self.begin(episode_id)
        self.ledger.fail(episode_id, entry.run, reason)

    @contextmanager
    def working(self, reason: str | None = None) -> Iterator[None]:
        """A worker that finishes whatever is queued; or fails it, where there is a reason."""
        over = threading.Event()

        def work() -> None:
            while not over.wait(0.01):
                self.ledger.beat("a worker")
                for episode_id in self.ledger.active().values():
                    self.fail(episode_id, reason) if reason else self.finish(episode_id)

        self.ledger.beat("a worker")
        worker = threading.Thread(target=work)
        worker.start()
        try:
            yield
        finally:
            over.set()
            worker.join()

    def queued(self) -> int:
        """How much work the queue was ever given."""
        with self.held.engine.connect() as connection:
            count = connection.scalar(sa.text("SELECT count(*) FROM workflow_status"))
        return int(count or 0)

    def incoming(self) -> list[Path]:
        """What lies about of uploads."""
        folder = self.held.settings.data_dir / "incoming"
        return list(folder.iterdir()) if folder.exists() else []

    def put(
        self,
        blocks: Iterable[bytes],
        headers: dict[str, str],
        *,
        method: str = "POST",
        path: str = "/v1/episodes",
        broken: bool = False,
    ) -> tuple[int, bytes]:
        """A request whose body comes in blocks; `broken` off after the last.

        Past the client, which holds a body in memory and cannot hang up.
        """
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "scheme": "http",
            "query_string": b"",
            "headers": [
                (k.lower().encode(), v.encode("latin-1"))
                for k, v in {"Host": "127.0.0.1", **headers}.items()
            ],
            "client": ("test", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }
        answered: list[dict[str, Any]] = []
        stream = _messages(iter(blocks), broken)

        async def receive() -> dict[str, Any]:
            return await anext(stream)

        async def send(message: Any) -> None:  # noqa: ANN401  as ASGI has it
            answered.append(message)

        assert self.client.portal is not None
        self.client.portal.call(self.app, scope, receive, send)
        body = b"".join(message.get("body", b"") for message in answered)
        return answered[0]["status"], body


async def _messages(blocks: Iterator[bytes], broken: bool) -> AsyncIterator[dict[str, Any]]:
    for block in blocks:
        yield {"type": "http.request", "body": block, "more_body": True}
    if not broken:
        yield {"type": "http.request", "body": b"", "more_body": False}
    while True:
        yield {"type": "http.disconnect"}


@contextmanager
def serving(folder: Path, **more: Any) -> Iterator[Service]:  # noqa: ANN401  any setting
    """An API over a data folder."""
    app = create_app(Settings(data_dir=folder / "data", **more))
    with TestClient(app, base_url=BASE) as client:
        yield Service(client, app)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path) as service:
        yield service


@pytest.fixture(scope="package")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that holds nothing: one for all tests that leave it so."""
    with serving(tmp_path_factory.mktemp("empty")) as service:
        yield service


@pytest.fixture(scope="package")
def client(empty: Service) -> TestClient:
    """Asks the empty one."""
    return empty.client


@pytest.fixture(scope="package")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that holds the finished episode ID: one for all tests that only ask."""
    with serving(tmp_path_factory.mktemp("finished")) as service:
        service.done(AUDIO)
        yield service


def problem(answer: Response, name: str) -> dict[str, Any]:
    """The problem that an answer is, which must be of the kind `name`."""
    status, title = TYPES[name]
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["type"] == f"urn:cleancast:problem:{name}"
    assert (told["title"], told["status"]) == (title, status)
    assert told["detail"].endswith(".")
    assert "\n" not in told["detail"]
    return told


def fields(answer: Response) -> list[str]:
    """The fields that a problem says are wrong."""
    return [one["field"] for one in problem(answer, "invalid")["errors"]]
