"""Uploads that come in parts: what has arrived is kept, and goes on where it broke off.

Two files each, in the data folder: what came so far, and what it is to become. Does not know
HTTP; an upload lives on the machine that it was begun on.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO
from uuid import uuid4

from pydantic import TypeAdapter

from audio.whole import whole
from episodes.errors import BadInput, CleancastError
from pipeline.intake import LOOK_AGAIN, Intake, Wanted, check_size, stored
from storage.library import Entry
from storage.locking import lock

KEPT_S = 7 * 86_400.0
"""How long an upload that does not go on is kept."""


class Busy(CleancastError):
    """The same upload is being sent at this moment."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An upload on its way: `size` bytes in all, of the file called `name`.

    `episode` is the id of what it became, None until it is whole; `metadata` is what was
    said of it, as it was sent.
    """

    id: str
    name: str
    size: int
    wanted: Wanted
    episode: str | None = None
    metadata: str = ""


ARRIVAL = TypeAdapter(Arrival)


class Part:
    """The open end of an upload."""

    def __init__(self, file: IO[bytes], arrival: Arrival, intake: Intake) -> None:
        self._file, self._arrival, self._intake = file, arrival, intake
        self.offset = file.tell()

    def write(self, block: bytes) -> None:
        """Take the next bytes. Raises BadInput beyond the size that was told, NoRoom."""
        after = self.offset + len(block)
        if after > self._arrival.size:
            raise BadInput(f"The upload has more than its {self._arrival.size} bytes.")
        if self.offset // LOOK_AGAIN != after // LOOK_AGAIN:
            self._intake.check_room(len(block))
        with stored():
            self._file.write(block)
        self.offset = after


class Arrivals:
    """The uploads of one data folder that came, or are to come, in parts."""

    def __init__(self, intake: Intake) -> None:
        self._intake, self._folder = intake, intake.folder

    def begin(
        self, name: str, size: int, wanted: Wanted, most: int, metadata: str = ""
    ) -> Arrival:
        """A place for a file of `size` bytes, of at most `most`.

        Raises BadInput for an empty file, NoRoom, TooLarge.
        """
        if not size:
            raise BadInput(f"{name} is empty.")
        check_size(size, most)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        self._intake.check_room(size)
        arrival = Arrival(uuid4().hex, name, size, wanted, metadata=metadata)
        with stored():
            self._part(arrival.id).touch()
            self._write(arrival)
        return arrival

    def find(self, id_: str) -> Arrival | None:
        """An upload that was begun; None where there is none (any more)."""
        if not re.fullmatch(r"[0-9a-f]{32}", id_):
            return None
        try:
            return ARRIVAL.validate_json(self._note(id_).read_bytes())
        except FileNotFoundError:
            return None

    def offset(self, arrival: Arrival) -> int:
        """How many bytes have arrived."""
        return arrival.size if arrival.episode else self._part(arrival.id).stat().st_size

    @contextmanager
    def open(self, arrival: Arrival) -> Iterator[Part]:
        """Go on where it broke off; what is written stays. Raises Busy."""
        with self._part(arrival.id).open("ab") as file:
            if not lock(file, wait=False):
                raise Busy("This upload is being sent at this moment.")
            yield Part(file, arrival, self._intake)

    def finish(self, arrival: Arrival) -> tuple[Entry, bool]:
        """Make what is whole an episode; False where it is one already."""
        part = self._part(arrival.id)
        with part.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        entry, created = self._intake.accept(content, arrival.name, part, arrival.wanted)
        # Kept for a while: the answer may be lost, and the sender asks how far it is.
        self._write(replace(arrival, episode=entry.id))
        part.unlink(missing_ok=True)
        return entry, created

    def drop(self, arrival: Arrival) -> None:
        """Forget an upload."""
        for file in (self._part(arrival.id), self._note(arrival.id)):
            file.unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Forget those that have not gone on for long."""
        for note in self._folder.glob("*.upload"):
            files = (note, self._part(note.stem))
            with suppress(FileNotFoundError):  # another process sweeps too
                latest = max(file.stat().st_mtime for file in files if file.exists())
                if time.time() - latest > KEPT_S:
                    for file in files:
                        file.unlink(missing_ok=True)

    def _write(self, arrival: Arrival) -> None:
        with whole(self._note(arrival.id)) as file:
            file.write_bytes(ARRIVAL.dump_json(arrival))

    def _part(self, id_: str) -> Path:
        return self._folder / f"{id_}.arriving"

    def _note(self, id_: str) -> Path:
        return self._folder / f"{id_}.upload"
