"""Where a pyannote pipeline's files lie, on disk or on the hub, and what they are.

The only file of this room that asks the model hub, and only where a hub name is given. It
does not know how a pipeline is loaded or run.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from episodes.errors import EngineError

COMMUNITY = "pyannote/speaker-diarization-community-1"
"""The pipeline taken when none is named."""

_HUB_NAME = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")
_WEIGHTS = {".bin", ".ckpt", ".npz", ".onnx", ".pt", ".safetensors"}


def place(pipeline: str | Path, token: str | None) -> Path:
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


def folders(config: Path, name: str, token: str | None) -> dict[str, Path]:
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


def weights(folders: Mapping[str, Path]) -> dict[str, str]:
    """Every weights file in the named folders, as "name/file", and its SHA-256."""
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": sha256(path)
        for name, folder in folders.items()
        for path in sorted(folder.rglob("*"))
        if path.suffix in _WEIGHTS
    }


def sha256(path: Path) -> str:
    """The checksum of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
