"""Where transcripts are written, and the promise not to lose what a person edited.

Remembers what it wrote, so that nothing is made twice either. Knows file names;
does not know how a transcript is made or rendered.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from episodes.errors import BadInput, why
from pipeline.finished import Finished
from storage.blobs import Blobs, write_atomically
from storage.results import fingerprint

log = logging.getLogger(__name__)

AUDIO_SUFFIXES = frozenset(
    f".{name}"
    for name in (
        *("mp3", "m4a", "m4b", "aac", "ogg", "oga", "opus", "flac", "wav", "wma", "mka", "mp2"),
        *("aif", "aiff", "aifc", "caf", "amr", "ac3"),
        *("mp4", "m4v", "mov", "mkv", "webm", "weba", "avi", "3gp", "ts"),
    )
)
"""What counts as an episode inside a folder; a file named outright is always tried."""


TICK_NS = 2_000_000_000
"""The coarsest clock of a file system (FAT's): a change within one tick may not show."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file without opening it: its size in bytes, and its last change by the disk's clock."""

    size: int
    mtime_ns: int


def stamp(path: Path) -> Stamp | None:
    """A file's stamp; None where it cannot be had."""
    try:
        seen = path.stat()
    except OSError:
        return None
    return Stamp(seen.st_size, seen.st_mtime_ns)


def writable(folder: Path) -> bool:
    """Whether files can be written to a folder, which may still have to be made."""
    there = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    return os.access(there, os.W_OK | os.X_OK)


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
        # A path that is no folder, or a folder without audio, goes on as it is and fails by
        # itself: the others are to be done all the same.
        for file in audio_files(path) or [path]:
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


def audio_files(folder: Path) -> list[Path]:
    """What counts as an episode anywhere in a folder, in order."""
    return sorted(
        file
        for file in folder.rglob("*")
        if file.suffix.lower() in AUDIO_SUFFIXES
        and file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and not file.stem.endswith(".clean")  # what `cut` wrote is not an episode of its own
    )


@dataclass(frozen=True, slots=True)
class _Record:
    """What was written of a source: by whom and how it was `made`, from what, and what."""

    made: str
    seen: Stamp
    digests: Mapping[str, str]
    figures: Finished


_RECORD = TypeAdapter(_Record)


class Outputs:
    """Writes files, and remembers what it wrote so that it never replaces anything else."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def write(self, path: Path, text: str, *, force: bool) -> bool:
        """Write `text`; returns False, and leaves the file, where a person has changed it.

        `force` writes in any case. Raises BadInput where the folder cannot be written.
        """
        content = text.encode()
        try:
            present = path.read_bytes() if path.exists() else None
            ours = present is None or self._ours(path, _digest(present))
            if not (ours or force or present == content):
                return False
            if present != content:
                write_atomically(path, content)
            self._blobs.write(_key(path), _digest(content).encode())
        except OSError as error:
            raise BadInput(f"{path} cannot be written: {why(error)}.") from error
        return True

    def write_all(self, job: Job, texts: Mapping[str, str], *, force: bool) -> tuple[str, ...]:
        """Write every format; a sentence for each file that is not ours to replace."""
        targets = {job.target(form): text for form, text in texts.items()}
        written = {path: self.write(path, text, force=force) for path, text in targets.items()}
        return tuple(_left(path) for path, done in written.items() if not done)

    def remember(self, job: Job, made: str, seen: Stamp, finished: Finished) -> None:
        """Note that all is written of the source as `seen` before the work, `made` so.

        Notes nothing where the source may have changed since.
        """
        if not _still(job.source, seen):
            return
        digests = {form: _digest(text.encode()) for form, text in finished.texts.items()}
        record = _Record(made, seen, digests, replace(finished, texts={}))
        try:
            self._blobs.write(_job_key(job, digests), json.dumps(asdict(record)).encode())
        except OSError as error:  # the transcripts are there: only the next run is slower
            log.warning("what was written of %s cannot be noted: %s", job.source, error)

    def unchanged(
        self, job: Job, formats: Sequence[str], made: str, seen: Stamp
    ) -> Finished | None:
        """What was remembered, without texts, if all would come out the same and be there.

        A file that a person changed is there; a warning says so, as `write_all` would.
        """
        record = self._record(_job_key(job, formats))
        if record is None or (record.made, record.seen) != (made, seen):
            return None
        edited = []
        for form, digest in record.digests.items():
            path = job.target(form)
            try:
                present = _digest(path.read_bytes())
            except OSError:
                return None  # not there, or for the work to stumble over and tell
            if present != digest:
                if self._ours(path, present):
                    return None  # from another run, made otherwise
                edited.append(_left(path))
        return replace(record.figures, summary=record.figures.summary.warned(*edited))

    def _ours(self, path: Path, digest: str) -> bool:
        return self._blobs.read(_key(path)) == digest.encode()

    def _record(self, key: str) -> _Record | None:
        try:
            stored = self._blobs.read(key)
            return None if stored is None else _RECORD.validate_python(json.loads(stored))
        except (OSError, ValueError) as error:
            log.warning("a note does not read, its episode is done again: %s", error)
            return None


class Hashes:
    """SHA-256 of files, remembered as long as their stamps stay."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def of(self, path: Path) -> str:
        """The hash of a file's bytes, in hex. Raises OSError."""
        seen, key = stamp(path), fingerprint("hash", str(path.resolve()))
        stored = self._blobs.read(key)
        if seen is not None and stored is not None:
            facts, _, known = stored.decode("ascii", "replace").partition(" ")
            if facts == f"{seen.size}/{seen.mtime_ns}" and len(known) == 64:
                return known
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if seen is not None and _still(path, seen):
            self._blobs.write(key, f"{seen.size}/{seen.mtime_ns} {found}".encode())
        return found


def _still(path: Path, seen: Stamp) -> bool:
    """Whether a file is as `seen`, and any later change is going to show."""
    return stamp(path) == seen and abs(time.time_ns() - seen.mtime_ns) > TICK_NS


def _key(path: Path) -> str:
    return fingerprint("output", str(path.resolve()))


def _job_key(job: Job, formats: Iterable[str]) -> str:
    targets = sorted(str(job.target(form).resolve()) for form in formats)
    return fingerprint("finished", str(job.source.resolve()), targets)


def _left(path: Path) -> str:
    return (
        f"{path} was changed since, or is not cleancast's, and is left as it is; "
        "--force replaces it."
    )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
