"""The settings' database, opened. Knows how it fails; does not know what lies in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, DBAPIError

from episodes.errors import BadInput, why
from pipeline.settings import Settings
from storage.database import connect
from storage.schema import migrate


def open_engine(
    settings: Settings,
    also: Callable[[Engine], None] = lambda _: None,
    *,
    held: bool = True,
) -> Engine:
    """The database with our own tables, made where it is missing.

    `also` brings other tables along; `held` is that of `connect`. Raises BadInput.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        engine = connect(settings.database, held=held)
        with ExitStack() as undo:
            undo.callback(engine.dispose)
            migrate(engine, also)
            undo.pop_all()
    except OSError as error:
        raise BadInput(
            f"The data folder {settings.data_dir} cannot be used: {why(error)}."
        ) from error
    except (ArgumentError, ModuleNotFoundError) as error:
        raise BadInput("CLEANCAST_DATABASE_URL is no URL of PostgreSQL or SQLite.") from error
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise BadInput(
            f"The database cannot be opened ({reason}): `cleancast doctor` tells more."
        ) from error
    return engine
