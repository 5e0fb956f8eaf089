"""What episodes have in common, kept: prints by hash, the matches, and what was marked.

The prints of all episodes are rows (hash, episode, place), looked up by hash; a shelf is a
show or a folder. Episodes here need not be in the library: those of a folder that was
processed are not. This file does not know how prints are made or compared, nor what a
match means.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from episodes.edits import Decision, settled
from episodes.repeats import By, Known, Match
from episodes.spans import Span, merge
from episodes.types import AdSpan, Episode
from storage.database import marked, matches, printed, prints, writing

Teller = Literal["repeats", "words", "person"]
"""Who told what is marked: other episodes alone, words too, or a person."""

AT_ONCE = 8_000
"""So many hashes are asked for in one query: databases bound the parameters of one."""

WORDS = 1 << 32
"""Added to the hashes of rows of words, so that they share the table with those of sound."""

COMPARED = 60
"""An episode is compared with at most so many of its shelf, those added last."""


@dataclass(frozen=True, slots=True)
class Printed:
    """An episode whose prints are kept. `sound` and `words` say what they were made of."""

    number: int
    id: str
    shelf: str
    title: str
    duration_s: float
    sound: int
    words: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A print with a hash that was looked for, `at` its place in another episode."""

    hash: int
    number: int
    at: int


class PrintShelves:
    """The prints of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, episode: Episode, shelf: str, duration_s: float) -> Printed:
        """Note an episode, or under which title and on which shelf it is now."""
        facts = {
            "shelf": shelf,
            "title": episode.title or episode.source,
            "duration_s": duration_s,
        }
        with writing(self._engine, episode.id) as connection:
            known = sa.update(printed).where(printed.c.episode_id == episode.id)
            if not connection.execute(known.values(**facts)).rowcount:
                new = {"episode_id": episode.id, "sound": 0, "words": "", **facts}
                connection.execute(sa.insert(printed).values(**new))
            return _one(connection, episode.id)

    def get(self, episode_id: str) -> Printed | None:
        """An episode that was put here, or None."""
        with self._engine.connect() as connection:
            found = sa.select(printed).filter_by(episode_id=episode_id)
            row = connection.execute(found).one_or_none()
            return None if row is None else Printed(*row)

    def shelf(self, own: Printed) -> list[Printed]:
        """The other episodes on its shelf that it is compared with."""
        alike = (printed.c.shelf == own.shelf, printed.c.id != own.number)
        wanted = sa.select(printed).where(*alike).order_by(printed.c.id.desc())
        with self._engine.connect() as connection:
            return [Printed(*row) for row in connection.execute(wanted.limit(COMPARED))]

    def several(self, numbers: Collection[int]) -> dict[int, Printed]:
        """Episodes by number."""
        wanted = sa.select(printed).where(printed.c.id.in_(numbers))
        with self._engine.connect() as connection:
            return {row.id: Printed(*row) for row in connection.execute(wanted)}

    def set_sound(self, own: Printed, version: int, rows: Iterable[tuple[int, int]]) -> None:
        """Replace its prints of sound: rows of hash and frame."""
        self._set(own, prints.c.hash < WORDS, rows, {"sound": version})

    def set_words(self, own: Printed, made_of: str, rows: Iterable[tuple[int, int]]) -> None:
        """Replace its rows of words: number and start in 10 ms."""
        moved = ((number + WORDS, at) for number, at in rows)
        self._set(own, prints.c.hash >= WORDS, moved, {"words": made_of})

    def _set(
        self,
        own: Printed,
        which: sa.ColumnElement[bool],
        rows: Iterable[tuple[int, int]],
        noted: Mapping[str, object],
    ) -> None:
        new = [
            {"hash": hash_, "printed": own.number, "at": at} for hash_, at in sorted(set(rows))
        ]
        with writing(self._engine, own.id) as connection:
            connection.execute(sa.delete(prints).where(prints.c.printed == own.number, which))
            if new:
                connection.execute(sa.insert(prints), new)
            connection.execute(
                sa.update(printed).where(printed.c.id == own.number).values(**noted)
            )

    def sounds(self, hashes: Sequence[int], but: Printed) -> Iterator[list[Hit]]:
        """Prints of any other episode with one of the hashes, some at a time."""
        return self._hits(hashes, prints.c.printed != but.number)

    def rows(self, numbers: Sequence[int], among: Collection[int]) -> Iterator[list[Hit]]:
        """Rows of words of these episodes with one of the numbers."""
        moved = [number + WORDS for number in numbers]
        for hits in self._hits(moved, prints.c.printed.in_(among)):
            yield [Hit(hit.hash - WORDS, hit.number, hit.at) for hit in hits]

    def _hits(
        self, hashes: Sequence[int], where: sa.ColumnElement[bool]
    ) -> Iterator[list[Hit]]:
        with self._engine.connect() as connection:
            for first in range(0, len(hashes), AT_ONCE):
                some = prints.c.hash.in_(hashes[first : first + AT_ONCE])
                yield [
                    Hit(*row)
                    for row in connection.execute(sa.select(prints).where(some, where))
                ]

    def set_matches(self, own: Printed, by: By, found: Mapping[int, Sequence[Match]]) -> None:
        """Replace what is known to be common to `own` and each of the others, by number."""
        new = [
            {
                "a": own.number,
                "b": number,
                "by": by,
                "a_start": one.start,
                "a_end": one.end,
                "b_start": one.other_start,
                "b_end": one.other_end,
            }
            for number, common in found.items()
            for one in common
        ]
        with writing(self._engine, "matches") as connection:  # two may find each other
            for numbers in (list(found)[i : i + 500] for i in range(0, len(found), 500)):
                pair = sa.or_(
                    sa.and_(matches.c.a == own.number, matches.c.b.in_(numbers)),
                    sa.and_(matches.c.b == own.number, matches.c.a.in_(numbers)),
                )
                connection.execute(sa.delete(matches).where(matches.c.by == by, pair))
            if new:
                connection.execute(sa.insert(matches), new)

    def matches(self, own: Printed) -> list[tuple[int, Match]]:
        """All matches of an episode, whoever found them, with the other's number."""
        with self._engine.connect() as connection:
            mine = connection.execute(
                sa.select(matches, printed.c.episode_id)
                .join(printed, printed.c.id == matches.c.b)
                .where(matches.c.a == own.number)
            ).all()
            theirs = connection.execute(
                sa.select(matches, printed.c.episode_id)
                .join(printed, printed.c.id == matches.c.a)
                .where(matches.c.b == own.number, matches.c.a != own.number)
            ).all()
        return [
            *(
                (r.b, Match(r.a_start, r.a_end, r.episode_id, r.b_start, r.b_end, r.by))
                for r in mine
            ),
            *(
                (r.a, Match(r.b_start, r.b_end, r.episode_id, r.a_start, r.a_end, r.by))
                for r in theirs
            ),
        ]

    def repeated(self, numbers: Collection[int]) -> dict[int, tuple[Span, ...]]:
        """What of each of these episodes is heard in any other."""
        spans: dict[int, list[Span]] = {number: [] for number in numbers}
        heard = matches.c.a != matches.c.b
        with self._engine.connect() as connection:
            for side in ("a", "b"):
                number = matches.c[side]
                start, end = matches.c[f"{side}_start"], matches.c[f"{side}_end"]
                found = sa.select(number, start, end).where(number.in_(numbers), heard)
                for row in connection.execute(found):
                    spans[row[0]].append(Span(row[1], row[2]))
        return {number: merge(own) for number, own in spans.items()}

    def mark(self, episode_id: str, ads: Sequence[tuple[AdSpan, Teller]]) -> None:
        """Replace what is marked in an episode, each with who told it; decisions stay."""
        own = self.get(episode_id)
        if own is None:
            return
        with writing(self._engine, episode_id) as connection:
            _set_marks(connection, own.number, marked.c.teller != "person", ads)

    def marks(
        self, numbers: Collection[int], *, told: bool = False
    ) -> dict[int, tuple[Known, ...]]:
        """What is marked in these episodes; with `told` only by more than repetition."""
        wanted = sa.select(marked).where(marked.c.printed.in_(numbers))
        if told:
            wanted = wanted.where(marked.c.teller != "repeats")
        found: dict[int, list[Known]] = {number: [] for number in numbers}
        with self._engine.connect() as connection:
            for row in connection.execute(wanted.order_by(marked.c.start)):
                person = row.teller == "person"
                known = Known(row.start, row.end, row.kind, row.confidence, row.sponsor, person)
                found[row.printed].append(known)
        return {number: tuple(known) for number, known in found.items()}


def teach(connection: Connection, episode_id: str, decisions: Sequence[Decision]) -> None:
    """Replace what a person decided about an episode, inside a transaction.

    An episode that is not put here yet has nothing that others could learn.
    """
    number = connection.scalar(sa.select(printed.c.id).filter_by(episode_id=episode_id))
    if number is None:
        return
    said: list[tuple[AdSpan, Teller]] = [
        (AdSpan(d.start, d.end, d.kind, float(d.action == "cut"), d.sponsor), "person")
        for d in settled(decisions)
    ]
    _set_marks(connection, number, marked.c.teller == "person", said)


def forget(connection: Connection, episode_id: str) -> None:
    """Remove all that is kept of an episode, inside a transaction."""
    connection.execute(sa.delete(printed).where(printed.c.episode_id == episode_id))


def _set_marks(
    connection: Connection,
    number: int,
    which: sa.ColumnElement[bool],
    ads: Sequence[tuple[AdSpan, Teller]],
) -> None:
    connection.execute(sa.delete(marked).where(marked.c.printed == number, which))
    new = [
        {
            "printed": number,
            "start": ad.start,
            "end": ad.end,
            "kind": ad.kind,
            "confidence": ad.confidence,
            "sponsor": ad.sponsor,
            "teller": teller,
        }
        for ad, teller in ads
    ]
    if new:
        connection.execute(sa.insert(marked), new)


def _one(connection: Connection, episode_id: str) -> Printed:
    row = connection.execute(sa.select(printed).filter_by(episode_id=episode_id)).one()
    return Printed(*row)
