"""Stage results, kept under the hash of everything that determines them.

The key is the episode's content hash, the stage's name and version, and the settings that
matter to that stage. So a rerun finds its work, a crash costs the running stage alone, and
a changed setting redoes only what it touches.

This file does not know what any stage does.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from storage.blobs import Blobs

T = TypeVar("T")
log = logging.getLogger(__name__)


def fingerprint(*facts: object) -> str:
    """SHA-256, in hex, of JSON-able facts; equal facts give equal prints."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Result(Generic[T]):
    """What a stage gave, and how many seconds it took when it really ran."""

    value: T
    seconds: float


class StageResults:
    """Results of one episode's stages; with `force` stored ones are not read, only replaced.

    `folder` is where in the episode's own they are kept.
    """

    def __init__(
        self, blobs: Blobs, episode_id: str, *, force: bool = False, folder: str = "results"
    ) -> None:
        self._blobs = blobs
        self._folder = f"{episode_id}/{folder}"
        self._force = force

    def get(
        self, stage: str, facts: tuple[object, ...], form: TypeAdapter[T], make: Callable[[], T]
    ) -> Result[T]:
        """The stored result of `stage` under `facts`, else what `make` returns, stored.

        `facts` hold the stage's version and settings. A stored result that no longer
        reads is made again.
        """
        stored = None if self._force else self.stored(stage, facts, form)
        if stored is not None:
            return stored
        began = time.monotonic()
        value = make()
        seconds = round(time.monotonic() - began, 3)
        envelope = {"seconds": seconds, "value": form.dump_python(value, mode="json")}
        self._blobs.write(self._key(stage, facts), json.dumps(envelope).encode())
        return Result(value, seconds)

    def stored(
        self, stage: str, facts: tuple[object, ...], form: TypeAdapter[T]
    ) -> Result[T] | None:
        """The stored result of `stage` under `facts`; None where there is none that reads."""
        stored = self._blobs.read(self._key(stage, facts))
        if stored is None:
            return None
        try:
            envelope = json.loads(stored)
            value = form.validate_python(envelope["value"], strict=False)
            return Result(value, envelope["seconds"])
        except (ValueError, KeyError, TypeError) as error:
            log.warning("stored %s does not read, doing it again: %s", stage, error)
            return None

    def _key(self, stage: str, facts: tuple[object, ...]) -> str:
        return f"{self._folder}/{fingerprint(stage, *facts)}"
