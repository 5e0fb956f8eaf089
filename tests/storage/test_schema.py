from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from episodes.errors import BadInput
from storage.database import connect
from storage.schema import migrate


def test_a_later_versions_database_is_left_alone(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'library.db'}")
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE schema_version SET version_num = '9999'"))
    with pytest.raises(BadInput, match="install that version"):
        migrate(engine)
    with engine.connect() as connection:
        told = connection.execute(sa.text("SELECT version_num FROM schema_version"))
        assert told.scalar_one() == "9999"
    engine.dispose()
