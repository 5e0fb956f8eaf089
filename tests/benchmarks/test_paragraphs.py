from pathlib import Path

from benchmarks.paragraphs import Stretch, paragraphs, published

PAGE = """A title

20m
About it.

Transcript

Speaker 1 It is late. It is
not.

Speaker 1 Yes, it is

Speaker 1 so.

Speaker 2 Well.

Speaker 1 Good."""


def test_a_page_is_read_by_stretches() -> None:
    first, *others = published(PAGE)
    assert first == Stretch(
        ("It", "is", "late.", "It", "is", "not.", "Yes,", "it", "is", "so."), frozenset({6, 9})
    )
    assert first.edges == {3, 6}
    assert others == [Stretch(("Well.",), frozenset()), Stretch(("Good.",), frozenset())]


def test_breaks_are_compared_where_sentences_end(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "published-transcript.txt").write_text(PAGE, "utf-8")
    (row,) = paragraphs(tmp_path).rows
    assert row.figures["published breaks"] == 1
    assert row.figures["ours"] == 0
    assert row.figures["recall %"] == 0
