from pathlib import Path

import pytest

from episodes.errors import BadInput
from pipeline.outputs import Outputs, plan
from storage.blobs import Blobs


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def targets(*paths: Path, out: Path | None = None) -> list[Path]:
    return [job.target("txt") for job in plan(paths, out)]


def test_outputs_lie_beside_the_audio(tmp_path: Path) -> None:
    touch(tmp_path / "show/one.mp3")
    assert targets(tmp_path / "show/one.mp3") == [tmp_path / "show/one.txt"]


def test_folders_keep_their_relative_paths(tmp_path: Path) -> None:
    touch(tmp_path / "in/a/one.mp3", tmp_path / "in/two.ogg", tmp_path / "in/notes.txt")
    out = tmp_path / "out"
    assert targets(tmp_path / "in", out=out) == [out / "a/one.txt", out / "two.txt"]


def test_colliding_stems_keep_their_extension(tmp_path: Path) -> None:
    touch(tmp_path / "one.mp3", tmp_path / "one.wav", tmp_path / "two.mp3")
    assert [path.name for path in targets(tmp_path)] == [
        "one.mp3.txt",
        "one.wav.txt",
        "two.txt",
    ]


def test_an_output_never_replaces_its_source(tmp_path: Path) -> None:
    touch(tmp_path / "audio.txt")
    assert targets(tmp_path / "audio.txt") == [tmp_path / "audio.txt.txt"]


def test_a_file_named_twice_is_done_once(tmp_path: Path) -> None:
    touch(tmp_path / "one.mp3")
    assert len(plan([tmp_path, tmp_path / "one.mp3"], None)) == 1


def test_hidden_files_and_cut_audio_are_no_episodes(tmp_path: Path) -> None:
    touch(tmp_path / ".one.mp3", tmp_path / ".trash/two.mp3", tmp_path / "three.clean.mp3")
    touch(tmp_path / "four.mp3")
    assert [path.name for path in targets(tmp_path)] == ["four.txt"]


def test_a_missing_path_goes_on_to_fail_by_itself(tmp_path: Path) -> None:
    touch(tmp_path / "one.mp3")
    assert len(plan([tmp_path / "one.mp3", tmp_path / "missing.mp3"], None)) == 2


def test_seasons_with_the_same_names_keep_their_folders(tmp_path: Path) -> None:
    touch(tmp_path / "a/one.mp3", tmp_path / "b/one.mp3", tmp_path / "b/two.mp3")
    out = tmp_path / "out"
    assert targets(tmp_path / "a", tmp_path / "b", out=out) == [
        out / "a/one.mp3.txt",
        out / "b/one.mp3.txt",
        out / "two.txt",
    ]


def test_names_collide_by_what_is_written(tmp_path: Path) -> None:
    touch(tmp_path / "x.mp3", tmp_path / "x.podcast.mp3")
    jobs = plan([tmp_path], None, ["json", "podcast.json"])
    written = [job.target(form) for job in jobs for form in ("json", "podcast.json")]
    assert len(set(written)) == 4


def test_one_awkward_name_stops_nobody(tmp_path: Path) -> None:
    touch(*(tmp_path / name for name in ("a.mp3", "a.m4a", "a.mp3.mp3", "good.mp3")))
    assert sorted(path.name for path in targets(tmp_path)) == [
        "a.m4a.txt",
        "a.mp3.mp3.txt",
        "a.mp3.txt",
        "good.txt",
    ]


def test_a_link_goes_by_its_own_name(tmp_path: Path) -> None:
    touch(tmp_path / "store/x1.mp3")
    (tmp_path / "show").mkdir()
    (tmp_path / "show/episode.mp3").symlink_to(tmp_path / "store/x1.mp3")
    assert targets(tmp_path / "show") == [tmp_path / "show/episode.txt"]


@pytest.fixture
def outputs(tmp_path: Path) -> Outputs:
    return Outputs(Blobs(tmp_path / "results"))


def test_our_own_file_is_replaced(tmp_path: Path, outputs: Outputs) -> None:
    path = tmp_path / "one.txt"
    assert outputs.write(path, "first", force=False)
    assert outputs.write(path, "second", force=False)
    assert path.read_text() == "second"


def test_a_file_changed_by_hand_is_left_alone(tmp_path: Path, outputs: Outputs) -> None:
    path = tmp_path / "one.txt"
    outputs.write(path, "first", force=False)
    path.write_text("corrected by hand")
    assert not outputs.write(path, "second", force=False)
    assert path.read_text() == "corrected by hand"
    assert outputs.write(path, "second", force=True)
    assert path.read_text() == "second"


def test_a_stranger_s_file_is_left_alone(tmp_path: Path, outputs: Outputs) -> None:
    path = tmp_path / "one.txt"
    path.write_text("somebody's notes")
    assert not outputs.write(path, "transcript", force=False)
    assert path.read_text() == "somebody's notes"


def test_a_folder_that_cannot_be_written_is_a_clear_error(
    tmp_path: Path, outputs: Outputs
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="cannot be written"):
        outputs.write(tmp_path / "file/one.txt", "text", force=False)
