"""Counters that outlive processes and episodes; they only ever grow.

Written in the transaction of what they count, so they neither miss nor repeat it. Knows
how to count; does not know what is counted, nor who reads it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import tallies

_SUM = "sum"


@dataclass(frozen=True, slots=True)
class Amount:
    """How much a counter grows; `bound` is that of a histogram's bucket."""

    name: str
    label: str = ""
    bound: str = ""
    value: float = 1.0


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often something was at most so much: (bound, times), cumulated; and its sum.

    The last bound is infinite.
    """

    buckets: tuple[tuple[float, float], ...]
    total: float


def observation(
    name: str, bounds: Sequence[float], value: float, label: str = ""
) -> tuple[Amount, Amount]:
    """How a histogram of these `bounds` grows by one observation."""
    bound = next((bound for bound in bounds if value <= bound), math.inf)
    return Amount(name, label, str(bound)), Amount(name, label, _SUM, value)


def tally(connection: Connection, *amounts: Amount) -> None:
    """Let counters grow; the last thing in a transaction, so that others wait shortly."""
    # In order: of two transactions neither waits for the other.
    for one in sorted(amounts, key=lambda one: (one.name, one.label, one.bound)):
        insert = _insert(connection).values(
            name=one.name, label=one.label, bound=one.bound, value=one.value
        )
        grown = {"value": tallies.c.value + insert.excluded.value}
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=[tallies.c.name, tallies.c.label, tallies.c.bound], set_=grown
            )
        )


def _insert(connection: Connection) -> postgresql.Insert | sqlite.Insert:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(tallies)
    return postgresql.insert(tallies)


def counters(connection: Connection, name: str) -> dict[str, float]:
    """The values of a counter, by label."""
    rows = connection.execute(sa.select(tallies).filter_by(name=name, bound=""))
    return {row.label: row.value for row in rows}


def histograms(
    connection: Connection, name: str, bounds: Sequence[float]
) -> dict[str, Histogram]:
    """The histograms of a name, by label."""
    found: dict[str, dict[str, float]] = {}
    for row in connection.execute(sa.select(tallies).filter_by(name=name)):
        found.setdefault(row.label, {})[row.bound] = row.value
    return {label: _histogram(values, bounds) for label, values in sorted(found.items())}


def _histogram(values: dict[str, float], bounds: Sequence[float]) -> Histogram:
    # By the bounds as counted: those of an earlier version may have been others.
    counted = {float(bound): times for bound, times in values.items() if bound != _SUM}
    buckets = tuple(
        (bound, sum(times for one, times in counted.items() if one <= bound))
        for bound in (*bounds, math.inf)
    )
    return Histogram(buckets, values.get(_SUM, 0.0))
