import pytest

from ads import sponsors
from ads.sentences import Sentence, split
from episodes.types import Word


def sentences(text: str) -> tuple[Sentence, ...]:
    return split([Word(start=i, end=i + 1, text=f" {t}") for i, t in enumerate(text.split())])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("This episode is brought to you by Acme Bank. It is a bank.", "Acme Bank"),
        ("Support for the show comes from Trust and Thrift. Hello.", "Trust and Thrift"),
        ("This show is sponsored by our friends at Acme, the tool for teams.", "Acme"),
        ("Learn more at betterdays.com. Better Days is here.", "Better Days"),
        ("Visit shop.acme.co.uk today.", "Acme"),
        ("Dream big. Fern Hollow, member of SIPC.", "Fern Hollow"),
        ("Try the new Acme. With Acme you win. So get Acme.", "Acme"),
        ("Some mornings are slow.", None),
        ("brought to you by acme, more at acme.com", "Acme"),
    ],
)
def test_name(text: str, name: str | None) -> None:
    assert sponsors.name(sentences(text)) == name


def test_nobody_without_sentences() -> None:
    assert sponsors.name(()) is None


def test_stems_of_addresses() -> None:
    found = sentences("go to www.acme.com/show or beta.io and read 3.5 pages")
    assert [stem for s in found for stem in sponsors.address_stems(s)] == ["acme", "beta"]


def test_said_joins_pairs_and_takes_addresses_apart() -> None:
    (sentence,) = sentences("Better Days's plan at fieldnotes.fm/betterdays now")
    assert {"better", "days", "betterdays", "fieldnotes", "plan"} <= sponsors.said(sentence)


def test_keys_leave_common_words_out() -> None:
    assert sponsors.keys("The House of Acme's") == {"house", "acme"}


def test_only_paid_links_of_the_show_notes_count() -> None:
    notes = "The study: journal.org\nSponsors: https://www.acme.com/show\n10% off at beta.io"
    assert sponsors.noted(notes) == {"acme", "beta"}
    assert sponsors.noted("") == frozenset()
