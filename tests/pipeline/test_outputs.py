import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from episodes.errors import BadInput
from episodes.types import Summary
from pipeline.finished import Finished
from pipeline.outputs import Hashes, Outputs, Stamp, stamp, writable
from pipeline.plan import Job, audio_files, passed_over, plan
from storage.blobs import FolderBlobs
from tests.conftest import SEEDS

SUMMARY = Summary(2, 1, 30.5, ("A bad line.",))
FINISHED = Finished({"txt": "Hello.", "vtt": "WEBVTT"}, 60.0, SUMMARY)


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
    return Outputs(FolderBlobs(tmp_path / "results"))


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


def test_who_may_write_a_folder_that_is_still_to_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert writable(tmp_path / "new/inner")
    monkeypatch.setattr("pipeline.outputs.os.access", lambda path, _: path != tmp_path)
    assert not writable(tmp_path / "new/inner")


def job_of(folder: Path, age_s: float = 3600.0) -> tuple[Job, Stamp]:
    """An episode's file that last changed `age_s` ago."""
    source = folder / "one.mp3"
    source.write_bytes(b"audio")
    then = time.time() - age_s
    os.utime(source, (then, then))
    seen = stamp(source)
    assert seen is not None
    return Job(source, folder, "one"), seen


@pytest.fixture
def written(tmp_path: Path, outputs: Outputs) -> tuple[Job, Stamp]:
    job, seen = job_of(tmp_path)
    assert outputs.write_all(job, FINISHED.texts, force=False) == ()
    outputs.remember(job, "so", seen, FINISHED)
    return job, seen


def known(outputs: Outputs, job: Job, seen: Stamp, made: str = "so") -> Finished | None:
    return outputs.unchanged(job, ("vtt", "txt"), made, seen)


def test_what_was_written_is_known_without_its_texts(
    outputs: Outputs, written: tuple[Job, Stamp]
) -> None:
    assert known(outputs, *written) == replace(FINISHED, texts={})


def test_nothing_is_known_of_what_is_made_otherwise(
    outputs: Outputs, written: tuple[Job, Stamp]
) -> None:
    job, seen = written
    assert known(outputs, job, seen, made="otherwise") is None
    assert known(outputs, job, replace(seen, size=6)) is None
    assert outputs.unchanged(job, ("txt",), "so", seen) is None


def test_a_file_edited_since_is_known_with_a_warning(
    outputs: Outputs, written: tuple[Job, Stamp]
) -> None:
    written[0].target("txt").write_text("Hello, corrected.")
    finished = known(outputs, *written)
    assert finished is not None
    assert finished.summary.warnings[0] == "A bad line."
    assert "--force" in finished.summary.warnings[1]


def test_what_another_run_of_ours_wrote_over_is_to_be_done(
    outputs: Outputs, written: tuple[Job, Stamp]
) -> None:
    outputs.write(written[0].target("txt"), "Written otherwise.", force=False)
    assert known(outputs, *written) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"made": "so"}', b"\xff"])
def test_a_note_that_does_not_read_is_none(
    content: bytes, tmp_path: Path, outputs: Outputs, written: tuple[Job, Stamp]
) -> None:
    for note in (tmp_path / "results").rglob("*"):
        if note.is_file():
            note.write_bytes(content)
    assert known(outputs, *written) is None


def test_a_file_changed_just_now_may_change_unseen(tmp_path: Path, outputs: Outputs) -> None:
    job, seen = job_of(tmp_path, age_s=0.0)
    outputs.write_all(job, FINISHED.texts, force=False)
    outputs.remember(job, "so", seen, FINISHED)
    assert known(outputs, job, seen) is None


def test_a_hash_is_remembered_as_long_as_the_file_looks_the_same(tmp_path: Path) -> None:
    hashes = Hashes(FolderBlobs(tmp_path / "notes"))
    source, seen = job_of(tmp_path)[0].source, stamp(job_of(tmp_path)[0].source)
    first = hashes.of(source)
    source.write_bytes(b"AUDIO")
    os.utime(source, ns=(seen.mtime_ns, seen.mtime_ns))  # type: ignore[union-attr]
    assert hashes.of(source) == first  # nothing was read: it looks the same
    os.utime(source, (1_000_000_000, 1_000_000_000))
    assert hashes.of(source) != first


def test_a_hash_of_a_file_in_the_making_is_not_remembered(tmp_path: Path) -> None:
    hashes = Hashes(FolderBlobs(tmp_path / "notes"))
    source = job_of(tmp_path, age_s=0.0)[0].source
    hashes.of(source)
    assert not (tmp_path / "notes").exists()


def test_names_that_differ_only_in_case_are_told_apart(tmp_path: Path) -> None:
    touch(*(tmp_path / name for name in ("Ep1.mp3", "EP1.mp3", "other.mp3")))
    if len(list(tmp_path.iterdir())) == 2:
        pytest.skip("this disk does not tell them apart")
    names = [path.name for path in targets(tmp_path)]
    assert len({name.casefold() for name in names}) == 3
    assert "other.txt" in names
    assert names == [path.name for path in targets(tmp_path)]


def test_long_names_are_shortened_alike_each_time(tmp_path: Path) -> None:
    long = [f"{'ä' * 123}{end}.mp3" for end in ("a1", "b2")]
    touch(*(tmp_path / name for name in long))
    written = [job.target(form) for job in plan([tmp_path]) for form in ("txt", "podcast.json")]
    assert len({path.name for path in written}) == 4
    for path in written:
        assert len(os.fsencode(path.name)) <= 255
        path.write_text("")
    assert all(path.name.endswith((".txt", ".podcast.json")) for path in written)


def test_every_ending_of_audio_is_an_episode(tmp_path: Path) -> None:
    names = [f"talk.{end}" for end in ("mpga", "mpeg", "MPG", "wmv", "flv", "au", "wv", "spx")]
    touch(*(tmp_path / name for name in (*names, "talk.gsm", "notes.txt", "cover.jpg")))
    assert len(audio_files(tmp_path)) == 9


def test_audio_of_an_unknown_ending_is_named(tmp_path: Path) -> None:
    content = (SEEDS / "interview.mp3").read_bytes()[:200_000]
    for name in ("talk.xyz", "talk", "x.part", ".hidden", "talk.clean.abc", "ok.mp3"):
        (tmp_path / name).write_bytes(content)
    touch(tmp_path / "data.xyz", tmp_path / "notes.bin")
    assert [path.name for path in passed_over(tmp_path)] == ["talk", "talk.xyz"]
