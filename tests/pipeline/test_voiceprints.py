from pathlib import Path

from episodes.people import Print
from episodes.types import Turn
from pipeline.voiceprints import FOLDER, PRINTS, VERSION, erase, facts, stored
from speakers.prints import samples
from storage.blobs import FolderBlobs
from storage.results import StageResults

ANN, BEN = Print((1.0, 0.0), 9.0), Print((0.0, 1.0), 5.0)
TURNS = (Turn(0.0, 9.0, "Speaker 1"), Turn(9.0, 14.0, "Speaker 2"))


def keep(blobs: FolderBlobs, turns: tuple[Turn, ...], *prints: Print) -> None:
    results = StageResults(blobs, "episode", folder=FOLDER)
    made = (VERSION, *facts(samples(turns)))
    assert results.get("voices", made, PRINTS, lambda: prints).value == prints


def test_prints_are_found_by_the_turns_they_were_made_from(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    assert stored("episode", TURNS, blobs) == {}
    keep(blobs, TURNS, ANN, BEN)
    assert stored("episode", TURNS, blobs) == {"Speaker 1": ANN, "Speaker 2": BEN}
    other = tuple(Turn(t.start, t.end, f"V{t.speaker[-1]}") for t in TURNS)
    assert stored("episode", other, blobs) == {"V1": ANN, "V2": BEN}
    assert stored("episode", TURNS[:1], blobs) == {}


def test_what_is_erased_stays_so_and_the_others_are_kept(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    keep(blobs, TURNS, ANN, BEN)
    keep(blobs, TURNS[:1], Print((0.6, 0.8), 9.0))  # told apart otherwise: whose is not known
    blobs.write("episode/results/other", b"stays")
    erase("episode", {ANN.vector}, blobs)
    erased = Print((), 9.0)
    assert stored("episode", TURNS, blobs) == {"Speaker 1": erased, "Speaker 2": BEN}
    assert stored("episode", TURNS[:1], blobs) == {}
    keep(blobs, TURNS, erased, BEN)  # what is stored is not made again
    assert blobs.read("episode/results/other") == b"stays"
