from __future__ import annotations

from pathlib import Path

import pytest

from audio.whole import whole


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("old")
    with whole(target) as part:
        part.write_text("new")
        assert target.read_text() == "old"
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("target", "new")]


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("old")

    def fail() -> None:
        with whole(target) as part:
            part.write_text("half")
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        fail()
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("target", "old")]
