"""Where transcripts are written, and the promise not to lose what a person edited.

Knows file names; does not know how a transcript is made or rendered.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from episodes.errors import BadInput
from storage.blobs import Blobs, write_atomically
from storage.results import fingerprint

AUDIO_SUFFIXES = frozenset(
    f".{name}"
    for name in (
        *("mp3", "m4a", "m4b", "aac", "ogg", "oga", "opus", "flac", "wav", "wma", "mka", "mp2"),
        *("aif", "aiff", "aifc", "caf", "amr", "ac3"),
        *("mp4", "m4v", "mov", "mkv", "webm", "weba", "avi", "3gp", "ts"),
    )
)
"""What counts as an episode inside a folder; a file named outright is always tried."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file, and the folder and stem its outputs get."""

    source: Path
    folder: Path
    stem: str

    def target(self, form: str) -> Path:
        """The file for a format, such as `stem.podcast.json`."""
        return self.folder / f"{self.stem}.{form}"


def plan(paths: Iterable[Path], out: Path | None) -> tuple[Job, ...]:
    """One job a file, folders searched recursively, each file once, in order.

    Outputs go beside the audio, or below `out`, where folders keep their relative paths.
    Where two stems would collide, or an output would replace its source, the source's
    extension stays in the name. Raises BadInput where even that collides.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _audio_files(path):
            base = file.parent if file == path else path
            relative = file.parent.relative_to(base)
            found.setdefault(file.resolve(), (out / relative) if out else file.parent)
    stems = Counter((folder.resolve(), file.stem.casefold()) for file, folder in found.items())
    jobs = []
    for file, folder in found.items():
        alone = stems[folder.resolve(), file.stem.casefold()] == 1
        keeps_name = alone and file.suffix.lower() in AUDIO_SUFFIXES
        jobs.append(Job(file, folder, file.stem if keeps_name else file.name))
    taken = Counter((job.folder.resolve(), job.stem) for job in jobs)
    if twice := [job for job in jobs if taken[job.folder.resolve(), job.stem] > 1]:
        names = ", ".join(str(job.source) for job in twice)
        raise BadInput(
            f"These files would write the same outputs: {names}; process them apart."
        )
    return tuple(jobs)


def _audio_files(path: Path) -> Sequence[Path]:
    files = sorted(
        file
        for file in path.rglob("*")
        if file.suffix.lower() in AUDIO_SUFFIXES
        and file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
        and not file.stem.endswith(".clean")  # what `cut` wrote is not an episode of its own
    )
    # A path that is no folder, or a folder without audio, goes on as it is and fails by
    # itself: the others are to be done all the same.
    return files or [path]


class Outputs:
    """Writes files, and remembers what it wrote so that it never replaces anything else."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def write(self, path: Path, text: str, *, force: bool) -> bool:
        """Write `text`; returns False, and leaves the file, where a person has changed it.

        `force` writes in any case. Raises BadInput where the folder cannot be written.
        """
        content = text.encode()
        key = fingerprint("output", str(path.resolve()))
        try:
            present = path.read_bytes() if path.exists() else None
            ours = present is None or self._blobs.read(key) == _digest(present)
            if not (ours or force or present == content):
                return False
            if present != content:
                write_atomically(path, content)
            self._blobs.write(key, _digest(content))
        except OSError as error:
            raise BadInput(f"{path} cannot be written: {error.strerror}.") from error
        return True


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
