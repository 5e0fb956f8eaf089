from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from audio.cues import listen
from episodes.spans import Span, disjoint, overlap
from episodes.types import Audio

Pcm = Callable[[NDArray[np.float64]], Audio]

RATE = 16_000
PAUSES = [(2.0, 2.3), (5.0, 5.5), (9.0, 9.2), (20.0, 21.0), (33.0, 33.4), (50.0, 50.3)]


def _talk(
    duration_s: float = 60, pauses: list[tuple[float, float]] = PAUSES
) -> NDArray[np.float64]:
    """Noise with the slow swings of speech, silent in `pauses`; about -20 dB."""
    count = round(duration_s * RATE)
    swings = 0.6 + 0.4 * np.sin(np.arange(count) / RATE * 2 * np.pi * 4)
    samples = np.random.default_rng(1).normal(0, 0.1, count) * swings
    for start, end in pauses:
        samples[round(start * RATE) : round(end * RATE)] = 0
    return samples


def _hum(level: float, duration_s: float = 60) -> NDArray[np.float64]:
    return np.random.default_rng(2).normal(0, level, round(duration_s * RATE))


@pytest.mark.parametrize("noise", [0.0, 1e-4, 1e-3, 5e-3])
def test_pauses_are_found_whatever_the_noise_floor(pcm: Pcm, noise: float) -> None:
    found = listen(pcm(_talk() + _hum(noise))).silences
    assert [(span.start, span.end) for span in found] == [
        pytest.approx(pause, abs=0.03) for pause in PAUSES
    ]


def test_pauses_over_a_music_bed_in_one_part_are_found(pcm: Pcm) -> None:
    samples = _talk(90, [*PAUSES, (65.0, 65.4), (70.0, 70.5), (80.0, 80.5)])
    beat = 0.008 * np.sin(np.arange(30 * RATE) / RATE * 2 * np.pi * 220)
    samples[60 * RATE :] += beat
    found = listen(pcm(samples + _hum(1e-4, 90))).silences
    for start, end in [(65.0, 65.4), (70.0, 70.5), (80.0, 80.5)]:
        assert any(overlap(span, Span(start, end)) > 0.3 for span in found)


def test_music_and_noise_without_pauses_hold_no_silence(pcm: Pcm) -> None:
    seconds = np.arange(40 * RATE) / RATE
    chords = sum(0.1 * np.sin(2 * np.pi * f * seconds) for f in (220.0, 277.0, 330.0))
    assert listen(pcm(chords * (0.6 + 0.4 * np.sin(2 * np.pi * 2 * seconds)))).silences == ()
    assert listen(pcm(_hum(0.1))).silences == ()


def test_short_gaps_within_words_are_no_silence(pcm: Pcm) -> None:
    assert listen(pcm(_talk(30, [(4.0, 4.08), (9.0, 9.1)]) + _hum(1e-4, 30))).silences == ()


def test_a_long_stretch_of_dead_air_is_silence(pcm: Pcm) -> None:
    found = listen(pcm(_talk(200, [(60.0, 140.0)]) + _hum(1e-4, 200))).silences
    assert [(span.start, span.end) for span in found] == [pytest.approx((60, 140), abs=0.03)]


def test_a_loud_ad_does_not_make_quiet_talk_silence(pcm: Pcm) -> None:
    samples = np.concatenate([0.4 * _talk(60), 1.6 * _talk(60, [])])
    found = listen(pcm(samples + _hum(1e-4, 120))).silences
    assert [(span.start, span.end) for span in found] == [
        pytest.approx(pause, abs=0.03) for pause in PAUSES
    ]


def test_nothing_is_silent_in_no_audio(pcm: Pcm) -> None:
    assert listen(pcm(np.zeros(0))).silences == ()


def test_frames_tell_level_floor_and_bandwidth(pcm: Pcm) -> None:
    seconds = np.arange(4 * RATE) / RATE
    tone = 0.2 * np.sqrt(2) * np.sin(2 * np.pi * 1000 * seconds)
    tone[2 * RATE :] *= 0.5
    tone[RATE : RATE + 800] = 0  # half a frame
    heard = listen(pcm(tone))
    assert len(heard.level_db) == len(heard.floor_db) == len(heard.bandwidth_hz) == 40
    assert set(heard.level_db[:10]) == {-14}
    assert set(heard.level_db[21:]) == {-20}
    assert heard.level_db[10] == -17
    assert heard.floor_db[10] == -100
    assert heard.floor_db[5] == -14
    assert set(heard.bandwidth_hz[:10]) <= {1000, 1250}


@pytest.mark.parametrize("limit_hz", [3000, 5000, 7000, 8000])
def test_a_codecs_limit_is_heard_whatever_the_level(pcm: Pcm, limit_hz: int) -> None:
    spectrum = np.fft.rfft(_talk(8, []))
    spectrum[np.fft.rfftfreq(8 * RATE, 1 / RATE) > limit_hz] = 0
    samples = np.fft.irfft(spectrum)
    for gain in (1.0, 0.1):
        bands = listen(pcm(gain * samples)).bandwidth_hz
        assert np.median(bands) == pytest.approx(limit_hz, abs=250)


def test_what_is_faint_has_no_bandwidth(pcm: Pcm) -> None:
    assert set(listen(pcm(_hum(1e-4, 2))).bandwidth_hz) == {0}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(1, 70_000), st.lists(st.floats(0, 1), max_size=8))
def test_silences_are_sorted_disjoint_long_enough_and_within(
    tmp_path: Path, count: int, gains: list[float]
) -> None:
    samples = np.random.default_rng(count).normal(0, 3000, count)
    for at, gain in enumerate(gains):
        samples[at * 8000 : (at + 1) * 8000] *= gain**6
    path = tmp_path / "random.pcm"
    samples.clip(-32_768, 32_767).astype("<i2").tofile(path)
    heard = listen(Audio(path, count))
    found = heard.silences
    assert disjoint(found)
    assert all(span.duration_s > 0.14 for span in found)
    assert all(span.end <= count / RATE for span in found)
    frames = -(-count // (RATE // 10))
    assert len(heard.level_db) == len(heard.floor_db) == len(heard.bandwidth_hz) == frames
    assert all(low <= level for low, level in zip(heard.floor_db, heard.level_db, strict=True))
