"""What episodes have in common: found when one is new, judged whenever one is decided on.

    prints -> matches with all that are known -> kept -> judged, with their places

Of two episodes the one that came later finds what they have in common; the older has it
from then on too. So a new episode may tell what an old one holds: that is offered, not
done. Brings together audio/, ads/ and storage/ for this; does not know how an episode is
processed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from pydantic import TypeAdapter

from ads.repeats import SHORTEST_S, SURE, judge
from ads.wording import read_again, rows
from audio.fingerprint import Prints
from audio.matching import Lookup, stretches
from episodes.repeats import Known, Match, Other, Repeat
from episodes.spans import overlap
from episodes.types import AdSpan, Episode, Word
from pipeline.database import open_engine
from pipeline.settings import Settings
from storage.blobs import Blobs
from storage.places import open_blobs
from storage.prints import Printed, PrintShelves, Teller
from storage.results import StageResults, fingerprint

TEXT = TypeAdapter(str)
SOUND = 1
"""Version of the prints; others are made, and matches found, anew."""

AT_MOST = 80
"""The prints of at most so many episodes are looked at closely for one: those that have
most in common with it."""

SAME_S = 0.5
"""Edges of marks are moved into silence by less than this."""

VOTES = 3
"""Keys in common that make a closer look worth while."""

UNSHELVED = ""
"""The shelf of episodes whose show nobody knows."""


class Repeats:
    """The prints of all episodes of a library, or of folders.

    `shelves` opens their tables when they are first needed. `folder` stands for the show of
    episodes of which it is not known.
    """

    def __init__(
        self, shelves: Callable[[], PrintShelves], blobs: Blobs, folder: str = UNSHELVED
    ) -> None:
        self._open, self._blobs, self._folder = cache(shelves), blobs, folder

    def beside(self, folder: str) -> Repeats:
        """The same for the episodes of a folder."""
        return Repeats(self._open, self._blobs, folder)

    @property
    def shelves(self) -> PrintShelves:
        """The tables."""
        return self._open()

    def compare(
        self, episode: Episode, duration_s: float, own: Prints, words: Sequence[Word]
    ) -> tuple[Repeat, ...]:
        """Take an episode in; what other episodes have of it too, and what that makes it."""
        self.hear(episode, duration_s, own)
        self.read(episode.id, words)
        return self.found(episode.id)

    def hear(self, episode: Episode, duration_s: float, own: Prints) -> None:
        """Take an episode's prints in, and find where it sounds like any other."""
        printed = self.shelves.put(episode, episode.show or self._folder, duration_s)
        if printed.sound == SOUND:
            return
        lookup = Lookup(own)
        keys = zip(own.hashes().tolist(), own.keys.tolist(), strict=True)
        self.shelves.set_sound(printed, SOUND, keys)
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for hits in self.shelves.sounds(lookup.hashes.tolist(), printed):
            for hit in hits:
                found[hit.number].append((hit.hash, hit.at))
        likely = [number for number in found if len(found[number]) >= VOTES]
        likely = sorted(likely, key=lambda number: -len(found[number]))[:AT_MOST]
        common = {
            number: self._common(own, lookup, other, found[number])
            for number, other in self.shelves.several(likely).items()
        }
        common[printed.number] = _within(own, lookup, printed.id)
        self.shelves.set_matches(printed, "sound", common)

    def _common(
        self, own: Prints, lookup: Lookup, other: Printed, hits: Sequence[tuple[int, int]]
    ) -> list[Match]:
        prints = self._prints(other)
        if prints is None:
            return []
        hashes, frames = np.array(hits, dtype=np.int64).T
        votes = lookup.votes(hashes.astype(np.uint32), frames)
        return _matches(own, prints, votes, other.id)

    def _prints(self, other: Printed) -> Prints | None:
        stored = StageResults(self._blobs, other.id).stored("fingerprint", (SOUND,), TEXT)
        return None if stored is None else Prints.from_text(stored.value)

    def read(self, episode_id: str, words: Sequence[Word]) -> None:
        """Take an episode's words in, and find what its shelf says in the same ones."""
        printed = self.shelves.get(episode_id)
        made_of = fingerprint([(word.text, round(word.start, 2)) for word in words])
        if printed is None or printed.words == made_of:
            return
        own = rows(words)
        self.shelves.set_words(
            printed, made_of, ((row.number, round(100 * row.start)) for row in own)
        )
        others = {other.number: other for other in self.shelves.shelf(printed)}
        found: dict[int, dict[int, list[float]]] = {number: {} for number in others}
        numbers = sorted({row.number for row in own})
        for hits in self.shelves.rows(numbers, others):
            for hit in hits:
                found[hit.number].setdefault(hit.hash, []).append(hit.at / 100)
        common = {n: read_again(own, others[n].id, found[n]) for n in others}
        self.shelves.set_matches(printed, "words", common)

    def found(self, episode_id: str) -> tuple[Repeat, ...]:
        """What repetition says of an episode, by all that is known now."""
        own = self.shelves.get(episode_id)
        if own is None:
            return ()
        numbered = self.shelves.matches(own)
        common = {number for number, _ in numbered} - {own.number}
        others = {other.number: other for other in self.shelves.shelf(own)}
        if own.shelf == UNSHELVED:  # then only what has something in common is of the show
            others = {number: other for number, other in others.items() if number in common}
        others |= self.shelves.several(common - others.keys())
        told = self.shelves.marks(others, told=True)
        repeated = self.shelves.repeated(others)
        compared = {
            other.id: Other(
                other.id,
                other.title,
                other.duration_s,
                other.shelf == own.shelf,
                told[number],
                repeated[number],
            )
            for number, other in others.items()
        }
        return judge(own.id, own.duration_s, [match for _, match in numbered], compared)

    def mark(self, episode_id: str, ads: Sequence[AdSpan], repeats: Sequence[Repeat]) -> None:
        """Note what an episode's transcript marks, given the `repeats` it was made with."""
        self.shelves.mark(episode_id, [(ad, _teller(ad, repeats)) for ad in ads])

    def offers(self, episode_id: str, *, edges: bool = False) -> tuple[Repeat, ...]:
        """What repetition says of an episode now and its transcript does not say yet.

        With `edges` also what it marks elsewhere than it would now. Of a part that a person
        kept in another episode it is told where this one marks it as an ad.
        To take it over, process the episode again. What is doubtful is not offered, nor what
        an edge of a mark leaves out.
        """
        own = self.shelves.get(episode_id)
        if own is None:
            return ()
        marks = self.shelves.marks([own.number])[own.number]
        return tuple(
            repeat for repeat in self.found(episode_id) if _is_news(repeat, marks, edges=edges)
        )


def _is_news(repeat: Repeat, marks: Sequence[Known], *, edges: bool) -> bool:
    half_s = 0.5 * repeat.duration_s
    if _shared_s(repeat, [mark for mark in marks if mark.person]) >= half_s:
        return False
    sure = [mark for mark in marks if mark.confidence >= SURE]
    if repeat.kept:
        return _shared_s(repeat, sure) >= min(SHORTEST_S, half_s)
    if repeat.confidence < SURE:
        return False
    if edges:
        return not any(
            abs(mark.start - repeat.start) <= SAME_S and abs(mark.end - repeat.end) <= SAME_S
            for mark in marks
        )
    if repeat.person:  # its word makes certain what is marked as doubtful, or otherwise
        marks = [mark for mark in sure if mark.kind == repeat.kind]
    return _shared_s(repeat, marks) < half_s


def _shared_s(repeat: Repeat, marks: Sequence[Known]) -> float:
    return sum(overlap(mark, repeat) for mark in marks)


def _teller(ad: AdSpan, repeats: Sequence[Repeat]) -> Teller:
    """Who else than other episodes told; where a person did in one, that one tells it."""
    alone = {repeat.evidence for repeat in repeats}
    persons = {repeat.evidence for repeat in repeats if repeat.person}
    own = alone.issuperset(ad.evidence) or not persons.isdisjoint(ad.evidence)
    return "repeats" if own else "words"


def open_repeats(settings: Settings) -> Repeats:
    """Those of the settings' database, which is made where it is missing, at first use."""
    blobs = open_blobs(settings.storage_url, settings.data_dir)
    return Repeats(lambda: PrintShelves(open_engine(settings, held=False)), blobs)


def _within(own: Prints, lookup: Lookup, id_: str) -> list[Match]:
    votes = lookup.votes(own.hashes(), own.keys)
    return _matches(own, own, votes[votes[:, 0] != votes[:, 1]], id_, itself=True)


def _matches(
    own: Prints, other: Prints, votes: np.ndarray, id_: str, *, itself: bool = False
) -> list[Match]:
    found = (s.seconds for s in stretches(own, other, votes, itself=itself))
    return [Match(a, b, id_, c, d, "sound") for a, b, c, d in found]
