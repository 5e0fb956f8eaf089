"""How audio of each codec is written again. This file does not know who writes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """How audio of one codec is written: names of ffmpeg's muxer and encoder.

    `rate_limits` are bits per second and channel that the encoder takes and that sound
    fair; None for lossless ones. `cover` is whether the container can hold a picture,
    `chapter_tags` whether its chapters have to be handed over as plain tags: ffmpeg writes
    none to Vorbis and FLAC, and to Opus with wrong seconds.
    """

    suffixes: tuple[str, ...]
    muxer: str
    encoder: str
    rate_limits: tuple[int, int] | None = None
    cover: bool = False
    chapter_tags: bool = False


AAC = Family((".m4a", ".m4b"), "ipod", "aac", (32_000, 160_000), cover=True)
WAV = Family((".wav",), "wav", "pcm_s16le")
FAMILIES = {
    "mp3": Family((".mp3",), "mp3", "libmp3lame", (16_000, 320_000), cover=True),
    "aac": AAC,
    "alac": Family((".m4a", ".m4b"), "ipod", "alac", cover=True),
    "opus": Family((".opus", ".ogg"), "ogg", "libopus", (12_000, 128_000), chapter_tags=True),
    "vorbis": Family(
        (".ogg", ".oga"), "ogg", "libvorbis", (32_000, 160_000), chapter_tags=True
    ),
    "flac": Family((".flac",), "flac", "flac", cover=True, chapter_tags=True),
}


def family_of(codec: str, *, video: bool) -> Family:
    """The family by FFmpeg's name of the codec; AAC for a video or without an encoder."""
    if video:
        return AAC
    return WAV if codec.startswith("pcm_") else FAMILIES.get(codec, AAC)
