"""Who of a show is heard: in the service, in folders, and by the command line."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from episodes.errors import BadInput
from episodes.people import Person, Print, Voice, VoicePrint
from episodes.types import Speaker, Transcript
from pipeline.cli import app
from pipeline.edits import renamed
from pipeline.people import open_roster, recognise
from pipeline.repeats import open_repeats
from pipeline.run import Run
from pipeline.settings import Settings
from pipeline.stages import process
from pipeline.stagework import read_transcript
from pipeline.voiceprints import NETWORK
from storage.blobs import FolderBlobs
from storage.ledger import Ledger
from tests.fakes import FakeEngines, direction
from tests.pipeline.conftest import Workshop, sound

ANN, BEN, EVE = direction(1), direction(0, 1), direction(0, 0, 1)


def voices(*vectors: tuple[float, ...]) -> list[Voice]:
    return [
        Voice(f"Speaker {n}", Print(vector, 1e6), NETWORK, ())
        for n, vector in enumerate(vectors, 1)
    ]


def person(name: str, *vectors: tuple[float, ...], network: str = NETWORK) -> Person:
    prints = [
        VoicePrint(Print(v, 1e6), network, str(n), f"episode {n}")
        for n, v in enumerate(vectors)
    ]
    return Person(f"id of {name}", "", name, tuple(prints))


def sure(found: object) -> Mapping[str, str]:
    return {label: s.name for label, s in found.speakers.items()}  # type: ignore[attr-defined]


def test_who_has_several_prints_is_known_by_the_nearest() -> None:
    ann = person("Ann", direction(0, 0, 0, 1), direction(0.95))
    found = recognise(voices(EVE, ANN), [ann, person("Ben", BEN)], {})
    assert sure(found) == {"Speaker 2": "Ann"}
    assert found.sure[0].evidence == 'sounds as in "episode 1" (likeness 0.95)'
    assert found.perhaps == ()


@pytest.mark.parametrize(
    ("likeness", "known", "offered"),
    [(0.95, True, False), (0.8, True, False), (0.79, False, True), (0.59, False, False)],
)
def test_what_is_less_sure_is_offered(likeness: float, known: bool, offered: bool) -> None:
    found = recognise(voices(direction(likeness)), [person("Ann", ANN)], {})
    assert bool(found.sure) is known
    assert bool(found.perhaps) is offered


def test_a_voice_like_two_people_is_offered_as_both() -> None:
    between = direction(0.71, 0.70)
    found = recognise(voices(between), [person("Ann", ANN), person("Ben", BEN)], {})
    assert found.sure == ()
    assert [one.name for one in found.perhaps] == ["Ann", "Ben"]


def test_a_person_like_two_voices_is_offered_for_both() -> None:
    found = recognise(voices(ANN, direction(0.95)), [person("Ann", ANN)], {})
    assert found.sure == ()
    assert [one.label for one in found.perhaps] == ["Speaker 1", "Speaker 2"]


def test_who_is_named_already_is_offered_and_no_more() -> None:
    named = {"Speaker 1": Speaker("Speaker 1", "Ann", named_by="person")}
    found = recognise(voices(BEN, ANN), [person("Ann", ANN)], named)
    assert found.sure == ()
    assert [(one.label, one.name) for one in found.perhaps] == [("Speaker 2", "Ann")]
    assert recognise(voices(ANN), [person("Ann", ANN)], named).perhaps == ()


def test_another_network_s_prints_and_who_is_refused_do_not_count() -> None:
    assert not recognise(voices(ANN), [person("Ann", ANN, network="old")], {}).sure
    assert not recognise(voices(ANN), [person("Ann", ANN)], {}, {"id of Ann"}).perhaps
    old = [replace(one, network="old") for one in voices(ANN)]
    assert recognise(old, [person("Ann", ANN, network="old")], {}).sure  # until both are anew


def test_likeness_is_that_of_voices_of_a_minute() -> None:
    random = np.random.default_rng(4)
    unlike = [tuple(v / np.linalg.norm(v)) for v in random.normal(size=(6, 192))]
    people = [person(f"Person {n}", v) for n, v in enumerate(unlike[:3])]
    found = recognise(voices(*unlike), people, {})
    assert sure(found) == {f"Speaker {n + 1}": f"Person {n}" for n in range(3)}


def processed(file: Path, settings: Settings) -> Transcript:
    """As `cleancast process` has a child do it; the fake hears the same voices in any file."""
    roster, folder = open_roster(settings), str(file.parent)
    with Run(file, settings, FakeEngines()) as run:  # type: ignore[arg-type]
        found = process(run, open_repeats(settings).beside(folder))
        return roster.alone(run.episode, folder, found, run.voices(found.turns))


def names(transcript: Transcript) -> list[str | None]:
    return [one.name for one in transcript.speakers]


def cleancast(*arguments: str, settings: Settings) -> str:
    command = ["people", *arguments, "--data-dir", str(settings.data_dir)]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def season(tmp_path: Path) -> list[Path]:
    """Two files in a folder, and one in another."""
    files = [tmp_path / "season" / "1.wav", tmp_path / "season" / "2.wav"]
    files.append(tmp_path / "other" / "3.wav")
    for seconds, file in enumerate(files, 20):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(sound(seconds))
    return files


def test_a_folder_s_people_are_known_in_its_other_files(
    season: list[Path], settings: Settings
) -> None:
    one, two, other = season
    assert [names(processed(file, settings)) for file in season] == [[None, None]] * 3
    made = open_roster(settings).people.made_of()
    cleancast("name", str(one), "Speaker 2", "Ben", settings=settings)
    assert open_roster(settings).people.made_of() != made  # so finished files are written anew
    assert names(processed(one, settings)) == [None, "Ben"]
    assert names(processed(two, settings)) == [None, "Ben"]
    told = [processed(file, settings).speakers[1].name_evidence for file in (one, two)]
    assert told == ["named by a person", 'sounds as in "1" (likeness 1.00)']
    assert names(processed(other, settings)) == [None, None]
    listed = cleancast("list", settings=settings).split("\t")
    assert listed[1:] == ["Ben", str(one.parent), "1 prints\n"]
    cleancast("name", str(two), "Speaker 1", "Ann", settings=settings)
    cleancast("name", str(two), "Speaker 2", "Bert", settings=settings)
    cleancast("merge", "Bert", "Ben", settings=settings)
    cleancast("rename", "Ben", "Benjamin", settings=settings)
    assert names(processed(one, settings)) == ["Ann", "Benjamin"]
    cleancast("refuse", str(one), "Ann", settings=settings)
    assert names(processed(one, settings)) == [None, "Benjamin"]
    cleancast("forget", "Benjamin", settings=settings)
    assert names(processed(one, settings)) == [None, None]
    assert names(processed(two, settings)) == ["Ann", None]
    people = open_roster(settings).people
    assert [one.name for one in people.all()] == ["Ann"]
    blobs = FolderBlobs(settings.data_dir / "episodes")
    kept = [blobs.read(key) or b"" for id_ in people.episodes() for key in blobs.below(id_)]
    assert sum(b'"vector": []' in content for content in kept) == 2


def test_a_suggestion_is_listed(season: list[Path], settings: Settings) -> None:
    one, two, _ = season
    for file in (one, two):
        processed(file, settings)
    cleancast("name", str(one), "Speaker 1", "Ann", settings=settings)
    people = open_roster(settings).people
    (ann,) = people.all()
    id_ = next(id_ for id_ in people.episodes() if id_ != ann.prints[0].episode_id)
    first, *others = people.voices([id_])[id_]
    people.hear(id_, [replace(first, print=Print(direction(0.7), 60.0)), *others])
    listed = cleancast("suggest", settings=settings).split("\t")
    assert listed[:3] == [id_, "Speaker 1", "Ann"]
    assert listed[4] == "2\n"


def test_a_print_of_a_folder_s_episode_is_remade_by_another_network(
    season: list[Path], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, _ = season
    with monkeypatch.context() as before:
        before.setattr("pipeline.voiceprints.NETWORK", "an older one")
        before.setattr("pipeline.people.NETWORK", "an older one")
        processed(one, settings)
        cleancast("name", str(one), "Speaker 2", "Ben", settings=settings)
        assert names(processed(two, settings)) == [None, "Ben"]
    assert names(processed(two, settings)) == [None, None]
    assert names(processed(one, settings)) == [None, "Ben"]
    assert names(processed(two, settings)) == [None, "Ben"]


def test_what_is_not_there_is_told(season: list[Path], settings: Settings) -> None:
    one = season[0]
    with pytest.raises(BadInput, match="process it first"):
        cleancast("name", str(one), "Speaker 1", "Ann", settings=settings)
    processed(one, settings)
    with pytest.raises(BadInput, match="no Speaker 7"):
        cleancast("name", str(one), "Speaker 7", "Ann", settings=settings)
    with pytest.raises(BadInput, match="The service has no "):
        cleancast("merge-voices", str(one), "Speaker 1", "Speaker 2", settings=settings)
    with pytest.raises(BadInput, match="no Zoe"):
        cleancast("forget", "Zoe", settings=settings)
    assert cleancast("list", settings=settings) == ""


def test_voices_of_the_service_s_episodes_are_merged_and_split(workshop: Workshop) -> None:
    workshop.start()
    entry, settings = workshop.until_status(workshop.send(8.0), "done"), workshop.held.settings

    def labels(*command: str) -> list[str]:
        listed = cleancast(command[0], entry.id, *command[1:], settings=settings)
        workshop.until_status(entry, "done")  # queued anew, for what is searched
        return [line.split("\t")[0] for line in listed.splitlines()]

    found = read_transcript(entry.transcript, workshop.held.blobs)
    assert found is not None
    first, second = (speaker.label for speaker in found.speakers)
    turn = next(turn for turn in found.turns if turn.speaker == second)
    assert labels("merge-voices", second, first) == [first]
    assert labels("undo") == [first, second]
    times = (f"0:{turn.start:.3f}", str(turn.end))
    assert labels("split-voice", second, *times, "--into", first) == [first]
    assert labels("undo") == [first, second]
    with pytest.raises(BadInput, match="Nothing was merged or split"):
        labels("undo")
    with pytest.raises(BadInput, match="no Speaker 7"):
        labels("merge-voices", "Speaker 7", first)
    with pytest.raises(BadInput, match="with another one"):
        labels("merge-voices", first, first)
    with pytest.raises(BadInput, match="Nothing is said then"):
        labels("split-voice", first, "1:00:00", "1:00:01")


@pytest.mark.parametrize(
    ("told", "cure"),
    [
        (("ten", "11"), "give 125.5, 2:05 or 1:02:05"),
        (("1:2:3:4", "11"), "give 125.5, 2:05 or 1:02:05"),
        (("2:05", "125"), "125 is not after 2:05"),
        (("2:05", "126", "--into", "Ann"), '"Speaker 2"'),
    ],
)
def test_a_split_that_makes_no_sense_says_what_does(
    told: tuple[str, ...], cure: str, settings: Settings
) -> None:
    command = ["people", "split-voice", "0" * 64, "Speaker 1", *told]
    result = CliRunner().invoke(app, [*command, "--data-dir", str(settings.data_dir)])
    assert result.exit_code == 2
    assert cure in " ".join(result.output.replace("│", " ").split())


def test_a_worker_knows_whom_a_person_named(workshop: Workshop) -> None:
    """From the audio to the name: voices, prints, the roster, a later episode."""
    workshop.start()
    first = workshop.until_status(workshop.send(8.0), "done")
    transcript = read_transcript(first.transcript, workshop.held.blobs)
    assert transcript is not None
    given = {"Speaker 2": "Ben"}
    edit = workshop.held.library.edit
    edit(first.id, lambda e: replace(e.edits, names=renamed((), transcript, given)))
    second = workshop.until_status(workshop.send(9.0), "done")
    heard = workshop.held.roster.heard([second])[second.id]
    assert sure(heard) == given
    (ben,) = workshop.held.roster.people.all()
    assert (ben.name, ben.prints[0].episode_id) == ("Ben", first.id)


def test_without_prints_an_episode_is_done_all_the_same(workshop: Workshop) -> None:
    """As one whose audio was dropped before prints were made of every episode."""
    workshop.start()
    entry = workshop.until_status(workshop.send(8.0), "done")
    blobs = workshop.held.blobs
    blobs.delete(f"{entry.id}/voiceprints")
    assert Ledger(workshop.held.engine, blobs).drop_audio(before=time.time()) == [entry.id]
    workshop.held.library.restart(entry.id)
    workshop.until_status(entry, "done")
    assert workshop.held.roster.people.voices([entry.id]) == {entry.id: ()}
