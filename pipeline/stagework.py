"""One stage of one episode, done in a worker's child: the only process with networks.

Knows how a stage is done and where its result is kept; does not know which stage is next,
nor any database.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from audio.cut import cut, suffixes
from audio.decode import read_tags
from episodes.errors import BadAudio
from episodes.spans import Span
from episodes.types import Episode, Tags, Transcript
from pipeline.child import Work
from pipeline.engines import Engines
from pipeline.progress import Progress
from pipeline.run import Run
from pipeline.settings import Settings
from pipeline.stages import process
from storage.blobs import Blobs
from storage.results import fingerprint

TRANSCRIPT = TypeAdapter(Transcript)


@dataclass(frozen=True, slots=True)
class StageTask:
    """A stage of an episode, whose audio is at `source` if it is still there.

    `piece` is which of the pieces to recognise, `cuts` what to cut; other stages need
    neither. `scratch` is the episode's folder for decoded samples.
    """

    stage: str
    episode: Episode
    source: Path
    settings: Settings
    scratch: Path
    piece: int = 0
    cuts: tuple[Span, ...] = ()

    @property
    def name(self) -> str:
        """What a person calls the episode's file."""
        return self.episode.source


@dataclass(frozen=True, slots=True)
class Answer:
    """What a stage gives besides its stored result; each stage fills what it knows."""

    pieces: int = 0
    tags: Tags | None = None
    duration_s: float = 0.0
    key: str = ""


Stage = Work[StageTask, Answer]


def work_by_stage(
    settings: Settings, make_engines: Callable[[Settings], Engines] = Engines
) -> Stage:
    """What a worker's child does; its networks stay for the next task that wants the same."""
    os.nice(10)  # whoever reads or uploads meanwhile goes first
    loaded = (settings, make_engines(settings))

    def work(task: StageTask, progress: Progress) -> Answer:
        nonlocal loaded
        if task.settings != loaded[0]:
            loaded = (task.settings, make_engines(task.settings))
        try:
            return _do(task, loaded[1], progress)
        except BadAudio:
            if task.source.exists():
                raise
            raise BadAudio(
                f"The audio of {task.name} is not kept any more: upload it again."
            ) from None

    return work


def clean_key(episode_id: str, cuts: Sequence[Span], source: Path) -> str:
    """The key of the audio of `source` without `cuts`. Raises BadAudio."""
    fitting = suffixes(source)
    suffix = source.suffix if source.suffix in fitting else fitting[0]
    return f"{clean_prefix(episode_id, cuts)}{suffix}"


def clean_prefix(episode_id: str, cuts: Sequence[Span]) -> str:
    """How the key of the audio without `cuts` begins, for any kind of file."""
    return f"{episode_id}/clean/{fingerprint([(cut.start, cut.end) for cut in cuts])}"


def _do(task: StageTask, engines: Engines, progress: Progress) -> Answer:
    if task.stage == "cut":
        return _cut(task, progress)
    with Run(
        task.source,
        task.settings,
        engines,
        progress,
        episode=task.episode,
        scratch=task.scratch,
    ) as run:
        match task.stage:
            case "decode":
                return Answer(tags=_tags(task), duration_s=run.decode().duration_s)
            case "language":
                run.language()
            case "pieces":
                return Answer(pieces=len(run.pieces()))
            case "transcribe":
                run.piece(task.piece, run.language())
            case "diarize":
                run.diarize()
            case "silences":
                run.silences()
            case "transcript":
                return Answer(key=_keep(process(run), task))
            case _:
                raise ValueError(f"there is no stage {task.stage}")
    return Answer()


def _tags(task: StageTask) -> Tags | None:
    return read_tags(task.source) if task.source.exists() else None


def _keep(transcript: Transcript, task: StageTask) -> str:
    content = TRANSCRIPT.dump_json(transcript)
    key = f"{task.episode.id}/transcripts/{hashlib.sha256(content).hexdigest()}"
    Blobs(task.settings.data_dir / "episodes").write(key, content)
    return key


def _cut(task: StageTask, progress: Progress) -> Answer:
    """The audio without its ads, made where it is not there yet."""
    key = clean_key(task.episode.id, task.cuts, task.source)
    target = Blobs(task.settings.data_dir / "episodes").path(key)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        cut(task.source, target, task.cuts, lambda done: progress("cut", done))
        for other in target.parent.iterdir():  # that of earlier cuts is of no use any more
            if other != target:
                other.unlink()
    return Answer(key=key)


def read_transcript(key: str | None, blobs: Blobs) -> Transcript | None:
    """The transcript kept under a key, as it was found; None where there is none."""
    content = None if key is None else blobs.read(key)
    return None if content is None else TRANSCRIPT.validate_json(content)
