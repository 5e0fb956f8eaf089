"""Made folders of episodes, processed as a user would, and how much of what repeats was found.

Each seed is a folder of its own (repeats_folder.py). Seeds 1 to 3 were tuned on; SEEDS, which
are reported, have other talk and other adverts. Words are those that the recogniser hears,
or, with `exact`, those that were spoken, spread evenly over their sentences: then no network
is used.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ads.detect import detect
from ads.strip import decide
from audio.cues import listen
from audio.decode import decode
from audio.fingerprint import prints
from benchmarks.repeats_folder import Cached, make
from benchmarks.repeats_score import Tally, score
from benchmarks.report import Figure, Row, Table
from episodes.types import AdSpan, Episode, Word
from pipeline.batch import Wish, local
from pipeline.plan import plan
from pipeline.repeats import SOUND, TEXT, Repeats, open_repeats
from pipeline.settings import Settings
from storage.blobs import FolderBlobs
from storage.results import StageResults

SEEDS = (11, 12, 13)

Truth = Mapping[str, Sequence[Mapping[str, Any]]]


def repeats(place: Path, model: str, seeds: Sequence[int] = SEEDS, *, exact: bool) -> Table:
    """The table; `place` is the folder of recordings, with voices and music in it."""
    rows, total, files = [], Tally(), []
    for seed in seeds:
        folder = _made(place, seed)
        truth = json.loads((folder / "truth.json").read_text("utf-8"))
        with tempfile.TemporaryDirectory() as data:
            settings = Settings(model=model, data_dir=Path(data))
            found = _by_text(folder, truth, settings) if exact else _by_ear(folder, settings)
            tally = sum((score(truth[name], ads) for name, ads in found), Tally())
        rows.append(Row(f"seed {seed}", _figures(tally)))
        total += tally
        files += [folder / name for name in truth]
    rows.append(Row("all", _figures(total)))
    words = "as spoken" if exact else f"heard by {model}"
    return Table("repeats-exact" if exact else "repeats", {"words": words}, rows, files)


def _made(place: Path, seed: int) -> Path:
    """The seed's folder, made where it is not there yet; what was spoken is kept."""
    kept = Path(tempfile.gettempdir()) / "cleancast-repeats"
    folder = kept / f"folder-{seed}"
    if not (folder / "truth.json").exists():
        from seeds.render import load_track  # needs what speaks

        tracks = [load_track(place / "corpus" / "music", name) for name in ("Fishin", "Vibe")]
        make(seed, Cached(kept / "clips", place / "tts" / "voices.npz"), tracks, folder)
    return folder


def _by_ear(folder: Path, settings: Settings) -> Iterator[tuple[str, Sequence[AdSpan]]]:
    """What `cleancast process` strips in each episode."""
    out = settings.data_dir / "pages"
    jobs = plan([folder], out, ("json",))
    reports = list(local(settings, Wish(("json",))).run(jobs, lambda *_: None))
    failed = [report.error for report in reports if report.error is not None]
    if failed:
        raise RuntimeError(failed[0])
    for job in jobs:
        document = json.loads(job.target("json").read_text("utf-8"))
        ads = [
            AdSpan(
                ad["start"], ad["end"], ad["kind"], ad["confidence"], stripped=ad["stripped"]
            )
            for ad in document["ads"]
        ]
        yield job.source.name, _answer(ads)


def _by_text(
    folder: Path, truth: Truth, settings: Settings
) -> Iterator[tuple[str, Sequence[AdSpan]]]:
    """The same with the words as they were spoken, episode by episode, then once more."""
    others = open_repeats(settings).beside(str(folder))
    for _ in range(2):
        found = [
            (name, _decided(folder / name, rows, others, settings))
            for name, rows in sorted(truth.items())
        ]
    yield from found


def _decided(
    file: Path, rows: Sequence[Mapping[str, Any]], others: Repeats, settings: Settings
) -> list[AdSpan]:
    with tempfile.TemporaryDirectory() as scratch:
        audio = decode(file, Path(scratch) / "audio.pcm")
        own, sound = prints(audio), listen(audio)
    blobs = FolderBlobs(settings.data_dir / "episodes")
    StageResults(blobs, file.name).get("fingerprint", (SOUND,), TEXT, own.text)
    words = [word for row in rows for word in _words(row)]
    episode = Episode(file.name, str(file), datetime.now(UTC), title=file.stem)
    common = others.compare(episode, audio.duration_s, own, words)
    ads = detect(words, audio.duration_s, sound, None, common)
    others.mark(episode.id, ads, common)
    return _answer(decide(ads, audio.duration_s, settings.strip)[0])


def _words(row: Mapping[str, Any]) -> Iterator[Word]:
    spoken, pad_s = str(row["text"]).split(), 0.15
    length_s = (row["end"] - row["start"] - 2 * pad_s) / max(1, len(spoken))
    for i, text in enumerate(spoken):
        start = row["start"] + pad_s + i * length_s
        yield Word(start, start + 0.95 * length_s, f" {text}")


def _answer(ads: Sequence[AdSpan]) -> list[AdSpan]:
    """Of adverts what is cut, of fixed parts what is marked: they are not cut by default."""
    return [ad for ad in ads if ad.stripped or ad.kind != "sponsor"]


def _figures(tally: Tally) -> dict[str, Figure]:
    return {
        "ad F1": round(tally.f1, 3),
        "hit/missed/false": f"{tally.hits}/{tally.missed}/{tally.false}",
        "edges < 0.3 s": f"{tally.edges_near}/{tally.edges}",
        "share": round(tally.near, 3),
        "intros, outros": f"{tally.placed}/{tally.placed_true}",
        "programme cut, s": round(tally.lost_s, 1),
    }
