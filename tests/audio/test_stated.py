from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from audio import stated

Encode = Callable[..., Path]


@pytest.mark.parametrize(
    ("name", "arguments", "rate_hz"),
    [
        ("cbr.mp3", ("-b:a", "128k"), 44_100),
        ("vbr.mp3", ("-q:a", "4"), 44_100),
        ("low.mp3", ("-b:a", "48k", "-ac", "1", "-ar", "22050"), 22_050),
        ("mono.mp3", ("-b:a", "64k", "-ac", "1"), 44_100),
    ],
)
def test_the_length_of_an_mp3_is_read_from_its_first_frame(
    encoded: Encode, tmp_path: Path, name: str, arguments: tuple[str, ...], rate_hz: int
) -> None:
    source = encoded(name, *arguments)
    # The count is of whole frames, delay and padding included.
    assert stated.mp3_duration_s(source, rate_hz) == pytest.approx(8, abs=0.15)
    tagged = tmp_path / name
    bare = source.read_bytes()
    bare = bare[bare.index(b"\xff\xfb" if rate_hz == 44_100 else b"\xff\xf3") :]
    tagged.write_bytes(b"ID3\x04\0\0\0\0\x02\x2c" + bytes(300) + bare)
    assert stated.mp3_duration_s(tagged, rate_hz) == stated.mp3_duration_s(source, rate_hz)


def test_an_mp3_without_the_header_states_nothing(encoded: Encode, tmp_path: Path) -> None:
    assert stated.mp3_duration_s(encoded("plain.mp3", "-write_xing", "0"), 44_100) is None
    mention = tmp_path / "mention.mp3"
    mention.write_bytes(b"ID3\x04\0\0\0\0\0\0" + b"Info about an Xing header" * 4)
    assert stated.mp3_duration_s(mention, 44_100) is None


@pytest.mark.parametrize("length", [0, 3, 9, 10, 40])
def test_stubs_state_nothing(tmp_path: Path, length: int) -> None:
    stub = tmp_path / "stub"
    stub.write_bytes((b"ID3\x04\0\0\0\0\0\x7f" + b"RIFF" * 10)[:length])
    assert stated.mp3_duration_s(stub, 44_100) is None
    assert stated.wav_missing_bytes(stub) == 0


def test_a_wav_tells_what_is_missing(clicking: Path, tmp_path: Path) -> None:
    whole = clicking.read_bytes()
    assert stated.wav_missing_bytes(clicking) == 0
    source = tmp_path / "half.wav"
    source.write_bytes(whole[:-1000])
    assert stated.wav_missing_bytes(source) == 1000
    # What a program writes into a pipe, where it cannot come back to fill in the size.
    source.write_bytes(whole[:4] + b"\xff\xff\xff\xff" + whole[8:-1000])
    assert stated.wav_missing_bytes(source) == 0


def test_an_ogg_that_ends_early_lacks_the_last_page(encoded: Encode, tmp_path: Path) -> None:
    source = encoded("talk.opus", "-c:a", "libopus")
    assert not stated.ogg_unfinished(source)
    half = tmp_path / "half.opus"
    half.write_bytes(source.read_bytes()[:-100])
    assert stated.ogg_unfinished(half) is False, "the last page has begun"
    half.write_bytes(source.read_bytes()[:20_000])
    assert stated.ogg_unfinished(half)
    half.write_bytes(b"OggS")
    assert stated.ogg_unfinished(half)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:00:20.023000000", 20.023),
        ("01:02:03", 3723.0),
        ("", None),
        ("1:2", None),
        ("a:b:c", None),
    ],
)
def test_matroska_times(text: str, expected: float | None) -> None:
    assert stated.clock_s(text) == expected
