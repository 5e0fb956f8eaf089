"""One recording's scores side by side, and the figures a table shows of them.

Outcomes add up as the scores in them do: a corpus's figures are read off the sum, they
are not means of rates. This file runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from statistics import stdev
from typing import Any

from benchmarks.ad_score import AdScore, ad_score
from benchmarks.corpora import Reference
from benchmarks.measure import Measured
from benchmarks.report import Figure, Row
from benchmarks.score import (
    Counts,
    NamesRight,
    SpeakerTime,
    WordErrors,
    WrongSpeakers,
    names_right,
    share,
    speaker_time,
    word_errors,
    words_by_speaker,
    wrong_speakers,
)
from episodes.types import Transcript, Turn, Word, in_time


@dataclass(frozen=True, slots=True)
class Cost(Counts):
    """Seconds of work for `duration_s` of audio."""

    duration_s: float = 0.0
    wall_s: float = 0.0
    cpu_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Voices(Counts):
    """How many people were told apart, how many there are, in how many files both agree."""

    found: int = 0
    true: int = 0
    agree: int = 0
    files: int = 0


@dataclass(frozen=True, slots=True)
class Outcome(Counts):
    """All scores of a recording; those a table does not measure stay empty.

    `kept` are the words left after stripping. `known` are names the context told of,
    `names` all names.
    """

    words: WordErrors = field(default_factory=WordErrors)
    kept: WordErrors = field(default_factory=WordErrors)
    by_speaker: WordErrors = field(default_factory=WordErrors)
    wrong: WrongSpeakers = field(default_factory=WrongSpeakers)
    time: SpeakerTime = field(default_factory=SpeakerTime)
    voices: Voices = field(default_factory=Voices)
    known: NamesRight = field(default_factory=NamesRight)
    names: NamesRight = field(default_factory=NamesRight)
    ads: AdScore = field(default_factory=AdScore)
    cost: Cost = field(default_factory=Cost)


@dataclass(frozen=True, slots=True)
class Scored:
    """A recording with its outcome; `peak_mb` is 0 where no process was watched."""

    corpus: str
    name: str
    outcome: Outcome
    peak_mb: float = 0.0


Columns = Callable[[Outcome], dict[str, Figure]]
"""Reads some figures off an outcome, by the names of their columns."""


def of_words(reference: Reference, words: Sequence[Word], context: str = "") -> Outcome:
    """What can be said of a bare text; `context` is a text that tells some of the names."""
    truth, all_names = reference.words, names(reference)
    known = [name for name in all_names if re.search(rf"\b{re.escape(name)}\b", context)]
    return Outcome(
        words=word_errors(truth, words),
        known=names_right(truth, words, known),
        names=names_right(truth, words, all_names),
    )


def of_turns(reference: Reference, turns: Sequence[Turn]) -> Outcome:
    """What can be said of who speaks when."""
    found = len({turn.speaker for turn in turns})
    voices = Voices(found, reference.speakers, int(found == reference.speakers), 1)
    return Outcome(time=speaker_time(reference.turns, turns, reference.lines), voices=voices)


def of_transcript(reference: Reference, transcript: Transcript, context: str = "") -> Outcome:
    """All there is to say."""
    words, kept = in_time(transcript.utterances), in_time(transcript.kept)
    alone = Outcome(
        kept=word_errors(reference.kept_words, kept),
        by_speaker=words_by_speaker(reference.words, words),
        wrong=wrong_speakers(reference.words, words),
        ads=ad_score(reference.spots, transcript.cuts, words, transcript.duration_s),
    )
    return of_words(reference, words, context) + of_turns(reference, transcript.turns) + alone


def spent(run: Measured[Any]) -> Outcome:
    """What a run cost."""
    return Outcome(cost=Cost(run.duration_s, run.wall_s, run.cpu_s))


def scored(
    reference: Reference, outcome: Outcome, run: Measured[Any], label: str = ""
) -> Scored:
    """The outcome with what the run cost; labelled ones are a corpus of their own."""
    corpus = f"{reference.corpus}, {label}" if label else reference.corpus
    return Scored(corpus, title(reference, label), outcome + spent(run), run.peak_mb)


def title(reference: Reference, label: str) -> str:
    """The recording's name in a row, with what was done differently."""
    return f"{reference.name}, {label}" if label else reference.name


def names(reference: Reference) -> set[str]:
    """The reference's capitalised words and runs of them, but not those that open a sentence.

    None where the reference is not written in mixed case.
    """
    if all(line.text.isupper() for line in reference.lines):
        return set()
    inner = re.compile(r"(?<=[a-z,;] )[A-Z][\w.'-]*\w(?: [A-Z][\w.'-]*\w)*")
    found = chain.from_iterable(inner.findall(line.text) for line in reference.lines)
    return {re.sub(r"'s$", "", name) for name in found if not name.startswith("I'")}


def rows(outcomes: Sequence[Scored], *columns: Columns) -> Iterator[Row]:
    """A row a recording; after each corpus of several its sum and its spread."""
    for corpus, group in groupby(outcomes, key=lambda o: o.corpus):
        files = list(group)
        each = [_row(f.name, f.outcome, f.peak_mb, columns) for f in files]
        yield from each
        if len(files) > 1:
            total = sum((f.outcome for f in files[1:]), files[0].outcome)
            peak_mb = max(f.peak_mb for f in files)
            yield _row(f"{corpus}, all", total, peak_mb, columns)
            yield _spread(f"{corpus}, spread (sd)", each)


def _row(name: str, outcome: Outcome, peak_mb: float, columns: Sequence[Columns]) -> Row:
    figures = dict(chain.from_iterable(read(outcome).items() for read in columns))
    return Row(name, figures | peak(peak_mb))


def _spread(name: str, each: Sequence[Row]) -> Row:
    """The standard deviation over the files of what is not a count."""
    columns = each[0].figures
    series = {c: [row.figures[c] for row in each] for c in columns}
    return Row(name, {c: _deviation(values) for c, values in series.items()})


def _deviation(values: Sequence[Figure]) -> Figure:
    measured = [v for v in values if isinstance(v, float)]
    return stdev(measured) if len(measured) == len(values) else ""


def recognised(o: Outcome) -> dict[str, Figure]:
    """WER with its kinds of errors, and names."""
    w = o.words
    return {
        "WER %": 100 * w.rate,
        "sub/del/ins": f"{w.substitutions}/{w.deletions}/{w.insertions}",
        "known names": f"{o.known.right}/{o.known.mentions}",
        "all names": f"{o.names.right}/{o.names.mentions}",
    }


def diarized(o: Outcome) -> dict[str, Figure]:
    """DER in its parts (shares of speech), voices and backchannels."""
    t, v = o.time, o.voices
    return {
        "DER %": 100 * t.rate,
        "missed %": 100 * share(t.missed_s, t.speech_s),
        "false alarm %": 100 * share(t.false_alarm_s, t.speech_s),
        "confusion %": 100 * share(t.confusion_s, t.speech_s),
        "speakers": f"{v.found} of {v.true}"
        if v.files == 1
        else f"{v.agree} of {v.files} files",
        "backchannels": f"{t.recalled}/{t.backchannels}",
    }


def attributed(o: Outcome) -> dict[str, Figure]:
    """Words and speakers together."""
    return {
        "kept WER %": 100 * o.kept.rate,
        "cpWER %": 100 * o.by_speaker.rate,
        "WDER %": 100 * o.wrong.rate,
        "wrong near a change": f"{o.wrong.near_wrong}/{o.wrong.near}",
    }


def attributed_to(o: Outcome) -> dict[str, Figure]:
    """What wrong speakers alone cost the words."""
    return {
        "WDER %": 100 * o.wrong.rate,
        "cpWER %": 100 * o.by_speaker.rate,
        "cpWER - WER": 100 * (o.by_speaker.rate - o.words.rate),
        "wrong near a change": f"{o.wrong.near_wrong}/{o.wrong.near}",
        "sure %": 100 * share(o.wrong.sure, o.wrong.aligned),
        "of those right %": 100 * (1 - share(o.wrong.sure_wrong, o.wrong.sure)),
    }


def stripped(o: Outcome) -> dict[str, Figure]:
    """Ad blocks, edges, words and lost content."""
    a = o.ads
    return {
        "ad F1": a.f1,
        "hit/missed/false": f"{a.hits}/{a.missed}/{a.false}",
        "edges < 1 s": f"{a.edges_1s}/{a.edges}",
        "edges < 0.5 s": f"{a.edges_half_s}/{a.edges}",
        "word precision": share(a.words_right, a.words_found),
        "word recall": share(a.words_right, a.words_true),
        "lost s/h": a.lost_s_per_hour,
    }


def cost(o: Outcome) -> dict[str, Figure]:
    """Seconds of wall clock and processor, and both per second of audio."""
    c = o.cost
    return {
        "seconds": round(c.wall_s, 1),
        "RTF": share(c.wall_s, c.duration_s),
        "CPU RTF": share(c.cpu_s, c.duration_s),
    }


def peak(peak_mb: float) -> dict[str, Figure]:
    """Peak memory; no column where no process was watched."""
    return {"peak MB": round(peak_mb)} if peak_mb else {}
