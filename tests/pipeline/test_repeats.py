"""Episodes compared as they come: what is found, what is offered to those that came first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from ads.detect import detect
from ads.strip import decide
from audio.fingerprint import prints
from episodes.edits import Decision
from episodes.types import AdSpan, Episode, Word
from pipeline.repeats import SOUND, TEXT, Repeats, open_repeats
from pipeline.settings import Settings
from storage.database import connect, writing
from storage.places import open_blobs
from storage.prints import teach
from storage.results import StageResults
from tests.audio.test_fingerprint import audio_of, sound
from tests.fakes import words_of

SPOT = sound(1, 9.0)
COPY = " ".join(f"word{i}" for i in range(40))


class Library:
    """Episodes of one show, of 9 s of the same spot in 80 s of something else."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.repeats = open_repeats(settings)
        self._settings = settings
        self._blobs, self._folder = open_blobs(settings.storage_url, settings.data_dir), folder

    def take(
        self, name: str, at: float, said: str = ""
    ) -> tuple[tuple[str, float, float], ...]:
        """Compare an episode that has the spot `at` a second."""
        seed = sum(name.encode()) * 10
        samples = np.concatenate([sound(seed, at), SPOT, sound(seed + 1, 80.0 - at)])
        own = prints(audio_of(samples, self._folder / f"{name}.pcm"))
        StageResults(self._blobs, name).get("fingerprint", (SOUND,), TEXT, own.text)
        episode = Episode(name, f"{name}.mp3", datetime.now(UTC), title=name, show="Show")
        found = self.repeats.compare(episode, 89.0, own, words_of(said, 60.0))
        return tuple((one.kind, round(one.start, 1), round(one.end, 1)) for one in found)

    def decide(self, name: str, *decisions: Decision) -> None:
        """Let a person decide about an episode, in place of earlier decisions."""
        with writing(connect(self._settings.database, held=False), name) as connection:
            teach(connection, name, decisions)

    def transcribe(self, name: str, words: Sequence[Word] = ()) -> AdSpan:
        """The one ad that an episode's transcript now marks, and whether it is cut."""
        repeats = self.repeats.found(name)
        found = detect(words, 89.0, repeats=repeats)
        self.repeats.mark(name, found, repeats)
        (ad,), _ = decide(found, 89.0, {"sponsor"})
        return ad


@pytest.fixture
def library(settings: Settings, tmp_path: Path) -> Library:
    return Library(settings, tmp_path)


def test_what_comes_later_tells_of_what_came_first(library: Library) -> None:
    assert library.take("aa", 20.0) == ()
    assert library.repeats.offers("aa") == ()
    library.take("bb", 60.0)
    ((kind, start, end),) = library.take("cc", 5.0)
    assert kind == "sponsor"
    assert (start, end) == pytest.approx((5.0, 14.0), abs=0.3)
    (offer,) = library.repeats.offers("aa")
    assert (offer.start, offer.end) == pytest.approx((20.0, 29.0), abs=0.3)
    assert offer.confidence >= 0.6
    # Once its transcript marks it there is no more to offer.
    library.repeats.mark("aa", [AdSpan(20.0, 29.0, "sponsor", 0.9)], [offer])
    assert library.repeats.offers("aa") == ()


def test_comparing_again_changes_nothing(library: Library) -> None:
    library.take("aa", 20.0)
    library.take("bb", 60.0)
    first = library.take("cc", 5.0)
    assert library.take("cc", 5.0) == first


def test_the_same_words_are_found_where_the_sound_is_another(library: Library) -> None:
    for name, at in (("aa", 20.0), ("bb", 40.0)):
        library.take(name, at, COPY)
    found = library.repeats.found("bb")
    assert [one.by for one in found if one.start > 55] == ["words"]


def test_what_words_told_once_is_known_elsewhere(library: Library) -> None:
    library.take("aa", 20.0)
    told = AdSpan(20.0, 29.0, "sponsor", 0.97, "Larkspur", ("opens like a spot",))
    library.repeats.mark("aa", [told], ())
    library.take("bb", 50.0)
    (known,) = library.repeats.found("bb")
    assert (known.sponsor, known.confidence) == ("Larkspur", 0.97)
    # What repetition alone told is not: an error would spread.
    alone = replace(told, evidence=(known.evidence,))
    library.repeats.mark("bb", [alone], [known])
    library.take("cc", 70.0)
    assert all('"bb"' not in one.evidence for one in library.repeats.found("cc"))


def test_episodes_of_no_known_show_are_compared_too(
    library: Library, settings: Settings
) -> None:
    folder = open_repeats(settings).beside("/season")
    assert isinstance(folder, Repeats)
    assert folder.shelves.get("nobody") is None
    assert folder.found("nobody") == ()
    assert folder.offers("nobody") == ()


def test_what_a_person_cuts_is_cut_elsewhere_until_it_is_taken_back(library: Library) -> None:
    library.take("aa", 20.0)
    library.take("bb", 50.0)
    assert library.transcribe("bb").stripped is False  # heard once more: it may be anything
    library.decide("aa", Decision(20.0, 27.0, "cut", "sponsor", "Larkspur"))
    (offer,) = library.repeats.offers("bb")  # it is there already
    assert (offer.start, offer.end) == pytest.approx((50.0, 57.0), abs=0.3)
    assert offer.evidence == 'a person cut it in "aa" at 0:20'
    ad = library.transcribe("bb")
    assert (ad.stripped, ad.sponsor) == (True, "Larkspur")
    assert library.repeats.offers("bb") == ()
    library.take("cc", 5.0)  # and whatever comes
    assert library.transcribe("cc").stripped is True
    library.decide("aa")
    # The cut in the others was its word alone: nobody tells it on.
    assert not any(one.person for one in library.repeats.found("bb"))
    library.take("dd", 40.0)
    assert all("marked" not in one.evidence for one in library.repeats.found("dd"))


def test_what_a_person_keeps_is_kept_elsewhere_until_it_is_taken_back(library: Library) -> None:
    for name, at in (("aa", 20.0), ("bb", 60.0), ("cc", 5.0)):
        library.take(name, at)
    copy = words_of("This episode is brought to you by Larkspur. Go to larkspur.com.", 5.2)
    assert library.transcribe("cc", copy).stripped is True
    library.decide("aa", Decision(20.0, 29.0, "keep"))
    (offer,) = library.repeats.offers("cc")
    assert (offer.kept, offer.evidence) == (True, 'a person kept it in "aa" at 0:20')
    ad = library.transcribe("cc", copy)  # whatever repetition or its words say
    assert (ad.stripped, ad.review) == (False, None)
    assert library.repeats.offers("cc") == ()
    library.take("dd", 40.0)
    assert [one.kept for one in library.repeats.found("dd")] == [True]
    library.decide("aa")
    assert library.transcribe("cc", copy).stripped is True


def test_nobody_is_told_again_what_was_decided_here(library: Library) -> None:
    for name, at in (("aa", 20.0), ("bb", 60.0), ("cc", 5.0)):
        library.take(name, at)
    assert len(library.repeats.offers("aa")) == 1
    for decision in (Decision(20.0, 29.0, "keep"), Decision(20.0, 29.0, "cut")):
        library.decide("aa", decision)
        assert library.repeats.offers("aa") == ()
        assert library.repeats.offers("aa", edges=True) == ()
