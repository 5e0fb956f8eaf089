"""Full text over what was said: SQLite's FTS5, ranked by BM25.

This file does not know how transcripts come about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from episodes.spans import Span
from episodes.types import Utterance
from storage.database import utterances

# They stand around a found word while the database hands its snippet over; no transcript
# holds them, since control characters are not spoken.
_OPEN, _CLOSE = "\x02", "\x03"
_SNIPPET_WORDS = 24


@dataclass(frozen=True, slots=True)
class Hit(Span):
    """An utterance, in original seconds, that holds what was looked for.

    `snippet` is a part of its text, `marks` the places in it, as characters [from, to).
    """

    episode_id: str
    speaker: str | None
    snippet: str
    marks: tuple[tuple[int, int], ...]


def index(connection: Connection, episode_id: str, said: Iterable[Utterance]) -> None:
    """Make an episode findable by these utterances, and by no others of its."""
    connection.execute(sa.delete(utterances).filter_by(episode_id=episode_id))
    rows = [
        {
            "episode_id": episode_id,
            "speaker": utterance.speaker,
            "start": utterance.start,
            "end": utterance.end,
            "text": utterance.text,
        }
        for utterance in said
    ]
    if rows:
        connection.execute(sa.insert(utterances), rows)


def search(
    engine: Engine, query: str, limit: int, offset: int = 0, episode_id: str | None = None
) -> list[Hit]:
    """The best `limit` hits after the first `offset`.

    All words must occur; words in double quotes as a phrase. Other signs mean nothing.
    """
    match = _match(query)
    if match is None:
        return []
    place = "" if episode_id is None else "AND u.episode_id = :episode"
    statement = sa.text(f"""
        SELECT u.episode_id, u.speaker, u.start, u."end",
            snippet(utterances_index, 0, :open, :close, '…', {_SNIPPET_WORDS}) AS snippet
        FROM utterances_index JOIN utterances u ON u.id = utterances_index.rowid
        WHERE utterances_index MATCH :match {place}
        ORDER BY rank, u.id LIMIT :limit OFFSET :offset""")
    given = {"match": match, "open": _OPEN, "close": _CLOSE, "limit": limit, "offset": offset}
    with engine.connect() as connection:
        rows = connection.execute(statement, given | {"episode": episode_id}).all()
    return [_hit(*row) for row in rows]


def _match(query: str) -> str | None:
    """The query in FTS5's language, every word quoted so that none is an operator."""
    phrases = re.findall(r'"([^"]*)"|([^\s"]+)', query.replace("\0", " "))
    words = [phrase or word for phrase, word in phrases]
    return " ".join(f'"{word}"' for word in words if re.search(r"\w", word)) or None


def _hit(episode_id: str, speaker: str | None, start: float, end: float, text: str) -> Hit:
    snippet, marks, opened = "", [], 0
    for part in re.split(f"([{_OPEN}{_CLOSE}])", text):
        if part == _OPEN:
            opened = len(snippet)
        elif part == _CLOSE:
            marks.append((opened, len(snippet)))
        else:
            snippet += part
    return Hit(start, end, episode_id, speaker, snippet, tuple(marks))
