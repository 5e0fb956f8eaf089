"""One stage of one episode, done in a worker's child: the only process with networks.

Knows how a stage is done and where its result is kept; does not know which stage is next,
nor any database but that of the prints.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from audio.cut import cut, suffixes
from audio.decode import read_tags
from episodes.errors import BadAudio
from episodes.sound import Sound
from episodes.spans import Span
from episodes.types import Episode, Tags, Transcript
from pipeline import clips
from pipeline.child import Work
from pipeline.engines import Engines
from pipeline.progress import Progress
from pipeline.repeats import Repeats, open_repeats
from pipeline.run import Run
from pipeline.settings import Settings
from pipeline.stage_results import SOUNDS, VERSIONS
from pipeline.stages import process
from storage.blobs import Blobs
from storage.places import open_blobs
from storage.results import StageResults, fingerprint

TRANSCRIPT = TypeAdapter(Transcript)


@dataclass(frozen=True, slots=True)
class StageTask:
    """A stage of an episode, whose audio is the blob `audio` if it is still there.

    `piece` is which of the pieces to recognise, `cuts` what to cut; other stages need
    neither. `scratch` is the episode's folder for decoded samples and the like.
    """

    stage: str
    episode: Episode
    audio: str
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
    repeats = open_repeats(settings)

    def work(task: StageTask, progress: Progress) -> Answer:
        nonlocal loaded
        if task.settings != loaded[0]:
            loaded = (task.settings, make_engines(task.settings))
        blobs = open_blobs(task.settings.storage_url, task.settings.data_dir)
        source = blobs.local(task.audio, task.scratch)
        try:
            return _do(task, source, blobs, loaded[1], repeats, progress)
        except BadAudio as error:
            if source.exists():  # it is known by the name it was sent under
                raise BadAudio(str(error).replace(source.name, task.name, 1)) from error
            raise BadAudio(
                f"The audio of {task.name} is not kept any more: upload it again."
            ) from None

    return work


def clean_folder(episode_id: str, cuts: Sequence[Span]) -> str:
    """What the key of the audio without `cuts` begins with, whatever kind of file it is."""
    return f"{episode_id}/clean/{fingerprint([(cut.start, cut.end) for cut in cuts])}"


_ALONE: Mapping[str, Callable[[Run], object]] = {
    "language": Run.language,
    "diarize": Run.diarize,
    "voices": lambda run: run.voices(run.diarize()),
    "sound": Run.sound,
}
"""Stages that give nothing but their stored result."""


def _do(
    task: StageTask,
    source: Path,
    blobs: Blobs,
    engines: Engines,
    repeats: Repeats,
    progress: Progress,
) -> Answer:
    with Run(
        source,
        task.settings,
        engines,
        progress,
        episode=task.episode,
        scratch=task.scratch,
    ) as run:
        match task.stage:
            case "cut":
                return _cut(task, source, blobs, progress, run.decode().tracks)
            case "decode":
                tags = read_tags(source) if source.exists() else None
                return Answer(tags=tags, duration_s=run.decode().duration_s)
            case "clips":
                for name, heard in run.clips().items():
                    clip = task.settings.voices[name]
                    clips.note(clip, task.episode.id, heard.trouble, blobs)
            case "fingerprint":
                repeats.hear(run.episode, run.decode().duration_s, run.fingerprint())
            case "pieces":
                return Answer(pieces=len(run.pieces()))
            case "transcribe":
                run.piece(task.piece, run.language())
            case "transcript":
                return Answer(key=keep_transcript(process(run, repeats), blobs))
            case stage:
                _ALONE[stage](run)
    return Answer()


def keep_transcript(transcript: Transcript, blobs: Blobs) -> str:
    """Keep a transcript as it was found; the key to read it by."""
    content = TRANSCRIPT.dump_json(transcript)
    key = f"{transcript.episode_id}/transcripts/{hashlib.sha256(content).hexdigest()}"
    blobs.write(key, content)
    return key


def _cut(
    task: StageTask,
    source: Path,
    blobs: Blobs,
    progress: Progress,
    tracks: Sequence[int],
) -> Answer:
    """The audio without its ads, made where it is not there yet."""
    folder = clean_folder(task.episode.id, task.cuts)
    if made := blobs.below(folder):
        return Answer(key=made[0])
    fitting = suffixes(source)
    suffix = source.suffix if source.suffix in fitting else fitting[0]
    target = task.scratch / f"clean{suffix}"
    cut(source, target, task.cuts, lambda done: progress("cut", done), tracks)
    blobs.delete(f"{task.episode.id}/clean")  # that of earlier cuts is of no use any more
    key = f"{folder}/audio{suffix}"
    blobs.adopt(key, target)
    return Answer(key=key)


def read_sound(episode_id: str, blobs: Blobs) -> Sound | None:
    """What an episode sounds like, as its stage told; None where that is not kept."""
    results = StageResults(blobs, episode_id)
    found = results.stored("sound", (VERSIONS["sound"],), SOUNDS)
    return None if found is None else found.value


def read_transcript(key: str | None, blobs: Blobs) -> Transcript | None:
    """The transcript kept under a key, as it was found; None where there is none."""
    content = None if key is None else blobs.read(key)
    return None if content is None else TRANSCRIPT.validate_json(content)
