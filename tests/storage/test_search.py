import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from episodes.types import Utterance
from storage.search import Hit, index, search
from tests.fakes import words_of
from tests.storage.conftest import Shelf

SAID = (
    "The lighthouse keeper's café was open.",
    "Nobody was ever late, not even the fishing boats.",
    "A lighthouse is not a house.",
)


@pytest.fixture
def full(shelf: Shelf) -> Shelf:
    entry = shelf.add()
    said = [Utterance("Speaker 1", words_of(text, 10.0 * n)) for n, text in enumerate(SAID)]
    with shelf.engine.begin() as connection:
        index(connection, entry.id, said)
    return shelf


def found(shelf: Shelf, query: str) -> set[int]:
    return {round(hit.start / 10) for hit in search(shelf.engine, query, 9)}


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("lighthouse", {0, 2}),
        ("LIGHTHOUSE Keeper", {0}),
        ("cafe", {0}),
        ('"fishing boats"', {1}),
        ('"boats fishing"', set()),
        ("not", {1, 2}),
        ("lighthouse NOT keeper", set()),
        ("light*", set()),
        ("keeper's", {0}),
        ('"fishing', {1}),
        ("", set()),
        ("?! -- *", set()),
        ("zebra", set()),
    ],
)
def test_all_words_must_occur_and_no_sign_is_an_operator(
    full: Shelf, query: str, hits: set[int]
) -> None:
    assert found(full, query) == hits


def test_marks_are_where_the_words_are(full: Shelf) -> None:
    (hit,) = search(full.engine, "fishing late", 9)
    assert {hit.snippet[start:end] for start, end in hit.marks} == {"fishing", "late"}
    assert (hit.speaker, hit.start) == ("Speaker 1", 10.0)


def test_pages_follow_each_other(full: Shelf) -> None:
    everything = search(full.engine, "lighthouse", 9)
    pages: list[Hit] = []
    for offset in range(3):
        pages += search(full.engine, "lighthouse", 1, offset)
    assert pages == everything


def test_one_episode_can_be_searched_alone(full: Shelf) -> None:
    (entry,) = full.library.page(1)
    assert len(search(full.engine, "lighthouse", 9, episode_id=entry.id)) == 2
    assert search(full.engine, "lighthouse", 9, episode_id="another") == []


def test_what_is_indexed_anew_replaces_what_was(full: Shelf) -> None:
    (entry,) = full.library.page(1)
    with full.engine.begin() as connection:
        index(connection, entry.id, [Utterance(None, words_of("Zebras only.", 0.0))])
    assert found(full, "lighthouse") == set()
    assert found(full, "zebras") == {0}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_no_query_is_an_error(full: Shelf, query: str) -> None:
    search(full.engine, query, 3)
