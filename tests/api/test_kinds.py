"""The media type and the ending of audio: by what it holds, whatever it is called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from tests.api.conftest import Service, found

KINDS = {
    "mp3": ("mp3", "libmp3lame", "audio/mpeg", ".mp3"),
    "m4a": ("ipod", "aac", "audio/mp4", ".m4a"),
    "adts": ("adts", "aac", "audio/aac", ".aac"),
    "opus": ("ogg", "libopus", "audio/ogg", ".opus"),
    "flac": ("flac", "flac", "audio/flac", ".flac"),
    "wav": ("wav", "pcm_s16le", "audio/wav", ".wav"),
    "aiff": ("aiff", "pcm_s16be", "audio/aiff", ".aiff"),
    "caf": ("caf", "pcm_s16le", "audio/x-caf", ".caf"),
    "webm": ("webm", "libopus", "audio/webm", ".webm"),
    "mka": ("matroska", "libopus", "audio/x-matroska", ".mka"),
}
"""Muxer, encoder, media type and usual ending."""


def made(file: Path, muxer: str, encoder: str) -> bytes:
    """Half a second of a tone."""
    with av.open(str(file), "w", format=muxer) as target:
        stream = target.add_stream(encoder, rate=48_000, layout="mono")
        assert isinstance(stream, av.AudioStream)
        tone = (3000 * np.sin(np.arange(24_000) / 20)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(tone[np.newaxis], "s16", "mono")
        frame.sample_rate = 48_000
        resampler = av.AudioResampler(stream.format.name, "mono", 48_000, 960)
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            target.mux(stream.encode(part))
        target.mux(stream.encode(None))
    return file.read_bytes()


@pytest.mark.parametrize("called", ["blob", "a.wav", "a.txt", "a.mp3"])
@pytest.mark.parametrize("kind", KINDS)
def test_audio_is_served_as_what_it_is(
    service: Service, tmp_path: Path, kind: str, called: str
) -> None:
    muxer, encoder, media_type, suffix = KINDS[kind]
    id_ = service.done(made(tmp_path / "x", muxer, encoder), called, show="Lights")
    answer = service.client.get(f"/v1/episodes/{id_}/audio")
    assert answer.headers["content-type"] == media_type
    stem = called.partition(".")[0]
    assert answer.headers["content-disposition"].endswith(f"''{stem}{suffix}")
    links = service.client.post("/v1/shares", json={"episode": id_}).json()["files"]
    shared = next(url for name, url in links["original"].items() if name.startswith("audio"))
    assert shared.endswith(f"/audio{suffix}")
    assert service.client.get(shared).headers["content-type"] == media_type


def test_without_cuts_the_clean_audio_and_the_feed_have_the_right_ending(
    service: Service, tmp_path: Path
) -> None:
    id_ = service.sent(made(tmp_path / "x", "mp3", "libmp3lame"), "a.wav", show="Lights")
    service.finish(id_, replace(found(), ads=()))
    clean = service.client.get(f"/v1/episodes/{id_}/audio?clock=clean")
    assert clean.headers["content-type"] == "audio/mpeg"
    assert clean.headers["content-disposition"].endswith("''a.clean.mp3")
    feed = service.client.post("/v1/shares", json={"show": "Lights"}).json()["feed"]
    text = service.client.get(feed).text
    assert '/audio.mp3"' in text
    assert 'type="audio/mpeg"' in text


def test_what_cannot_be_read_is_no_page(service: Service) -> None:
    id_ = service.sent(b"<script>alert(1)</script>", "page.html")
    answer = service.client.get(f"/v1/episodes/{id_}/audio")
    assert answer.headers["content-type"] == "application/octet-stream"
