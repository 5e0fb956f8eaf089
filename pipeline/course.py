"""The course of one episode: stage after stage as durable steps, then its transcript.

Knows the stages' order as jobs, and what a death or a cancellation means; does not know
how a stage is done, nor how steps are remembered.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil

from episodes.errors import FailureKind
from episodes.spans import Span
from pipeline.child import Child, Failure
from pipeline.choices import choose
from pipeline.edits import edited, relabelled
from pipeline.jobs import Given, Step
from pipeline.logs import of_episode
from pipeline.progress import overall
from pipeline.settings import Settings
from pipeline.stagework import TRANSCRIPT, Answer, StageTask
from pipeline.voiceprints import stored, voices
from storage.blobs import Blobs
from storage.ledger import Ledger
from storage.library import Entry

log = logging.getLogger(__name__)

DEATHS = 3
"""A stage whose process dies this often is given up: the machine cannot do it."""
TELL_S = 0.5
"""Progress is written at most this often."""
_OVER = "Not wanted any more."


class Over(Exception):
    """The run is not wanted any more: cancelled, deleted or begun anew."""


class Failed(Exception):
    """The run cannot succeed; the message is a sentence for the user."""

    # The queue remembers it, and makes it anew from the message alone before it sets the rest.
    def __init__(self, message: str, kind: FailureKind = "unexpected") -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class Means:
    """What a worker works with. One stage runs at a time: who holds `one_stage`."""

    settings: Settings
    blobs: Blobs
    ledger: Ledger
    child: Child[StageTask, Answer]
    memory_bytes: float
    one_stage: threading.Lock


class Course:
    """One run of one episode."""

    def __init__(self, means: Means, entry: Entry, step: Step) -> None:
        self._means, self._entry, self._step = means, entry, step
        self._settings = choose(entry.options, means.settings)
        self._told, self._done = (0.0, ""), 0.0
        self._log = of_episode(log, entry.id)

    @property
    def scratch(self) -> Path:
        """The folder of the episode's samples while it is worked on."""
        return self._means.settings.data_dir / "scratch" / self._entry.id

    def follow(self) -> None:
        """Do what is not done yet. Raises Over or Failed."""
        self._do("decode")
        self._look_again()  # what the file says of itself, its description too, is known now
        if self._settings.voices:
            self._do("clips")  # first, so that a bad one is soon told
        self._do("fingerprint")
        self._do("language")
        pieces, _ = self._do("pieces")
        for piece in range(pieces):
            self._do("transcribe", piece)
        self._do("diarize")
        self._hear()
        self._do("sound")
        _, key = self._do("transcript")
        self._finish(key)

    def _hear(self) -> None:
        """Make prints of the voices; without them all is well, but nobody is recognised."""
        try:
            self._do("voices")
        except Failed as failure:
            if self._settings.voices:
                raise
            self._log.warning("nobody can be recognised: %s", failure)

    def _finish(self, key: str) -> None:
        """Cut the audio and publish, by the latest edits."""
        content = self._means.blobs.read(key)
        if content is None:
            raise Failed(
                "The transcript is gone from the data folder: process it again.", "lost"
            )
        found = TRANSCRIPT.validate_json(content)
        prints = stored(self._entry.id, found.turns, self._means.blobs)
        while True:
            transcript = edited(found, self._entry.edits)
            summary = transcript.summary.warned(*self._cut(transcript.cuts))
            edits = relabelled(self._entry.edits, found)
            heard = voices(found, prints)
            if self._means.ledger.finish(self._entry, key, transcript, summary, edits, heard):
                return
            self._look_again()

    def _look_again(self) -> None:
        """The entry as it is by now. Raises Over."""
        entry = self._means.ledger.begin(self._entry.id, self._entry.run)
        if entry is None:
            raise Over
        self._entry = entry

    def _cut(self, cuts: tuple[Span, ...]) -> tuple[str, ...]:
        """Make the audio without ads; a warning where that is not possible."""
        if cuts:
            try:
                self._do("cut", cuts=cuts)
            except Failed as failure:
                return (f"There is no audio without the ads: {failure}",)
        return ()

    def _do(self, stage: str, piece: int = 0, cuts: tuple[Span, ...] = ()) -> Given:
        self.scratch.mkdir(parents=True, exist_ok=True)
        audio = self._entry.audio or f"{self._entry.id}/dropped"
        task = StageTask(
            stage, self._entry.episode, audio, self._settings, self.scratch, piece, cuts
        )
        return self._step(stage, partial(self._stage, task))

    def _stage(self, task: StageTask) -> Given:
        with self._means.one_stage:
            answer = self._answer(task)
        if answer.tags is not None:
            self._means.ledger.describe(
                self._entry.id, self._entry.run, answer.tags, answer.duration_s
            )
        return answer.pieces, answer.key

    def _answer(self, task: StageTask) -> Answer:
        """What the child says; after a death another one is asked."""
        self._progress(task.stage, 0.0)
        failure = Failure("")
        for death in range(1, DEATHS + 1):
            began = time.monotonic()
            outcome = self._means.child.run(task, self._progress, self._look)
            if isinstance(outcome, Answer):
                self._means.ledger.took(task.stage, time.monotonic() - began)
                return outcome
            failure = outcome
            if failure.stopped:
                # The worker is about to exit. Whatever was raised here would be remembered
                # as the end of this run, which shall go on at the next start.
                threading.Event().wait()
            if failure.reason == _OVER:
                raise Over
            if not failure.died:
                break
            self._log.warning("%s: death %d: %s", task.stage, death, failure.reason)
        raise Failed(failure.reason, failure.kind)

    def _progress(self, stage: str, fraction: float) -> None:
        now, (then, before) = time.monotonic(), self._told
        if stage != before or now - then >= TELL_S:
            self._told = (now, stage)
            # Every piece of a stage begins at 0: what was told is not taken back.
            self._done = max(self._done, overall(stage, fraction))
            self._means.ledger.advance(self._entry.id, self._entry.run, stage, self._done)

    def _look(self, pid: int) -> Failure | None:
        """A reason to end the child's work at once, if there is one."""
        if not self._means.ledger.goes_on(self._entry.id, self._entry.run):
            return Failure(_OVER)
        try:
            held = psutil.Process(pid).memory_info().rss
        except psutil.NoSuchProcess:
            return None
        if held <= self._means.memory_bytes:
            return None
        return Failure(
            f"The work on {self._entry.episode.source} took {held / 1e9:.1f} GB of memory, "
            "more than a worker may: choose a smaller model or raise "
            "CLEANCAST_WORKER_MEMORY_GB.",
            died=True,
            kind="memory",
        )
