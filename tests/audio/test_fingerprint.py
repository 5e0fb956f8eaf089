"""Prints of noise and tones, through loudness, re-encoding and trims; where copies lie."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from audio.decode import decode
from audio.fingerprint import FLIPS, FRAME_S, Prints, prints
from audio.matching import Lookup, Stretch, stretches
from episodes.types import Audio

RATE_HZ = 16_000
Samples = NDArray[np.float32]


def sound(seed: int, seconds: float) -> Samples:
    """Tones that change every 0.2 s, over noise: no stretch of it is like another."""
    random = np.random.default_rng(seed)
    n = round(seconds * RATE_HZ)
    changes = round(seconds / 0.2) + 1
    audio = 0.02 * random.standard_normal(n)
    for _ in range(4):
        pitch = np.repeat(random.uniform(250, 3000, changes), round(0.2 * RATE_HZ))[:n]
        level = np.repeat(random.uniform(0, 0.2, changes), round(0.2 * RATE_HZ))[:n]
        audio += level * np.sin(2 * np.pi * np.cumsum(pitch) / RATE_HZ)
    return audio.astype(np.float32)


def audio_of(samples: Samples, path: Path) -> Audio:
    pcm = np.clip(samples * 32768, -32768, 32767).astype("<i2")
    pcm.tofile(path)
    return Audio(path, len(pcm))


def as_mp3(samples: Samples, path: Path, bit_rate: int) -> Audio:
    """Encoded, and decoded again."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libmp3lame", rate=RATE_HZ, layout="mono")
        stream.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate = RATE_HZ
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return decode(path, path.with_suffix(".pcm"))


def common(one: Prints, other: Prints) -> tuple[Stretch, ...]:
    return stretches(one, other, Lookup(one).votes(other.hashes(), other.keys))


@pytest.mark.parametrize(
    ("level", "bit_rate", "trim_s"),
    [(1.0, 64_000, 0.0), (0.1, 32_000, 0.5), (2.0, 24_000, 0.013)],
)
def test_a_copy_is_found_where_it_is(
    level: float, bit_rate: int, trim_s: float, tmp_path: Path
) -> None:
    spot = sound(1, 8.0)
    first = np.concatenate([sound(2, 10.0), spot, sound(3, 6.0)])
    cut = spot[round(trim_s * RATE_HZ) :]
    second = level * np.concatenate([sound(4, 4.0), cut, sound(5, 5.0)])
    one = prints(audio_of(first, tmp_path / "one.pcm"))
    two = prints(as_mp3(second.astype(np.float32), tmp_path / "two.mp3", bit_rate))
    (found,) = common(one, two)
    assert found.seconds == pytest.approx((10.0 + trim_s, 18.0, 4.0, 12.0 - trim_s), abs=0.2)


def test_what_is_unlike_has_nothing_in_common(tmp_path: Path) -> None:
    one = prints(audio_of(sound(1, 40.0), tmp_path / "one.pcm"))
    two = prints(audio_of(sound(2, 40.0), tmp_path / "two.pcm"))
    assert common(one, two) == ()


def test_silence_is_like_nothing(tmp_path: Path) -> None:
    quiet = prints(audio_of(np.zeros(20 * RATE_HZ, np.float32), tmp_path / "quiet.pcm"))
    assert len(quiet.keys) == 0
    assert common(quiet, quiet) == ()


def test_an_episode_that_repeats_itself_has_both_places(tmp_path: Path) -> None:
    spot = sound(1, 6.0)
    own = prints(
        audio_of(np.concatenate([spot, sound(2, 8.0), spot, sound(3, 3.0)]), tmp_path / "a.pcm")
    )
    votes = Lookup(own).votes(own.hashes(), own.keys)
    found = stretches(own, own, votes, itself=True)
    assert [s.seconds for s in found] == [
        pytest.approx((0.0, 6.0, 14.0, 20.0), abs=0.2),
        pytest.approx((14.0, 20.0, 0.0, 6.0), abs=0.2),
    ]


def test_prints_do_not_depend_on_the_blocks_they_are_made_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audio = audio_of(sound(1, 30.0), tmp_path / "a.pcm")
    whole = prints(audio)
    monkeypatch.setattr("audio.fingerprint.BLOCK_S", 7.0)
    pieces = prints(audio)
    assert (whole.bits == pieces.bits).mean() > 0.999
    assert set(whole.keys) == set(pieces.keys)


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.3])
def test_very_short_audio_has_prints(seconds: float, tmp_path: Path) -> None:
    own = prints(audio_of(sound(1, seconds), tmp_path / "a.pcm"))
    assert own.duration_s <= seconds
    assert common(own, own) == () or seconds > 0


def test_prints_survive_being_kept(tmp_path: Path) -> None:
    own = prints(audio_of(sound(1, 10.0), tmp_path / "a.pcm"))
    again = Prints.from_text(own.text())
    for name in ("bits", "loud", "keys", "doubts"):
        assert np.array_equal(getattr(own, name), getattr(again, name)), name
    assert len(own.bits) == round(10.0 / FRAME_S)
    assert own.guesses().shape == (len(own.keys), 2**FLIPS)


@pytest.mark.parametrize("text", ["", "?", "AAAA", "e30="])
def test_what_is_no_prints_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no prints"):
        Prints.from_text(text)
