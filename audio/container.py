"""A media file opened, and the facts of its streams. Imports PyAV, as reader.py does.

This file does not know how a stream is decoded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from audio.stale import Patched, patches
from audio.tags import readable
from episodes.errors import BadAudio, why

if TYPE_CHECKING:
    from av import AudioFrame, AudioStream
    from av.container import InputContainer
    from av.stream import Stream

PLAYLISTS = {"hls", "concat", "dash", "sdp", "rtsp", "imf"}
"""Formats that name other files, which nobody meant to open."""


_KINDS = ("handler", "media", "audio", "sound", "track", "stream", "isom", "mainconcept")
"""Words in what programs call any track."""


@dataclass(frozen=True, slots=True)
class Track:
    """An audio track of a file: its `number` counts from 1, `language` is a code as stated."""

    number: int
    title: str | None = None
    language: str | None = None


def tracks_of(container: InputContainer) -> tuple[Track, ...]:
    """Return the audio tracks that a decoder is there for, in the file's order."""
    return tuple(
        Track(
            number,
            _title(stream.metadata),
            _language(stream.metadata.get("language", "")),
        )
        for number, stream in enumerate(container.streams.audio, 1)
        if _decodable(stream)
    )


def chosen(container: InputContainer, source: Path, track: int | None) -> AudioStream:
    """Return a track's stream, by default the one that a player plays. Raises BadAudio."""
    from av import AudioStream

    streams = container.streams.audio
    if track is None:
        best = container.streams.best("audio")
        usable = [stream for stream in streams if _decodable(stream)]
        if isinstance(best, AudioStream) and usable:
            return best if _decodable(best) else usable[0]
    elif 1 <= track <= len(streams) and _decodable(streams[track - 1]):
        return streams[track - 1]
    if track is not None and streams:
        there = "one audio track" if len(streams) == 1 else f"{len(streams)} audio tracks"
        raise BadAudio(f"{source.name} has {there}: there is no track {track}.")
    raise unreadable(source)


@contextmanager
def readable_or_bad(source: Path) -> Iterator[None]:
    """Turn every error of the decoder into one sentence. Raises BadAudio."""
    from av.error import FFmpegError

    try:
        yield
    except (FFmpegError, ValueError, OverflowError, MemoryError, UnicodeError) as error:
        raise unreadable(source) from error


def unreadable(source: Path) -> BadAudio:
    """The error for a file without a single sample."""
    return BadAudio(f"{source.name} holds no audio that can be read.")


def seconds(source: Path, track: int) -> float:
    """The length of a track by its packets, none of them decoded: seconds, 0 or more."""
    from av.error import FFmpegError

    with ExitStack() as held:
        container = open_container(source, held)
        stream = container.streams.audio[track - 1]
        total = 0
        with suppress(FFmpegError):  # as far as the file goes
            for packet in container.demux(stream):
                total += packet.duration or 0
        return total * float(stream.time_base or 0)


def start_s(stream: Stream) -> float:
    """Return where a stream begins, seconds."""
    return float((stream.start_time or 0) * (stream.time_base or 0))


def is_cover(stream: Stream) -> bool:
    """True for a picture that does not move."""
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)


def usual_rate(rate_hz: int) -> int:
    """A rate that recordings have; damaged headers state any."""
    return rate_hz if 1_000 <= rate_hz <= 768_000 else 48_000


def _decodable(stream: AudioStream) -> bool:
    return bool(stream.codec_context and stream.rate and stream.channels)


def _title(stated: Mapping[str, str]) -> str | None:
    """Return a track's title; mp4 keeps it where programs write what kind of track it is."""
    title = readable(stated.get("title") or stated.get("name") or "")
    handler = readable(stated.get("handler_name", ""))
    plain = handler is None or any(word in handler.lower() for word in _KINDS)
    return title or (None if plain else handler)


def _language(code: str) -> str | None:
    """Return a track's language; None for the codes that name none."""
    return None if code.lower() in ("", "und", "mis", "mul", "zxx") else code.lower()


def level(frame: AudioFrame) -> float:
    """Root mean square of a frame's samples, of full scale 1."""
    samples = frame.to_ndarray()
    if samples.dtype.kind == "f":
        scaled = samples.astype(np.float64)
    else:
        limits = np.iinfo(str(samples.dtype))
        middle = 0 if limits.min else (limits.max + 1) / 2
        scaled = (samples.astype(np.float64) - middle) / (limits.max - middle)
    return float(np.sqrt(np.mean(np.square(scaled))))


def open_container(source: Path, held: ExitStack) -> InputContainer:
    """Open a file of this machine; closing `held` closes it. Raises BadAudio."""
    import av
    from av.error import FFmpegError

    try:
        with source.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise BadAudio(f"{source} cannot be read: {why(error)}.") from error
    if empty:
        raise BadAudio(f"{source.name} is empty.")
    mended = patches(source)
    try:
        container = av.open(
            held.enter_context(Patched(source, mended)) if mended else str(source.absolute()),
            "r",
            metadata_errors="surrogateescape",
            options={"protocol_whitelist": "file"},
        )
    except (FFmpegError, ValueError, OverflowError, MemoryError) as error:
        raise BadAudio(
            f"{source.name} is no audio file, or is damaged or cut off beyond reading."
        ) from error
    held.callback(container.close)
    if container.format.name in PLAYLISTS:
        raise BadAudio(f"{source.name} is a playlist, not audio: give the files it names.")
    return container
