import json
from pathlib import Path

import pytest

from episodes.errors import BadInput
from episodes.types import AdSpan, Episode, Summary
from pipeline.finished import Report, Tally, finish
from tests.fakes import episode_of, transcript_of, words_of


@pytest.fixture
def episode() -> Episode:
    return episode_of(Path("one.mp3"))


def test_a_finished_episode_has_every_format_and_the_figures_of_what_is_kept(
    episode: Episode,
) -> None:
    ads = (
        AdSpan(30.0, 40.0, "sponsor", 0.9, stripped=True),
        AdSpan(35.0, 50.0, "sponsor", 0.9, stripped=True),
        AdSpan(55.0, 58.0, "selfpromo", 0.9),
    )
    transcript = transcript_of(words_of("Hello there.", 0.0), ads)
    finished = finish(episode, transcript, ("txt", "srt"), "original")
    assert set(finished.texts) == {"txt", "srt"}
    assert "Hello there." in finished.texts["srt"]
    assert finished.duration_s == 60.0
    assert finished.summary == Summary(1, 2, 20.0)  # where ads overlap, time is cut once


def test_a_format_that_is_none_is_refused(episode: Episode) -> None:
    with pytest.raises(BadInput, match="docx"):
        finish(episode, transcript_of(words_of("Hello.", 0.0)), ("docx",), "original")


REPORTS = (
    Report(Path("a.mp3"), 12.3456, (Path("a.txt"),), 60.0, Summary(2, 1, 30.0, ("Loud.",))),
    Report(Path("b.mp3"), 0.001, (Path("b.txt"),), 60.0, unchanged=True),
    Report(Path("c.mp3"), 1.0, error="Bad."),
)


def test_a_report_for_programs_has_everything() -> None:
    tally = Tally()
    for report in REPORTS:
        tally.add(report)
    whole = json.loads(tally.json())
    assert (whole["done"], whole["unchanged"], whole["failed"]) == (1, 1, 1)
    assert [row["status"] for row in whole["episodes"]] == ["done", "unchanged", "failed"]
    assert whole["episodes"][0] == {
        "source": "a.mp3",
        "outputs": ["a.txt"],
        "status": "done",
        "error": None,
        "warnings": ["Loud."],
        "duration_s": 60.0,
        "speakers": 2,
        "ads": 1,
        "stripped_s": 30.0,
        "to_review": 0,
        "seconds": 12.346,
    }
    assert whole["episodes"][2]["error"] == "Bad."


def test_any_file_name_can_be_told() -> None:
    tally = Tally()
    tally.add(Report(Path("caf\udce9.mp3"), 1.0))  # Latin-1 bytes, as Python reads them
    told = tally.json().encode()
    assert json.loads(told)["episodes"][0]["source"] == "caf\udce9.mp3"


def test_weeks_of_reports_are_counted_and_the_last_are_kept() -> None:
    tally = Tally(most=2)
    for report in (*REPORTS, *REPORTS):
        tally.add(report)
    assert tally.counts == {"done": 2, "unchanged": 2, "failed": 2}
    assert list(tally.reports) == list(REPORTS[1:])
