"""An episode of three hours and 30,000 words, made by code, as a worker leaves one.

Its words are those of the seed episodes, over and over; its sound is silence. Knows nothing
of pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import av
import numpy as np

from benchmarks.service import SEEDS
from episodes.types import AdSpan, Provenance, Speaker, Transcript, Turn, Utterance, Word
from pipeline.holdings import Holdings, open_holdings
from pipeline.intake import Wanted
from pipeline.settings import Settings
from pipeline.stagework import clean_folder, keep_transcript
from storage.ledger import Ledger

WORDS = 30_000
DURATION_S = 3 * 3600.0
WORD_S = DURATION_S / WORDS
PARAGRAPH = 60
"""Words of an utterance."""
VOICES = 4
AD_EVERY = 80
"""Of so many utterances one is an ad, by a voice of its own."""
RATE_HZ = 8000


def shelve(settings: Settings, show: str = "Long Talks") -> str:
    """Put the episode into a data folder that no service runs on; its id."""
    holdings = open_holdings(settings)
    try:
        sound = settings.data_dir / "silence.flac"
        _silence(sound, DURATION_S)
        content = sound.read_bytes()
        with holdings.intake.incoming(len(content)) as incoming:
            incoming.write(content)
            wanted = Wanted({}, "Three Hours by the Sea", show)
            entry, _ = incoming.accept("three-hours.flac", wanted)
        _finish(holdings, entry.id, sound)
        sound.unlink()
    finally:
        holdings.close()
    return entry.id


def transcript(episode_id: str) -> Transcript:
    """All that is said in it."""
    utterances = tuple(_utterances())
    voices = dict.fromkeys(utterance.speaker or "" for utterance in utterances)
    return Transcript(
        episode_id=episode_id,
        language="en",
        duration_s=DURATION_S,
        speakers=tuple(Speaker(label) for label in sorted(voices)),
        utterances=utterances,
        turns=tuple(Turn(u.start, u.end, u.speaker or "") for u in utterances),
        ads=tuple(
            AdSpan(u.start, u.end, "sponsor", 0.9, "Acme", ("says a code",), stripped=True)
            for u in utterances
            if u.speaker == _voice(AD_EVERY - 1)
        ),
        provenance=Provenance("0", {}, ""),
    )


def _utterances() -> Iterator[Utterance]:
    tokens = cycle(_tokens())
    for number in range(WORDS // PARAGRAPH):
        first, speaker = number * PARAGRAPH, _voice(number)
        said = tuple(
            Word((first + i) * WORD_S, (first + i + 0.8) * WORD_S, f" {token}", 1.0, speaker)
            for i, token in enumerate(islice(tokens, PARAGRAPH))
        )
        yield Utterance(speaker, said)


def _voice(number: int) -> str:
    ad = number % AD_EVERY == AD_EVERY - 1
    return f"Speaker {VOICES + 1 if ad else 1 + number % VOICES}"


def _tokens() -> list[str]:
    truths = sorted(SEEDS.glob("*.truth.json"))
    turns = [turn for truth in truths for turn in json.loads(truth.read_text())["turns"]]
    return [token for turn in turns for token in turn["text"].split()]


def _finish(holdings: Holdings, episode_id: str, sound: Path) -> None:
    ledger = Ledger(holdings.engine, holdings.blobs)
    queued = holdings.library.get(episode_id)
    entry = None if queued is None else ledger.begin(episode_id, queued.run)
    assert entry is not None, "it was added just now"
    found = transcript(episode_id)
    key = keep_transcript(found, holdings.blobs)
    _silence(sound, DURATION_S - sum(cut.duration_s for cut in found.cuts))
    holdings.blobs.write(
        f"{clean_folder(episode_id, found.cuts)}/audio.flac", sound.read_bytes()
    )
    ledger.finish(entry, key, found, found.summary, entry.edits)


def _silence(path: Path, duration_s: float) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("flac", rate=RATE_HZ, layout="mono")
        nothing = np.zeros((1, RATE_HZ), np.int16)
        for _ in range(int(duration_s)):
            frame = av.AudioFrame.from_ndarray(nothing, "s16", "mono")
            frame.sample_rate = RATE_HZ
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
