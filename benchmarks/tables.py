"""The tables: what is run on which recordings, and which figures of it are shown.

This file does not know how a figure is computed, printed or kept.
"""

from __future__ import annotations

import wave
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from ads.detect import detect
from ads.strip import decide
from audio.decode import decode
from benchmarks import outcome as figures
from benchmarks.ad_cost import hour
from benchmarks.ad_score import ad_score, spot_errors
from benchmarks.corpora import (
    Reference,
    ad_sentences,
    ad_texts,
    conversations,
    journal,
    meetings,
    talks,
)
from benchmarks.measure import Measured, diarized, processed, transcribed
from benchmarks.names import Naming, named, naming
from benchmarks.outcome import Outcome, Scored
from benchmarks.report import Row, Table
from episodes.clock import short_time
from episodes.types import Transcript
from pipeline.settings import Settings

LONG_REPEATS = 10
"""The model episode ten times over is a file of three hours."""


def transcribe(place: Path, settings: Settings) -> Table:
    """Words alone: with no context, with a companion text, with one about something else."""
    (episode,) = journal(place)
    others = (*conversations(place), *meetings(place))
    plans = [
        ("", replace(episode, context="")),
        ("context", episode),
        *(("", other) for other in others),
        *(("strange context", replace(other, context=episode.context)) for other in others),
    ]
    outcomes = []
    for label, reference in plans:
        run = transcribed(reference.audio, _told(settings, reference))
        words = [word for segment in run.value for word in segment.words]
        scores = figures.of_words(reference, words, episode.context)
        outcomes.append(figures.scored(reference, scores, run, label))
    rows = figures.rows(outcomes, figures.recognised, figures.cost)
    return _table("transcribe", settings, rows, (episode, *others))


def speakers(place: Path, settings: Settings) -> Table:
    """Turns alone."""
    references = (*journal(place), *conversations(place), *meetings(place))
    outcomes = []
    for reference in references:
        run = diarized(reference.audio, settings)
        outcomes.append(figures.scored(reference, figures.of_turns(reference, run.value), run))
    rows = figures.rows(outcomes, figures.diarized, figures.cost)
    return _table("speakers", settings, rows, references)


def ads(place: Path, settings: Settings) -> Table:
    """Ads in transcripts of real episodes, from words and their times alone; and their cost."""
    outcomes = []
    named = [("ad texts", text) for text in ad_texts(place)]
    named += [("ad sentences", text) for text in ad_sentences(place)]
    for corpus, text in named:
        found = detect(text.words, text.duration_s)
        decided, _ = decide(found, text.duration_s, settings.strip)
        for answer, spans in (
            ("stripped", [ad for ad in decided if ad.stripped]),
            ("found", [ad for ad in found if ad.kind in settings.strip]),
        ):
            score = ad_score(text.ads, spans, text.words, text.duration_s)
            outcomes.append(Scored(f"{corpus}, {answer}", text.name, Outcome(ads=score)))
    outcomes.sort(key=lambda scored: scored.corpus, reverse=True)
    files = [place / "ads" / f"{name}.jsonl.gz" for name in ("podcasts_dev", "addetection_dev")]
    rows = [*figures.rows(outcomes, figures.stripped), hour(*journal(place))]
    return Table("ads", _settings(settings), tuple(rows), files)


def names(place: Path, settings: Settings) -> Table:
    """Names of voices in transcripts of real episodes, from words and true voices, no notes."""
    scores: dict[str, Naming] = {}
    for talk in talks(place):
        scores[talk.show] = scores.get(talk.show, Naming()) + naming(talk.words)
    whole = sum(scores.values(), Naming())
    rows = [Row(show, named(score)) for show, score in {**scores, "all": whole}.items()]
    files = [place / "ads" / "changelog_content.jsonl.gz"]
    return Table("names", _settings(settings), tuple(rows), files)


def spine(place: Path, settings: Settings) -> Table:
    """Everything, from the file to the transcript."""
    (episode,) = journal(place)
    others = (*conversations(place), *meetings(place))
    plans = [("", replace(episode, context="")), ("context", episode)]
    plans += [("", other) for other in others]
    outcomes, extra = [], []
    for label, reference in plans:
        run = processed(reference.audio, _told(settings, reference))
        scores = figures.of_transcript(reference, run.value, episode.context)
        outcomes.append(figures.scored(reference, scores, run, label))
        if reference.corpus == "journal":
            extra += [*_spots(reference, label, run.value), *_stages(reference, label, run)]
    episodes = [o for o in outcomes if o.corpus.startswith("journal")]
    rows = chain(
        figures.rows(outcomes, figures.recognised, figures.attributed),
        figures.rows(outcomes, figures.diarized, figures.cost),
        figures.rows(episodes, figures.stripped),
        sorted(extra, key=lambda row: list(row.figures)),
    )
    return _table("spine", settings, rows, (episode, *others))


def long(place: Path, settings: Settings) -> Table:
    """Seconds and memory for three hours: the model episode again and again."""
    (episode,) = journal(place)
    with TemporaryDirectory(prefix="cleancast-bench-") as folder:
        source = Path(folder) / "long.wav"
        repeat(episode.audio, source)
        run = processed(source, settings)
    row = Row("journal, repeated", figures.cost(figures.spent(run)) | figures.peak(run.peak_mb))
    rows = [row, *_stages(replace(episode, name="journal, repeated"), "", run)]
    return _table("long", settings, rows, [episode])


def _told(settings: Settings, reference: Reference) -> Settings:
    """The settings with the reference's context."""
    return settings.model_copy(update={"context": reference.context})


def _spots(reference: Reference, label: str, transcript: Transcript) -> Iterator[Row]:
    """A row a true spot: how much of it is cut, and how far off the cut's edges are."""
    for error in spot_errors(reference.spots, transcript.cuts):
        place = f"{short_time(error.spot.start)}-{short_time(error.spot.end)}"
        edges = (error.start_error_s, error.end_error_s)
        start, end = ("not found" if e is None else e for e in edges)
        row = {"cut": error.covered, "start error s": start, "end error s": end}
        yield Row(f"{figures.title(reference, label)}: ad at {place}", row)


def _stages(reference: Reference, label: str, run: Measured[Transcript]) -> Iterator[Row]:
    """A row a stage; no memory where a stage was too short or silent to be seen."""
    for stage, seconds, peak_mb in run.stages:
        cost = {
            "seconds": seconds,
            "RTF": seconds / run.duration_s,
            "peak MB": round(peak_mb) or "",
        }
        yield Row(f"{figures.title(reference, label)}: {stage}", cost)


def repeat(source: Path, target: Path) -> None:
    """Write `source` LONG_REPEATS times over as a wave file of 16 kHz mono."""
    pcm = decode(source, target.with_suffix(".pcm"))
    samples = pcm.path.read_bytes()
    with wave.open(str(target), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(pcm.sample_rate_hz)
        for _ in range(LONG_REPEATS):
            out.writeframes(samples)


def _table(
    name: str, settings: Settings, rows: Iterable[Row], references: Sequence[Reference]
) -> Table:
    files = [path for r in references for path in (r.audio, *r.truth)]
    return Table(name, _settings(settings), tuple(rows), files)


def _settings(settings: Settings) -> dict[str, str | int]:
    """The settings that bear on the figures."""
    return {
        "model": settings.model,
        "diarizer": settings.diarizer,
        "cores": settings.cores,
        "strip": ",".join(sorted(settings.strip)),
    }
