"""The list of networks for a person: what is there, where from, whether it verifies.

Knows the rooms that hold weights; loads none of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.settings import Settings
from speakers.network import SHA256, WEIGHTS
from speakers.pyannote import available
from transcribe.models import Listed, checksum, inventory


def listed(settings: Settings) -> tuple[Listed, ...]:
    """Every network whose weights are, or would be, on this machine; recogniser's first."""
    return (*inventory(settings.cache_dir), *_voices())


def text(lines: Iterable[Listed], settings: Settings) -> str:
    """Two lines a network, and one for the optional engine."""
    rows = [f"{one.name:<16} {one.state}; {one.origin}\n    {one.path}" for one in lines]
    installed = "installed" if available() else "not installed (optional)"
    pipeline = settings.pyannote_pipeline or "none set"
    return "\n".join([*rows, f"{'pyannote.audio':<16} {installed}; pipeline: {pipeline}"])


def _voices() -> tuple[Listed, ...]:
    lines = []
    for name, sha256 in SHA256.items():
        path = WEIGHTS / f"{name}.onnx"
        found = path.is_file()
        good = found and checksum(path) == sha256
        state = "verified" if good else "damaged" if found else "missing"
        lines.append(Listed(name, "part of the project", state, path))
    return tuple(lines)
