"""Files with more than one audio track: which of them are heard, and their mix.

OBS, Zoom and Riverside write a track for each speaker, sometimes with a mix of them all;
films have one for each language. Some recordings keep two speakers in the two channels of
one track. This file knows sound and tracks; it does not know who speaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from audio.container import Track
from audio.decode import RATE_HZ, decode, decode_apart
from audio.mono import LEFT, RIGHT
from audio.reader import Reader
from audio.whole import whole
from episodes.types import Audio

Told = Callable[[float], None]
Levels = NDArray[np.float64]
Flags = NDArray[np.bool_]

FRAME_S = 0.1
SILENT_DB = -60.0
"""A track whose loudest moments stay below this is silent, dBFS."""
LOUD_DB = 15.0
"""Frames so far below a track's loudest ones still count as loud."""
ALIKE_DB = 2.0
"""A track holds another where, while that one is loud, their levels differ by one number."""
WITHIN_DB = -6.0
"""A track that holds another holds it about as loud; what is much softer is bleed."""
WINDOW_S, STEP_S = 0.75, 0.25
"""Length and distance of the windows in which tracks are compared."""
LAG_S = 0.3
"""Sound from another's loudspeaker comes as late as this."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where one speaker may be heard alone: a track of a file, or a side of a stereo one."""

    track: int
    side: Literal["left", "right"] | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """A file's sound: the `mix` of all that is heard, and each of the `sources` alone.

    `sources` is empty where there is only the mix. `tracks` are the numbers of the tracks
    in the mix; empty for a file with a single one.
    """

    mix: Audio
    sources: tuple[Source, ...] = ()
    tracks: tuple[int, ...] = ()


def record(
    source: Path,
    folder: Path,
    wanted: str = "auto",
    progress: Told = lambda _: None,
    most_s: float = float("inf"),
) -> Recording:
    """Decode a file into `folder`: the mix as audio.pcm, sources as named by `place`.

    `wanted` is "auto", "mix" (no sources), "speakers" (a source for each track or, in a
    file with one track, each channel) or the number of the one track to read. Raises
    BadAudio.
    """
    pcm = folder / "audio.pcm"
    if wanted.isdecimal():
        audio = decode(source, pcm, progress, most_s, track=int(wanted))
        treatment = (*audio.treatment, f"track {wanted}")
        return Recording(replace(audio, treatment=treatment), (), (int(wanted),))
    with closing(Reader(source)) as reader:
        tracks, channels = reader.tracks, reader.channels
    if len(tracks) > 1:
        return _several(source, folder, tracks, wanted, progress, most_s)
    audio, apart = decode_apart(source, pcm, progress, most_s)
    sources: tuple[Source, ...] = ()
    if channels == 2 and (wanted == "speakers" or (wanted == "auto" and apart)):
        sources = (Source(tracks[0].number, "left"), Source(tracks[0].number, "right"))
        for side in sources:
            fold = LEFT if side.side == "left" else RIGHT
            decode(source, place(folder, side), most_s=most_s, fold=fold)
    return Recording(audio, sources)


def place(folder: Path, source: Source) -> Path:
    """Return where the samples of a source lie."""
    return folder / f"track-{source.track}{source.side or ''}.pcm"


def _several(
    source: Path,
    folder: Path,
    tracks: Sequence[Track],
    wanted: str,
    progress: Told,
    most_s: float,
) -> Recording:
    """Decode every track, and mix those that are heard."""
    decoded: list[Audio] = []
    for track in tracks:
        done = len(decoded)

        def part(fraction: float, done: int = done) -> None:
            progress((done + fraction) / len(tracks))

        pcm = place(folder, Source(track.number))
        decoded.append(decode(source, pcm, part, most_s, track=track.number))
    own, foreign = _languages(tracks, source)
    heard = [own[i] for i in distinct(_levels([decoded[at] for at in own]))]
    mix = _mixed(folder / "audio.pcm", [decoded[at] for at in heard])
    numbers = tuple(tracks[at].number for at in heard)
    warnings = dict.fromkeys(one for at in heard for one in decoded[at].warnings)
    mix = replace(
        mix,
        warnings=(*warnings, *_unread(foreign)),
        treatment=(f"tracks {'+'.join(map(str, numbers))}",),
    )
    sources = tuple(Source(tracks[at].number, None, tracks[at].title) for at in heard)
    several = len(heard) > 1 and wanted != "mix"
    return Recording(mix, sources if several else (), numbers)


def _languages(tracks: Sequence[Track], source: Path) -> tuple[list[int], list[Track]]:
    """Return the places of the tracks in the language that is played, and the other tracks."""
    with closing(Reader(source)) as reader:
        played = next(track for track in tracks if track.number == reader.track)
    if played.language is None:
        return list(range(len(tracks))), []
    fits = [track.language in (None, played.language) for track in tracks]
    foreign = [track for track, fit in zip(tracks, fits, strict=True) if not fit]
    return [at for at, fit in enumerate(fits) if fit], foreign


def _unread(foreign: Sequence[Track]) -> list[str]:
    if not foreign:
        return []
    named = ", ".join(f"{track.number} ({track.language})" for track in foreign)
    one = len(foreign) == 1
    kind = "track in another language was" if one else "tracks in other languages were"
    return [f"The {kind} not read: {named}. To read one, give its number as the tracks."]


def distinct(levels: Levels) -> list[int]:
    """Return the tracks to hear, in order, from levels in dBFS, shape (frames, tracks).

    Silent tracks are left out, and of two that hold the same the later one. A mix of other
    tracks gives way to them where they hold all of it; else they give way to the mix. If
    all are silent the first one stays.
    """
    loudest = np.percentile(levels, 99, axis=0) if len(levels) else np.empty(0)
    heard = [at for at, level in enumerate(loudest) if level >= SILENT_DB]
    for one, other in combinations(tuple(heard), 2):
        both = one in heard and other in heard
        if both and _holds(levels, one, other) and _holds(levels, other, one):
            heard.remove(other)
    for mix in tuple(heard):
        parts = [at for at in heard if at != mix and _holds(levels, mix, at)]
        if len(parts) > 1 and _adds_up(levels, mix, parts):
            heard.remove(mix)
        elif parts:
            heard = [at for at in heard if at not in parts]
    return heard or [0]


def _loud(levels: Levels, track: int) -> NDArray[np.bool_]:
    """Return in which frames a track is loud, shape (frames,)."""
    level = levels[:, track]
    return np.asarray(level > max(SILENT_DB, np.percentile(level, 99) - LOUD_DB))


def _holds(levels: Levels, track: int, part: int) -> bool:
    """Return True if a track is as loud as another whenever that one is loud."""
    apart = (levels[:, track] - levels[:, part])[_loud(levels, part)]
    middle = float(np.median(apart))
    return middle > WITHIN_DB and bool((np.abs(apart - middle) < ALIKE_DB).mean() > 0.9)


def _adds_up(levels: Levels, mix: int, parts: Sequence[int]) -> bool:
    """Return True if parts leave nothing loud of a mix unexplained."""
    total = 10 * np.log10((10 ** (levels[:, parts] / 10)).sum(axis=1))
    apart = (levels[:, mix] - total)[_loud(levels, mix)]
    return bool((np.abs(apart - np.median(apart)) < 2 * ALIKE_DB).mean() > 0.9)


def _levels(tracks: Sequence[Audio]) -> Levels:
    """Return levels in dBFS, shape (frames, tracks), as long as the longest track."""
    found = [levels(audio) for audio in tracks]
    length = max(len(one) for one in found)
    columns = [np.pad(one, (0, length - len(one)), constant_values=-120.0) for one in found]
    return np.stack(columns, 1)


def levels(audio: Audio, frame_s: float = FRAME_S) -> Levels:
    """Return the level of each frame in dBFS, -120 for silence, shape (frames,)."""
    size = round(frame_s * audio.sample_rate_hz)
    found = []
    for block in _blocks(audio, size * 600):
        frames = np.pad(block, (0, -len(block) % size)).reshape(-1, size) / 32768.0
        found.append(10 * np.log10(np.square(frames).mean(axis=1) + 1e-12))
    return np.concatenate(found) if found else np.empty(0)


def likeness(one: Audio, other: Audio, frames: Flags, frame_s: float) -> Levels:
    """Return how alike two tracks sound around each of the `frames` that are True.

    From 0 to 1, shape (frames,): the highest correlation of the two within `LAG_S`, after
    both were whitened in part (the generalised cross-correlation of Knapp and Carter, 1976,
    which finds the direct sound among its echoes).
    """
    found = np.zeros(len(frames))
    step = max(1, round(STEP_S / frame_s))
    for first in range(0, len(frames), step):
        if frames[first : first + step].any():
            middle = (first + step / 2) * frame_s
            start, end = middle - WINDOW_S / 2, middle + WINDOW_S / 2
            windows = one.window(start, end), other.window(start, end)
            found[first : first + step] = _alike(*windows)
    return found


def _alike(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the highest correlation of two windows, from 0 to 1."""
    length = min(len(one), len(other))
    if not length:
        return 0.0
    size = 1 << (2 * length - 1).bit_length()
    spectra = [np.fft.rfft(samples[:length], size) for samples in (one, other)]
    band = slice(round(200 / RATE_HZ * size), round(3400 / RATE_HZ * size))
    white = [spectrum[band] / np.sqrt(np.abs(spectrum[band]) + 1e-9) for spectrum in spectra]
    energy = float(np.sqrt(np.prod([np.square(np.abs(part)).sum() for part in white])))
    if energy <= 0:
        return 0.0
    cross = np.zeros(size // 2 + 1, complex)
    cross[band] = white[0] * np.conj(white[1])
    correlation = np.abs(np.fft.irfft(cross, size)) * size / 2 / energy
    lag = round(LAG_S * RATE_HZ)
    return float(min(1.0, max(correlation[:lag].max(), correlation[-lag:].max())))


def _mixed(pcm: Path, tracks: Sequence[Audio]) -> Audio:
    """Return the sum of the tracks, written whole."""
    length = max(audio.n_samples for audio in tracks)
    with whole(pcm) as part:
        with part.open("wb") as file:
            for blocks in zip(*(_padded(audio, length) for audio in tracks), strict=True):
                total = np.sum(blocks, axis=0, dtype=np.int32).clip(-32768, 32767)
                file.write(total.astype("<i2").tobytes())
        return Audio(pcm, length, RATE_HZ)


def _padded(audio: Audio, length: int) -> Iterator[NDArray[np.int16]]:
    """Yield int16 blocks of a minute up to a length in samples, silent behind the end."""
    size = 60 * RATE_HZ
    blocks = _blocks(audio, size)
    for first in range(0, length, size):
        block = next(blocks, np.empty(0, np.int16))
        yield np.pad(block, (0, min(size, length - first) - len(block)))


def _blocks(audio: Audio, size: int) -> Iterator[NDArray[np.int16]]:
    """Yield the samples in blocks of `size`, int16 (n,)."""
    with audio.path.open("rb") as file:
        while raw := file.read(2 * size):
            yield np.frombuffer(raw, "<i2")
