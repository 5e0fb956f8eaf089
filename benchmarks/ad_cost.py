"""What an hour costs the ad detector: seconds of one core, for words alone and with sound.

The hour is the model episode over and over. This file does not know how ads are scored.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from ads.detect import detect
from audio.cues import listen
from audio.decode import decode
from benchmarks.corpora import Reference
from benchmarks.report import Figure, Row
from episodes.types import Audio, Word

HOUR_S = 3600.0


def hour(reference: Reference) -> Row:
    """Processor seconds; the networks, which do not count, are loaded before."""
    with TemporaryDirectory(prefix="cleancast-bench-") as folder:
        audio = _repeated(decode(reference.audio, Path(folder) / "once.pcm"))
        words = tuple(_over_and_over(reference))
        detect(words[:100])
        began = process_time()
        sound = listen(audio)
        listened = process_time()
        detect(words, HOUR_S, sound)
        done = process_time()
        detect(words[:100])  # what was read last is not encoded again
        alone = process_time()
        detect(words, HOUR_S)
        figures: dict[str, Figure] = {
            "listening, s": round(listened - began, 2),
            "words and sound, s": round(done - listened, 2),
            "words alone, s": round(process_time() - alone, 2),
        }
    return Row("an hour, one core", figures)


def _repeated(once: Audio) -> Audio:
    """An hour of the audio, beside it."""
    path, total = once.path.with_name("hour.pcm"), round(HOUR_S * once.sample_rate_hz)
    with path.open("wb") as hour:
        while hour.tell() < 2 * total:
            with once.path.open("rb") as part:
                shutil.copyfileobj(part, hour)
        hour.truncate(2 * total)
    return Audio(path, total, once.sample_rate_hz)


def _over_and_over(reference: Reference) -> Iterator[Word]:
    own, late_s = reference.words, 0.0
    while late_s < HOUR_S:
        for word in own:
            if word.end + late_s < HOUR_S:
                yield replace(word, start=word.start + late_s, end=word.end + late_s)
        late_s += own[-1].end
