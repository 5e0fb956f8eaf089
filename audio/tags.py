"""A container's loose tags and chapters to the Tags of an episode. Pure.

This file does not know how tags are stored: it gets names and texts.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress

from episodes.types import Chapter, Tags

# Names as FFmpeg gives them, in the order of trust. TDES, TDRL and the like are the
# ID3 frames of podcasts that it passes through under their own names.
_TITLE = ("title",)
_SHOW = ("album", "show", "series")
_SUMMARY = ("description", "synopsis", "tdes", "summary", "long_description")
_COMMENT = ("comment", "lyrics", "unsyncedlyrics")
_PUBLISHED = ("release_date", "tdrl", "date", "originaldate", "year", "tdor")


def tags(named: Iterable[tuple[str, str]], chapters: tuple[Chapter, ...]) -> Tags:
    """Tags from (name, text) pairs; of two with one name, in any case, the first counts.

    Of several summaries the longest is the description: the short ones are teasers.
    """
    texts: dict[str, str] = {}
    for name, value in named:
        text = readable(value)
        if text:
            # ID3 lyrics bear their language: "lyrics-eng".
            texts.setdefault(name.lower().split("-")[0], text)
    summaries = [texts[name] for name in _SUMMARY if name in texts]
    return Tags(
        title=_line(_first(texts, _TITLE)),
        show=_line(_first(texts, _SHOW)),
        description=max(summaries, key=len) if summaries else _first(texts, _COMMENT),
        published=_line(_first(texts, _PUBLISHED)),
        chapters=chapters,
    )


def readable(text: str) -> str | None:
    """The text without control characters; None if nothing or only wreckage remains.

    UTF-8 that was stored as Latin-1 ("CafÃ©") is put right: other Latin-1 text is
    almost never valid UTF-8, so it stays as it is.
    """
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    # A tag cut to a fixed size often ends in half a character.
    text = "".join(kept).replace("\ufeff", "").rstrip("\ufffd").strip()
    return None if not text or "\ufffd" in text else text


def tidy(found: Iterable[Chapter], duration_s: float | None) -> tuple[Chapter, ...]:
    """Chapters sorted, ended by the next one or the file's end, none of them empty."""
    ordered = sorted(found, key=lambda c: c.start)
    end_s = math.inf if duration_s is None else duration_s
    limits = [*(c.start for c in ordered), end_s][1:]
    clipped = (
        Chapter(c.start, max(c.start, min(c.end, limit, end_s)), c.title)
        for c, limit in zip(ordered, limits, strict=True)
    )
    return tuple(c for c in clipped if c.start < c.end)


def _first(texts: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((texts[name] for name in names if name in texts), None)


def _line(text: str | None) -> str | None:
    return " ".join(text.split()) if text else None
