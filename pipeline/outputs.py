"""Where transcripts are written, and the promise not to lose what a person edited.

Knows file names; does not know how a transcript is made or rendered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
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


def plan(
    paths: Iterable[Path], out: Path | None = None, formats: Sequence[str] = ("txt", "json")
) -> tuple[Job, ...]:
    """One job a file, folders searched recursively, each file once, in order.

    Outputs go beside the audio, or below `out`, where folders keep their relative paths.
    Where two outputs would collide, or one would replace its source, the source's extension
    stays in the name; where that is not enough, the folder's name stays in front. Raises
    BadInput for files that even so cannot be told apart.
    """
    choices: dict[Path, list[Job]] = {}
    for path in paths:
        for file in _audio_files(path):
            choices.setdefault(file.resolve(), _names(file, path, out))
    level = dict.fromkeys(choices, 0)
    while collisions := _collisions(
        {key: choices[key][at] for key, at in level.items()}, formats
    ):
        # Who has the plainest name gives way.
        plainest = min(level[key] for key in collisions)
        for key in collisions:
            if level[key] == plainest:
                level[key] += 1
                if level[key] == len(choices[key]):
                    names = ", ".join(str(choices[other][0].source) for other in collisions)
                    raise BadInput(f"{names} would write the same outputs; process them apart.")
    return tuple(choices[key][at] for key, at in level.items())


def _names(file: Path, root: Path, out: Path | None) -> list[Job]:
    """The jobs a file can be, the plainest name first."""
    relative = file.parent.relative_to(root if file != root else file.parent)
    folder = out / relative if out else file.parent
    named = [Job(file, folder, file.name)]
    if file.suffix.lower() in AUDIO_SUFFIXES:
        named.insert(0, Job(file, folder, file.stem))
    if out is not None:
        inner = root.resolve().name if file != root else file.resolve().parent.name
        named.append(Job(file, out / inner / relative, file.name))
    return named


def _collisions(jobs: Mapping[Path, Job], formats: Sequence[str]) -> list[Path]:
    """Whose outputs would be written by another job too, or replace a source."""
    targets: dict[str, list[Path]] = {str(key).casefold(): [key] for key in jobs}
    for key, job in jobs.items():
        for form in formats:
            targets.setdefault(str(job.target(form).resolve()).casefold(), []).append(key)
    owners = [set(keys) for keys in targets.values() if len(keys) > 1]
    return [key for key in jobs if any(key in several for several in owners)]


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
