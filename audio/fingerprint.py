"""What a stretch of audio sounds like, in bits that survive loudness and re-encoding.

Every 25 ms a print of 32 bits: whether the difference of energy between neighbouring bands
grows or shrinks (Haitsma & Kalker, "A Highly Robust Audio Fingerprinting System", 2002).
Theirs looks at linear energies of 0.37 s; here energies of 64 ms are smoothed over 0.3 s,
which is cheaper and as deaf to where the frames begin, and their logarithm is taken, which
makes the bits deaf to equalisers too. Unlike prints of different sounds differ in half
of their bits.

Some frames are keys, under which the prints are looked up: where the sound changes most,
which copies have in common, about three a second. A key's least certain bits are tried both
ways, so that a copy is found although some bits of it differ.

This file does not know any other episode (that is matching.py), nor where prints are kept.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from episodes.types import Audio

FRAME_S = 0.025
"""From one print to the next."""

WINDOW_S = 0.064

BLOCK_S = 60.0
"""Audio is read in blocks of this length, so that memory stays the same for any length."""

BANDS = 33
LOW_HZ, HIGH_HZ = 200.0, 3600.0
"""What mp3 keeps at any bit rate, and telephones too."""

SMOOTH = 12
"""Frames to each side that a print looks at: 0.3 s, weights falling to both sides."""

APART = 4
"""Frames between the two moments whose energies are compared."""

KEY_APART = 6
"""Two keys are at least so many frames apart."""

CHANGE = 0.05
"""A frame at which less changes (the mean of all bands, in log energy) is no key: a tone or a
hum that goes on is alike everywhere."""

FLIPS = 4
"""So many of a key's least certain bits are tried both ways."""

QUIET_DB = -60.0
"""Below this full-scale level a frame is no key: silence sounds alike everywhere."""

FLOOR = 1e-5
"""Added to the energies: noise at about -80 dB of full scale, so that silence has a print."""

Bits = NDArray[np.uint32]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Prints:
    """The prints of an episode.

    `bits` (frames,) has one every FRAME_S seconds; the frame i is about the second
    i * FRAME_S. `keys` (keys,) are frames, sorted; `doubts` (keys, FLIPS) the numbers of
    each key's least certain bits. `loud` (frames,) tells frames that are not quiet.
    """

    bits: Bits
    loud: NDArray[np.bool_]
    keys: NDArray[np.int32]
    doubts: NDArray[np.uint8]

    @property
    def duration_s(self) -> float:
        """Length in seconds, to a frame."""
        return len(self.bits) * FRAME_S

    def hashes(self) -> Bits:
        """The keys' prints, (keys,): what they are kept under."""
        return self.bits[self.keys]

    def guesses(self) -> Bits:
        """What copies of the keys may be kept under, (keys, 2 ** FLIPS), `hashes` first."""
        guesses = self.hashes()[:, None]
        for column in range(FLIPS):
            flip = (np.uint32(1) << self.doubts[:, column].astype(np.uint32))[:, None]
            guesses = np.concatenate([guesses, guesses ^ flip], axis=1)
        return guesses

    def text(self) -> str:
        """All of it as a text to keep, about 0.6 MB an hour."""
        kept = BytesIO()
        np.savez_compressed(
            kept,
            bits=self.bits,
            loud=np.packbits(self.loud),
            keys=self.keys,
            doubts=self.doubts,
        )
        return b64encode(kept.getvalue()).decode("ascii")

    @classmethod
    def from_text(cls, text: str) -> Prints:
        """What `text` gave. Raises ValueError for anything else."""
        try:
            with np.load(BytesIO(b64decode(text, validate=True)), allow_pickle=False) as kept:
                bits = kept["bits"]
                loud = np.unpackbits(kept["loud"], count=len(bits)).astype(bool)
                return cls(bits, loud, kept["keys"], kept["doubts"])
        except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise ValueError("these are no prints") from error


def prints(audio: Audio) -> Prints:
    """The prints of `audio`; about 0.6 MB an hour, and 2 seconds of one core to make them."""
    size = round(BLOCK_S / FRAME_S)
    total = int(audio.duration_s / FRAME_S)
    bits, loud, keys, doubts = [], [], [], []
    for first in range(0, total, size):
        last = min(first + size, total)
        edges, levels = _edges(audio, first - KEY_APART, last + KEY_APART)
        own = slice(KEY_APART, KEY_APART + last - first)
        bits.append(_packed(edges[own]))
        loud.append(levels[own] > QUIET_DB)
        peaks = _peaks(edges)[own] & loud[-1]
        keys.append(np.flatnonzero(peaks) + first)
        doubts.append(np.argsort(np.abs(edges[own][peaks]), axis=1)[:, :FLIPS])
    return Prints(
        np.concatenate([np.zeros(0, np.uint32), *bits]),
        np.concatenate([np.zeros(0, bool), *loud]),
        np.concatenate([np.zeros(0, int), *keys]).astype(np.int32),
        np.concatenate([np.zeros((0, FLIPS)), *doubts]).astype(np.uint8),
    )


def _edges(audio: Audio, first: int, last: int) -> tuple[Floats, Floats]:
    """Of frames [first, last): how much more each band gains on the next, and the level.

    Shapes (frames, BANDS - 1) and (frames,), the level in dB of full scale. Beyond both ends
    of the audio there is silence.
    """
    margin = SMOOTH + APART // 2
    spectra = _spectra(audio, first - margin, last + margin)
    window = 2 * (spectra.shape[1] - 1)
    weights = np.hanning(2 * SMOOTH + 1).astype(np.float32)
    energies = spectra @ _filters(audio.sample_rate_hz, window)
    near = np.lib.stride_tricks.sliding_window_view(energies, len(weights), axis=0)
    logs = np.log(near @ (weights / weights.sum()) + FLOOR)
    slopes = logs[:, :-1] - logs[:, 1:]
    power = 2 * spectra[margin:-margin].sum(axis=1) / (0.375 * window**2)
    return slopes[APART:] - slopes[:-APART], 10 * np.log10(power + 1e-12)


def _spectra(audio: Audio, first: int, last: int) -> Floats:
    """Power spectra of frames [first, last) around their seconds, (frames, bins)."""
    rate_hz = audio.sample_rate_hz
    hop, window = round(FRAME_S * rate_hz), 2 * round(WINDOW_S * rate_hz / 2)
    begin, end = first * hop - window // 2, (last - 1) * hop + window // 2
    samples = audio.window(max(0, begin) / rate_hz, max(0, end) / rate_hz)
    samples = np.pad(samples, (max(0, -begin), end - begin))[: end - begin]
    frames = np.lib.stride_tricks.sliding_window_view(samples, window)[::hop]
    shape = np.hanning(window).astype(np.float32)
    spectra = np.empty((len(frames), window // 2 + 1), np.float32)
    for at in range(0, len(frames), 256):  # a few at a time stay in the processor's cache
        spectrum = np.fft.rfft(frames[at : at + 256] * shape, axis=1)
        spectra[at : at + 256] = np.square(spectrum.real) + np.square(spectrum.imag)
    return spectra


def _filters(rate_hz: int, window: int) -> Floats:
    """Triangles over the spectrum, (window // 2 + 1, BANDS), evenly spaced by mel."""
    mel = np.linspace(np.log1p(LOW_HZ / 700), np.log1p(HIGH_HZ / 700), BANDS + 2)
    centres = 700 * np.expm1(mel)
    bins = np.arange(window // 2 + 1)[:, None] * rate_hz / window
    rising = (bins - centres[:-2]) / (centres[1:-1] - centres[:-2])
    falling = (centres[2:] - bins) / (centres[2:] - centres[1:-1])
    filters: Floats = np.clip(np.minimum(rising, falling), 0, 1).astype(np.float32)
    return filters


def _packed(edges: Floats) -> Bits:
    """A bit for each edge, the first the lowest: 1 where it is above 0."""
    places = np.uint32(1) << np.arange(BANDS - 1, dtype=np.uint32)
    packed: Bits = np.where(edges > 0, places, np.uint32(0)).sum(axis=1, dtype=np.uint32)
    return packed


def _peaks(edges: Floats) -> NDArray[np.bool_]:
    """The frames at which more changes than at any other near them, (frames,)."""
    change = np.abs(edges).mean(axis=1)
    padded = np.pad(change, KEY_APART)  # no change is less than none
    near = np.lib.stride_tricks.sliding_window_view(padded, 2 * KEY_APART + 1)
    most = near.max(axis=1)
    peaks: NDArray[np.bool_] = (change == most) & (change > CHANGE)
    return peaks
