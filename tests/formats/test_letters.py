"""Captions of scripts whose letters are wide, have marks, or stand without blanks."""

import pytest

from episodes.letters import clusters, columns
from episodes.types import Word
from formats.cues import _divide, _lines, _text

ZH = (
    "今天我们要谈谈「人工智能」的发展\uff0c和未来以及它怎样改变我们的生活\uff0c因为很多人担心。"
    * 3
)
JA = "コンピューターのデータは「とても」大切です。ゆっくりしゃべってみましょう、ね。" * 3
TH = "วันนี้เราจะพูดถึงการพัฒนาปัญญาประดิษฐ์และอนาคตของมันที่จะเปลี่ยนแปลงชีวิตของเรา" * 3
EMOJI = "👩\u200d👩\u200d👧👍🏽❤️🇩🇪" * 12


def spoken(text: str) -> list[Word]:
    return [Word(i / 9, (i + 1) / 9, sign) for i, sign in enumerate(text)]


@pytest.mark.parametrize("width", [32, 65])
@pytest.mark.parametrize("text", [ZH, JA, TH])
def test_lines_keep_to_the_columns_and_part_no_letter(text: str, width: int) -> None:
    lines = [line for run in _divide(spoken(text), width) for line in _lines(_text(run), width)]
    assert max(map(columns, lines)) <= width
    assert "".join(lines) == text
    assert [c for line in lines for c in clusters(line)] == clusters(text)
    assert not [line for line in lines if line[0] in "。、\uff0c」ーッゃょっะา"]
    assert not [line for line in lines if line[-1] in "「เแโใไ"]


def test_emoji_stay_whole() -> None:
    lines = [line for run in _divide(spoken(EMOJI), 32) for line in _lines(_text(run), 32)]
    assert [c for line in lines for c in clusters(line)] == clusters(EMOJI)


@pytest.mark.parametrize(
    ("text", "wide"),
    [("abc", 3), ("今天", 4), ("ﾀﾜｰ", 3), ("ี".join("กก"), 2), ("👍🏽", 2), ("e\u0301", 1)],
)
def test_width(text: str, wide: int) -> None:
    assert columns(text) == wide
