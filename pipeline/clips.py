"""Clips of known voices that came with an episode: blobs beside its audio.

Knows where they lie, how an episode's options name them, and where it is noted that one is
of no use; does not know what is heard in them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from storage.blobs import Blobs

OPTION = "voices"
"""The option that names an episode's clips. People do not write it: what they send does."""


def keys(episode_id: str, clips: Mapping[str, bytes]) -> dict[str, str]:
    """Where clips that came with an episode are kept, by the names of who speaks in them."""
    hashes = {name: hashlib.sha256(clip).hexdigest() for name, clip in clips.items()}
    return {name: f"{episode_id}/voices/{one}" for name, one in hashes.items()}


def option(places: Mapping[str, str]) -> dict[str, str]:
    """The option that says where clips are, by name; none where there are none."""
    return {OPTION: json.dumps(dict(places))} if places else {}


def local(clip: str, episode_id: str, blobs: Blobs, folder: Path) -> Path:
    """The file of a clip: one of the machine's, or a blob that came with the episode."""
    return blobs.local(clip, folder) if _came(clip, episode_id) else Path(clip)


def note(clip: str, episode_id: str, trouble: str | None, blobs: Blobs) -> None:
    """Note why a clip is of no use, for whoever sent it; None where it is of use."""
    if not _came(clip, episode_id):
        return
    if trouble is None:
        blobs.delete(f"{clip}.trouble")
    else:
        blobs.write(f"{clip}.trouble", trouble.encode())


def trouble(clip: str, blobs: Blobs) -> str | None:
    """Why a clip is of no use; None where nothing of the kind is known (yet)."""
    noted = blobs.read(f"{clip}.trouble")
    return None if noted is None else noted.decode()


def _came(clip: str, episode_id: str) -> bool:
    return clip.startswith(f"{episode_id}/")
