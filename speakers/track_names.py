"""Whose track it is, by its title or by the name of its file. Pure.

Recorders put much into such names: the show, a date, a number, "audio". What all tracks of
a recording have in common is no name, nor is what says that it is a track.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

KINDS = frozenset(
    (
        *("audio", "aux", "ch", "channel", "default", "desktop", "dialog", "external", "feed"),
        *("file", "final", "input", "isolated", "l", "left", "local", "main", "mic", "mono"),
        *("microphone", "mix", "output", "phone", "r", "raw", "rec", "recording", "remote"),
        *("right", "side", "sound", "speaker", "stereo", "stream", "system", "take", "track"),
        *("usb", "voice", "zoom", "riverside", "squadcast", "zencastr", "cleanfeed", "obs"),
        *("discord", "wav", "mp3", "m4a", "flac", "ogg", "interview", "copy"),
    )
)
"""Words that say what kind of track it is, not whose."""


def track_names(titles: Sequence[str | None]) -> tuple[str | None, ...]:
    """Return a name for each track; None where its title has none, or another's is the same."""
    words = [_words(title or "") for title in titles]
    titled = [one for one in words if one]
    shared = set.intersection(*map(set, titled)) if len(titled) > 1 else set()
    found = [_name([word for word in one if word not in shared]) for one in words]
    return tuple(name if found.count(name) == 1 else None for name in found)


def _words(title: str) -> list[str]:
    """The words of a title or a file's name, "NoraLind_02" being three."""
    spaced = re.sub(r"(?<=[^\W\d_a-z])(?=[^\W\d_a-z][a-z])|(?<=[a-z])(?=[A-Z])", " ", title)
    letter = r"[^\W\d_]"
    return re.findall(rf"{letter}(?:{letter}|['\u2019](?={letter}))*|\d+", spaced)


def _name(words: Sequence[str]) -> str | None:
    kept = [word for word in words if not word.isdigit() and word.lower() not in KINDS]
    if not kept or len(kept) > 4:
        return None
    return " ".join(word.capitalize() if word.islower() else word for word in kept)
