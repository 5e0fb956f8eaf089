"""Prints on SQLite and PostgreSQL: looked up by hash, on shelves, gone with the episode."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from episodes.edits import Decision, Edits
from episodes.repeats import Match
from episodes.spans import Span
from episodes.types import AdSpan, Episode
from storage.database import matches, prints
from storage.prints import WORDS, Printed, PrintShelves
from tests.fakes import transcript_of, words_of
from tests.storage.conftest import Shelf


@pytest.fixture
def shelves(shelf: Shelf) -> PrintShelves:
    return PrintShelves(shelf.engine)


def put(shelves: PrintShelves, id_: str, show: str = "Show") -> Printed:
    episode = Episode(id_, f"{id_}.mp3", datetime.now(UTC), title=id_.upper())
    return shelves.put(episode, show, 60.0)


def test_hashes_are_found_in_other_episodes(shelves: PrintShelves) -> None:
    one, two = put(shelves, "one"), put(shelves, "two", "Another")
    shelves.set_sound(one, 1, [(5, 10), (2**32 - 1, 20), (5, 10)])
    shelves.set_sound(two, 1, [(5, 90)])
    found = [hit for hits in shelves.sounds([5, 2**32 - 1, 77], two) for hit in hits]
    assert {(hit.hash, hit.number, hit.at) for hit in found} == {
        (5, one.number, 10),
        (2**32 - 1, one.number, 20),
    }
    assert [*shelves.sounds([], two)] == []


def test_words_and_sounds_do_not_meet(shelves: PrintShelves) -> None:
    one, two = put(shelves, "one"), put(shelves, "two")
    shelves.set_sound(one, 1, [(5, 10)])
    shelves.set_words(one, "heard", [(5, 700)])
    (hits,) = shelves.rows([5], [one.number])
    assert [(hit.hash, hit.at) for hit in hits] == [(5, 700)]
    (sounds,) = shelves.sounds([5], two)
    assert [hit.at for hit in sounds] == [10]
    shelves.set_words(one, "heard anew", [])
    assert [*shelves.rows([5], [one.number])] == [[]]
    again = shelves.get("one")
    assert again is not None
    assert (again.sound, again.words) == (1, "heard anew")


def test_an_episode_changes_its_shelf_and_keeps_its_prints(shelves: PrintShelves) -> None:
    one = put(shelves, "one")
    shelves.set_sound(one, 3, [(5, 10)])
    moved = put(shelves, "one", "Elsewhere")
    assert (moved.number, moved.shelf, moved.sound) == (one.number, "Elsewhere", 3)
    two = put(shelves, "two")
    assert shelves.shelf(two) == []
    assert [other.id for other in shelves.shelf(put(shelves, "three"))] == ["two"]


def test_matches_are_both_episodes(shelves: PrintShelves) -> None:
    one, two = put(shelves, "one"), put(shelves, "two")
    found = Match(1.0, 5.0, "one", 31.0, 35.0)
    itself = Match(1.0, 5.0, "two", 41.0, 45.0)
    shelves.set_matches(two, "sound", {one.number: [found], two.number: [itself]})
    assert shelves.matches(one) == [(two.number, Match(31.0, 35.0, "two", 1.0, 5.0))]
    assert {m for _, m in shelves.matches(two)} == {found, itself}
    spans = shelves.repeated([one.number, two.number])
    assert [(s.start, s.end) for s in spans[one.number]] == [(31.0, 35.0)]
    assert [(s.start, s.end) for s in spans[two.number]] == [(1.0, 5.0)]
    shelves.set_matches(one, "sound", {two.number: []})  # the same pair, from the other side
    assert shelves.matches(one) == []


def test_marks_tell_who_told(shelves: PrintShelves) -> None:
    one = put(shelves, "one")
    spot = AdSpan(5.0, 9.0, "sponsor", 0.9, "Larkspur")
    shelves.mark("one", [(spot, "words"), (AdSpan(20.0, 30.0, "intro", 0.9), "repeats")])
    shelves.mark("nowhere", [(spot, "words")])
    assert len(shelves.marks([one.number])[one.number]) == 2
    (told,) = shelves.marks([one.number], told=True)[one.number]
    assert (told.start, told.sponsor, told.person) == (5.0, "Larkspur", False)


def test_what_a_person_decided_stays_until_it_is_taken_back(
    shelf: Shelf, shelves: PrintShelves
) -> None:
    entry = shelf.add()
    edits = Edits(ads=(Decision(5.0, 8.0, "cut", replaces=Span(5.0, 9.0)),))
    shelf.library.edit(entry.id, lambda _: edits)  # before it has any prints
    own = shelves.put(entry.episode, "Show", 60.0)
    assert shelves.marks([own.number])[own.number] == ()
    shelf.library.edit(entry.id, lambda _: edits)
    shelves.mark(entry.id, [(AdSpan(5.0, 9.0, "sponsor", 0.9), "words")])
    shelves.mark(entry.id, [])
    said = shelves.marks([own.number], told=True)[own.number]
    assert [(k.start, k.end, k.confidence, k.person) for k in said] == [
        (5.0, 8.0, 1.0, True),
        (8.0, 9.0, 0.0, True),
    ]
    shelf.library.edit(entry.id, lambda _: Edits())
    assert shelves.marks([own.number])[own.number] == ()


def test_what_was_decided_before_there_were_prints_is_taught_in_the_end(
    shelf: Shelf, shelves: PrintShelves
) -> None:
    entry = shelf.add()
    edits = Edits(ads=(Decision(5.0, 8.0, "keep"),))
    shelf.library.edit(entry.id, lambda _: edits)
    begun = shelf.ledger.begin(entry.id, entry.run)
    assert begun is not None
    own = shelves.put(entry.episode, "Show", 60.0)
    transcript = transcript_of(words_of("Hello.", 0.0))
    assert shelf.ledger.finish(begun, "key", transcript, transcript.summary, edits)
    (said,) = shelves.marks([own.number])[own.number]
    assert (said.start, said.confidence, said.person) == (5.0, 0.0, True)


def test_a_deleted_episode_leaves_nothing(shelf: Shelf, shelves: PrintShelves) -> None:
    entry = shelf.add()
    own, two = shelves.put(entry.episode, "Show", 60.0), put(shelves, "two")
    shelves.set_sound(own, 1, [(5, 10)])
    shelves.set_words(own, "heard", [(6, 10)])
    shelves.set_matches(two, "sound", {own.number: [Match(1.0, 5.0, own.id, 1.0, 5.0)]})
    shelves.mark(own.id, [(AdSpan(5.0, 9.0, "sponsor", 0.9), "words")])
    assert shelf.library.delete(entry.id)
    assert shelves.get(entry.id) is None
    assert shelves.matches(two) == []
    with shelf.engine.connect() as connection:
        for table in (prints, matches):
            assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def test_many_hashes_are_asked_for_in_parts(shelves: PrintShelves) -> None:
    one, two = put(shelves, "one"), put(shelves, "two")
    shelves.set_sound(one, 1, [(number, number) for number in range(0, 20_000, 1000)])
    asked = list(range(20_000))
    found = [hit for hits in shelves.sounds(asked, two) for hit in hits]
    assert len(found) == 20
    assert max(asked) < WORDS
