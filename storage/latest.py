"""What changed lately in the library, for who looks on. Knows no reader."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Engine

from storage.database import episodes
from storage.library import Entry, find


def latest(engine: Engine, since: float, limit: int = 200) -> list[Entry]:
    """Episodes that changed at Unix time `since` or later, the latest change last."""
    changed = sa.select(episodes.c.id).where(episodes.c.updated_at >= since)
    changed = changed.order_by(episodes.c.updated_at.desc()).limit(limit)
    with engine.connect() as connection:
        ids = list(connection.scalars(changed))[::-1]
        return [entry for id_ in ids if (entry := find(connection, id_)) is not None]
