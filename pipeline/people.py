"""Who of a show's people is heard in an episode: recognised, or offered to be confirmed.

    voices of an episode + the show's people -> names, looked up whenever they are read

Nothing of it is written into a transcript: so a new name, or one that is forgotten, holds
in every episode at once. This file does not know HTTP or the command line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from episodes.edits import Edits, Naming
from episodes.errors import BadInput
from episodes.people import Person, Print, Voice, by_trust, moved_voices
from episodes.types import Episode, Speaker, Transcript
from pipeline.database import open_engine
from pipeline.edits import NoVoice, edited, given
from pipeline.moves import voice_of
from pipeline.settings import Settings
from pipeline.voiceprints import NETWORK, erase, voices
from speakers.clustering import SAME_VOICE
from speakers.voices import likenesses, match_people
from storage.blobs import Blobs
from storage.library import Entry
from storage.people import People
from storage.places import open_blobs
from storage.voices import ENOUGH_S

OFFERED = 0.6
"""Likeness from which somebody is offered to be confirmed: the same people in another sound
mostly have more, strangers less (docs/accuracy.md)."""
MOST_OFFERS = 3
"""Of a voice."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A voice that is, or may be, a person's; `title` is of the episode most alike."""

    label: str
    person: str
    name: str
    likeness: float
    title: str

    @property
    def evidence(self) -> str:
        """Why, for a person."""
        return f'sounds as in "{self.title}" (likeness {self.likeness:.2f})'

    @property
    def speaker(self) -> Speaker:
        """The voice under that name."""
        return Speaker(self.label, self.name, self.evidence, "roster")


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who of a show is heard in an episode: surely, by label, and perhaps, the likest first."""

    sure: tuple[Likeness, ...] = ()
    perhaps: tuple[Likeness, ...] = ()

    @property
    def speakers(self) -> dict[str, Speaker]:
        """Those who surely are, by label."""
        return {one.label: one.speaker for one in self.sure}


def recognise(
    heard: Sequence[Voice],
    people: Sequence[Person],
    named: Mapping[str, Speaker],
    refused: Collection[str] = (),
) -> Recognised:
    """Who of `people` is heard, but for those whom a person refused, by id.

    `named` are voices that a person or a clip named: nobody is looked for in those, and a
    name given there is not given again, only offered.
    """
    open_ = [v for v in heard if v.label is not None and v.label not in named]
    networks = {voice.network for voice in open_}
    candidates = [p for p in people if p.id not in refused]
    if len(networks) != 1 or not candidates:
        return Recognised()
    (network,) = networks
    known = [_comparable(person, network) for person in candidates]
    alike, nearest = likenesses([voice.print for voice in open_], known)
    free = [[] if p.name in _names(named) else known[i] for i, p in enumerate(candidates)]
    found = match_people([voice.print for voice in open_], free)

    def told(voice: int, person: int) -> Likeness:
        who, label = candidates[person], open_[voice].label
        assert label is not None
        likeness = min(1.0, round(float(alike[voice, person]), 3))
        title = who.prints[int(nearest[voice, person])].title
        return Likeness(label, who.id, who.name, likeness, title)

    sure = tuple(told(one.voice, one.known) for one in found)
    left = [at for at in range(len(open_)) if at not in {one.voice for one in found}]
    perhaps = [
        told(voice, person)
        for voice in left
        for person in np.argsort(-alike[voice], kind="stable")[:MOST_OFFERS].tolist()
        if alike[voice, person] >= OFFERED
    ]
    return Recognised(sure, tuple(sorted(perhaps, key=lambda one: -one.likeness)))


class Roster:
    """The people of all shows, and of folders.

    `people` opens their tables when they are first needed.
    """

    def __init__(self, people: Callable[[], People], blobs: Blobs) -> None:
        self._open, self._blobs = cache(people), blobs

    @property
    def people(self) -> People:
        """The tables."""
        return self._open()

    def heard(self, entries: Collection[Entry]) -> dict[str, Recognised]:
        """Who is heard in these episodes of the library, by id."""
        return self._heard(*_asked(entries))

    def names(self, entries: Collection[Entry]) -> dict[str, dict[str, str]]:
        """What the speakers of these episodes are called, by id and label.

        No transcript is read for it: they are long.
        """
        found = self.people.voices([entry.id for entry in entries])
        heard = self._heard(*_asked(entries), found.items())
        told = {}
        for entry in entries:
            person = _given(entry.edits)
            clips, words = _found(found[entry.id], entry.edits)
            all_ = by_trust(person, clips, heard[entry.id].speakers, words)
            told[entry.id] = {label: s.name for label, s in all_.items() if s.name}
        return told

    def offers(
        self, entries: Callable[[Collection[str]], Mapping[str, Entry]], show: str | None
    ) -> dict[str, tuple[str, tuple[Likeness, ...]]]:
        """Whom to confirm in the episodes of a show, or of all: titles and offers, by id.

        `entries` are those of the library, by id.
        """
        told = self.people.episodes(show)
        changed = {id_: entry.edits for id_, entry in entries(told).items()}
        heard = self._heard({id_: show for id_, (_, show) in told.items()}, changed)
        return {id_: (told[id_][0], one.perhaps) for id_, one in heard.items() if one.perhaps}

    def _heard(
        self,
        shows: Mapping[str, str],
        changed: Mapping[str, Edits],
        voices_of: Iterable[tuple[str, Sequence[Voice]]] | None = None,
    ) -> dict[str, Recognised]:
        """Who is heard in episodes, by id; `voices_of` them are read where not given."""
        by_show = {show: self.people.all(show) for show in set(shows.values())}
        known = [id_ for id_, show in shows.items() if by_show[show]]
        refused = defaultdict(set)
        for person, episode_id in self.people.refused(known):
            refused[episode_id].add(person)
        told = dict.fromkeys(shows, Recognised())
        for id_, heard in voices_of or self.people.all_voices(known):
            edits = changed.get(id_, Edits())
            clips, _ = _found(heard, edits)
            moved, named = moved_voices(heard, edits.moves), _given(edits) | clips
            told[id_] = recognise(moved, by_show[shows[id_]], named, refused[id_])
        return told

    def alone(
        self, episode: Episode, folder: str, transcript: Transcript, prints: Mapping[str, Print]
    ) -> Transcript:
        """A transcript that is for no library, with the names of who is recognised.

        `folder` stands for the show where that is not known. From now on the episode's
        voices can be named.
        """
        show, heard = episode.show or folder, voices(transcript, prints)
        if self.people.hear(episode.id, heard):
            self._remake(episode.id, show, transcript, heard)
        taught = self.people.taught(episode.id)
        edits = Edits(names=tuple(Naming("", name, at) for name, (at, _) in taught.items()))
        clips, _ = _found(heard, Edits())
        named = given(edits.names, transcript.turns) | clips
        refused = {person for person, _ in self.people.refused([episode.id])}
        recognised = recognise(heard, self.people.all(show), named, refused)
        return edited(transcript, edits, recognised.speakers)

    def name_alone(self, episode_id: str, label: str, name: str) -> None:
        """Name a voice of an episode that is for no library. Raises BadInput."""
        known = self.people.episode(episode_id)
        if known is None:
            raise BadInput("The voices of this episode are not known: process it first.")
        heard = self.people.voices([episode_id])[episode_id]
        voice = next((one for one in heard if one.label == label), None)
        if voice is None:
            raise NoVoice(label)
        if not voice.print.vector or voice.print.speech_s < ENOUGH_S:
            raise BadInput(f"{label} says too little there to be known elsewhere.")
        named = {
            before: one
            for before, (spans, _) in self.people.taught(episode_id).items()
            for one in heard
            if one.spans == spans and one is not voice
        }
        self.people.learn(episode_id, known[1], named | {name: voice})

    def _remake(
        self, episode_id: str, show: str, transcript: Transcript, heard: Sequence[Voice]
    ) -> None:
        """The prints that an episode gave, anew where another network made them."""
        taught = self.people.taught(episode_id)
        if all(network == NETWORK for _, network in taught.values()):
            return
        by_label = {voice.label: voice for voice in heard}
        named = {}
        for name, (spans, _) in taught.items():
            label = voice_of(spans, transcript.turns)
            if label in by_label:
                named[name] = by_label[label]
        self.people.learn(episode_id, show, named)

    def forget(self, person: Person) -> bool:
        """Remove somebody: name and prints, and their voice from what is kept of episodes.

        Their voice is what bears their name, and what is as like as one voice can be.
        """
        ids = {*self.people.episodes(person.show), *(one.episode_id for one in person.prints)}
        named, forgotten = self.people.named(person), {}
        for id_, heard in self.people.all_voices(ids):
            prints = _comparable(person, heard[0].network if heard else "")
            alike, _ = likenesses([voice.print for voice in heard], [prints])
            theirs = {
                at
                for at, voice in enumerate(heard)
                if voice.print.vector
                and (alike[at, 0] >= SAME_VOICE or voice.label in named.get(id_, ()))
            }
            if theirs:
                forgotten[id_] = theirs
                erase(id_, {heard[at].print.vector for at in theirs}, self._blobs)
        return self.people.forget(person.id, forgotten)


def open_roster(settings: Settings) -> Roster:
    """That of the settings' database, which is made where it is missing, at first use."""
    blobs = open_blobs(settings.storage_url, settings.data_dir)
    return Roster(lambda: People(open_engine(settings, held=False)), blobs)


def _asked(entries: Collection[Entry]) -> tuple[dict[str, str], dict[str, Edits]]:
    """Show and edits of each, by id."""
    shows = {entry.id: entry.episode.show or "" for entry in entries}
    return shows, {entry.id: entry.edits for entry in entries}


def _comparable(person: Person, network: str) -> list[Print]:
    """A person's prints, each in its place, those of other networks of no use."""
    strange = Print(trouble="made by another network")
    return [one.print if one.network == network else strange for one in person.prints]


def _names(named: Mapping[str, Speaker]) -> set[str | None]:
    return {speaker.name for speaker in named.values()}


def _given(edits: Edits) -> dict[str, Speaker]:
    return {at: Speaker(at, name, named_by="person") for at, name in edits.named.items()}


def _found(
    heard: Sequence[Voice], edits: Edits
) -> tuple[dict[str, Speaker], dict[str, Speaker]]:
    """Who was named by a clip, and who by words, by label."""
    moved = moved_voices(heard, edits.moves)
    named = {v.label: v.found for v in moved if v.label is not None and v.found is not None}
    clips = {label: s for label, s in named.items() if s.named_by == "clip"}
    return clips, {label: s for label, s in named.items() if label not in clips}
