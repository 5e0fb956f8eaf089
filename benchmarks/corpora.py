"""The labelled recordings outside the project, as reference values.

The folder is named by the environment variable CLEANCAST_BENCH_DATA, else it is `shared`
beside the project. This file does not know what is measured on them.

    journal/             a model episode: exact turns with text, speaker and ad flags
    corpus/conversations/  spliced real voices: utterances with text and stretches of speech
    corpus/meetings/     excerpts of real meetings: who speaks when (RTTM), and what (STM)
    ads/                 transcripts with word times and the true ad blocks, without audio;
                         of some shows with the speakers' names (changelog_content)
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from episodes.spans import Span
from episodes.types import Turn, Word

T = TypeVar("T", bound=Turn)

PACE_S, PAUSE_S = 0.33, 0.3
"""Made-up times: from word to word, and added after a sentence."""


@dataclass(frozen=True, slots=True)
class Line(Turn):
    """A turn with what is said in it, as written in the reference."""

    text: str
    ad: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """The truth about one recording. `lines` and `turns` are sorted by start.

    `turns` tell who speaks when, split at pauses where the corpus says so; `context` is a
    text about the episode, where there is one; `truth` are the files all this was read from.
    """

    corpus: str
    name: str
    audio: Path
    lines: tuple[Line, ...]
    turns: tuple[Turn, ...]
    truth: tuple[Path, ...]
    context: str = ""

    @property
    def words(self) -> tuple[Word, ...]:
        """All words, line by line; their times are spread evenly over each line."""
        return _words(self.lines)

    @property
    def kept_words(self) -> tuple[Word, ...]:
        """The words outside the ads."""
        return _words(line for line in self.lines if not line.ad)

    @property
    def spots(self) -> tuple[Span, ...]:
        """The single ads: lines of ads in a row by one voice."""
        runs = groupby(self.lines, key=lambda line: (line.ad, line.speaker))
        ads = [list(run) for (ad, _), run in runs if ad]
        return tuple(Span(run[0].start, run[-1].end) for run in ads)

    @property
    def speakers(self) -> int:
        """How many people speak."""
        return len({turn.speaker for turn in self.turns})


@dataclass(frozen=True, slots=True)
class AdText:
    """A transcript without audio and its true ad blocks."""

    name: str
    words: tuple[Word, ...]
    ads: tuple[Span, ...]
    duration_s: float


@dataclass(frozen=True, slots=True)
class Talk:
    """A transcript without audio, its words under their speakers' true names."""

    show: str
    name: str
    words: tuple[Word, ...]


def folder() -> Path:
    """Where the recordings are. Raises FileNotFoundError with a sentence to print."""
    beside = Path(__file__).parents[2] / "shared"
    place = Path(os.environ.get("CLEANCAST_BENCH_DATA", beside))
    if not (place / "journal" / "journal.json").is_file():
        raise FileNotFoundError(
            f"The labelled recordings of the benchmarks are not in {place}: name their "
            "folder in the environment variable CLEANCAST_BENCH_DATA."
        )
    return place


def journal(place: Path) -> Iterator[Reference]:
    """The model episode, with its companion article as context."""
    truth = place / "journal" / "journal.json"
    lines = spoken(truth)
    context = (place / "journal" / "companion-article.txt").read_text("utf-8")
    audio = place / "journal" / "journal.mp3"
    yield Reference("journal", "journal", audio, lines, lines, (truth,), context)


def conversations(place: Path) -> Iterator[Reference]:
    """The spliced conversations; turns are their stretches of speech between pauses."""
    for path in sorted((place / "corpus" / "conversations").glob("*.json")):
        said = json.loads(path.read_text("utf-8"))["utterances"]
        lines = (Line(u["start"], u["end"], u["speaker"], u["text"]) for u in said)
        turns = (Turn(a, b, u["speaker"]) for u in said for a, b in u["speech"])
        audio = path.with_suffix(".mp3")
        yield Reference(
            "conversations", path.stem, audio, _by_start(lines), _by_start(turns), (path,)
        )


def meetings(place: Path) -> Iterator[Reference]:
    """The excerpts of meetings: real overlap, real backchannels."""
    for path in sorted((place / "corpus" / "meetings").glob("*.stm")):
        fields = [row.split(maxsplit=5) for row in path.read_text("utf-8").splitlines()]
        lines = (Line(float(f[3]), float(f[4]), f[2], f[5]) for f in fields if len(f) == 6)
        rttm = path.with_suffix(".rttm")
        rows = rttm.read_text("utf-8").splitlines()
        spoken_by = [row.split() for row in rows if row.startswith("SPEAKER")]
        turns = (Turn(float(f[3]), float(f[3]) + float(f[4]), f[7]) for f in spoken_by)
        audio = path.with_suffix(".flac")
        yield Reference(
            "meetings", path.stem, audio, _by_start(lines), _by_start(turns), (path, rttm)
        )


def ad_texts(place: Path) -> Iterator[AdText]:
    """Real episodes with word times and blocks verified by people; a development set."""
    with gzip.open(place / "ads" / "podcasts_dev.jsonl.gz", "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            words = tuple(Word(w["start"], w["end"], w["text"]) for w in row["words"])
            ads = tuple(Span(start, end) for start, end in row["spans"])
            yield AdText(str(row["episode"]), words, ads, row["duration"])


def ad_sentences(place: Path) -> Iterator[AdText]:
    """Real episodes of other shows, labelled by the sentence; their word times are made up."""
    with gzip.open(place / "ads" / "addetection_dev.jsonl.gz", "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            words: list[Word] = []
            ads: list[Span] = []
            clock_s = 0.0
            for label, run in groupby(row["sentences"], key=lambda s: s["label"]):
                start = clock_s
                for text in (sentence["text"].split() for sentence in run):
                    words += (
                        Word(clock_s + i * PACE_S, clock_s + i * PACE_S + 0.3, f" {token}")
                        for i, token in enumerate(text)
                    )
                    clock_s += len(text) * PACE_S + PAUSE_S
                if label == "sponsor":
                    ads.append(Span(start, clock_s - PAUSE_S))
            yield AdText(str(row["episode"]), tuple(words), tuple(ads), clock_s)


def talks(place: Path) -> Iterator[Talk]:
    """Real episodes whose speakers are named by their publisher; word times are made up."""
    path = place / "ads" / "changelog_content.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            said = [s for s in row["sentences"] if s.get("speaker") and s["label"] == "content"]
            tokens = [(t, s["speaker"]) for s in said for t in s["text"].split()]
            words = (
                Word(i * PACE_S, i * PACE_S + 0.3, f" {token}", speaker=speaker)
                for i, (token, speaker) in enumerate(tokens)
            )
            yield Talk(row["source"], row["episode"], tuple(words))


def spoken(truth: Path) -> tuple[Line, ...]:
    """The lines of an episode rendered from a script: its exact truth, as json."""
    turns = json.loads(truth.read_text("utf-8"))["turns"]
    return _by_start(
        Line(t["start"], t["end"], t["speaker"], t["text"], t["ad"]) for t in turns
    )


def checksum(path: Path) -> str:
    """SHA-256 of a file, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _by_start(turns: Iterable[T]) -> tuple[T, ...]:
    return tuple(sorted(turns, key=lambda turn: turn.start))


def _words(lines: Iterable[Line]) -> tuple[Word, ...]:
    words = []
    for line in lines:
        texts = line.text.split()
        step = line.duration_s / max(1, len(texts))
        for i, text in enumerate(texts):
            start = line.start + i * step
            words.append(Word(start, start + step, f" {text}", speaker=line.speaker))
    return tuple(words)
