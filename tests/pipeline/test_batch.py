import threading
from collections.abc import Sequence
from pathlib import Path

from pipeline.batch import Batch, Report, Wish
from pipeline.outputs import Job, plan
from pipeline.settings import Settings
from tests.fakes import make_fake_work


def jobs(folder: Path, *names: str) -> tuple[Job, ...]:
    for name in names:
        (folder / name).touch()
    return plan([folder / name for name in names], folder / "out")


def run(settings: Settings, todo: Sequence[Job], at_once: int = 1) -> dict[str, Report]:
    batch = Batch(settings, Wish(["txt"]), at_once, make_fake_work)
    return {r.job.source.name: r for r in batch.run(todo, lambda *_: None)}


def test_one_failed_file_never_stops_the_others(settings: Settings, tmp_path: Path) -> None:
    names = ["a.mp3", "bad.mp3", "b.mp3", "dies.mp3", "c.mp3"]
    reports = run(settings, jobs(tmp_path, *names), at_once=2)
    assert {name for name, report in reports.items() if report.error} == {"bad.mp3", "dies.mp3"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a.txt", "b.txt", "c.txt"}


def test_a_hand_edited_transcript_is_kept_with_a_warning(
    settings: Settings, tmp_path: Path
) -> None:
    todo = jobs(tmp_path, "a.mp3")
    run(settings, todo)
    todo[0].target("txt").write_text("corrected")
    report = run(settings, todo)["a.mp3"]
    assert todo[0].target("txt").read_text() == "corrected"
    assert "--force" in report.warnings[0]
    assert report.error is None


def test_stopping_ends_running_and_waiting_work(settings: Settings, tmp_path: Path) -> None:
    todo = jobs(tmp_path, "slow.mp3", "a.mp3")
    batch = Batch(settings, Wish(["txt"]), 1, make_fake_work)
    begun = threading.Event()

    def stop_when_begun() -> None:
        begun.wait()
        batch.stop()

    threading.Thread(target=stop_when_begun).start()
    reports = list(batch.run(todo, lambda *_: begun.set()))
    assert [bool(report.error) for report in reports] == [True, True]
