"""The episode's audio without its ads, in the source's own codec.

The only import of pydub and of imageio-ffmpeg, and the only milliseconds. Samples stream
from the decoder to an ffmpeg process; pydub fades the few of them beside each joint,
without overlap, so that the result is as long as the clean clock says. This file does not
know what was cut or why.
"""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from math import log10, pi, sin
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import IO, TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from audio.families import family_of
from audio.kinds import kind_of
from audio.mix import Mixer
from audio.reader import Reader
from audio.tape import Tape
from audio.whole import whole
from episodes.clock import CleanClock, milliseconds, shifted, timestamp
from episodes.errors import BadInput, EngineError
from episodes.spans import Span, merge
from episodes.types import Chapter

if TYPE_CHECKING:
    from pydub import AudioSegment  # type: ignore[import-untyped]

FADE_MS = 20
LEAST_S = 0.1
"""What is shorter is the padding of an encoder, not audio."""


def suffixes(source: Path) -> tuple[str, ...]:
    """What a cut of `source` may be called: (".m4a", ".m4b"), the usual one first.

    Raises BadAudio.
    """
    with closing(Reader(source)) as reader:
        return family_of(reader.codec, video=reader.video).suffixes


def cut(
    source: Path,
    target: Path,
    cuts: Sequence[Span],
    progress: Callable[[float], None] = lambda _: None,
    tracks: Sequence[int] = (),
) -> None:
    """Writes the audio of `source` less `cuts` (seconds) to `target`, whole or not at all.

    Same codec, similar bit rate, tags and cover kept, chapters moved; a video gives its
    sound as AAC, and codecs without an encoder become AAC. At most two channels of 16
    bits. `tracks` are those to mix, by number; none means the one that a player plays.
    Raises BadAudio; BadInput where nothing remains or `target` does not fit.
    """
    removed = merge(cuts)
    with closing(Mixer(source, tracks)) as reader:
        family = family_of(reader.codec, video=reader.video)
        _check(source, target, family.suffixes)
        with whole(target) as part:
            same = not reader.video and target.suffix.lower() in kind_of(source).suffixes
            if not removed and same:
                shutil.copyfile(source, part)
            else:
                _encode(reader, source, part, removed, progress)
    progress(1.0)


def _check(source: Path, target: Path, suffixes: Sequence[str]) -> None:
    if target.suffix.lower() not in suffixes:
        fitting = " or ".join(suffixes)
        raise BadInput(
            f"The cut of {source.name} cannot be written as {target.name}: "
            f"give it a name that ends in {fitting}."
        )
    if target.exists() and target.samefile(source):
        raise BadInput(f"The cut of {source.name} would overwrite it: give it another name.")


def _encode(
    reader: Reader,
    source: Path,
    part: Path,
    cuts: tuple[Span, ...],
    progress: Callable[[float], None],
) -> None:
    chapters = shifted(reader.tags().chapters, CleanClock(cuts))
    with NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as listed:
        listed.write(_ffmetadata(chapters))
        listed.flush()
        command = _command(reader, source, Path(listed.name))
        if family_of(reader.codec, video=reader.video).chapter_tags:
            command += ["-map_chapters", "-1", *_chapter_tags(chapters)]
        else:
            command += ["-map_chapters", "2"]
        with _ffmpeg([*command, f"file:{part.absolute()}"]) as pipe:
            kept = 0
            for block in _kept(reader, cuts):
                pipe.write(block.astype("<i2").tobytes())
                progress(reader.fraction)
                kept += len(block)
            if kept < LEAST_S * reader.rate_hz:
                raise BadInput(f"The cuts leave nothing of {source.name}.")


def _command(reader: Reader, source: Path, chapters: Path) -> list[str]:
    """Arguments of ffmpeg but for the target: samples from the pipe, tags from the source."""
    family = family_of(reader.codec, video=reader.video)
    command = [_executable(), "-loglevel", "error", "-y"]
    command += ["-f", "s16le", "-ar", str(reader.rate_hz), "-ac", str(reader.channels)]
    command += ["-i", "pipe:0", "-i", f"file:{source.absolute()}"]
    command += ["-f", "ffmetadata", "-i", str(chapters), "-map", "0:a"]
    # Ogg keeps its tags at the stream.
    command += ["-map_metadata", f"1:s:{reader.stream}" if reader.stream_tags else "1"]
    # No text deletes a tag: the old length, gapless marks and encoder would be wrong.
    command += ["-metadata", "TLEN=", "-metadata", "iTunSMPB=", "-metadata", "encoder="]
    if family.cover and reader.cover is not None and not reader.video:
        command += ["-map", f"1:{reader.cover}", "-c:v", "copy"]
        command += ["-disposition:v", "attached_pic"]
    command += ["-c:a", family.encoder]
    if family.rate_limits:
        least, most = (limit * reader.channels for limit in family.rate_limits)
        rate = min(max(reader.bit_rate or 64_000 * reader.channels, least), most)
        command += ["-b:a", str(rate)]
    return [*command, "-f", family.muxer]


def _executable() -> str:
    import imageio_ffmpeg  # type: ignore[import-untyped]

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise EngineError("The encoder is missing: reinstall imageio-ffmpeg.") from error


@contextmanager
def _ffmpeg(command: list[str]) -> Iterator[IO[bytes]]:
    """The standard input of a running ffmpeg; leaving waits for it to finish its file."""
    with TemporaryFile() as complaints:
        process = Popen(command, stdin=PIPE, stdout=DEVNULL, stderr=complaints)
        assert process.stdin is not None
        gave_up = False
        try:
            yield process.stdin
            process.stdin.close()
            process.wait()
        except BrokenPipeError:
            gave_up = True
        finally:
            process.kill()
            process.wait()
            with suppress(BrokenPipeError):
                process.stdin.close()
        if gave_up or process.returncode:
            complaints.seek(0)
            said = complaints.read().decode(errors="replace").strip().splitlines()
            raise BadInput(f"The audio could not be encoded: {said[-1] if said else '?'}.")


def _kept(reader: Reader, cuts: tuple[Span, ...]) -> Iterator[NDArray[np.int16]]:
    """What remains, faded out before each cut and in after it; int16 (n, channels)."""
    tape = Tape(reader.blocks(), reader.channels)
    full = reader.rate_hz * FADE_MS // 1000
    edges = [round(edge * reader.rate_hz) for span in cuts for edge in (span.start, span.end)]
    at = 0
    for start, end in zip([0, *edges[1::2]], [*edges[::2], None], strict=True):
        for _ in tape.take(start - at):
            pass
        half = full if end is None else min(full, (end - start) // 2)
        if start > 0:
            yield from _faded(tape.take(half), reader, rising=True)
        if end is None:
            yield from tape.take(None)
            return
        body = end - start - (half if start > 0 else 0) - half
        yield from tape.take(body)
        yield from _faded(tape.take(half), reader, rising=False)
        at = end


def _faded(
    blocks: Iterator[NDArray[np.int16]], reader: Reader, *, rising: bool
) -> Iterator[NDArray[np.int16]]:
    """A few milliseconds of blocks as one, from or to silence at equal power."""
    parts = list(blocks)
    if not parts:
        return
    samples = np.concatenate(parts)
    segment = _audio_segment()(
        samples.tobytes(), sample_width=2, frame_rate=reader.rate_hz, channels=reader.channels
    )
    length_ms = len(segment)
    if not length_ms:
        # A sliver between two cuts: nothing is left to hear of it, but its time counts.
        yield np.zeros_like(samples)
        return
    faded = b"".join(_ramp(segment, length_ms, rising=rising))
    shaped = np.frombuffer(faded, np.int16).reshape(-1, reader.channels)
    # pydub counts in whole milliseconds and may drop samples at the end, which count too.
    result = samples.copy() if rising else np.zeros_like(samples)
    result[: len(shaped)] = shaped[: len(samples)]
    yield result


def _ramp(segment: AudioSegment, length_ms: int, *, rising: bool) -> Iterator[bytes]:
    """The quarter of a sine whose square grows evenly, in straight pieces of a millisecond."""
    for at in range(length_ms):
        steps = (at, at + 1) if rising else (length_ms - at, length_ms - at - 1)
        before, after = (_decibels(sin(pi / 2 * step / length_ms)) for step in steps)
        piece = segment[at : at + 1]
        yield piece.fade(from_gain=before, to_gain=after, start=0, duration=1).raw_data


def _decibels(gain: float) -> float:
    return 20 * log10(gain) if gain > 1e-6 else -120.0


def _audio_segment() -> Callable[..., AudioSegment]:
    with warnings.catch_warnings():
        # On import pydub warns that no ffmpeg is on the PATH, which it is never asked to
        # run here; its regular expressions and its audioop are out of date.
        warnings.filterwarnings("ignore", "Couldn't find ffmpeg", RuntimeWarning)
        warnings.filterwarnings("ignore", ".*invalid escape sequence")
        warnings.filterwarnings("ignore", "'audioop' is deprecated", DeprecationWarning)
        from pydub import AudioSegment
    return cast("Callable[..., AudioSegment]", AudioSegment)


def _ffmetadata(chapters: Sequence[Chapter]) -> str:
    """Chapters in ffmpeg's own text form."""
    lines = [";FFMETADATA1"]
    for chapter in chapters:
        start, end = milliseconds(chapter.start), milliseconds(chapter.end)
        title = re.sub(r"([=;#\\\n])", r"\\\1", chapter.title)
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={start}", f"END={end}"]
        lines += [f"title={title}"]
    return "\n".join(lines) + "\n"


def _chapter_tags(chapters: Sequence[Chapter]) -> list[str]:
    """Arguments for ffmpeg that write chapters as Vorbis comments (Xiph chapter extension)."""
    arguments = []
    for number, chapter in enumerate(chapters):
        name = f"CHAPTER{number:03d}"
        arguments += ["-metadata", f"{name}={timestamp(chapter.start)}"]
        arguments += ["-metadata", f"{name}NAME={chapter.title}"]
    return arguments
