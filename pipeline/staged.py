"""What every stage of an episode stands on: its results, each made once; its samples.

Does not know any stage, nor how results are stored.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, cast

from pydantic import TypeAdapter

from episodes.types import Audio, Episode, Provenance
from pipeline import voiceprints
from pipeline.engines import Engines
from pipeline.identity import identify
from pipeline.progress import Progress, ignore
from pipeline.samples import Samples
from pipeline.scratch import sweep, work_folder
from pipeline.settings import Settings
from pipeline.stage_results import VERSIONS
from speakers.network import SHA256
from storage.places import open_blobs
from storage.results import StageResults, fingerprint

T = TypeVar("T")


class Staged:
    """A context manager: the decoded samples live in a folder that goes with it.

    `episode` is what is already known of the file, which need not be there any more where
    every result is stored. `force` does every stage again. `scratch` is a folder for the
    samples that outlives this process, so that the next need not decode again.
    """

    def __init__(
        self,
        source: Path,
        settings: Settings,
        engines: Engines,
        progress: Progress = ignore,
        *,
        force: bool = False,
        episode: Episode | None = None,
        scratch: Path | None = None,
    ) -> None:
        self.episode = episode or identify(source)
        self.settings = settings
        self.progress = progress
        self.complete = True  # until something is left for another time
        self._source, self._engines = source, engines
        self._blobs = open_blobs(settings.storage_url, settings.data_dir)
        self._results = StageResults(self._blobs, self.episode.id, force=force)
        self._prints = StageResults(
            self._blobs, self.episode.id, force=force, folder=voiceprints.FOLDER
        )
        self._answers: dict[tuple[str, str], object] = {}
        self._seconds: dict[str, float] = {}
        self._scratch, self._folder = scratch, ExitStack()

    def __enter__(self) -> Self:
        sweep(self.settings.data_dir)
        if self._scratch is None:
            work = work_folder(self.settings.data_dir)
            folder = tempfile.TemporaryDirectory(dir=work, prefix=f"{os.getpid()}-")
            self._scratch = Path(self._folder.enter_context(folder))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._folder.close()

    def provenance(self) -> Provenance:
        """What has been used so far, and the seconds each stage took when it really ran."""
        weights = self._engines.weights
        listener = SHA256 if self.settings.voices else {}
        return Provenance(
            cleancast=version("cleancast"),
            models={weights.name: weights.sha256, **self._engines.diarizer.models, **listener},
            settings=fingerprint(self.settings.telling),
            stages=tuple(self._seconds.items()),
        )

    @property
    def _model(self) -> str:
        return self._engines.weights.sha256

    @property
    def _audio(self) -> Audio:
        return self._samples.mix

    @cached_property
    def _samples(self) -> Samples:
        assert self._scratch is not None, "a run is used as a context"
        return Samples(self._source, self._scratch, self.settings, self.progress)

    def _stage(
        self, name: str, form: TypeAdapter[T], make: Callable[[], T], *facts: object
    ) -> T:
        asked = (name, fingerprint(*facts))
        if asked not in self._answers:  # else it would be read, and its seconds counted, twice
            results = self._prints if name == "voices" else self._results
            result = results.get(name, (VERSIONS[name], *facts), form, make)
            self._seconds[name] = round(self._seconds.get(name, 0.0) + result.seconds, 3)
            self._answers[asked] = result.value
        return cast("T", self._answers[asked])
