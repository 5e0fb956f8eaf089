from pathlib import Path

import pytest

from storage.blobs import FolderBlobs, write_atomically


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    assert blobs.read("ab12") is None
    blobs.write("ab12", b"first")
    blobs.write("ab12", b"second")
    assert blobs.read("ab12") == b"second"


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    with pytest.raises(TypeError):
        write_atomically(path, "no bytes")  # type: ignore[arg-type]
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
