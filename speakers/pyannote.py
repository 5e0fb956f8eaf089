"""The optional engine: turns from a speaker diarization pipeline of pyannote.audio.

The only file that imports pyannote.audio, torch and the model hub's client, each when an
engine is built: a machine without the extra `pyannote` never notices. It does not know the
default engine, words, or who asked for this one.

Long audio goes through in pieces of at most half an hour, so that memory is bounded, and
their voices are linked (linking.py).

A pipeline is one of three:
    a hub name          "pyannote/speaker-diarization-community-1"; gated: needs a token once
    a pipeline's path   its folder, or the config.yaml in it
    a segmentation's    `pytorch_model.bin`, for instance of segmentation-3.0; the pipeline is
    path                composed of it and this project's CAM++ embedding
"""

from __future__ import annotations

import os
import pickle
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from importlib.util import find_spec
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from episodes.errors import EngineError, WeightsError
from episodes.spans import Span
from episodes.types import Audio, Turn
from speakers import hub
from speakers.hub import COMMUNITY
from speakers.network import SHA256, WEIGHTS

if TYPE_CHECKING:
    import torch
    from pyannote.audio.pipelines import SpeakerDiarization
    from pyannote.audio.pipelines.speaker_diarization import DiarizeOutput

    from speakers.linking import Voice

PIECE_S = 1800.0
"""The longest piece that is told apart at once."""

_CAMPPLUS = WEIGHTS / "campplus.onnx"

# Share of the time that segmentation takes: measured on two cores without a GPU.
_SEGMENTED = 0.3


def available() -> bool:
    """Whether the extra is installed, found without importing it (torch takes seconds)."""
    return find_spec("pyannote") is not None and find_spec("pyannote.audio") is not None


def require() -> None:
    """Raises EngineError unless the extra is installed."""
    if not available():
        raise EngineError(
            "The pyannote engine is not installed: install cleancast with its extra "
            '`pyannote`, or choose the diarizer "builtin".'
        )


class PyannoteDiarizer:
    """Speaker diarization by pyannote.audio 4 (Bredin et al.), on a GPU when there is one.

    `models` maps each weights file to its SHA-256. pyannote's telemetry stays off unless
    the environment says otherwise (PYANNOTE_METRICS_ENABLED). A checkpoint is unpickled by
    torch, which runs code it holds: load only files you trust.

    Memory is bounded: pyannote keeps the waveform and its windows' scores, and clusters by
    a distance matrix that grows with the square of the length, but of one piece alone.
    """

    models: Mapping[str, str]

    def __init__(
        self,
        pipeline: str | Path | None = None,
        token: str | None = None,
        device: str = "auto",
        threads: int = 0,
        piece_s: float = PIECE_S,
    ) -> None:
        """Load the pipeline, COMMUNITY when None; `device` is "auto", "cpu" or "cuda".

        `token` is a Hugging Face access token; None leaves the hub client to find its own.
        `threads` 0 leaves their number to torch; of the composed pipeline CAM++ has its own.
        `piece_s` is the longest piece that is told apart at once, in seconds.
        Raises EngineError when the extra, the path, the token or the hub is missing, and
        WeightsError when the project's own weights are damaged.
        """
        require()
        # pyannote reads this once, while it is imported.
        os.environ.setdefault("PYANNOTE_METRICS_ENABLED", "0")
        pipeline = pipeline or COMMUNITY
        place = hub.place(pipeline, token)
        with _hushed():
            if place.suffix in {".yaml", ".yml"}:
                self.models = hub.weights(hub.folders(place, str(pipeline), token))
                self._pipeline = _load(place, token).to(_device(device))
            else:
                self.models = {place.name: hub.sha256(place), "campplus": SHA256["campplus"]}
                self._pipeline = _compose(place, _device(device))
        if threads:
            _set_threads(threads)
        # A config may ask for the annotation bare, without what its voices sound like.
        self._pipeline.legacy = False
        self._piece_s = piece_s

    def diarize(
        self,
        audio: Audio,
        least: int = 1,
        most: int = 20,
        progress: Callable[[float], None] = lambda fraction: None,
    ) -> tuple[Turn, ...]:
        """Who speaks when: turns sorted by start, overlapping where voices do.

        There are at most `most` voices, and `least` where the audio holds speech enough
        to tell as many apart. Labels are numbered by first appearance.
        """
        if not audio.n_samples:
            progress(1.0)
            return ()
        from speakers.linking import linked

        n = ceil(audio.duration_s / self._piece_s)
        edges = [audio.duration_s * at / n for at in range(n + 1)]
        voices: list[Voice] = []
        for at, (start, end) in enumerate(pairwise(edges)):
            # How many talk in a piece is not known, only how many there are in all.
            told = self._told(
                audio, Span(start, end), least if n == 1 else 1, most, _part(progress, at, n)
            )
            voices += _voices(told, at, Span(start, end))
        progress(1.0)
        return linked(voices, edges[1:-1], least, most)

    def _told(
        self,
        audio: Audio,
        piece: Span,
        least: int,
        most: int,
        progress: Callable[[float], None],
    ) -> DiarizeOutput:
        """What pyannote makes of a piece of the audio, on the piece's own clock."""
        import torch

        waveform = torch.from_numpy(audio.window(piece.start, piece.end))[None]
        with _hushed():
            return self._pipeline(
                {"waveform": waveform, "sample_rate": audio.sample_rate_hz},
                min_speakers=least,
                max_speakers=most,
                hook=_reporting(progress),
            )


def _load(config: Path, token: str | None) -> SpeakerDiarization:
    """The pipeline that a config describes."""
    from pyannote.audio import Pipeline
    from pyannote.audio.pipelines import SpeakerDiarization

    with _reading(config):
        pipeline = Pipeline.from_pretrained(config, token=token)
    # Also keeps out pyannoteAI's paid pipelines, which would send the audio away.
    if not isinstance(pipeline, SpeakerDiarization):
        raise EngineError(f"{config} does not diarize on this machine: give {COMMUNITY}.")
    return pipeline


def _compose(checkpoint: Path, device: torch.device) -> SpeakerDiarization:
    """A pipeline like pyannote's 3.1, of a segmentation checkpoint and CAM++.

    Its clustering is centroid linkage of unit vectors, cut at a distance of 0.7.
    """
    from pyannote.audio import Model
    from pyannote.audio.core.plda import PLDA
    from pyannote.audio.pipelines import SpeakerDiarization

    if hub.sha256(_CAMPPLUS) != SHA256["campplus"]:
        raise WeightsError(f"{_CAMPPLUS} is damaged: restore it from the project's repository.")
    with _reading(checkpoint):
        segmentation = Model.from_pretrained(checkpoint)
    with tempfile.TemporaryDirectory(prefix="wespeaker-") as folder:
        pipeline = SpeakerDiarization(
            segmentation=segmentation,
            # The word "wespeaker" in the path is how pyannote knows an ONNX embedding.
            embedding=shutil.copy(_CAMPPLUS, folder),
            embedding_exclude_overlap=True,
            clustering="AgglomerativeClustering",
            # By default that of community-1 is fetched, which this clustering never reads.
            plda=PLDA.__new__(PLDA),
            segmentation_batch_size=32,
            embedding_batch_size=32,
        )
        pipeline.to(device)
    clustering = {"method": "centroid", "min_cluster_size": 12, "threshold": 0.7}
    pipeline.instantiate({"segmentation": {"min_duration_off": 0.0}, "clustering": clustering})
    return pipeline


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Makes one error of all that torch and pyannote raise on a file that is not theirs."""
    from pyannote.audio.utils import dependencies

    unfit = (dependencies.MissingDependency, dependencies.WrongDependencyVersion)
    foreign = (pickle.PickleError, EOFError, RuntimeError, LookupError, AttributeError)
    try:
        yield
    except (*unfit, *foreign, ImportError, OSError, TypeError, ValueError) as bad:
        reason = str(bad).partition("\n")[0].rstrip(".") or type(bad).__name__
        raise EngineError(
            f"pyannote.audio cannot load {path} ({reason}): give the folder of a whole "
            "pipeline, or a segmentation's pytorch_model.bin."
        ) from bad


def _device(name: str) -> torch.device:
    """The device of that name; "auto" is the first GPU, or else the CPU."""
    import torch

    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise EngineError(f'There is no device "{name}" here: choose "auto" or "cpu".')
    return torch.device(name)


def _set_threads(threads: int) -> None:
    """How many processor threads torch takes, in all of this process."""
    import torch

    torch.set_num_threads(threads)


@contextmanager
def _hushed() -> Iterator[None]:
    """Keeps pyannote's prints off stdout, which is the program's, and its advice quiet."""
    with warnings.catch_warnings(), redirect_stdout(sys.stderr):
        warnings.simplefilter("ignore")
        yield


def _reporting(progress: Callable[[float], None]) -> Callable[..., None]:
    """A hook for pyannote that makes one fraction of the two steps that take time."""
    steps = {"segmentation": (0.0, _SEGMENTED), "embeddings": (_SEGMENTED, 1.0)}

    def hook(step: str, *_: object, total: int = 1, completed: int = 1, **__: object) -> None:
        if step in steps:
            begin, end = steps[step]
            progress(begin + (end - begin) * min(1.0, completed / max(1, total)))

    return hook


def _part(progress: Callable[[float], None], at: int, n: int) -> Callable[[float], None]:
    """Reports the progress of one of `n` pieces as that of the whole."""
    return lambda fraction: progress((at + fraction) / n)


def _voices(told: DiarizeOutput, at: int, piece: Span) -> Iterator[Voice]:
    """The voices of a piece; pyannote pads its last window, what is told there is left out."""
    from speakers.linking import Voice

    labels = told.speaker_diarization.labels()
    for label, mean in zip(labels, told.speaker_embeddings, strict=True):
        heard = told.speaker_diarization.label_timeline(label)
        inside = ((max(0.0, one.start), min(one.end, piece.duration_s)) for one in heard)
        spans = tuple(Span(piece.start + a, piece.start + b) for a, b in inside if a < b)
        if spans:
            yield Voice(at, spans, mean)
