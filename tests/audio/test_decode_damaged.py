"""Files that are cut off, damaged, or no audio at all."""

from __future__ import annotations

import io
import os
import random
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from audio.decode import decode, read_tags
from episodes.errors import BadAudio
from episodes.types import Audio

Encode = Callable[..., Path]
Landed = Callable[[Audio, float], float]


CUT_OFF = [
    ("cbr.mp3", ("-b:a", "128k")),
    ("fast.m4a", ("-movflags", "+faststart")),
    ("talk.opus", ("-c:a", "libopus", "-page_duration", "100000")),
    ("talk.ogg", ("-c:a", "libvorbis", "-page_duration", "100000")),
    ("talk.flac", ()),
    ("three.wav", ("-c:a", "pcm_s24le")),
    ("talk.mka", ("-c:a", "libvorbis")),
]


@pytest.mark.parametrize(("name", "arguments"), CUT_OFF, ids=str)
def test_a_file_cut_off_is_decoded_as_far_as_it_goes_and_says_so(
    encoded: Encode,
    landed: Landed,
    clicks: tuple[float, ...],
    tmp_path: Path,
    name: str,
    arguments: tuple[str, ...],
) -> None:
    whole = encoded(name, *arguments).read_bytes()
    source = tmp_path / name
    source.write_bytes(whole[: len(whole) * 7 // 10])
    audio = decode(source, tmp_path / "x.pcm")
    assert 4 < audio.duration_s < 6.5
    assert [landed(audio, at) for at in clicks[:4]] == pytest.approx([0] * 4, abs=1e-3)
    assert len(audio.warnings) == 1
    assert name not in audio.warnings[0]  # kept with the content, which may be renamed
    assert "cut off" in audio.warnings[0]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("fast.m4a", ("-movflags", "+faststart")),
        ("talk.opus", ("-c:a", "libopus")),
        ("talk.mka", ("-c:a", "libvorbis", "-b:a", "128k")),
    ],
    ids=str,
)
def test_what_follows_broken_packets_keeps_its_place(
    encoded: Encode, landed: Landed, tmp_path: Path, name: str, arguments: tuple[str, ...]
) -> None:
    damaged = bytearray(encoded(name, *arguments).read_bytes())
    middle, noise = len(damaged) * 55 // 100, random.Random(0)
    damaged[middle : middle + 3000] = noise.randbytes(3000)
    source = tmp_path / name
    source.write_bytes(damaged)
    audio = decode(source, tmp_path / "x.pcm")
    assert landed(audio, 1.0) == pytest.approx(0, abs=1e-3)
    assert landed(audio, 7.5) == pytest.approx(0, abs=2e-3)
    assert len(audio.warnings) == 1
    assert "is damaged" in audio.warnings[0]


def test_a_damaged_mp3_is_read_past_the_damage(
    encoded: Encode, landed: Landed, tmp_path: Path
) -> None:
    damaged = bytearray(encoded("cbr.mp3", "-b:a", "128k").read_bytes())
    damaged[60_000:72_000] = bytes(12_000)
    source = tmp_path / "damaged.mp3"
    source.write_bytes(damaged)
    audio = decode(source, tmp_path / "x.pcm")
    assert 7 < audio.duration_s < 7.5
    assert landed(audio, 1.0) == pytest.approx(0, abs=1e-3)
    assert audio.warnings == (
        "The file is damaged or cut off: only 0:07 of 0:08 could be read.",
    )


def _wav_header() -> bytes:
    """A wav file without a single sample."""
    file = io.BytesIO()
    with wave.open(file, "wb") as empty:
        empty.setparams((1, 2, 16_000, 0, "NONE", ""))
    return file.getvalue()


def _bad(folder: Path) -> dict[str, bytes]:
    noise = random.Random(0).randbytes(200_000)
    names = ("noise.mp3", "noise.wav", "noise.m4a", "noise.ogg", "noise.flac", "noise")
    return {
        "empty.mp3": b"",
        "zeros.mp3": bytes(100_000),
        "notes.txt": b"Some words. " * 2000,
        "notes.mp3": b"Some words. " * 2000,
        "header.wav": _wav_header(),
        "list.m3u8": f"#EXTM3U\n#EXTINF:9,\n{folder}/x.mp3\n#EXT-X-ENDLIST\n".encode(),
        "list.txt": b"ffconcat version 1.0\nfile x.mp3\n",
    } | dict.fromkeys(names, noise)


@pytest.mark.parametrize("name", _bad(Path()))
def test_what_is_not_audio_gets_one_sentence_with_its_name(
    encoded: Encode, tmp_path: Path, name: str
) -> None:
    (tmp_path / "x.mp3").write_bytes(encoded("cbr.mp3", "-b:a", "128k").read_bytes())
    source = tmp_path / name
    source.write_bytes(_bad(tmp_path)[name])
    with pytest.raises(BadAudio, match=rf"^{name} [^\n]+\.$"):
        decode(source, tmp_path / "x.pcm")
    assert not [path for path in tmp_path.iterdir() if path.suffix in {".pcm", ".part"}]


def test_pictures_folders_and_missing_files_get_one_sentence(
    picture: Path, tmp_path: Path
) -> None:
    for source in (picture, tmp_path, tmp_path / "missing.mp3"):
        with pytest.raises(BadAudio, match=source.name):
            read_tags(source)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_of_somebody_else_gets_one_sentence(encoded: Encode, tmp_path: Path) -> None:
    source = tmp_path / "secret.wav"
    source.write_bytes(encoded("eight.wav", "-c:a", "pcm_u8").read_bytes())
    source.chmod(0)
    with pytest.raises(BadAudio, match=r"secret\.wav cannot be read"):
        decode(source, tmp_path / "x.pcm")


def test_a_cut_off_video_without_its_index_is_refused(encoded: Encode, tmp_path: Path) -> None:
    source = tmp_path / "half.m4a"
    source.write_bytes(encoded("book.m4a").read_bytes()[:50_000])
    with pytest.raises(
        BadAudio, match=r"^half\.m4a is no audio file, or is damaged or cut off"
    ):
        decode(source, tmp_path / "x.pcm")
