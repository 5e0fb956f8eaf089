"""The default diarizer beside others, file by file in one run: turns, words, time, memory.

Every engine has a process of its own that stays loaded, so that seconds are those of
diarizing alone, and each file goes through all of them before the next: what else the
machine does hits all alike. Words are recognised once and given to voices by our own rules,
whoever told the voices apart. This file does not know the truth's form, nor any engine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from audio.decode import decode
from benchmarks import outcome as figures
from benchmarks.corpora import Reference, conversations, journal, meetings
from benchmarks.measure import transcribed
from benchmarks.outcome import Cost, Outcome, Scored
from benchmarks.report import Figure, Row, Table
from benchmarks.score import word_errors, words_by_speaker, wrong_speakers
from episodes.types import Turn, Word
from pipeline.settings import Settings
from speakers.assign import assign

OURS, RIVALS = "cleancast", ("senko", "pyannote.audio")

CORPORA = {"meetings": meetings, "conversations": conversations, "journal": journal}

_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Answer:
    """An engine's turns for a file of `duration_s`, and its cost up to then."""

    turns: tuple[Turn, ...]
    duration_s: float
    wall_s: float
    cpu_s: float
    peak_mb: float


class Engine:
    """An engine in a process of its own, run by `python`; a context manager."""

    def __init__(self, name: str, python: str) -> None:
        self.name = name
        self._command = [python, "-m", "benchmarks.engines", name]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command,
            cwd=_ROOT,
            env=os.environ | {"PYTHONPATH": str(_ROOT), "PYANNOTE_METRICS_ENABLED": "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def diarize(self, pcm: Path) -> Answer:
        """What the engine makes of 16 kHz samples. Raises RuntimeError where it dies."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{pcm}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended without an answer; it said why above.")
        told = json.loads(line)
        turns = tuple(Turn(start, end, speaker) for start, end, speaker in told.pop("turns"))
        return Answer(turns, **told)


def rivals(
    place: Path, settings: Settings, python: Path, corpora: Sequence[str] = tuple(CORPORA)
) -> Table:
    """All engines on all recordings of `corpora`, short ones first.

    Ours alone where `python`, of an environment with the others, is missing.
    """
    references = [one for name in corpora for one in CORPORA[name](place)]
    with ExitStack() as stack:
        engines = [stack.enter_context(Engine(OURS, sys.executable))]
        if python.is_file():
            engines += [stack.enter_context(Engine(name, str(python))) for name in RIVALS]
        else:
            sys.stderr.write(f"There are no rivals: {python} is missing (see make rivals).\n")
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="cleancast-bench-")))
        scored = [
            outcome
            for reference in references
            for outcome in _compare(reference, engines, settings, folder)
        ]
    files = [path for r in references for path in (r.audio, *r.truth)]
    told: dict[str, Figure] = {
        "model": settings.model,
        "cores": os.cpu_count() or 0,
        "corpora": ",".join(corpora),
    }
    return Table("rivals", told, tuple(rows(scored)), files)


def _compare(
    reference: Reference, engines: Sequence[Engine], settings: Settings, folder: Path
) -> Iterator[Scored]:
    """One recording through all engines."""
    heard = transcribed(reference.audio, settings).value
    words = [word for segment in heard for word in segment.words]
    pcm = decode(reference.audio, folder / f"{reference.name}.pcm").path
    for engine in engines:
        answer = engine.diarize(pcm)
        outcome = scores(reference, words, answer)
        yield Scored(f"{reference.corpus}, {engine.name}", reference.name, *outcome)
    pcm.unlink()


def scores(
    reference: Reference, words: Sequence[Word], answer: Answer
) -> tuple[Outcome, float]:
    """What an answer is worth, given the recognised words; and the engine's peak memory, MB."""
    given = assign(words, answer.turns)
    alone = Outcome(
        words=word_errors(reference.words, words),
        by_speaker=words_by_speaker(reference.words, given),
        wrong=wrong_speakers(reference.words, given),
        cost=Cost(answer.duration_s, answer.wall_s, answer.cpu_s),
    )
    return figures.of_turns(reference, answer.turns) + alone, answer.peak_mb


def rows(scored: Iterable[Scored]) -> Iterator[Row]:
    """A row a corpus and engine, then one a recording and engine."""
    by_corpus = sorted(scored, key=lambda one: one.corpus)
    for corpus, group in groupby(by_corpus, key=lambda one: one.corpus):
        some = list(group)
        outcomes = [one.outcome for one in some]
        total = sum(outcomes[1:], outcomes[0])
        yield Row(
            corpus,
            figures.diarized(total)
            | figures.attributed_to(total)
            | {
                "mean DER %": 100 * fmean(o.time.rate for o in outcomes),
                "mean WDER %": 100 * fmean(o.wrong.rate for o in outcomes),
                "mean cpWER %": 100 * fmean(o.by_speaker.rate for o in outcomes),
            }
            | figures.cost(total)
            | figures.peak(max(one.peak_mb for one in some)),
        )
    for one in by_corpus:
        engine = one.corpus.partition(", ")[2]
        yield Row(
            f"{one.name}, {engine}",
            figures.diarized(one.outcome)
            | figures.attributed_to(one.outcome)
            | figures.cost(one.outcome),
        )
