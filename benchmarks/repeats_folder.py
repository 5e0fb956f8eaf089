"""Makes a folder of episodes with shared parts, from a seed alone, with the exact truth.

One show: every episode opens and closes alike, adverts come again at other places, some
trimmed by half a second, one read anew by another voice each time; a short sting divides
the parts, some episodes begin with a teaser of themselves, one is a re-run of another.
Each episode has a loudness, a sample rate and a bit rate of its own.

Needs what seeds/render.py needs. This file does not know how repeats are found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from typing import Literal, Protocol

import av
import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from benchmarks.repeats_texts import adverts, opening, talk

Samples = NDArray[np.float32]
Kind = Literal["content", "sponsor", "intro", "outro", "sting", "teaser"]

RATE_HZ = 24_000
EPISODES = 12
SPOTS = 7
"""Different recorded adverts; beside them one of music alone, and one read by the host."""
TALK_S = (60.0, 95.0)
"""How much talk an episode has, at least and at most."""
TRIM_S = 0.5
BIT_RATES = (48_000, 64_000, 96_000, 128_000)
RATES_HZ = (24_000, 44_100, 48_000)
POOL = 10
"""So many seeds in a row share their talk, which is what takes long to speak."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an episode: what it is, which one, and its samples at RATE_HZ."""

    kind: Kind
    name: str
    samples: Samples
    text: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a part lies in its episode, in seconds."""

    kind: Kind
    name: str
    start: float
    end: float
    text: str


class Voice(Protocol):
    """Whoever can speak."""

    def __call__(self, text: str, voice: str) -> Samples:
        """The text, spoken, at RATE_HZ, without silence at either end."""


@dataclass(frozen=True, slots=True)
class Cast:
    """What an episode's parts are chosen from."""

    talk: list[tuple[str, Samples]]
    intro: Part
    outro: Part
    sting: Part
    spots: tuple[Part, ...]
    read: tuple[Part, ...]


def make(seed: int, say: Voice, music: Sequence[Samples], folder: Path) -> Path:
    """Write EPISODES mp3 files and truth.json, whose path is returned."""
    random = Random(seed)
    cast = _cast(seed, random, say, music)
    folder.mkdir(parents=True, exist_ok=True)
    truth: dict[str, list[Placed]] = {}
    parts: list[list[Part]] = []
    for number in range(EPISODES):
        if number == EPISODES - 1:  # the re-run, its adverts replaced
            kept = [
                part
                for part in parts[random.randrange(min(4, number))]
                if part.kind != "sponsor"
            ]
            own = _with_spots(kept, random, cast)
        else:
            own = _with_spots(_programme(random, cast), random, cast)
        parts.append(own)
        name = f"{number + 1:02d}.mp3"
        truth[name] = _write(own, random, folder / name, cast)
    path = folder / "truth.json"
    rows = {name: [asdict(row) for row in placed] for name, placed in truth.items()}
    path.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    return path


def _cast(seed: int, random: Random, say: Voice, music: Sequence[Samples]) -> Cast:
    pool = Random(f"pool {seed // POOL}")
    voices = ["af_heart", "am_michael", "bf_emma", "bm_george", "af_bella", "am_puck"]
    pool.shuffle(voices)
    said: set[str] = set()
    texts = [talk(pool, said) for _ in range(EPISODES * 19)]
    spoken = [(text, say(text, voices[i % 5 // 3])) for i, text in enumerate(texts)]
    random.shuffle(spoken)
    _, first, last = opening(random)
    others = ["af_sarah", "am_adam", "am_onyx", "bf_isabella", "bm_lewis", "af_sky", "am_eric"]
    random.shuffle(others)
    (_, host_read), *bought = adverts(random, SPOTS + 1)
    spots = [
        _spot(f"spot {i + 1}", text, say(text, others[i]), random, music)
        for i, (_, text) in enumerate(bought)
    ]
    ident = _quiet_ends(_music(random, music, random.uniform(6.0, 9.0), -20.0), 0.1)
    read = tuple(
        Part("sponsor", "read", _quiet_ends(say(host_read, voice), 0.15), host_read)
        for voice in others[:3]
    )
    return Cast(
        spoken,
        Part("intro", "intro", _on_bed(say(first, voices[0]), random, music, 2.0), first),
        Part("outro", "outro", _on_bed(say(last, voices[0]), random, music, 1.5), last),
        Part("sting", "sting", _quiet_ends(_music(random, music, 1.8, -20.0), 0.05)),
        (*spots, Part("sponsor", "ident", ident)),
        read,
    )


def _programme(random: Random, cast: Cast) -> list[Part]:
    """An episode without its adverts: teaser or not, intro, talk in three parts, outro."""
    parts, length_s = [], 0.0
    wanted_s = random.uniform(*TALK_S)
    while length_s < wanted_s and cast.talk:
        text, samples = cast.talk.pop()
        gap = np.zeros(round(random.uniform(0.15, 0.5) * RATE_HZ), np.float32)
        parts.append(Part("content", "talk", np.concatenate([samples, gap]), text))
        length_s += len(parts[-1].samples) / RATE_HZ
    cuts = sorted(random.sample(range(2, len(parts) - 1), 2))
    divided: list[Part] = []
    for i, part in enumerate(parts):
        divided += [cast.sting] if i in cuts else []
        divided.append(part)
    teaser = []
    if random.random() < 0.35:
        at = random.randrange(len(parts) // 2, len(parts) - 1)
        teaser = [replace(part, kind="teaser") for part in parts[at : at + 2]]
    return [*teaser, cast.intro, *divided, cast.outro]


def _with_spots(programme: list[Part], random: Random, cast: Cast) -> list[Part]:
    """The same with two to four adverts: before all, between sentences, after all."""
    chosen = random.sample(cast.spots, random.randint(2, 3))
    if random.random() < 0.4:
        chosen.append(random.choice(cast.read))
    talk = [i for i, part in enumerate(programme) if part.kind == "content"]
    middle = talk[2:-1]
    places = [0, len(programme), *random.sample(middle, 3)]
    breaks: dict[int, list[Part]] = {}
    for spot in chosen:
        breaks.setdefault(random.choice(places), []).append(spot)
    parts: list[Part] = []
    for i in range(len(programme) + 1):
        parts += [_maybe_trimmed(spot, random) for spot in breaks.get(i, [])]
        parts += programme[i : i + 1]
    return parts


def _maybe_trimmed(spot: Part, random: Random) -> Part:
    """One copy in three lacks half a second at its beginning or its end."""
    trim = round(TRIM_S * RATE_HZ)
    choice = random.randrange(6)
    if choice == 0:
        return replace(spot, samples=spot.samples[trim:])
    return replace(spot, samples=spot.samples[:-trim]) if choice == 1 else spot


def _write(parts: list[Part], random: Random, path: Path, cast: Cast) -> list[Placed]:
    """Join, set the level, add the noise of a room, encode; and where everything lies."""
    placed, at = [], 0
    for part in parts:
        end = at + len(part.samples)
        placed.append(Placed(part.kind, part.name, at / RATE_HZ, end / RATE_HZ, part.text))
        at = end
    audio = np.concatenate([part.samples for part in parts])
    noise = np.random.default_rng(random.randrange(2**32)).standard_normal(len(audio))
    audio = audio + noise.astype(np.float32) * np.float32(10 ** (random.uniform(-70, -60) / 20))
    level = 10 ** (random.uniform(-12.0, 3.0) / 20)
    audio = np.clip(audio * np.float32(level), -1, 1)
    encode(audio, path, random.choice(RATES_HZ), random.choice(BIT_RATES))
    return placed


def encode(audio: Samples, path: Path, rate_hz: int, bit_rate: int) -> None:
    """Mono mp3 at that sample rate and bit rate from samples at RATE_HZ."""
    common = int(np.gcd(rate_hz, RATE_HZ))
    audio = resample_poly(audio, rate_hz // common, RATE_HZ // common).astype(np.float32)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libmp3lame", rate=rate_hz, layout="mono")
        stream.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(audio[None], format="fltp", layout="mono")
        frame.sample_rate = rate_hz
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)


def _spot(
    name: str, text: str, spoken: Samples, random: Random, music: Sequence[Samples]
) -> Part:
    bedded = random.random() < 0.4
    samples = _on_bed(spoken, random, music, 0.7) if bedded else spoken
    return Part("sponsor", name, _quiet_ends(samples, random.uniform(0.08, 0.2)), text)


def _on_bed(
    spoken: Samples, random: Random, music: Sequence[Samples], lead_s: float
) -> Samples:
    """Speech over soft music that begins `lead_s` before it and ends as long after."""
    lead = round(lead_s * RATE_HZ)
    samples = _music(random, music, (len(spoken) + 2 * lead) / RATE_HZ, -32.0)
    samples[lead : lead + len(spoken)] += spoken
    return samples


def _music(random: Random, music: Sequence[Samples], length_s: float, db: float) -> Samples:
    """Some music of that length and level, with short fades."""
    track, length = random.choice(music), round(length_s * RATE_HZ)
    start = random.randrange(len(track) - length)
    part = track[start : start + length]
    fade = np.minimum(1.0, np.minimum(np.arange(length), np.arange(length)[::-1]) / 1200)
    rms = max(1e-4, float(np.sqrt(np.mean(np.square(part)))))
    return (part * fade * (10 ** (db / 20) / rms)).astype(np.float32)


def _quiet_ends(samples: Samples, pad_s: float) -> Samples:
    pad = np.zeros(round(pad_s * RATE_HZ), np.float32)
    return np.concatenate([pad, samples, pad])


class Cached:
    """A voice that says nothing twice: what was spoken is kept as files in `folder`."""

    def __init__(self, folder: Path, voices: Path) -> None:
        self._folder, self._voices = folder, voices
        self._speech: object | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, text: str, voice: str) -> Samples:
        """As `Voice` has it."""
        key = hashlib.sha256(f"{voice} {text}".encode()).hexdigest()[:24]
        path = self._folder / f"{key}.npy"
        if not path.exists():
            from seeds.render import Speech

            if self._speech is None:
                self._speech = Speech(self._voices)
            assert isinstance(self._speech, Speech)
            spoken = self._speech.say(text, {"voice": voice}, 1.15)
            with path.with_suffix(".part").open("wb") as file:
                np.save(file, spoken.astype(np.float16))
            path.with_suffix(".part").rename(path)
        kept: Samples = np.load(path).astype(np.float32)
        return kept
