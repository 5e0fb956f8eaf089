"""What an episode's course tells on its way."""

from __future__ import annotations

import threading
from typing import Any, cast

import pytest
from sqlalchemy import Engine

from pipeline import course
from pipeline.child import Failure
from pipeline.course import Course, Failed, Means
from pipeline.progress import Progress, overall
from pipeline.stagework import Answer, StageTask
from storage.blobs import Blobs
from storage.ledger import Ledger
from tests.pipeline.conftest import Workshop


class Child:
    """Does all until voices are to be told apart, with two pieces to recognise."""

    def run(self, task: StageTask, progress: Progress, _look: object) -> Answer | Failure:
        if task.stage == "diarize":
            return Failure("There is no more to this test.")
        progress(task.stage, 1.0 if task.stage != "transcribe" else (1 + task.piece) / 2)
        return Answer(pieces=2)


class Told(Ledger):
    """A ledger that remembers how far it was told an episode is."""

    def __init__(self, engine: Engine, blobs: Blobs) -> None:
        super().__init__(engine, blobs)
        self.shares: list[float] = []

    def advance(self, _id: str, _run: str, _stage: str, progress: float) -> None:
        self.shares.append(progress)


def test_what_was_told_done_is_not_taken_back(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course, "TELL_S", 0.0)
    held = workshop.held
    told = Told(held.engine, held.blobs)
    child = cast("Any", Child())
    means = Means(held.settings, held.blobs, told, child, 0.0, threading.Lock())
    with pytest.raises(Failed, match="no more"):
        Course(means, workshop.send(), lambda _stage, work: work()).follow()
    assert told.shares == sorted(told.shares)
    assert told.shares[-1] == overall("diarize", 0.0) == overall("transcribe", 1.0)
