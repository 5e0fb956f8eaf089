"""What most tests need."""

import signal
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from pipeline.settings import Settings

pytest_plugins = ["tests.servers"]

# A slow machine is no failure: nothing here is about time.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")

# A shell that runs tests in the background has them, and whatever they start, ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose results live in this test's own folder; weights stay cached."""
    return Settings(data_dir=tmp_path / "data", model="tiny.en", threads=2)
