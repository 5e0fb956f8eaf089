from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.corpora import Line, Reference
from benchmarks.engines import ENGINES
from benchmarks.outcome import Scored
from benchmarks.rivals import OURS, RIVALS, Answer, Engine, rows, scores
from episodes.types import Turn, Word


def test_an_engine_answers_from_a_process_of_its_own(tmp_path: Path) -> None:
    pcm = tmp_path / "silence.pcm"
    pcm.write_bytes(bytes(32_000))
    with Engine(OURS, sys.executable) as engine:
        first, second = engine.diarize(pcm), engine.diarize(pcm)
    for answer in (first, second):
        assert answer.turns == ()
        assert answer.duration_s == 1.0
        assert answer.wall_s > 0
        assert answer.peak_mb > 1


def test_an_engine_that_cannot_start_says_so(tmp_path: Path) -> None:
    with (
        Engine("nobody's", sys.executable) as engine,
        pytest.raises(RuntimeError, match="nobody's ended without an answer"),
    ):
        engine.diarize(tmp_path / "any.pcm")


def test_every_engine_that_is_compared_exists() -> None:
    assert set(ENGINES) == {OURS, *RIVALS}


def test_rows_come_by_corpus_and_engine_then_by_recording() -> None:
    lines = (Line(0, 2, "a", "good morning all"), Line(2, 4, "b", "hello to you"))
    reference = Reference("talks", "first", Path("first.mp3"), lines, lines, ())
    words = [
        Word(at * 0.6, at * 0.6 + 0.5, f" {text}")
        for at, text in enumerate(["good", "morning", "all", "hello", "to", "you"])
    ]
    scored = []
    for engine, change in (("ours", 1.9), ("theirs", 1.2)):
        turns = (Turn(0, change, "1"), Turn(change, 4, "2"))
        outcome, peak_mb = scores(reference, words, Answer(turns, 4.0, 1.0, 2.0, 300.0))
        scored.append(Scored(f"talks, {engine}", "first", outcome, peak_mb))
    table = list(rows(scored))
    assert [row.name for row in table] == [
        *("talks, ours", "talks, theirs", "first, ours", "first, theirs")
    ]
    ours, theirs = table[0].figures, table[1].figures
    assert (ours["WDER %"], ours["peak MB"], ours["RTF"]) == (0.0, 300, 0.25)
    assert ours["mean DER %"] == ours["DER %"]
    assert theirs["WDER %"] == pytest.approx(100 / 6)
