from __future__ import annotations

import os
from pathlib import Path

from pipeline.identity import identify
from tests.conftest import SEEDS


def test_a_name_that_is_no_utf8_is_shown_as_text(tmp_path: Path) -> None:
    source = tmp_path / os.fsdecode(b"d\xe9j\xe0 vu.mp3")
    source.write_bytes((SEEDS / "interview.mp3").read_bytes()[:100_000])
    episode = identify(source)
    assert episode.source.endswith("d\ufffdj\ufffd vu.mp3")
    episode.source.encode("utf-8")
