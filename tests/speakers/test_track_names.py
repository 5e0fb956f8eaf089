from __future__ import annotations

import pytest

from speakers.track_names import track_names


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["Nora Lind", "Sam"], ["Nora Lind", "Sam"]),
        (["host", "guest"], ["Host", "Guest"]),
        (["ep12-nora_lind.raw", "ep12-sam.raw"], ["Nora Lind", "Sam"]),
        (["audioNoraLind11234", "audioSamOlde21234"], ["Nora Lind", "Sam Olde"]),
        (["repairs-40-agent", "repairs-40-caller"], ["Agent", "Caller"]),
        (["Track 1", "Track 2"], [None, None]),
        (["Mic/Aux", "Desktop Audio"], [None, None]),
        ([None, "Zoë O\u2019Hara"], [None, "Zoë O\u2019Hara"]),
        (["Sam", "Sam"], [None, None]),
        (["", None], [None, None]),
        (["李娜", "王伟"], ["李娜", "王伟"]),
        (["a long title that says what this recording is about", "Sam"], [None, "Sam"]),
        ([], []),
    ],
)
def test_names(titles: list[str | None], names: list[str | None]) -> None:
    assert list(track_names(titles)) == names
