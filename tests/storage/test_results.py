from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from episodes.spans import Span
from storage.blobs import FolderBlobs
from storage.results import StageResults, fingerprint

SPANS = TypeAdapter(tuple[Span, ...])


class Work:
    """Counts how often it is really done."""

    def __init__(self) -> None:
        self.done = 0

    def __call__(self) -> tuple[Span, ...]:
        self.done += 1
        return (Span(0.5, 1.25), Span(2.0, 3.0))


def test_a_stage_is_done_once(tmp_path: Path) -> None:
    work = Work()
    first = StageResults(FolderBlobs(tmp_path), "episode").get("find", (1, "a"), SPANS, work)
    again = StageResults(FolderBlobs(tmp_path), "episode").get("find", (1, "a"), SPANS, work)
    assert again == first
    assert first.value == (Span(0.5, 1.25), Span(2.0, 3.0))
    assert work.done == 1


@pytest.mark.parametrize(
    ("episode", "stage", "facts"),
    [("other", "find", (1, "a")), ("episode", "seek", (1, "a")), ("episode", "find", (2, "a"))],
)
def test_anything_that_matters_makes_it_anew(
    tmp_path: Path, episode: str, stage: str, facts: tuple[object, ...]
) -> None:
    work = Work()
    StageResults(FolderBlobs(tmp_path), "episode").get("find", (1, "a"), SPANS, work)
    StageResults(FolderBlobs(tmp_path), episode).get(stage, facts, SPANS, work)
    assert work.done == 2


def test_force_does_it_again_and_keeps_the_new(tmp_path: Path) -> None:
    work = Work()
    StageResults(FolderBlobs(tmp_path), "e").get("find", (), SPANS, work)
    StageResults(FolderBlobs(tmp_path), "e", force=True).get("find", (), SPANS, work)
    StageResults(FolderBlobs(tmp_path), "e").get("find", (), SPANS, work)
    assert work.done == 2


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"seconds": 1, "value": [{"start": 3}]}']
)
def test_a_damaged_result_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    work, blobs = Work(), FolderBlobs(tmp_path)
    StageResults(blobs, "e").get("find", (), SPANS, work)
    (stored,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    stored.write_bytes(damage)
    assert StageResults(blobs, "e").get("find", (), SPANS, work).value == Work()()
    assert work.done == 2


@given(st.dictionaries(st.text(), st.integers()))
def test_equal_facts_have_equal_prints(facts: dict[str, int]) -> None:
    backwards = dict(reversed(facts.items()))
    assert fingerprint(facts) == fingerprint(backwards)
    assert fingerprint(facts) != fingerprint(facts, 1)
