"""Headers that state less sound than there is."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from audio.decode import decode
from audio.stale import patches
from episodes.types import Audio

Encode = Callable[..., Path]
Landed = Callable[[Audio, float], float]


def with_data(path: Path, wav: bytes, stated: int, tail: bytes = b"") -> Path:
    """A wav whose header states so many bytes of data."""
    at = wav.index(b"data") + 4
    path.write_bytes(wav[:at] + struct.pack("<I", stated) + wav[at + 4 :] + tail)
    return path


def halved(name: str, content: bytes) -> bytes:
    """The file with its length halved, as its format writes it."""
    found = bytearray(content)

    def halve(at: int, form: str) -> None:
        (length,) = struct.unpack_from(form, found, at)
        struct.pack_into(form, found, at, length // 2)

    match name:
        case "x.wav":
            halve(content.index(b"data") + 4, "<I")
        case "rf64.wav":
            halve(content.index(b"ds64") + 16, "<Q")
        case "x.aiff":
            halve(content.index(b"SSND") + 4, ">I")
            halve(content.index(b"COMM") + 10, ">I")
        case "x.caf":
            halve(content.index(b"data") + 4, ">q")
        case "x.w64":
            halve(content.index(b"data") + 16, "<Q")
    return bytes(found)


@pytest.mark.parametrize("name", ["x.wav", "rf64.wav", "x.aiff", "x.caf", "x.w64"])
def test_sound_behind_a_stale_length_is_read(
    encoded: Encode, landed: Landed, tmp_path: Path, name: str
) -> None:
    whole = encoded(name, *(("-rf64", "always") if name == "rf64.wav" else ()))
    assert not patches(whole)
    source = tmp_path / name
    source.write_bytes(halved(name, whole.read_bytes()))
    audio = decode(source, tmp_path / "x.pcm")
    assert audio.duration_s == pytest.approx(8, abs=0.01)
    assert landed(audio, 7.5) == pytest.approx(0, abs=1e-3)
    assert audio.warnings == ()


def test_a_wav_that_wrapped_around_or_was_joined_is_read_on(
    clicking: Path, tmp_path: Path
) -> None:
    whole = clicking.read_bytes()
    size = len(whole) - whole.index(b"data") - 8
    source = tmp_path / "x.wav"
    assert patches(with_data(source, whole, 1))
    assert patches(with_data(source, whole, size, whole))


def test_real_chunks_padding_and_unknown_lengths_stay(clicking: Path, tmp_path: Path) -> None:
    whole = clicking.read_bytes()
    size = len(whole) - whole.index(b"data") - 8
    source = tmp_path / "x.wav"
    info = b"LIST" + struct.pack("<I", 5000) + b"INFOISFT" + struct.pack("<I", 4988)
    assert not patches(with_data(source, whole, size, info + bytes(4988)))
    assert not patches(with_data(source, whole, size, bytes(100)))
    assert not patches(with_data(source, whole, 0xFFFFFFFF))
    assert not patches(with_data(source, whole, 0))
    assert not patches(with_data(source, whole, size * 2))


@pytest.mark.parametrize("name", ["x.wav", "x.aiff", "x.caf", "x.w64"])
def test_stubs_are_left_alone(encoded: Encode, tmp_path: Path, name: str) -> None:
    content = encoded(name).read_bytes()
    source = tmp_path / name
    for length in range(1, 120):
        source.write_bytes(content[:length])
        assert not patches(source)
