"""An audio file's samples and what it says of itself. Imports PyAV, as container.py does.

Time is told by counting samples, as a player does. A container's own times are asked where
samples are missing: before audio that starts later than the video, and at gaps. Silence
fills them, and stands for broken packets, so that what follows keeps its place.

This file does not know what becomes of the samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from audio import stated
from audio.container import (
    Track,
    chosen,
    is_cover,
    level,
    open_container,
    readable_or_bad,
    seconds,
    start_s,
    tracks_of,
    unreadable,
    usual_rate,
)
from audio.tags import readable, tags, tidy
from audio.timeline import HOLE_S, Timeline
from episodes.clock import short_time
from episodes.types import Chapter, Tags

if TYPE_CHECKING:
    from av import AudioFrame, AudioStream, Packet

SILENT_S = 0.2
"""Less than this of broken packets is not worth a warning."""
QUIET = 10 ** (-45 / 20)
"""Level of a frame, of full scale 1, after which a short gap is a pause left out: -45 dBFS."""
STATING = {"mov,mp4,m4a,3gp,3g2,mj2", "flac", "ogg", "aiff", "caf"}
"""Formats whose headers hold the exact length, as FFmpeg reports it."""
EXACT = {"matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2", "ogg", "flv", "mpegts"}
"""Formats whose times do not drift."""
GUESSED = {"mp3", "aac", "ac3", "eac3", "amr", "loas", "mpeg"}
"""Formats whose length FFmpeg guesses by the bit rate, unless an mp3 states it."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A frame, or `lost_s` seconds that could not be decoded, at `time_s` of the stream."""

    time_s: float | None
    frame: AudioFrame | None = None
    lost_s: float = 0.0


class Reader:
    """An open file's audio at its own sample rate, folded to two channels at most.

    `track` counts the audio tracks from 1; None takes the one that a player would play.
    `like` is a reader whose rate and channels are to be used. `gain` multiplies samples.

    `codec` and `container` are FFmpeg's names ("pcm_s16le", "wav"), `bit_rate` in bits per
    second where the file states it, `stream` the audio's index among the file's streams,
    `video` True if the file has a moving picture (a cover is not), `duration_s` as the file
    says or FFmpeg guesses; `cover` is the picture's stream, `stream_tags` True if the tags
    are kept at the stream. `patched` is True once short gaps were filled. Opening raises
    BadAudio.
    """

    def __init__(
        self,
        source: Path,
        track: int | None = None,
        *,
        like: Reader | None = None,
        gain: float = 1.0,
    ) -> None:
        self._source, self._gain = source, gain
        self._written_s = self._blocks_s = self._silent_s = 0.0
        self._good_packets = 0
        self.patched = False
        with ExitStack() as held:
            self._container = open_container(source, held)
            with readable_or_bad(source):
                self._audio = chosen(self._container, source, track)
                self._look(self._audio, like)
            self._held = held.pop_all()

    def _look(self, audio: AudioStream, like: Reader | None) -> None:
        """Note what the headers say."""
        container = self._container
        self.rate_hz: int = like.rate_hz if like else usual_rate(audio.rate)
        self.channels: int = like.channels if like else min(2, audio.channels)
        self._layout = ("mono", "stereo")[self.channels - 1]
        self.codec = audio.codec_context.codec.canonical_name
        self.stream = audio.index
        self.duration_s = micros / 1e6 if (micros := container.duration or 0) > 0 else None
        pictures = container.streams.video
        self.video = any(not is_cover(picture) for picture in pictures)
        self.cover = next((picture.index for picture in pictures if is_cover(picture)), None)
        self.container = container.format.name
        self.stream_tags = self.container == "ogg"
        self.bit_rate = audio.bit_rate or (0 if self.video else container.bit_rate) or None
        self._late_s = self._late()

    @property
    def tracks(self) -> tuple[Track, ...]:
        """All audio tracks that can be decoded, in the file's order."""
        return tracks_of(self._container)

    @property
    def track(self) -> int:
        """The number of the track that is read, from 1."""
        return self._container.streams.audio.index(self._audio) + 1

    def close(self) -> None:
        """Let go of the file."""
        self._held.close()

    @property
    def fraction(self) -> float:
        """How much was read, in [0, 1], by the length the file says; 0 if it does not."""
        return min(1.0, self._blocks_s / self.duration_s) if self.duration_s else 0.0

    def blocks(self) -> Iterator[NDArray[np.int16]]:
        """All samples in order, int16 (n, channels), about a second at a time.

        Raises BadAudio if there are none, or for what no decoder can read.
        """
        with readable_or_bad(self._source):
            for frame in self._converted():
                block = self._samples(frame)
                self._blocks_s += len(block) / self.rate_hz
                yield block
        if not self._good_packets:
            raise unreadable(self._source)

    def warnings(self) -> tuple[str, ...]:
        """Sentences about what was lost, once all blocks are read."""
        found, read = [], short_time(round(self._blocks_s))
        if self._silent_s > SILENT_S:
            found.append(
                f"The file is damaged: {self._silent_s:.1f} s could not be read and are silent."
            )
        stated_s = self._stated_s()
        # Headers round and encoders pad, but never by this much.
        if stated_s is not None and self._blocks_s < stated_s * 0.999 - 0.5:
            whole_time = short_time(round(stated_s))
            found.append(
                f"The file is damaged or cut off: only {read} of {whole_time} could be read."
            )
        elif self.container == "ogg" and stated.ogg_unfinished(self._source):
            found.append(f"The file is cut off: it ends at {read}.")
        return tuple(found)

    def tags(self) -> Tags:
        """What the file says of itself. Ogg keeps its tags at the stream."""
        with readable_or_bad(self._source):
            return self._tags()

    def _tags(self) -> Tags:
        named = [*self._container.metadata.items(), *self._audio.metadata.items()]
        chapters = []
        for number, found in enumerate(self._container.chapters(), 1):
            base = float(found["time_base"] or 0)
            start, end = max(0.0, found["start"] * base), found["end"] * base
            title = readable(found["metadata"].get("title", "")) or f"Chapter {number}"
            if start < end:
                chapters.append(Chapter(start, end, " ".join(title.split())))
        return tags(named, tidy(chapters, self._length_s() if chapters else None))

    def _length_s(self) -> float | None:
        """The length in seconds, by counting packets where the file only lets one guess."""
        if self.container not in GUESSED or self._stated_s() is not None:
            return self.duration_s
        return seconds(self._source, self.track) or self.duration_s

    def _samples(self, frame: AudioFrame) -> NDArray[np.int16]:
        """int16 (n, channels), lifted by the gain."""
        block = frame.to_ndarray().reshape(-1, self.channels)
        if self._gain == 1.0:
            return block.astype(np.int16, copy=False)
        lifted = np.nan_to_num(block.astype(np.float32)) * np.float32(self._gain * 32768)
        return np.asarray(np.rint(lifted).clip(-32768, 32767), np.int16)

    def _converted(self) -> Iterator[AudioFrame]:
        """Frames as packed samples at one rate and layout, whatever the file turns to."""
        from av import AudioResampler

        def form(frame: AudioFrame) -> tuple[str, str, int]:
            return frame.format.name, frame.layout.name, frame.sample_rate

        kind = "s16" if self._gain == 1.0 else "flt"
        # Spliced files change their rate or channels on the way.
        for _, alike in groupby(self._frames(), form):
            resampler = AudioResampler(kind, self._layout, self.rate_hz, self.rate_hz)
            for frame in chain(alike, [None]):
                yield from resampler.resample(frame)

    def _frames(self) -> Iterator[AudioFrame]:
        """Decoded frames, with silence where the stream has none."""
        yield from self._silence(self._late_s)
        timeline = Timeline(exact=self.container in EXACT, end_s=self.duration_s)
        before: AudioFrame | None = None
        for part, following in pairwise(chain(self._parts(), [_Part(None)])):
            if part.frame is None:
                self._silent_s += part.lost_s
                yield from self._silence(part.lost_s)
                continue
            gap_s = timeline.missing_s(part.time_s, self._written_s, following.time_s)
            if gap_s:
                self.patched |= gap_s <= HOLE_S or self.duration_s is None
                # Encoders leave pauses out (DTX); only what breaks off a sound is a loss.
                if gap_s > HOLE_S or (before is not None and level(before) > QUIET):
                    self._silent_s += gap_s
                yield from self._silence(gap_s)
            self._written_s += part.frame.samples / part.frame.sample_rate
            before = part.frame
            yield part.frame

    def _parts(self) -> Iterator[_Part]:
        from av.error import FFmpegError

        for packet in self._packets():
            time_s = None
            if packet.pts is not None and packet.time_base:
                time_s = float(packet.pts * packet.time_base)
            try:
                frames = packet.decode()
            except FFmpegError:
                lost_s = float((packet.duration or 0) * (packet.time_base or 0))
                yield _Part(time_s, lost_s=lost_s)
            else:
                self._good_packets += bool(frames)
                for frame in frames:
                    if frame.samples > 0 and frame.sample_rate > 0:
                        yield _Part(frame.time, frame)

    def _packets(self) -> Iterator[Packet[AudioStream]]:
        from av.error import FFmpegError

        try:
            yield from self._container.demux(self._audio)
        except FFmpegError:
            # As far as it goes: what is missing then shows in the length.
            return

    def _silence(self, seconds: float) -> Iterator[AudioFrame]:
        from av import AudioFrame

        left = round(seconds * self.rate_hz)
        while left > 0:
            count = min(left, self.rate_hz)
            zeros = np.zeros((1, count * self.channels), np.int16)
            frame = AudioFrame.from_ndarray(zeros, "s16", self._layout)
            frame.sample_rate = self.rate_hz
            self._written_s += count / self.rate_hz
            yield frame
            left -= count

    def _late(self) -> float:
        """Seconds that the audio starts after the first stream of the file."""
        streams = self._container.streams
        others = [*streams.audio, *(one for one in streams.video if not is_cover(one))]
        late_s = start_s(self._audio) - min(start_s(stream) for stream in others)
        return late_s if 0 <= late_s <= (self.duration_s or 0.0) else 0.0

    def _stated_s(self) -> float | None:
        """Where the audio ends by the file's own header, seconds; None if it only guesses."""
        name = self.container
        if name == "mp3":
            return stated.mp3_duration_s(self._source, self.rate_hz)
        if name == "wav" and self.bit_rate:
            return self._blocks_s + stated.wav_missing_bytes(self._source) * 8 / self.bit_rate
        if name == "matroska,webm":
            # Counted from the file's beginning, where there need not be any sound yet.
            end_s = stated.clock_s(self._audio.metadata.get("DURATION", ""))
            return None if end_s is None else end_s - start_s(self._audio) + self._late_s
        if name in STATING and self._audio.duration and self._audio.time_base:
            return self._late_s + float(self._audio.duration * self._audio.time_base)
        return None
