from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from audio.decode import decode, read_tags
from episodes.types import Audio, Chapter

Encode = Callable[..., Path]
Landed = Callable[[Audio, float], float]

AAC_DELAY_S = 1024 / 44_100
MP3_DELAY_S = 1105 / 44_100

CONTAINERS = [
    ("cbr.mp3", ("-b:a", "128k"), 0.0),
    ("vbr.mp3", ("-q:a", "4"), 0.0),
    ("low.mp3", ("-b:a", "48k", "-ac", "1", "-ar", "22050"), 0.0),
    ("plain.mp3", ("-write_xing", "0"), MP3_DELAY_S),
    ("book.m4a", (), 0.0),
    ("fast.m4a", ("-movflags", "+faststart"), 0.0),
    ("lossless.m4a", ("-c:a", "alac"), 0.0),
    ("bare.aac", (), AAC_DELAY_S),
    ("talk.opus", ("-c:a", "libopus"), 0.0),
    ("talk.ogg", ("-c:a", "libvorbis"), 0.0),
    ("talk.flac", (), 0.0),
    ("eight.wav", ("-c:a", "pcm_u8"), 0.0),
    ("three.wav", ("-c:a", "pcm_s24le"), 0.0),
    ("float.wav", ("-c:a", "pcm_f32le", "-ar", "96000"), 0.0),
    ("phone.wav", ("-c:a", "pcm_mulaw", "-ar", "16000", "-ac", "1"), 0.0),
    ("four.wav", ("-af", "pan=4c|c0=c0|c1=c1|c2=c0|c3=c1"), 0.0),
    ("talk.mka", ("-c:a", "libvorbis"), 0.0),
    ("talk.webm", ("-c:a", "libopus"), 0.0),
]


@pytest.mark.parametrize("container", CONTAINERS, ids=str)
def test_clicks_land_where_a_player_plays_them(
    encoded: Encode,
    landed: Landed,
    clicks: tuple[float, ...],
    tmp_path: Path,
    container: tuple[str, tuple[str, ...], float],
) -> None:
    name, arguments, delay_s = container
    # Only files that do not state their encoder's delay are played with it.
    shown: list[float] = []
    audio = decode(encoded(name, *arguments), tmp_path / "x.pcm", shown.append)
    assert [landed(audio, at + delay_s) for at in clicks] == pytest.approx([0] * 6, abs=1e-3)
    assert 8 <= audio.duration_s < 8 + 0.05
    assert audio.path.stat().st_size == 2 * audio.n_samples
    assert audio.warnings == ()
    assert shown == sorted(shown)
    assert shown[-1] == 1.0


@pytest.mark.parametrize("name", ["cbr.mp3", "talk.opus", "talk.flac", "talk.ogg"])
def test_lengths_that_are_stated_exactly_are_met_exactly(
    encoded: Encode, tmp_path: Path, name: str
) -> None:
    arguments = ("-c:a", "libopus") if name.endswith("opus") else ()
    audio = decode(encoded(name, *arguments), tmp_path / "x.pcm")
    assert audio.n_samples == pytest.approx(8 * 16_000, abs=1)


@pytest.mark.parametrize(
    ("name", "sound"),
    [("late.mp4", "aac"), ("late.mkv", "libmp3lame"), ("late.webm", "libopus")],
)
def test_sound_that_starts_after_the_picture_keeps_its_place(
    filmed: Encode,
    landed: Landed,
    clicks: tuple[float, ...],
    tmp_path: Path,
    name: str,
    sound: str,
) -> None:
    video = ("-c:v", "libvpx") if name.endswith("webm") else ()
    audio = decode(filmed(name, 2, *video, "-c:a", sound), tmp_path / "x.pcm")
    # Matroska rounds the start to milliseconds.
    assert [landed(audio, 2 + at) for at in clicks] == pytest.approx([0] * 6, abs=2e-3)
    assert not audio.window(0.0, 1.9).any()
    assert audio.warnings == ()


def test_a_cover_is_not_a_video(encoded: Encode, picture: Path, tmp_path: Path) -> None:
    cover = ("-i", picture, "-map", 0, "-map", 1, "-c:v", "copy")
    source = encoded("cover.mp3", *cover, "-disposition:v", "attached_pic")
    assert decode(source, tmp_path / "x.pcm").n_samples == pytest.approx(8 * 16_000, abs=1)


def test_a_file_spliced_from_other_rates_and_channels_plays_through(
    encoded: Encode, clicks: tuple[float, ...], tmp_path: Path
) -> None:
    first = encoded("cbr.mp3", "-b:a", "128k").read_bytes()
    other = encoded("low.mp3", "-b:a", "48k", "-ac", "1", "-ar", "22050").read_bytes()
    spliced = tmp_path / "spliced.mp3"
    spliced.write_bytes(first + other + first)
    audio = decode(spliced, tmp_path / "x.pcm")
    loud = np.flatnonzero(np.abs(audio.window()) > 0.15)
    found = (loud[np.diff(loud, prepend=-16_000) > 1000] / 16_000).reshape(3, 6)
    assert found[0] == pytest.approx(clicks, abs=1e-3)
    # Joined files play the padding of their encoders, but keep their own rates.
    assert found[1] - found[1, 0] == pytest.approx(found[0] - found[0, 0], abs=1e-3)
    assert found[2] - found[2, 0] == pytest.approx(found[0] - found[0, 0], abs=1e-3)
    assert audio.duration_s == pytest.approx(24, abs=0.3)


def test_an_inverted_channel_does_not_silence_the_other(
    encoded: Encode, landed: Landed, tmp_path: Path
) -> None:
    inverted = encoded("inverted.wav", "-af", "pan=stereo|c0=c0|c1=-1*c0")
    assert landed(decode(inverted, tmp_path / "x.pcm"), 0.5) == pytest.approx(0, abs=1e-3)


def test_names_that_look_like_something_else_are_only_names(
    encoded: Encode, tmp_path: Path
) -> None:
    source = tmp_path / "concat:a|b #1 %20.wav"
    source.write_bytes(encoded("eight.wav", "-c:a", "pcm_u8").read_bytes())
    assert decode(source, tmp_path / "x.pcm").n_samples == 8 * 16_000


def test_the_rest_of_an_earlier_decoding_is_replaced(encoded: Encode, tmp_path: Path) -> None:
    (tmp_path / "x.pcm").write_bytes(b"old")
    audio = decode(encoded("eight.wav", "-c:a", "pcm_u8"), tmp_path / "x.pcm")
    assert (tmp_path / "x.pcm").stat().st_size == 2 * audio.n_samples
    assert [path.name for path in tmp_path.iterdir()] == ["x.pcm"]


def test_samples_are_those_that_pyav_decodes(encoded: Encode, tmp_path: Path) -> None:
    source = encoded("mono.wav", "-ar", "16000", "-ac", "1")
    with av.open(str(source)) as container:
        plain = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    audio = decode(source, tmp_path / "x.pcm")
    assert np.array_equal(np.fromfile(audio.path, "<i2"), plain)


METADATA = """;FFMETADATA1
title=One \\= two
album=A Show
date=2025-12-11
comment=A comment
description=About this\\
and that
[CHAPTER]
TIMEBASE=1/1000
START=0
END=3000
title=Début
[CHAPTER]
TIMEBASE=1/1000
START=3000
END=8000
title=The rest
"""


@pytest.mark.parametrize("name", ["t.mp3", "t.m4a", "t.opus", "t.mka"])
def test_tags_and_chapters_are_read_from_any_container(
    encoded: Encode, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    listed = tmp_path_factory.mktemp("tags") / "tags.txt"
    listed.write_text(METADATA, encoding="utf-8")
    found = read_tags(encoded(name, "-i", listed, "-map_metadata", 1, "-map_chapters", 1))
    assert (found.title, found.show, found.published) == ("One = two", "A Show", "2025-12-11")
    assert found.description is not None
    assert found.description.endswith("About this\nand that")
    first, second = found.chapters
    assert first == Chapter(0.0, 3.0, "Début")
    assert (second.start, second.title) == (3.0, "The rest")
    assert second.end == pytest.approx(8, abs=0.05)


def test_a_file_without_tags_has_none(encoded: Encode) -> None:
    found = read_tags(encoded("bare.aac"))
    assert (found.title, found.show, found.description, found.published) == (None,) * 4
    assert found.chapters == ()


@pytest.mark.parametrize("level_db", [-50, -60, -80])
def test_a_soft_recording_is_lifted(
    encoded: Encode, landed: Landed, tmp_path: Path, level_db: int
) -> None:
    source = encoded(f"{level_db}.wav", "-af", f"volume={level_db}dB", "-c:a", "pcm_f32le")
    audio = decode(source, tmp_path / "x.pcm")
    assert landed(audio, 0.5) == pytest.approx(0, abs=1e-3)
    assert audio.treatment == ("gain",)


def test_silence_stays_silent(wav: Callable[..., Path], tmp_path: Path) -> None:
    audio = decode(wav(np.zeros(16_000)), tmp_path / "x.pcm")
    assert not audio.window().any()


def test_chapters_behind_a_guessed_length_are_kept(
    encoded: Encode, tmp_path_factory: pytest.TempPathFactory
) -> None:
    listed = tmp_path_factory.mktemp("tags") / "tags.txt"
    listed.write_text(METADATA, encoding="utf-8")
    # The guess goes by the first frames, which are noise here.
    noise = ("-f", "lavfi", "-i", "anoisesrc=d=4:c=white:a=0.5:r=44100:seed=1", "-i", listed)
    joined = ("-filter_complex", "[1:a][0:a]concat=n=2:v=0:a=1", "-q:a", 5, "-write_xing", 0)
    source = encoded("vbr.mp3", *noise, *joined, "-map_metadata", 2, "-map_chapters", 2)
    assert [(one.start, one.end) for one in read_tags(source).chapters] == [(0, 3), (3, 8)]
