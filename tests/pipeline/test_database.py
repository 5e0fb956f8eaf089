from pathlib import Path

import pytest
from pydantic import SecretStr

from episodes.errors import BadInput
from pipeline.database import open_engine
from pipeline.settings import Settings


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "is no URL of PostgreSQL or SQLite"),
        ("postgresql://127.0.0.1:9/x", r"^The database cannot be opened \([^\n]*refused\): "),
    ],
)
def test_a_database_that_cannot_be_had_is_told(
    settings: Settings, url: str, message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        open_engine(settings.model_copy(update={"database_url": SecretStr(url)}))


def test_what_is_no_database_is_told(settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True)
    (settings.data_dir / "library.db").write_bytes(b"no database at all, only text" * 100)
    with pytest.raises(BadInput, match=r"\(file is not a database\): `cleancast doctor`"):
        open_engine(settings)


def test_a_data_folder_that_is_a_file_is_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="cannot be used: file exists"):
        open_engine(settings.model_copy(update={"data_dir": tmp_path / "file"}))
