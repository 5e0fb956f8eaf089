"""Full text over what was said: FTS5 on SQLite, tsvector on PostgreSQL.

The database finds and ranks; which part of a hit is shown is decided here, the same for
both. This file does not know how transcripts come about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from episodes.spans import Span
from episodes.types import Utterance
from storage.database import utterances, writing
from storage.tokens import tokens, words_of

_BEFORE, _LONGEST = 50, 160
"""A snippet begins so many characters before the first word found, and ends after so many."""
_NEAR = 40
"""A snippet begins and ends at a blank where one is so near, else at any letter."""


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
            "folded": " ".join(words_of(utterance.text)),
        }
        for utterance in said
    ]
    if rows:
        connection.execute(sa.insert(utterances), rows)


def reindex(engine: Engine, episode_id: str, said: Callable[[], Iterable[Utterance]]) -> None:
    """The same once nobody else changes the episode: `said` tells how it reads then."""
    with writing(engine, episode_id) as connection:
        index(connection, episode_id, said())


def search(
    engine: Engine, query: str, limit: int, offset: int = 0, episode_id: str | None = None
) -> list[Hit]:
    """The best `limit` hits after the first `offset`.

    All words must occur; words in double quotes as a phrase. Case and accents do not
    matter, other signs mean nothing.
    """
    phrases = _phrases(query)
    if not phrases:
        return []
    found = _sqlite if engine.dialect.name == "sqlite" else _postgresql
    wanted = found(phrases).limit(limit).offset(offset)
    if episode_id is not None:
        wanted = wanted.where(utterances.c.episode_id == episode_id)
    with engine.connect() as connection:
        rows = connection.execute(wanted).all()
    return [
        Hit(row.start, row.end, row.episode_id, row.speaker, *_snippet(row.text, phrases))
        for row in rows
    ]


def _phrases(query: str) -> list[list[str]]:
    """The words that must follow each other, one list a phrase; a single word is one too."""
    parts = re.findall(r'"([^"]*)"|([^\s"]+)', query)
    phrases = (words_of(phrase or word) for phrase, word in parts)
    return [phrase for phrase in phrases if phrase]


def _sqlite(phrases: Sequence[Sequence[str]]) -> sa.Select[tuple[object, ...]]:
    # Every phrase is quoted, so that no word of it is an operator.
    match = " ".join(f'"{" ".join(phrase)}"' for phrase in phrases)
    found = sa.table("utterances_index", sa.column("rowid"), sa.column("rank"))
    is_match = sa.text("utterances_index MATCH :match").bindparams(match=match)
    return (
        sa.select(utterances)
        .join(found, found.c.rowid == utterances.c.id)
        .where(is_match)
        .order_by(found.c.rank, utterances.c.id)
    )


def _postgresql(phrases: Sequence[Sequence[str]]) -> sa.Select[tuple[object, ...]]:
    query: sa.ColumnElement[object] = sa.literal_column("''::tsquery")
    for phrase in phrases:
        query = query.op("&&")(sa.func.phraseto_tsquery("simple", " ".join(phrase)))
    words: sa.ColumnElement[object] = sa.literal_column("utterances.words")
    return (
        sa.select(utterances)
        .where(words.op("@@")(query))
        .order_by(sa.func.ts_rank(words, query).desc(), utterances.c.id)
    )


def _snippet(
    text: str, phrases: Sequence[Sequence[str]]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The part of a text around the first phrase found, and where phrases are in it."""
    found = _places(text, phrases)
    first = found[0][0] if found else 0
    earliest = max(0, first - _BEFORE)
    start = text.rfind(" ", 0, earliest) + 1
    if earliest - start > _NEAR:
        start = next((at for at, _, _ in tokens(text) if at >= earliest), earliest)
    end = len(text)
    if end - start > _LONGEST:
        latest = start + _LONGEST
        end = text.rfind(" ", start, latest)
        if latest - end > _NEAR:
            ends = (to for _, to, _ in tokens(text) if start < to <= latest)
            end = max(ends, default=latest)
    before, after = "…" * (start > 0), "…" * (end < len(text))
    shift = len(before) - start
    marks = tuple((a + shift, b + shift) for a, b in found if start <= a and b <= end)
    return f"{before}{text[start:end]}{after}", marks


def _places(text: str, phrases: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Where a text says one of the phrases: characters [from, to), sorted and disjoint."""
    words = tokens(text)
    said = sorted(
        (words[i][0], words[i + len(phrase) - 1][1])
        for phrase in phrases
        for i in range(len(words) - len(phrase) + 1)
        if all(words[i + n][2] == word for n, word in enumerate(phrase))
    )
    places: list[tuple[int, int]] = []
    for start, end in said:
        if places and start < places[-1][1]:
            places[-1] = (places[-1][0], max(end, places[-1][1]))
        else:
            places.append((start, end))
    return places
