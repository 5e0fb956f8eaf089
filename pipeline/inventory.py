"""The list of networks for a person: what is there, where from, whether it verifies.

Knows the rooms that hold weights; does not load any.
"""

from __future__ import annotations

from rich.table import Table

from pipeline.settings import Settings
from speakers.network import SHA256, WEIGHTS
from speakers.pyannote import available
from transcribe.models import Listed, checksum, inventory


def listed(settings: Settings) -> tuple[Listed, ...]:
    """Every network, recogniser's first."""
    return (*inventory(settings.cache_dir), *_voices(), _pyannote(settings))


def table(lines: tuple[Listed, ...]) -> Table:
    """The lines as a table."""
    shown = Table("network", "state", "from", "where", box=None, pad_edge=False)
    for line in lines:
        shown.add_row(line.name, line.state, line.origin, str(line.path))
    return shown


def _voices() -> tuple[Listed, ...]:
    lines = []
    for name, sha256 in SHA256.items():
        path = WEIGHTS / f"{name}.onnx"
        found = path.is_file()
        good = found and checksum(path) == sha256
        state = "verified" if good else "damaged" if found else "missing"
        lines.append(Listed(name, "the project, speakers/weights", state, path))
    return tuple(lines)


def _pyannote(settings: Settings) -> Listed:
    state = "not installed (optional)" if not available() else "installed"
    place = settings.pyannote_pipeline or "no pipeline set"
    return Listed("pyannote.audio", "extra `pyannote`", state, WEIGHTS.parent / place)
