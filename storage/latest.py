"""What changed lately in the library, for who looks on. Knows no reader."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy import Engine

from storage.database import episodes
from storage.library import Entry, find


def latest(
    engine: Engine, since: float, told: Mapping[str, int], limit: int = 200
) -> list[Entry]:
    """Episodes that changed at Unix time `since` or later, the latest change last.

    `told` are the revisions, by id, that are known already. Of more than `limit` the
    longest unchanged come first.
    """
    changed = sa.select(episodes.c.id, episodes.c.revision)
    changed = changed.where(episodes.c.updated_at >= since).order_by(episodes.c.updated_at)
    with engine.connect() as connection:
        rows = connection.execute(changed).all()
        fresh = [row.id for row in rows if told.get(row.id, -1) < row.revision]
        return [entry for id_ in fresh[:limit] if (entry := find(connection, id_)) is not None]
