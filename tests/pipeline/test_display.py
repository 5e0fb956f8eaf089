from dataclasses import replace
from pathlib import Path

import pytest

from episodes.types import Summary
from pipeline.display import MOST_UNCHANGED, Display
from pipeline.finished import Report, Tally

DONE = Report(Path("[b]one.mp3"), 65.0, (), 3600.0, Summary(2, 1, 30.0, ("Loud.",)))
FAILED = Report(Path("two.mp3"), 1.0, error="two.mp3 is bad.")


def unchanged(number: int) -> Report:
    return Report(Path(f"old-{number}.mp3"), 0.0, (), 60.0, unchanged=True)


def told(capsys: pytest.CaptureFixture[str], *reports: Report, quiet: bool = False) -> str:
    tally = Tally()
    with Display(quiet=quiet) as display:
        for report in reports:
            display.progress(report.source, "transcribe", 0.5)
            tally.add(report)
            display.ended(report)
    display.summary(tally)
    out, err = capsys.readouterr()
    assert out == ""
    return err


def test_each_end_is_a_line_and_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    err = told(capsys, DONE, FAILED)
    assert "done [b]one.mp3: 1:00:00, 2 speakers, 1 ad (0:30) cut, took 1:05" in err
    assert "warning [b]one.mp3: Loud." in err
    assert "failed two.mp3 is bad." in err
    assert err.count("one.mp3") == 3


def test_a_failure_names_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    failed = replace(FAILED, error="There is no such model.")
    assert "failed two.mp3: There is no such model." in told(capsys, failed)


def test_names_move_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    name = "a\x1b[31m\nb\udce9.mp3"
    failed = Report(Path(name), 1.0, error=f"{name} is empty.")
    err = told(capsys, failed, replace(DONE, source=Path(name)))
    assert "failed a?[31m b?.mp3 is empty." in err
    assert "done a?[31m b?.mp3: 1:00:00" in err
    assert "\x1b" not in err


def test_what_waits_for_a_person_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    one = replace(DONE, summary=Summary(2, 0, 0.0, to_review=1))
    assert "no ads cut, 1 span to review, took" in told(capsys, one)
    two = replace(DONE, summary=Summary(2, 0, 0.0, to_review=2))
    assert "no ads cut, 2 spans to review, took" in told(capsys, two)


def test_quiet_tells_failures_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, DONE, FAILED, quiet=True).strip() == "failed two.mp3 is bad."


def test_few_unchanged_episodes_are_rows(capsys: pytest.CaptureFixture[str]) -> None:
    err = told(capsys, *(unchanged(i) for i in range(MOST_UNCHANGED)))
    assert err.count("old-") == MOST_UNCHANGED


def test_many_unchanged_episodes_are_one_row(capsys: pytest.CaptureFixture[str]) -> None:
    err = told(capsys, DONE, *(unchanged(i) for i in range(MOST_UNCHANGED + 1)))
    assert "old-" not in err
    assert f"{MOST_UNCHANGED + 1} episodes" in err
    assert "one.mp3" in err


def test_ctrl_c_is_told_with_what_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), Display(stopped="the server goes on."):
        raise KeyboardInterrupt
    assert "stopped the server goes on." in capsys.readouterr().err


def test_bars_come_and_go_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    err = told(capsys, DONE, FAILED)
    assert "transcribe" in err
    assert err.rindex("took") > err.rindex("transcribe")
