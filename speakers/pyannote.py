"""The optional engine: turns from a speaker diarization pipeline of pyannote.audio.

The only file that imports pyannote.audio, torch and the model hub's client, each when an
engine is built: a machine without the extra `pyannote` never notices. It does not know the
default engine, words, or who asked for this one.

A pipeline is one of three:
    a hub name          "pyannote/speaker-diarization-community-1"; gated: needs a token once
    a pipeline's path   its folder, or the config.yaml in it
    a segmentation's    `pytorch_model.bin`, for instance of segmentation-3.0; the pipeline is
    path                composed of it and this project's CAM++ embedding
"""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from episodes.errors import EngineError, WeightsError
from episodes.types import Audio, Turn
from speakers.network import SHA256, WEIGHTS

if TYPE_CHECKING:
    import torch
    from pyannote.audio.pipelines import SpeakerDiarization
    from pyannote.core import Annotation

COMMUNITY = "pyannote/speaker-diarization-community-1"
"""The pipeline taken when none is named."""

_CAMPPLUS = WEIGHTS / "campplus.onnx"
_HUB_NAME = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")
_WEIGHTS = {".bin", ".ckpt", ".npz", ".onnx", ".pt", ".safetensors"}

# Share of the time that segmentation takes: measured on two cores without a GPU.
_SEGMENTED = 0.3


def available() -> bool:
    """Whether the extra is installed, found without importing it (torch takes seconds)."""
    return find_spec("pyannote") is not None and find_spec("pyannote.audio") is not None


class PyannoteDiarizer:
    """Speaker diarization by pyannote.audio 4 (Bredin et al.), on a GPU when there is one.

    `models` maps each weights file to its SHA-256. pyannote's telemetry stays off unless
    the environment says otherwise (PYANNOTE_METRICS_ENABLED). A checkpoint is unpickled by
    torch, which runs code it holds: load only files you trust.

    Memory is not bounded: pyannote keeps the whole waveform and its windows' scores, and
    clusters by a distance matrix that grows with the square of the length. Measured on a CPU:
    1.5 GB for an hour, 3.3 GB for three.
    """

    models: Mapping[str, str]

    def __init__(
        self, pipeline: str | Path | None = None, token: str | None = None, device: str = "auto"
    ) -> None:
        """Load the pipeline, COMMUNITY when None; `device` is "auto", "cpu" or "cuda".

        `token` is a Hugging Face access token; None leaves the hub client to find its own.
        Raises EngineError when the extra, the path, the token or the hub is missing, and
        WeightsError when the project's own weights are damaged.
        """
        if not available():
            raise EngineError(
                "The pyannote engine is not installed: install cleancast with its extra "
                '`pyannote`, or choose the diarizer "builtin".'
            )
        # pyannote reads this once, while it is imported.
        os.environ.setdefault("PYANNOTE_METRICS_ENABLED", "0")
        pipeline = pipeline or COMMUNITY
        place = _place(pipeline, token)
        with _hushed():
            if place.suffix in {".yaml", ".yml"}:
                self.models = _weights(_folders(place, str(pipeline), token))
                self._pipeline = _load(place, token).to(_device(device))
            else:
                self.models = {place.name: _sha256(place), "campplus": SHA256["campplus"]}
                self._pipeline = _compose(place, _device(device))

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
        import torch

        waveform = torch.from_numpy(audio.window())[None]
        with _hushed():
            output = self._pipeline(
                {"waveform": waveform, "sample_rate": audio.sample_rate_hz},
                min_speakers=least,
                max_speakers=most,
                hook=_reporting(progress),
            )
        progress(1.0)
        # A config may ask for `legacy`: then the annotation comes bare.
        return _turns(getattr(output, "speaker_diarization", output), audio.duration_s)


def _place(pipeline: str | Path, token: str | None) -> Path:
    """The config.yaml or the checkpoint on disk that `pipeline` means, fetched if it must."""
    path = Path(pipeline).expanduser()
    named = _HUB_NAME.fullmatch(str(pipeline)) and path.suffix not in _WEIGHTS | {".yaml"}
    if named and not path.exists():
        path = _fetch(str(pipeline), token)
    if path.is_dir():
        path /= "config.yaml"
    if not path.is_file():
        raise EngineError(
            f"There is no pyannote pipeline at {path}: give the path of its folder or of a "
            f"segmentation's pytorch_model.bin, or a hub name such as {COMMUNITY}."
        )
    return path


def _fetch(name: str, token: str | None) -> Path:
    """The folder of a hub repository's files; without a network, the one fetched before."""
    from huggingface_hub import errors, snapshot_download

    try:
        return Path(snapshot_download(name, token=token))
    except (errors.HfHubHTTPError, errors.HFValidationError) as refusal:
        raise EngineError(
            f"The Hugging Face hub refuses {name}: accept its conditions there and give a "
            "token of that account, or give the path of a downloaded copy."
        ) from refusal
    except OSError as failure:
        raise EngineError(
            f"The Hugging Face hub cannot be reached for {name}: check the network, or give "
            "the path of a downloaded copy."
        ) from failure


def _folders(config: Path, name: str, token: str | None) -> dict[str, Path]:
    """By name, the pipeline's folder and those of the hub repositories its config names.

    Older pipelines take their networks so ("pyannote/segmentation-3.0"), each gated apart.
    """
    import yaml

    try:
        parts = yaml.safe_load(config.read_text("utf-8"))["pipeline"].get("params", {})
    except (yaml.YAMLError, UnicodeDecodeError, LookupError, TypeError, AttributeError) as bad:
        raise EngineError(
            f"{config} describes no pipeline: give the config.yaml of a whole pipeline, or the "
            "path of a segmentation's pytorch_model.bin."
        ) from bad
    named = {part for part in map(str, parts.values()) if _HUB_NAME.fullmatch(part)}
    return {name: config.parent} | {part: _fetch(part, token) for part in sorted(named)}


def _weights(folders: Mapping[str, Path]) -> dict[str, str]:
    """Every weights file in the named folders, as "name/file", and its SHA-256."""
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": _sha256(path)
        for name, folder in folders.items()
        for path in sorted(folder.rglob("*"))
        if path.suffix in _WEIGHTS
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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

    if _sha256(_CAMPPLUS) != SHA256["campplus"]:
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


def _turns(annotation: Annotation, duration_s: float) -> tuple[Turn, ...]:
    """The annotation as turns inside the audio: pyannote pads its last window."""
    heard = sorted(
        (max(0.0, segment.start), min(segment.end, duration_s), voice)
        for segment, _, voice in annotation.itertracks(yield_label=True)
    )
    labels: dict[str, str] = {}
    return tuple(
        Turn(start, end, labels.setdefault(voice, f"Speaker {len(labels) + 1}"))
        for start, end, voice in heard
        if start < end
    )
