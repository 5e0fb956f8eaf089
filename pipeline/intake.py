"""How audio gets into the library: room for it, its identity, what is asked of it.

Knows files and settings; does not know HTTP, nor what is done with an episode.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING
from uuid import uuid4

from episodes.edits import Edits
from episodes.errors import BadInput, NoRoom, TooLarge, why
from episodes.types import Episode
from formats.view import one_line
from pipeline import clips
from pipeline.choices import choose, no_model
from pipeline.plan import audio_files
from pipeline.settings import Settings
from storage.library import Entry, Library
from transcribe.models import NAMES

if TYPE_CHECKING:
    from hashlib import _Hash

BLOCK = 1 << 20
LOOK_AGAIN = 64 << 20
"""Free disk is looked at again after so many bytes."""
AROUND = 1 << 20
"""Bytes that a form's other fields may have."""
DEEPEST = 100
"""Folders in a path that `files` looks at."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person says beside the audio: options as texts, a title and a show.

    `sender` is the name of the key they showed, `clips` are of known voices, by name.
    """

    options: Mapping[str, str]
    title: str | None = None
    show: str | None = None
    sender: str | None = None
    clips: Mapping[str, bytes] = field(default_factory=dict)


class Incoming:
    """A file on its way in: written block by block, hashed on the way; a context manager."""

    def __init__(self, intake: Intake, most: int) -> None:
        self._intake, self._most = intake, most
        self.size = 0
        self._hash: _Hash = hashlib.sha256()
        intake.folder.mkdir(parents=True, exist_ok=True)
        self.path = intake.folder / f"{uuid4().hex}.part"
        self._file: IO[bytes] = self.path.open("wb")

    def write(self, block: bytes) -> None:
        """Take the next bytes. Raises NoRoom, TooLarge."""
        check_size(self.size + len(block), self._most)
        if self.size // LOOK_AGAIN != (self.size + len(block)) // LOOK_AGAIN:
            self._intake.check_room(len(block))
        with stored():
            self._file.write(block)
        self._hash.update(block)
        self.size += len(block)

    def __enter__(self) -> Incoming:
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(OSError):  # what is held back may not fit on the disk any more
            self._file.close()
        self.path.unlink(missing_ok=True)

    def accept(self, name: str, wanted: Wanted) -> tuple[Entry, bool]:
        """Make it an episode, if its content is new; False where it is not.

        Raises BadInput for an empty file.
        """
        if not self.size:
            raise BadInput(f"{name} is empty.")
        with stored():
            self._file.flush()
        return self._intake.accept(self._hash.hexdigest(), name, self.path, wanted)


class Intake:
    """Takes audio into one library."""

    def __init__(self, settings: Settings, library: Library) -> None:
        self._settings, self._library = settings, library
        self.folder = settings.data_dir / "incoming"

    def check(self, options: Mapping[str, str]) -> None:
        """Whether options can be worked with. Raises BadOption."""
        choose(options, self._settings)
        own = self._settings.model
        if (model := options.get("model", own)) not in (own, *NAMES):  # no paths of strangers
            raise no_model(one_line(model))

    def check_room(self, size: int) -> None:
        """Whether `size` more bytes may come. Raises NoRoom."""
        folder = self._settings.data_dir
        reserve = self._settings.disk_reserve_gb * 1e9
        free = shutil.disk_usage(folder).free
        if free - size < reserve:
            raise NoRoom(
                f"The disk has {free / 1e9:.1f} GB left, of which {reserve / 1e9:.1f} GB stay "
                "free: delete episodes, or have originals dropped (CLEANCAST_KEEP_AUDIO_DAYS)."
            )
        quota_gb = self._settings.disk_quota_gb
        if quota_gb is not None and held(folder) + size > quota_gb * 1e9:
            raise NoRoom(
                f"The library would hold more than its quota of {quota_gb:g} GB: delete "
                "episodes, or raise CLEANCAST_DISK_QUOTA_GB."
            )

    def incoming(self, expected: int = 0, most: int | None = None) -> Incoming:
        """Begin to take in a file of at most `most` bytes, else as the settings say.

        `expected` may count what comes around the file. Raises NoRoom, TooLarge.
        """
        most = int(self._settings.most_upload_mb * 1e6) if most is None else most
        check_size(expected - AROUND, most)
        self._settings.data_dir.mkdir(parents=True, exist_ok=True)
        self.check_room(expected)
        return Incoming(self, most)

    def accept(self, content: str, name: str, file: Path, wanted: Wanted) -> tuple[Entry, bool]:
        """Make the file, whose SHA-256 is `content`, an episode unless it is one."""
        episode = Episode(
            id=content, source=name, created_at=datetime.now(UTC), title=PurePath(name).stem
        )
        edits = Edits(title=wanted.title, show=wanted.show)
        places = clips.keys(content, wanted.clips)
        options = {**wanted.options, **clips.option(places)}
        blobs = {places[name]: clip for name, clip in wanted.clips.items()}
        return self._library.add(episode, options, edits, file, wanted.sender, blobs)

    def files(self, path: str) -> tuple[Path, ...]:
        """The audio files a server-side folder, file or glob means.

        Only what really lies below an import root counts, whatever links say. Raises
        BadInput where nothing is meant or allowed.
        """
        roots = [root.resolve() for root in self._settings.import_roots]
        if not roots:
            raise BadInput(
                "This server imports no folders: set CLEANCAST_IMPORT_ROOTS where it runs."
            )
        if path.count("**") > 1:  # each more costs a walk through everything a walk finds
            raise BadInput("A glob has ** once at most.")
        named = {*roots, *(root.absolute() for root in self._settings.import_roots)}
        try:
            found = {
                file.resolve()
                for root in named
                for place in _places(root, path)
                for file in audio_files(place) or [place]
                if file.is_file() and any(file.resolve().is_relative_to(each) for each in roots)
            }
        except (OSError, ValueError):  # a path that no file system takes, a glob that is none
            found = set()
        if not found:
            shown = one_line(path)[:100]
            raise BadInput(f"There is no audio at {shown} below the folders of this server.")
        return tuple(sorted(found))

    def take(self, file: Path, wanted: Wanted) -> tuple[Entry, bool]:
        """Copy a file of this machine in. Raises BadInput, NoRoom."""
        try:
            with file.open("rb") as source:
                content = hashlib.file_digest(source, "sha256").hexdigest()
                entry = self._library.get(content)
                if entry is not None and entry.audio is not None:
                    return entry, False
                source.seek(0)
                with self.incoming(file.stat().st_size) as incoming:
                    while block := source.read(BLOCK):
                        incoming.write(block)
                    return incoming.accept(name_of(file), wanted)
        except OSError as error:
            raise BadInput(f"{name_of(file)} cannot be read: {why(error)}.") from error


def check_size(size: int, most: int) -> None:
    """Whether a file of `size` bytes is small enough. Raises TooLarge."""
    if size > most:
        raise TooLarge(
            f"A file may have {most / 1e6:g} MB here: send a smaller encoding of it."
        )


def name_of(file: Path) -> str:
    """A file's name as text on one line; on disk it may be neither."""
    return one_line(file.name.encode("utf-8", "replace").decode("utf-8"))


@contextmanager
def stored() -> Iterator[None]:
    """A file is written here. Raises NoRoom where that fails."""
    try:
        yield
    except OSError as error:
        raise NoRoom(f"The audio cannot be stored: {why(error)}.") from error


def held(folder: Path) -> int:
    """Bytes that the files below a folder hold."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # gone between being listed and looked at
            total += path.lstat().st_size
    return total


def _places(root: Path, path: str) -> Iterator[Path]:
    """What `path`, below a root or absolute inside it, stands for: itself or a glob's hits."""
    wanted = Path(path)
    if wanted.is_absolute():
        if not wanted.is_relative_to(root):
            return
        wanted = wanted.relative_to(root)
    if ".." in wanted.parts or len(wanted.parts) > DEEPEST:
        return
    if any(sign in path for sign in "*?["):
        # Two stars are a whole name and mean folders; Python 3.13 is less strict.
        if any("**" in part and part != "**" for part in wanted.parts):
            return
        folders = wanted.name == "**"
        yield from (hit for hit in root.glob(str(wanted)) if hit.is_dir() or not folders)
    elif (root / wanted).exists():
        yield root / wanted
