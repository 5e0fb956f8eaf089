"""A container's loose tags and chapters to the Tags of an episode. Pure.

This file does not know how tags are stored: it gets names and texts.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress

from episodes.notes import plain_notes
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
    notes = {name: plain_notes(text) for name, text in texts.items()}
    summaries = [notes[name] for name in _SUMMARY if notes.get(name)]
    return Tags(
        title=_line(_first(texts, _TITLE)),
        show=_line(_first(texts, _SHOW)),
        description=max(summaries, key=len) if summaries else _first(notes, _COMMENT),
        published=_line(_first(texts, _PUBLISHED)),
        chapters=chapters,
    )


def readable(text: str) -> str | None:
    """The text without control characters; None if nothing or only wreckage remains.

    Bytes that are no UTF-8 come as lone surrogates (Python's "surrogateescape").
    """
    text = _decoded(text)
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    # A tag cut to a fixed size often ends in half a character.
    text = "".join(kept).replace("\ufeff", "").rstrip("\ufffd").strip()
    return None if not text or "\ufffd" in text else text


def _decoded(text: str) -> str:
    """The text as it was meant, where a writer or reader took it for another encoding.

    UTF-8 taken for Latin-1 or Windows-1252 ("CafÃ©", "Itâ€™s") is put right: other text is
    almost never valid UTF-8 then. What is no UTF-8 is Windows-1252, which old tags and
    their Latin-1 mostly are; words that are accents nearly throughout are Windows-1251.
    """
    if any("\udc80" <= letter <= "\udcff" for letter in text):
        raw = text.encode("utf-8", "surrogateescape")
        with suppress(UnicodeError):
            return raw[: -_half(raw) or None].decode("utf-8")
        return _cyrillic(_windows(raw))
    single = _single_bytes(text)
    if single is None or single.isascii():
        return text
    with suppress(UnicodeError):
        return single.decode("utf-8")
    return _cyrillic(_windows(single) if any("\x80" <= c <= "\x9f" for c in text) else text)


def _single_bytes(text: str) -> bytes | None:
    """The bytes of text in Windows-1252, and in Latin-1 where that has none; else None."""
    found = bytearray()
    for letter in text:
        with suppress(UnicodeError):
            found += letter.encode("cp1252")
            continue
        if ord(letter) > 0xFF:
            return None
        found.append(ord(letter))
    return bytes(found)


def _windows(raw: bytes) -> str:
    return "".join(bytes([one]).decode("cp1252", "ignore") or chr(one) for one in raw)


def _cyrillic(text: str) -> str:
    """Russian read as a Western text ("Ïðèâåò"), put right; any other text as it is."""
    letters = [letter for letter in text if letter.isalpha()]
    accents = sum("\u00c0" <= letter <= "\u00ff" for letter in letters)
    raw = _single_bytes(text)
    if raw is None or len(letters) < 4 or accents < 0.8 * len(letters):
        return text
    return raw.decode("cp1251", "replace")


def _half(raw: bytes) -> int:
    """How many bytes of an unfinished UTF-8 character a text ends with, 0 to 3."""
    for count in range(1, min(4, len(raw) + 1)):
        first = raw[-count]
        if first >= 0xC0:
            whole = 2 if first < 0xE0 else 3 if first < 0xF0 else 4
            return count if count < whole else 0
        if first < 0x80:
            return 0
    return 0


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
