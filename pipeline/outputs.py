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
from pipeline.plan import Job
from storage.blobs import Blobs, write_atomically
from storage.results import fingerprint

log = logging.getLogger(__name__)

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
