"""Clips of known voices as OpenAI's API has them: names, and a data URL beside each.

Knows data URLs (RFC 2397); does not know what is heard in a clip.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote_to_bytes

from api.problems import Problem, invalid
from formats.view import one_line
from pipeline.clips import trouble
from storage.blobs import Blobs

NAMES, CLIPS = "known_speaker_names[]", "known_speaker_references[]"
MOST_KNOWN = 4
MOST_NAME = 100
"""Characters of a name."""
MOST_CLIP = 4_000_000
"""Bytes of a clip: ten seconds have 2 MB at the most usual."""
MOST_TEXT = 24_000_000
"""Bytes of a form that may hold so many clips, in base64."""

_URL = re.compile(r"data:[^,]*?(;base64)?,", re.IGNORECASE)


def known_voices(names: Sequence[str], clips: Sequence[str]) -> dict[str, bytes]:
    """The clips, as files' content, by name. Raises Problem."""
    if len(names) > MOST_KNOWN:
        raise invalid(NAMES, f"at most {MOST_KNOWN} speakers can be known")
    if len(names) != len(clips):
        raise invalid(
            CLIPS,
            f"each of the {NAMES} needs a clip and each clip a name; "
            f"there are {len(names)} and {len(clips)}",
        )
    named = [one_line(name) for name in names]
    if not all(0 < len(name) <= MOST_NAME for name in named):
        raise invalid(NAMES, f"a name has 1 to {MOST_NAME} characters")
    if len(set(named)) < len(named):
        raise invalid(NAMES, "each name can be there once; join one person's clips to one")
    return {name: _content(clip) for name, clip in zip(named, clips, strict=True)}


def check_clips(clips: Mapping[str, str], blobs: Blobs) -> None:
    """Whether a worker found a clip of no use; `clips` are blobs by name. Raises Problem."""
    for name, clip in clips.items():
        if reason := trouble(clip, blobs):
            raise invalid(CLIPS, f"the clip of {name} is of no use: {reason}")


def _content(url: str) -> bytes:
    head = _URL.match(url)
    if head is None:
        raise _not_a_clip()
    try:
        content = unquote_to_bytes(url[head.end() :])
        if head[1]:
            content = base64.b64decode(b"".join(content.split()), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise _not_a_clip() from error
    if not content:
        raise _not_a_clip()
    if len(content) > MOST_CLIP:
        raise invalid(CLIPS, f"a clip may have {MOST_CLIP / 1e6:g} MB; 2 to 10 s are enough")
    return content


def _not_a_clip() -> Problem:
    return invalid(CLIPS, "each clip is audio as a data URL, data:audio/wav;base64,...")
