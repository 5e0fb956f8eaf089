"""Packets that are missing from a file: pauses left out, losses, recordings without an end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from audio.decode import decode
from episodes.types import Audio

Landed = Callable[[Audio, float], float]
Ffmpeg = Callable[..., None]

RATE_HZ, FRAME = 48_000, 960
CLICKS = (0.5, 3.25, 11.75, 14.5)
PAUSE = range(250, 500)
"""Frames of 20 ms without a sound: 5 to 10 s."""


def sound() -> NDArray[np.int16]:
    """15 s of faint noise with clicks, but for a pause."""
    samples = np.random.default_rng(0).normal(0, 900, 15 * RATE_HZ)
    samples[5 * RATE_HZ : 10 * RATE_HZ] = 0
    ring = np.arange(400)
    for at in CLICKS:
        first = round(at * RATE_HZ)
        samples[first : first + 400] += 20_000 * np.exp(-ring / 40) * np.cos(0.4 * ring)
    return samples.clip(-32768, 32767).astype(np.int16)


@pytest.fixture
def opus(tmp_path: Path) -> Callable[[str, str, Callable[[int], bool]], Path]:
    """Writes the sound as packets of 20 ms, less those that are to be dropped."""

    def write(name: str, form: str, dropped: Callable[[int], bool]) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w", format=form) as out:
            stream = out.add_stream("libopus", rate=RATE_HZ)
            stream.layout = "mono"
            packets = []
            for at, block in enumerate(np.split(sound(), 15 * RATE_HZ // FRAME)):
                frame = av.AudioFrame.from_ndarray(block[np.newaxis], "s16", "mono")
                frame.sample_rate, frame.pts = RATE_HZ, FRAME * at
                packets += stream.encode(frame)
            packets += stream.encode(None)
            for at, packet in enumerate(packets):
                if not dropped(at):
                    packet.stream = stream
                    out.mux(packet)
        return path

    return write


def without_length(source: Path, ffmpeg: Ffmpeg) -> Path:
    """The same as a browser records it: no duration anywhere."""
    live = source.with_name(f"live-{source.name}")
    ffmpeg("-i", source, "-c", "copy", "-f", "webm", "-live", 1, live)
    return live


def check(audio: Audio, landed: Landed, clicks: Sequence[float] = CLICKS) -> None:
    assert [landed(audio, at) for at in clicks] == pytest.approx([0] * len(clicks), abs=0.12)


@pytest.mark.parametrize(
    ("name", "form"), [("x.webm", "webm"), ("x.mka", "matroska"), ("x.mp4", "mp4")]
)
def test_pauses_that_an_encoder_left_out_are_no_damage(
    opus: Callable[..., Path], landed: Landed, tmp_path: Path, name: str, form: str
) -> None:
    source = opus(name, form, lambda at: at in PAUSE[5:-5] and at % 20 > 0)
    audio = decode(source, tmp_path / "x.pcm")
    check(audio, landed)
    assert audio.duration_s == pytest.approx(15, abs=0.15)
    assert audio.warnings == ()
    assert audio.treatment == ("gaps",)


def test_a_recording_without_a_length_keeps_its_pauses(
    opus: Callable[..., Path], ffmpeg: Ffmpeg, landed: Landed, tmp_path: Path
) -> None:
    source = opus("x.webm", "webm", lambda at: at in PAUSE[5:-5] and at % 20 > 0)
    audio = decode(without_length(source, ffmpeg), tmp_path / "x.pcm")
    check(audio, landed)
    assert audio.warnings == ()


@pytest.mark.parametrize("live", [False, True])
def test_a_hole_is_filled_and_named(
    opus: Callable[..., Path], ffmpeg: Ffmpeg, landed: Landed, tmp_path: Path, live: bool
) -> None:
    source = opus("x.webm", "webm", lambda at: at in PAUSE[25:-25])
    audio = decode(without_length(source, ffmpeg) if live else source, tmp_path / "x.pcm")
    check(audio, landed)
    assert len(audio.warnings) == 1
    assert "4.0 s could not be read" in audio.warnings[0]


def test_lost_packets_are_filled_and_named(
    opus: Callable[..., Path], landed: Landed, tmp_path: Path
) -> None:
    clicks = {round(at * 50) + i for at in CLICKS for i in (-1, 0, 1)}
    source = opus("x.mka", "matroska", lambda at: at % 15 < 3 and at not in clicks)
    audio = decode(source, tmp_path / "x.pcm")
    check(audio, landed)
    assert "could not be read" in audio.warnings[0]
    assert "cut off" not in " ".join(audio.warnings)


def test_sound_that_begins_late_is_not_cut_off(
    clicking: Path, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    source = tmp_path / "late.mka"
    ffmpeg("-itsoffset", 4, "-i", clicking, "-c:a", "libopus", source)
    audio = decode(source, tmp_path / "x.pcm")
    assert audio.warnings == ()
    assert audio.duration_s == pytest.approx(8, abs=0.1)
