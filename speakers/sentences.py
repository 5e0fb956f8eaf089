"""Where sentences end, told from the written word alone. Knows nothing of time or speakers."""

from __future__ import annotations

import re

_END = re.compile(r"[.?!…。？！]$")  # noqa: RUF001
_CLOSING = "\"'”’»)]"  # noqa: RUF001
_NO_END = re.compile(
    r"(?:[A-Za-z]\.)+|(?:Mr|Mrs|Ms|Dr|St|Prof|Gen|Sen|Rep|Gov|Lt|Col|Sgt|Rev|vs|No)\."
)
"""Initials, "U.S." and titles: a full stop that seldom ends a sentence."""


def ends_sentence(text: str) -> bool:
    """Whether a word, with its punctuation, closes a sentence."""
    word = text.strip().rstrip(_CLOSING)
    return bool(_END.search(word)) and not _NO_END.fullmatch(word.lstrip("\"'“‘«(["))  # noqa: RUF001
