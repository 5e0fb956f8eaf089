"""Any container to samples, and what the file says of itself: the only import of PyAV.

Time is told by counting samples, as a player does, never by the container's timestamps:
those of mp3 drift. They are asked only where samples are missing: before audio that
starts later than the video beside it, and at holes. Silence stands there, and in place
of broken packets, so that what follows keeps its place.

This file does not know what becomes of the samples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from audio import stated
from audio.bounds import Bound
from audio.mono import Mono
from audio.tags import readable, tags, tidy
from audio.whole import whole
from episodes.clock import short_time
from episodes.errors import BadAudio, why
from episodes.types import Audio, Chapter, Tags

if TYPE_CHECKING:
    from av import AudioFrame, AudioStream, Packet, VideoStream
    from av.container import InputContainer
    from av.stream import Stream

Told = Callable[[float], None]
RATE_HZ = 16_000
HOLE_S = 0.5
"""Timestamps that jump by more than this tell of missing packets, less of drift."""
SILENT_S = 0.2
"""Less than this of broken packets is not worth a warning."""
PLAYLISTS = {"hls", "concat", "dash", "sdp", "rtsp", "imf"}
"""Formats that name other files, which nobody meant to open."""
STATING = {"mov,mp4,m4a,3gp,3g2,mj2", "flac", "ogg", "aiff", "caf"}
"""Formats whose headers hold the exact length, as FFmpeg reports it."""


def decode(
    source: Path, pcm: Path, progress: Told = lambda _: None, most_s: float = float("inf")
) -> Audio:
    """The audio of `source` as 16 kHz mono int16 PCM in the file `pcm`, written whole.

    What was lost is in the `warnings`. Raises BadAudio, also beyond `most_s` seconds.
    """
    samples, bound = 0, Bound(source, RATE_HZ, most_s)
    with closing(Reader(source)) as reader, whole(pcm) as part:
        with part.open("wb") as file:
            for block in _resampled(reader, progress):
                file.write(block.astype("<i2").tobytes())
                samples += len(block)
                bound.check(samples)
        warnings = reader.warnings()
    progress(1.0)
    return Audio(pcm, samples, RATE_HZ, warnings)


def read_tags(source: Path) -> Tags:
    """Title, show, description, date and chapters from the file's tags. Raises BadAudio."""
    with closing(Reader(source)) as reader:
        return reader.tags()


class Reader:
    """An open file's audio at its own sample rate, folded to two channels at most.

    `codec` is FFmpeg's name ("mp3", "pcm_s16le"), `bit_rate` in bits per second where
    the file tells, `stream` the audio's index among the file's streams, `video` whether
    a moving picture is beside it (a cover is not), `duration_s` as the file says or
    FFmpeg guesses; `cover` is the picture's stream, `stream_tags` whether the tags are kept
    at the stream. Opening raises BadAudio.
    """

    def __init__(self, source: Path) -> None:
        self._source = source
        self._container = _open(source)
        self._audio = audio = self._best()
        self.rate_hz = audio.rate
        self.channels = min(2, audio.channels)
        self._layout = ("mono", "stereo")[self.channels - 1]
        self.codec = audio.codec_context.codec.canonical_name
        self.container = self._container.format.name
        self.stream = audio.index
        micros = self._container.duration
        self.duration_s = micros / 1e6 if micros and micros > 0 else None
        pictures = self._container.streams.video
        moving = [picture for picture in pictures if not _is_cover(picture)]
        self.video = bool(moving)
        self.cover = next((picture.index for picture in pictures if _is_cover(picture)), None)
        self.stream_tags = self._container.format.name == "ogg"
        self.bit_rate = audio.bit_rate or (0 if moving else self._container.bit_rate) or None
        self._late_s = self._after(moving)
        self._blocks_s = 0.0
        self._silent_s = 0.0
        self._good_packets = 0

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

    @property
    def fraction(self) -> float:
        """How much was read, in [0, 1], by the length the file says; 0 if it does not."""
        return min(1.0, self._blocks_s / self.duration_s) if self.duration_s else 0.0

    def blocks(self) -> Iterator[NDArray[np.int16]]:
        """All samples in order, int16 (n, channels), about a second at a time.

        Raises BadAudio if there are none.
        """
        for frame in self._converted():
            block = frame.to_ndarray().reshape(-1, self.channels).astype(np.int16, copy=False)
            self._blocks_s += len(block) / self.rate_hz
            yield block
        if not self._good_packets:
            raise BadAudio(f"{self._source.name} holds no audio that can be read.")

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
        elif self._container.format.name == "ogg" and stated.ogg_unfinished(self._source):
            found.append(f"The file is cut off: it ends at {read}.")
        return tuple(found)

    def tags(self) -> Tags:
        """What the file says of itself. Ogg keeps its tags at the stream."""
        named = [*self._container.metadata.items(), *self._audio.metadata.items()]
        chapters = []
        for number, found in enumerate(self._container.chapters(), 1):
            base = float(found["time_base"] or 0)
            start, end = max(0.0, found["start"] * base), found["end"] * base
            title = readable(found["metadata"].get("title", "")) or f"Chapter {number}"
            if start < end:
                chapters.append(Chapter(start, end, " ".join(title.split())))
        return tags(named, tidy(chapters, self.duration_s))

    def _best(self) -> AudioStream:
        from av import AudioStream

        best = self._container.streams.best("audio")
        if isinstance(best, AudioStream) and best.codec_context and best.rate and best.channels:
            return best
        self._container.close()
        raise BadAudio(f"{self._source.name} holds no audio that can be read.")

    def _converted(self) -> Iterator[AudioFrame]:
        """Frames as packed int16 at one rate and layout, whatever the file turns to."""
        from av import AudioResampler

        def form(frame: AudioFrame) -> tuple[str, str, int]:
            return frame.format.name, frame.layout.name, frame.sample_rate

        # Spliced files change their rate or channels on the way.
        for _, alike in groupby(self._frames(), form):
            resampler = AudioResampler("s16", self._layout, self.rate_hz, self.rate_hz)
            for frame in chain(alike, [None]):
                yield from resampler.resample(frame)

    def _frames(self) -> Iterator[AudioFrame]:
        from av.error import FFmpegError

        yield from self._silence(self._late_s)
        expected = None
        for packet in self._packets():
            if packet.pts is not None:
                hole_s = self._hole_s(packet, expected)
                self._silent_s += hole_s
                yield from self._silence(hole_s)
                expected = packet.pts + (packet.duration or 0)
            try:
                frames = packet.decode()
            except FFmpegError:
                lost_s = float((packet.duration or 0) * packet.time_base)
                self._silent_s += lost_s
                yield from self._silence(lost_s)
            else:
                self._good_packets += bool(frames)
                yield from frames

    def _packets(self) -> Iterator[Packet[AudioStream]]:
        from av.error import FFmpegError

        try:
            yield from self._container.demux(self._audio)
        except FFmpegError:
            # As far as it goes: what is missing then shows in the length.
            return

    def _hole_s(self, packet: Packet[AudioStream], expected: int | None) -> float:
        """Seconds missing before the packet; a jump past the file's end is not believed."""
        if expected is None or packet.pts is None or self.duration_s is None:
            return 0.0
        hole_s = float((packet.pts - expected) * packet.time_base)
        fits = self._blocks_s + hole_s <= self.duration_s
        return hole_s if hole_s > HOLE_S and fits else 0.0

    def _silence(self, seconds: float) -> Iterator[AudioFrame]:
        from av import AudioFrame

        left = round(seconds * self.rate_hz)
        while left > 0:
            count = min(left, self.rate_hz)
            zeros = np.zeros((1, count * self.channels), np.int16)
            frame = AudioFrame.from_ndarray(zeros, "s16", self._layout)
            frame.sample_rate = self.rate_hz
            yield frame
            left -= count

    def _after(self, moving: Sequence[VideoStream]) -> float:
        """Seconds that the audio starts after the moving picture beside it."""
        starts = [_start_s(stream) for stream in moving]
        late_s = max(0.0, _start_s(self._audio) - min(starts)) if starts else 0.0
        return late_s if late_s <= (self.duration_s or 0.0) else 0.0

    def _stated_s(self) -> float | None:
        """Where the audio ends by the file's own header, seconds; None if it only guesses."""
        name = self._container.format.name
        if name == "mp3":
            return stated.mp3_duration_s(self._source, self.rate_hz)
        if name == "wav" and self.bit_rate:
            return self._blocks_s + stated.wav_missing_bytes(self._source) * 8 / self.bit_rate
        if name == "matroska,webm":
            return stated.clock_s(self._audio.metadata.get("DURATION", ""))
        if name in STATING and self._audio.duration and self._audio.time_base:
            return self._late_s + float(self._audio.duration * self._audio.time_base)
        return None


def _start_s(stream: Stream) -> float:
    return float((stream.start_time or 0) * (stream.time_base or 0))


def _is_cover(stream: Stream) -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)


def _open(source: Path) -> InputContainer:
    import av
    from av.error import FFmpegError

    try:
        with source.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise BadAudio(f"{source} cannot be read: {why(error)}.") from error
    if empty:
        raise BadAudio(f"{source.name} is empty.")
    try:
        container = av.open(
            str(source.absolute()),
            metadata_errors="replace",
            options={"protocol_whitelist": "file"},
        )
    except FFmpegError as error:
        raise BadAudio(
            f"{source.name} is no audio file, or is damaged or cut off beyond reading."
        ) from error
    if container.format.name in PLAYLISTS:
        container.close()
        raise BadAudio(f"{source.name} is a playlist, not audio: give the files it names.")
    return container


def _resampled(reader: Reader, progress: Told) -> Iterator[NDArray[np.int16]]:
    """Mono blocks at 16 kHz, int16 (n,)."""
    from av import AudioFrame, AudioResampler

    resampler = AudioResampler("s16", "mono", RATE_HZ)
    mono = Mono()
    for block in reader.blocks():
        frame = AudioFrame.from_ndarray(mono.fold(block)[np.newaxis], "s16", "mono")
        frame.sample_rate = reader.rate_hz
        for resampled in resampler.resample(frame):
            yield resampled.to_ndarray()[0]
        progress(reader.fraction)
    if reader.rate_hz != RATE_HZ:
        for resampled in resampler.resample(None):
            yield resampled.to_ndarray()[0]
