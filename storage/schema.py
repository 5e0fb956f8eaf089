"""Brings a database to the schema of this version, whatever it was: the only use of Alembic.

Knows migrations; does not know tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

from episodes.errors import BadInput
from storage.locking import lock

_LOCK = 4_242_001
"""The number of the advisory lock, as good as any other."""


def migrate(engine: Engine, also: Callable[[Engine], None] = lambda _: None) -> None:
    """Take the steps the database lacks; `also` brings other tables along.

    Of processes that start at the same time one does it and the others wait.
    Raises sqlalchemy.exc.DBAPIError; BadInput where a later version took steps unknown here.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with _alone(engine):
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise BadInput(
                    f"A later version of cleancast has changed the database ({error}): "
                    "install that version here too."
                ) from error
        also(engine)


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    if engine.dialect.name == "sqlite":
        with Path(f"{engine.url.database}.lock").open("wb") as file:
            lock(file, wait=True)
            yield
        return
    # Not in a transaction: indexes that are built beside the work wait for all open ones.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.select(sa.func.pg_advisory_lock(_LOCK)))
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(_LOCK)))
