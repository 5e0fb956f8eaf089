import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from pydantic import SecretStr

from episodes.types import Summary
from pipeline.batch import TOLD, Batch, Spine, Wish, local, made_by
from pipeline.child import Failure
from pipeline.finished import Report
from pipeline.plan import Job, plan
from pipeline.settings import Settings
from tests.fakes import FakeWorker, make_fake_spine, make_incomplete_spine, make_no_work

LONG_AGO = (1_000_000_000, 1_000_000_000)


def jobs(folder: Path, *names: str) -> tuple[Job, ...]:
    for name in names:
        (folder / name).touch()
        os.utime(folder / name, LONG_AGO)
    return plan([folder / name for name in names], folder / "out")


def run(
    settings: Settings,
    todo: Sequence[Job],
    at_once: int = 1,
    wish: Wish | None = None,
    make_work: Callable[[Settings], Spine] = make_fake_spine,
) -> dict[str, Report]:
    batch = local(settings, wish or Wish(["txt"]), at_once, make_work)
    return {r.source.name: r for r in batch.run(todo, lambda *_: None)}


def test_one_failed_file_never_stops_the_others(settings: Settings, tmp_path: Path) -> None:
    names = ["a.mp3", "bad.mp3", "b.mp3", "dies.mp3", "c.mp3"]
    reports = run(settings, jobs(tmp_path, *names), at_once=2)
    assert {name for name, report in reports.items() if report.error} == {"bad.mp3", "dies.mp3"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a.txt", "b.txt", "c.txt"}


def test_where_nothing_can_be_written_no_work_is_done(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    todo = jobs(tmp_path, "a.mp3")
    monkeypatch.setattr("pipeline.batch.writable", lambda _: False)
    error = run(settings, todo, make_work=make_no_work)["a.mp3"].error
    assert error == f"{tmp_path / 'out'} cannot be written: name another folder with --out."


def test_a_report_names_what_was_written(settings: Settings, tmp_path: Path) -> None:
    todo = jobs(tmp_path, "a.mp3", "bad.mp3")
    reports = run(settings, todo, wish=Wish(["txt", "vtt"]))
    assert reports["a.mp3"].outputs == (tmp_path / "out/a.txt", tmp_path / "out/a.vtt")
    assert all(path.exists() for path in reports["a.mp3"].outputs)
    assert reports["a.mp3"].duration_s == 60.0
    assert reports["bad.mp3"].outputs == ()


def test_what_was_left_for_another_time_is_done_again(
    settings: Settings, tmp_path: Path
) -> None:
    todo = jobs(tmp_path, "a.mp3")
    first = run(settings, todo, make_work=make_incomplete_spine)["a.mp3"]
    again = run(settings, todo)["a.mp3"]
    assert (first.status, again.status, again.summary.warnings) == ("done", "done", ())
    assert run(settings, todo)["a.mp3"].status == "unchanged"


def test_a_hand_edited_transcript_is_kept_with_a_warning(
    settings: Settings, tmp_path: Path
) -> None:
    todo = jobs(tmp_path, "a.mp3")
    run(settings, todo)
    todo[0].target("txt").write_text("corrected")
    report = run(settings, todo)["a.mp3"]
    assert todo[0].target("txt").read_text() == "corrected"
    assert "--force" in report.summary.warnings[0]
    assert report.error is None
    forced = run(settings, todo, wish=Wish(["txt"], force=True))["a.mp3"]
    assert forced.status == "done"
    assert todo[0].target("txt").read_text() != "corrected"


def test_stopping_ends_running_and_waiting_work(settings: Settings, tmp_path: Path) -> None:
    todo = jobs(tmp_path, "slow.mp3", "a.mp3")
    batch = local(settings, Wish(["txt"]), 1, make_fake_spine)
    begun = threading.Event()

    def stop_when_begun() -> None:
        begun.wait()
        batch.stop()

    threading.Thread(target=stop_when_begun).start()
    reports = list(batch.run(todo, lambda *_: begun.set()))
    assert [bool(report.error) for report in reports] == [True, True]


def test_a_second_run_asks_nobody_and_tells_the_same(
    settings: Settings, tmp_path: Path
) -> None:
    todo = jobs(tmp_path, "a.mp3", "b.mp3")
    first = run(settings, todo)
    second = run(settings, todo, make_work=make_no_work)
    assert {report.status for report in second.values()} == {"unchanged"}
    for name, report in second.items():
        assert report.outputs == first[name].outputs
        assert (report.duration_s, report.summary) == (60.0, Summary(1))


def another_size(todo: Sequence[Job]) -> None:
    todo[0].source.write_bytes(b"more")
    os.utime(todo[0].source, LONG_AGO)


def another_time(todo: Sequence[Job]) -> None:
    os.utime(todo[0].source, (1_000_000_001, 1_000_000_001))


def output_gone(todo: Sequence[Job]) -> None:
    todo[0].target("txt").unlink()


@pytest.mark.parametrize("change", [another_size, another_time, output_gone])
def test_whatever_changed_is_done_again(
    change: Callable[[Sequence[Job]], None], settings: Settings, tmp_path: Path
) -> None:
    todo = jobs(tmp_path, "a.mp3")
    run(settings, todo)
    change(todo)
    assert run(settings, todo)["a.mp3"].status == "done"
    assert run(settings, todo, make_work=make_no_work)["a.mp3"].status == "unchanged"


@pytest.mark.parametrize(
    "wish", [Wish(["txt", "vtt"]), Wish(["txt"], "clean"), Wish(["txt"], force=True)]
)
def test_another_wish_is_another_work(wish: Wish, settings: Settings, tmp_path: Path) -> None:
    todo = jobs(tmp_path, "a.mp3")
    run(settings, todo)
    assert run(settings, todo, wish=wish)["a.mp3"].status == "done"


def test_another_setting_is_another_work(settings: Settings, tmp_path: Path) -> None:
    todo = jobs(tmp_path, "a.mp3")
    run(settings, todo)
    assert run(settings.model_copy(update={"model": "base"}), todo)["a.mp3"].status == "done"
    # The same outputs have been written by other settings since: the first note is void.
    assert run(settings, todo)["a.mp3"].status == "done"


def test_a_source_that_changes_during_the_work_is_not_taken_for_finished(
    settings: Settings, tmp_path: Path
) -> None:
    todo = jobs(tmp_path, "a.mp3")
    batch = local(settings, Wish(["txt"]), 1, make_fake_spine)
    list(batch.run(todo, lambda *_: another_size(todo)))
    assert run(settings, todo)["a.mp3"].status == "done"


def test_a_failed_file_is_tried_again(settings: Settings, tmp_path: Path) -> None:
    todo = jobs(tmp_path, "bad.mp3")
    assert run(settings, todo)["bad.mp3"].status == "failed"
    assert run(settings, todo)["bad.mp3"].status == "failed"


def test_only_what_matters_decides_what_is_made(settings: Settings, tmp_path: Path) -> None:
    made = made_by(settings)
    for name, value in {"threads": 7, "port": 1, "cache_dir": tmp_path}.items():
        assert made_by(settings.model_copy(update={name: value})) == made
    telling = {"context": "Ada", "most_speakers": 3, "pyannote_token": SecretStr("a")}
    for name, value in telling.items():
        assert made_by(settings.model_copy(update={name: value})) != made


def test_weights_in_a_folder_of_the_user_decide_too(settings: Settings, tmp_path: Path) -> None:
    weights = tmp_path / "mine/model.bin"
    weights.parent.mkdir()
    weights.write_bytes(b"1")
    mine = settings.model_copy(update={"model": str(weights.parent)})
    made = made_by(mine)
    assert made_by(mine) == made
    weights.write_bytes(b"22")
    assert made_by(mine) != made


def test_what_later_episodes_tell_of_is_done_again_in_the_end(
    settings: Settings, tmp_path: Path
) -> None:
    todo, worker = jobs(tmp_path, "a.mp3", "b.mp3"), FakeWorker("a")
    reports = list(worker.batch(settings).run(todo, lambda *_: None))
    assert worker.asked == ["a", "b", "a"]
    assert [(r.source.stem, r.status, r.again) for r in reports[2:]] == [("a", "done", True)]


def test_what_was_finished_before_is_told_of_and_left_alone(
    settings: Settings, tmp_path: Path
) -> None:
    todo, worker = jobs(tmp_path, "a.mp3", "b.mp3"), FakeWorker()
    list(worker.batch(settings).run(todo, lambda *_: None))
    worker.offered = {"a"}
    reports = list(worker.batch(settings).run(todo, lambda *_: None))
    assert worker.asked == ["a", "b"]
    (told,) = [report for report in reports if report.again]
    assert (told.source.stem, told.status) == ("a", "unchanged")
    assert told.summary.warnings == (TOLD,)


def test_what_nobody_foresaw_is_one_report(settings: Settings, tmp_path: Path) -> None:
    def made() -> str:
        raise PermissionError(13, "Permission denied", "weights")

    class Idle:
        def run(self, *_: object) -> Failure:
            return Failure("Nothing was asked.")

        def stop(self) -> None:
            pass

    batch = Batch([Idle()], Wish(["txt"]), settings.data_dir, made)
    (report,) = batch.run(jobs(tmp_path, "a.mp3"), lambda *_: None)
    assert report.error == "weights cannot be used: permission denied."
