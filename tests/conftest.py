"""What most tests need."""

from pathlib import Path

import pytest

from pipeline.settings import Settings

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose results live in this test's own folder; weights stay cached."""
    return Settings(data_dir=tmp_path / "data", model="tiny.en", threads=2)
