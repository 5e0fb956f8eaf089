import pytest

from benchmarks.names import Naming, is_right, naming
from episodes.types import Word


def said(*lines: tuple[str, str]) -> list[Word]:
    tokens = [(token, speaker) for speaker, text in lines for token in text.split()]
    return [Word(i * 0.3, i * 0.3 + 0.2, f" {t}", speaker=s) for i, (t, s) in enumerate(tokens)]


def test_voices_named_right_wrong_and_not_at_all() -> None:
    words = said(
        ("Ada Quist", "Hello, I'm Ada Quist."),
        ("Nils Borg", "And my name is Peter Moss. " + "Well. " * 100),
        ("Bo Frost", "Hm. " * 100),
    )
    assert naming(words) == Naming(right=1, wrong=1, voices=2)


@pytest.mark.parametrize(
    ("found", "true", "right"),
    [
        ("Ada", "Ada Quist", True),
        ("Ada Kwist", "Ada Quist", True),
        ("Quist", "Ada Quist", True),
        ("Nils", "Ada Quist", False),
        ("Ada Borg", "Ada Quist", False),
    ],
)
def test_a_name_is_right_that_means_the_person(found: str, true: str, right: bool) -> None:
    assert is_right(found, true) == right
