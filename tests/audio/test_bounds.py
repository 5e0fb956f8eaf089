import wave
from pathlib import Path

import pytest

from audio.bounds import GROWN_S, MOST_GROWTH, Bound
from audio.decode import decode
from episodes.errors import BadAudio

RATE_HZ = 16_000


def test_audio_longer_than_may_be_is_refused_and_nothing_left(
    tmp_path: Path,
) -> None:
    source = tmp_path / "long.wav"
    with wave.open(str(source), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", "not compressed"))
        file.writeframes(bytes(2 * 3 * RATE_HZ))
    with pytest.raises(BadAudio, match=r"long\.wav is longer than 0\.000555556 hours"):
        decode(source, tmp_path / "pcm", most_s=2.0)
    assert not list(tmp_path.glob("pcm*"))
    assert decode(source, tmp_path / "pcm", most_s=3.0).duration_s == 3.0


def test_a_small_file_does_not_unpack_to_days(tmp_path: Path) -> None:
    source = tmp_path / "tiny.flac"
    source.write_bytes(bytes(1000))
    bound = Bound(source, RATE_HZ, 1e9)
    bound.check(int(GROWN_S * RATE_HZ))  # an hour of nothing may be as small as it likes
    with pytest.raises(BadAudio, match="unpacks"):
        bound.check(int(GROWN_S * RATE_HZ) + 1)
    source.write_bytes(bytes(1_000_000))
    Bound(source, RATE_HZ, 1e9).check(1_000_000 * MOST_GROWTH // 2)
