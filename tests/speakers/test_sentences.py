from __future__ import annotations

import pytest

from speakers.sentences import ends_sentence


@pytest.mark.parametrize(
    "text", [" end.", " What?", " No!", ' "quoted."', " (aside.)", " so…", " 了。"]
)
def test_closing_marks_end_a_sentence(text: str) -> None:
    assert ends_sentence(text)


@pytest.mark.parametrize(
    "text", ["", " and", " well,", " so:", " Dr.", " U.S.", " J.", ' "Mrs.', " -"]
)
def test_other_words_do_not(text: str) -> None:
    assert not ends_sentence(text)
