"""The checks behind `cleancast doctor`: whether this machine can do what the settings ask.

Looks, fetches nothing, and leaves nothing but the two folders. Every check that fails names
its cure. This file does not know how an episode is processed, nor who prints the findings.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil

from episodes.errors import why
from formats.view import one_line
from pipeline.llm import answers
from pipeline.settings import Settings, misspelt
from pipeline.stores import Seen, database_server, full_text, object_store, sqlite_file
from speakers.hub import COMMUNITY
from speakers.network import SHA256, WEIGHTS
from speakers.pyannote import available
from transcribe.models import PACKAGED, checksum, home, verifies

GB = 1e9
# Peak memory of a process with that model and the built-in voices, measured on a CPU: it does
# not grow with the audio's length. Others are taken to need 1.5 times their model.bin + 0.5 GB.
NEEDS_GB = {"tiny": 0.6, "base": 0.9, "small": 1.6, "medium": 3.0, "large": 4.0, "turbo": 4.0}
UNKNOWN_FACTOR, UNKNOWN_REST_GB = 1.5, 0.5
# What pyannote takes beside the model, whatever the length: 1.7 measured with pieces of twenty
# minutes, and somewhat more for pieces of half an hour.
PYANNOTE_GB = 1.8

_HUB = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")
_UNRULY = {
    "large": "Systran/faster-whisper-large-v3",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "distil-large-v3.5": "distil-whisper/distil-large-v3.5-ct2",
}
_NO_MODEL = "Set CLEANCAST_MODEL to the folder of a faster-whisper model, or to base."
_NO_PIPELINE = "Set CLEANCAST_PYANNOTE_PIPELINE or CLEANCAST_PYANNOTE_TOKEN (docs/pyannote.md)."


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was seen, a phrase; and when not `ok`, the cure, a sentence."""

    name: str
    ok: bool
    detail: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where facts come from that no setting tells."""

    available_gb: Callable[[], float] = lambda: psutil.virtual_memory().available / GB
    total_gb: Callable[[], float] = lambda: psutil.virtual_memory().total / GB
    free_gb: Callable[[Path], float] = lambda folder: shutil.disk_usage(folder).free / GB
    pyannote: Callable[[], bool] = available
    sqlite: Callable[[], sqlite3.Connection] = lambda: sqlite3.connect(":memory:")
    voices: Path = WEIGHTS


HERE = Machine()
_Check = tuple[str, Callable[[], Seen], str]  # the last is the cure of errors on the way


def examine(
    settings: Settings, *, port: bool = True, machine: Machine = HERE
) -> Iterator[Finding]:
    """Each check's finding as soon as it is known; `port` False leaves the port out."""
    for name, look, usual in _checks(settings, machine, port):
        try:
            detail, cure = look()
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            detail, cure = f"{place}{why(error)}", usual
        except (RuntimeError, ValueError, sqlite3.Error) as error:
            detail, cure = str(error), usual
        yield Finding(name, not cure, detail, cure)


def text(findings: Iterable[Finding]) -> str:
    """A line a finding for the terminal, and one for the cure of what failed."""
    lines = []
    for finding in findings:
        mark = f"{'ok' if finding.ok else 'FAILED':<6}  {finding.name:<19}"
        lines.append(f"{mark}  {one_line(finding.detail)}")
        lines += [f"{'':<29}{one_line(finding.cure)}"] if finding.cure else []
    return "\n".join(lines)


def _checks(settings: Settings, machine: Machine, port: bool) -> Iterator[_Check]:
    data, cache = settings.data_dir, settings.cache_dir
    place = "Make {0} a folder this user can write, on a disk with room, or set {1} to another."
    for_data = place.format(data, "CLEANCAST_DATA_DIR")
    for_cache = place.format(cache, "CLEANCAST_CACHE_DIR")
    for_model = f"Make {cache} readable, or set CLEANCAST_MODEL to a folder that is."
    for name, meant in misspelt().items():
        yield "settings", partial(_misspelt, name, meant), ""
    yield "recogniser", partial(_recogniser, settings.model, cache), for_model
    for name, sha256 in SHA256.items():
        weights = machine.voices / f"{name}.onnx"
        cure = f"Restore {weights} from the project's repository."
        yield f"voices {name}", partial(_verified, weights, sha256, cure), cure
    yield "speaker engine", partial(_diarizer, settings, machine), _NO_PIPELINE
    yield "free disk", partial(_disk, settings, machine), for_data
    if settings.disk_quota_gb is not None:
        yield "disk quota", partial(_quota, data, settings.disk_quota_gb), for_data
    yield "memory", partial(_enough_memory, settings, machine), for_model
    yield "data folder", partial(_writable, data), for_data
    yield "cache folder", partial(_writable, cache), for_cache
    yield from _stores(settings, machine)
    if settings.llm_url is not None:
        yield "language model", partial(answers, settings), ""
    for root in settings.import_roots:
        cure = f"Make {root} a folder this user can read, or unset CLEANCAST_IMPORT_ROOTS."
        yield "import folder", partial(_readable, root), cure
    if port:
        cure = (
            f"Stop what listens on {settings.host}:{settings.port}, or choose another with "
            "--port or CLEANCAST_PORT; CLEANCAST_HOST must be an address of this machine."
        )
        yield "port", partial(_port, settings.host, settings.port), cure


def _stores(settings: Settings, machine: Machine) -> Iterator[_Check]:
    if settings.database_url is None:
        library = settings.data_dir / "library.db"
        cure = f"Stop the programs that hold {library}, and make it readable and writable."
        yield "database", partial(sqlite_file, library), cure
        cure = "Set .venv up with a Python whose SQLite has FTS5, as python.org's or Debian's."
        yield "full text search", partial(full_text, machine.sqlite), cure
    else:
        yield "database", partial(database_server, settings.database), ""
    if settings.storage_url is not None:
        yield "storage", partial(object_store, settings.storage_url), ""


def _misspelt(name: str, meant: str) -> Seen:
    return f"{name} is no setting", f"Call it {meant}, or unset it."


def _recogniser(name: str, cache: Path) -> Seen:
    command = f"`cleancast models --fetch {name}`."
    fetch = f"Run {command}"
    packaged = next((known for known in PACKAGED if known.name == name), None)
    if packaged is not None:
        folder = home(packaged, cache)
        if folder.is_dir():
            good = verifies(packaged, folder)
            return f"{'verified' if good else 'damaged'}, {folder}", "" if good else fetch
        return f"{name} is not fetched yet", fetch
    folder, again = Path(name).expanduser(), _NO_MODEL
    if not folder.is_dir():
        folder = _kept(name, cache)
        again = f"Delete {folder}, then run {command}"
    if not folder.is_dir():
        cure = fetch if _HUB.fullmatch(name) else _NO_MODEL
        return f"{name} is no folder here, and not fetched yet", cure
    weights = _model_file(name, cache)
    if weights is None:
        return f"{folder} holds no model.bin", again
    # Only the hub's cache tells what its files must be: it links to them by their checksums.
    if re.fullmatch("[0-9a-f]{64}", stated := weights.resolve().name):
        return _verified(weights, stated, again)
    return f"there, SHA-256 {checksum(weights)}, {weights}", ""


def _kept(name: str, cache: Path) -> Path:
    """The hub's cache of a model, named after where faster-whisper takes it from."""
    family = "faster-distil-whisper" if name.startswith("distil-") else "faster-whisper"
    ruled = f"Systran/{family}-{name.removeprefix('distil-')}"
    repository = name if "/" in name else _UNRULY.get(name, ruled)
    return cache / "hub" / f"models--{repository.replace('/', '--')}"


def _model_file(name: str, cache: Path) -> Path | None:
    """The model.bin of a model that is not packaged, where there is one."""
    folder = Path(name).expanduser()
    kept = [folder] if folder.is_dir() else sorted(_kept(name, cache).glob("snapshots/*"))
    return next((one / "model.bin" for one in kept if (one / "model.bin").is_file()), None)


def _verified(weights: Path, sha256: str, cure: str) -> Seen:
    good = checksum(weights) == sha256
    return f"{'verified' if good else 'damaged'}, {weights}", "" if good else cure


def _wants_pyannote(settings: Settings, machine: Machine) -> bool:
    """As the engines choose: auto takes pyannote when it is configured and installed."""
    configured = (settings.pyannote_pipeline, settings.pyannote_token) != (None, None)
    chosen = settings.diarizer == "auto" and configured and machine.pyannote()
    return chosen or settings.diarizer == "pyannote"


def _diarizer(settings: Settings, machine: Machine) -> Seen:
    if not _wants_pyannote(settings, machine):
        return "the built-in one", ""
    if not machine.pyannote():
        cure = "Install cleancast's extra `pyannote`, or set CLEANCAST_DIARIZER to builtin."
        return "pyannote is wanted, but not installed", cure
    if (settings.pyannote_pipeline, settings.pyannote_token) == (None, None):
        return "pyannote is wanted, but no pipeline and no token is set", _NO_PIPELINE
    pipeline = settings.pyannote_pipeline or COMMUNITY
    place = Path(pipeline).expanduser()
    hub = "/" in pipeline and _HUB.fullmatch(pipeline) and place.suffix not in (".yaml", ".bin")
    if hub or (place / "config.yaml" if place.is_dir() else place).is_file():
        return f"pyannote, {pipeline}", ""
    return f"pyannote is wanted, but its pipeline {place} is missing", _NO_PIPELINE


def _disk(settings: Settings, machine: Machine) -> Seen:
    data, reserve_gb = settings.data_dir.absolute(), settings.disk_reserve_gb
    free_gb = machine.free_gb(next(one for one in (data, *data.parents) if one.exists()))
    seen = f"{_gb(free_gb)} free for {data}, {_gb(reserve_gb)} wanted"
    cure = f"Free {_gb(reserve_gb - free_gb)} there, or lower CLEANCAST_DISK_RESERVE_GB."
    return seen, cure if free_gb < reserve_gb else ""


def _quota(data: Path, quota_gb: float) -> Seen:
    size = 0
    for folder, _, names in os.walk(data):
        for name in names:
            with suppress(FileNotFoundError):  # the service may be at work
                size += Path(folder, name).lstat().st_size
    cure = "Delete episodes that are no longer needed, or raise CLEANCAST_DISK_QUOTA_GB."
    return f"{_gb(size / GB)} of {_gb(quota_gb)} used", cure if size / GB >= quota_gb else ""


def _enough_memory(settings: Settings, machine: Machine) -> Seen:
    free_gb, total_gb = machine.available_gb(), machine.total_gb()
    model_gb = _needed_gb(settings.model, settings.cache_dir)
    seen = f"{_gb(free_gb)} of {_gb(total_gb)} available"
    if model_gb is None:
        return f"{seen}; what {settings.model} needs is not known without its weights", ""
    pyannote_gb = PYANNOTE_GB if _wants_pyannote(settings, machine) else 0.0
    lack_gb = model_gb + pyannote_gb - free_gb
    ways = [f"Free {_gb(lack_gb)} of memory"]
    room_gb = min(model_gb - 0.1, free_gb - pyannote_gb)
    if smaller := [name for name, gb in NEEDS_GB.items() if gb <= room_gb]:
        ways.append(f"choose a smaller model, such as {smaller[-1]}")
    ways += ["set CLEANCAST_DIARIZER to builtin"] if pyannote_gb else []
    seen = f"{seen}, {_gb(model_gb + pyannote_gb)} needed"
    return seen, f"{', or '.join(ways)}." if lack_gb > 0 else ""


def _needed_gb(name: str, cache: Path) -> float | None:
    """Memory for the model; None for one of unknown size."""
    part = next((one for one in re.findall("[a-z0-9]+", name.lower()) if one in NEEDS_GB), None)
    if part and not Path(name).expanduser().is_dir():
        return NEEDS_GB[part]
    weights = _model_file(name, cache)
    if weights is None:
        return None
    return UNKNOWN_FACTOR * weights.stat().st_size / GB + UNKNOWN_REST_GB


def _writable(folder: Path) -> Seen:
    folder.mkdir(parents=True, exist_ok=True)
    content = os.urandom(1000)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        if Path(file.name).read_bytes() != content:
            raise OSError(errno.EIO, "it reads back other bytes than were written", folder)
    return f"written, synced and read back, {folder}", ""


def _readable(root: Path) -> Seen:
    with os.scandir(root):
        return str(root), ""


def _port(host: str, port: int) -> Seen:
    if port == 0:
        return "any free one", ""
    for family, *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        with socket.socket(family) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    return f"{host}:{port} is free", ""


def _gb(gb: float) -> str:
    return f"{gb:.2f} GB" if gb < 10 else f"{gb:.0f} GB"
