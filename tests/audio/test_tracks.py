"""Files with several tracks: which are heard, their mix, and the audio cut from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from audio.cut import cut
from audio.decode import decode
from audio.tracks import Source, distinct, likeness, place, record
from episodes.errors import BadAudio
from episodes.spans import Span
from episodes.types import Audio

Ffmpeg = Callable[..., None]
Floats = NDArray[np.float64]
RATE_HZ = 16_000
NOISE = np.random.default_rng(1)


def voice(*spoken: tuple[float, float], seconds: float = 12, level: float = 0.2) -> Floats:
    """Noise with the swing of speech where somebody speaks."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    swing = level * (0.4 + 0.6 * np.sin(2 * np.pi * 2.5 * time) ** 2)
    talks = np.zeros(len(time))
    for start, end in spoken:
        talks[round(start * RATE_HZ) : round(end * RATE_HZ)] = 1
    return NOISE.normal(0, 0.3, len(time)) * swing * talks


ONE, OTHER = voice((0, 4), (8, 10)), voice((4.5, 7.5), (10.5, 12))
SILENCE = np.zeros_like(ONE)


@pytest.fixture
def tracked(tmp_path: Path, wav: Callable[..., Path], ffmpeg: Ffmpeg) -> Callable[..., Path]:
    """Writes sounds as the tracks of one file, with titles and languages."""

    def write(
        *sounds: Floats,
        titles: Sequence[str] = (),
        languages: Sequence[str] = (),
        name: str = "x.mka",
    ) -> Path:
        inputs: list[object] = []
        for at, sound in enumerate(sounds):
            inputs += ["-i", wav(sound, RATE_HZ, f"{at}.wav")]
        maps = [part for at in range(len(sounds)) for part in ("-map", at)]
        for at, title in enumerate(titles):
            maps += [f"-metadata:s:a:{at}", f"title={title}"]
        for at, language in enumerate(languages):
            maps += [f"-metadata:s:a:{at}", f"language={language}"]
        path = tmp_path / name
        codec = "aac" if name.endswith("m4a") else "flac"
        ffmpeg(*inputs, *maps, "-c:a", codec, path)
        return path

    return write


def level(audio: Audio, start: float, end: float) -> float:
    return float(np.sqrt(np.mean(np.square(audio.window(start, end)))))


def numbers(sources: Sequence[Source]) -> list[int]:
    return [source.track for source in sources]


@pytest.mark.parametrize("name", ["x.mka", "x.m4a"])
def test_a_speaker_a_track_is_mixed_and_kept_apart(
    tracked: Callable[..., Path], tmp_path: Path, name: str
) -> None:
    found = record(tracked(ONE, OTHER, titles=["Nora", "Sam"], name=name), tmp_path)
    assert numbers(found.sources) == [1, 2] == list(found.tracks)
    assert found.mix.treatment == ("tracks 1+2",)
    for start, end in ((1, 3), (5, 7), (8.5, 9.5)):
        assert level(found.mix, start, end) > 0.02
    first = place(tmp_path, found.sources[0])
    assert level(Audio(first, first.stat().st_size // 2), 5, 7) < 1e-3
    if name == "x.mka":
        assert [source.title for source in found.sources] == ["Nora", "Sam"]


def test_a_silent_track_is_passed_over_wherever_it_is(
    tracked: Callable[..., Path], tmp_path: Path
) -> None:
    for order in ((SILENCE, ONE), (ONE, SILENCE)):
        found = record(tracked(*order), tmp_path)
        assert found.sources == ()
        assert level(found.mix, 1, 3) > 0.02


def test_tracks_that_hold_the_same_are_heard_once(
    tracked: Callable[..., Path], tmp_path: Path
) -> None:
    found = record(tracked(ONE, ONE), tmp_path)
    assert (found.tracks, found.sources) == ((1,), ())


def test_a_mix_of_the_other_tracks_gives_way_to_them(
    tracked: Callable[..., Path], tmp_path: Path
) -> None:
    found = record(tracked(ONE + OTHER, ONE, OTHER), tmp_path)
    assert found.tracks == (2, 3)


def test_a_mix_that_holds_more_than_the_other_track_is_heard_alone(
    tracked: Callable[..., Path], tmp_path: Path
) -> None:
    found = record(tracked(ONE + OTHER, ONE), tmp_path)
    assert (found.tracks, found.sources) == ((1,), ())


def test_another_language_is_left_out_and_named(
    tracked: Callable[..., Path], tmp_path: Path
) -> None:
    found = record(tracked(ONE, OTHER, languages=["eng", "fra"]), tmp_path)
    assert found.tracks == (1,)
    assert found.mix.warnings == (
        "The track in another language was not read: 2 (fra). "
        "To read one, give its number as the tracks.",
    )


def test_the_one_track_asked_for_is_read(tracked: Callable[..., Path], tmp_path: Path) -> None:
    source = tracked(ONE, OTHER)
    found = record(source, tmp_path, "2")
    assert level(found.mix, 5, 7) > 0.02 > level(found.mix, 1, 3)
    assert record(source, tmp_path, "mix").sources == ()
    with pytest.raises(BadAudio, match=r"^x\.mka has 2 audio tracks: there is no track 3\.$"):
        record(source, tmp_path, "3")


def test_channels_that_hold_a_speaker_each_are_sources(
    wav: Callable[..., Path], tmp_path: Path
) -> None:
    apart = wav(np.stack([ONE, OTHER], 1), RATE_HZ)
    sides = record(apart, tmp_path).sources
    assert [source.side for source in sides] == ["left", "right"]
    left = place(tmp_path, sides[0])
    assert level(Audio(left, left.stat().st_size // 2), 5, 7) == 0
    both = ONE + OTHER
    assert record(wav(np.stack([both, 0.8 * both], 1), RATE_HZ), tmp_path).sources == ()
    assert record(wav(both, RATE_HZ), tmp_path, "speakers").sources == ()


def test_a_cut_of_tracks_holds_them_all(tracked: Callable[..., Path], tmp_path: Path) -> None:
    source, target = tracked(ONE, OTHER), tmp_path / "cut.flac"
    cut(source, target, [Span(0, 1)], tracks=(1, 2))
    audio = decode(target, tmp_path / "cut.pcm")
    assert audio.duration_s == pytest.approx(11, abs=0.05)
    assert level(audio, 1, 2.5) > 0.02
    assert level(audio, 4, 6) > 0.02


def test_bleed_is_alike_and_another_voice_is_not(
    tmp_path: Path,
) -> None:
    talk, answer = voice((0, 6), seconds=6), voice((0, 6), seconds=6)
    echo = 0.2 * np.roll(talk, 800) + NOISE.normal(0, 0.001, len(talk))
    frames = np.ones(120, bool)

    def kept(name: str, sound: Floats) -> Audio:
        path = tmp_path / f"{name}.pcm"
        (sound * 32767).astype("<i2").tofile(path)
        return Audio(path, len(sound))

    one = kept("one", talk)
    alike = likeness(one, kept("echo", echo), frames, 0.05)
    other = likeness(one, kept("answer", answer), frames, 0.05)
    assert alike[5:-5].min() > 0.5
    assert other[5:-5].max() < 0.3


def test_where_all_is_silent_the_first_track_stays() -> None:
    assert distinct(np.full((50, 3), -120.0)) == [0]
    assert distinct(np.empty((0, 2))) == [0]
