"""Which files of folders are episodes, and the names of what is written of each.

Knows file names; does not know how a transcript is made, nor what was written before.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from audio.kinds import UNKNOWN, kind_of

AUDIO_SUFFIXES = frozenset(
    f".{name}"
    for name in (
        *(
            "mp3",
            "m4a",
            "m4b",
            "m4r",
            "aac",
            "adts",
            "ogg",
            "oga",
            "opus",
            "spx",
            "flac",
            "wav",
        ),
        *("wave", "bwf", "rf64", "w64", "wma", "mka", "mp1", "mp2", "mpa", "mpga", "m2a"),
        *("aif", "aiff", "aifc", "caf", "amr", "awb", "ac3", "eac3", "dts", "ape", "wv", "tta"),
        *("tak", "mpc", "au", "snd", "gsm", "voc", "oma", "ra", "3ga", "loas"),
        *("mp4", "m4v", "mov", "mkv", "webm", "weba", "avi", "3gp", "3gpp", "3g2", "ts", "mts"),
        *("m2ts", "mpg", "mpeg", "vob", "wmv", "asf", "flv", "f4v", "f4a", "ogv", "ogx", "qt"),
        *("mxf", "nut", "rm", "divx"),
    )
)
"""What counts as an episode inside a folder; a file named outright is always tried."""

_PLAIN = frozenset(
    f".{name}"
    for name in (
        *(
            "txt",
            "md",
            "html",
            "htm",
            "json",
            "vtt",
            "srt",
            "rttm",
            "csv",
            "xml",
            "opml",
            "log",
        ),
        *(
            "jpg",
            "jpeg",
            "png",
            "gif",
            "webp",
            "bmp",
            "tif",
            "tiff",
            "svg",
            "heic",
            "ico",
            "pdf",
        ),
        *("doc", "docx", "odt", "rtf", "cue", "m3u", "m3u8", "pls", "nfo", "sfv", "md5", "url"),
        *("zip", "gz", "tar", "7z", "rar", "part", "crdownload", "tmp", "download", "partial"),
        *("db", "ini", "toml", "yaml", "yml", "py", "sh", "js", "css", "ds_store", "bak"),
    )
)
"""What lies beside episodes, and what is still on its way."""
LONGEST_NAME = 255
"""Bytes of a file's name, on every usual file system."""
TRIED = 50
"""So many files of unknown endings are looked into; a folder may hold thousands of others."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file, and the folder and stem its outputs get."""

    source: Path
    folder: Path
    stem: str

    def target(self, form: str) -> Path:
        """The file for a format, such as `stem.podcast.json`; a long stem is shortened."""
        return self.folder / f"{shortened(self.stem, LONGEST_NAME - len(form) - 1)}.{form}"


def shortened(name: str, most: int) -> str:
    """Return a name of at most `most` bytes; what is left out is told apart by a hash."""
    raw = os.fsencode(name)
    if len(raw) <= most:
        return name
    mark = f"~{hashlib.sha256(raw).hexdigest()[:8]}"
    kept = raw[: most - len(mark)].decode("utf-8", "ignore").rstrip()
    return f"{kept}{mark}"


def plan(
    paths: Iterable[Path], out: Path | None = None, formats: Sequence[str] = ("txt", "json")
) -> tuple[Job, ...]:
    """One job a file, folders searched recursively, each file once, in order.

    Outputs go beside the audio, or below `out`, where folders keep their relative paths.
    Where two outputs would collide, or one would replace its source, the source's extension
    stays in the name; where that is not enough, the folder's name stays in front, or a hash
    of the file's name tells them apart.
    """
    choices: dict[Path, list[Job]] = {}
    for path in paths:
        # A path that is no folder, or a folder without audio, goes on as it is and fails by
        # itself: the others are to be done all the same.
        for file in audio_files(path) or [path]:
            choices.setdefault(file.resolve(), _names(file, path, out))
    level = dict.fromkeys(choices, 0)
    while collisions := _collisions(
        {key: choices[key][at] for key, at in level.items()}, formats
    ):
        # Who has the plainest name gives way.
        giving = [key for key in collisions if level[key] + 1 < len(choices[key])]
        if not giving:
            break
        plainest = min(level[key] for key in giving)
        for key in giving:
            level[key] += level[key] == plainest
    return tuple(choices[key][at] for key, at in level.items())


def _names(file: Path, root: Path, out: Path | None) -> list[Job]:
    """The jobs a file can be, the plainest name first."""
    relative = file.parent.relative_to(root if file != root else file.parent)
    folder = out / relative if out else file.parent
    named = [Job(file, folder, file.name)]
    if file.suffix.lower() in AUDIO_SUFFIXES:
        named.insert(0, Job(file, folder, file.stem))
    if out is not None:
        inner = root.resolve().name if file != root else file.resolve().parent.name
        named.append(Job(file, out / inner / relative, file.name))
    mark = hashlib.sha256(os.fsencode(file.absolute())).hexdigest()[:8]
    return [*named, Job(file, folder, f"{file.name}~{mark}")]


def _collisions(jobs: Mapping[Path, Job], formats: Sequence[str]) -> list[Path]:
    """Whose outputs would be written by another job too, or replace a source."""
    targets: dict[str, list[Path]] = {str(key).casefold(): [key] for key in jobs}
    for key, job in jobs.items():
        for form in formats:
            targets.setdefault(str(job.target(form).resolve()).casefold(), []).append(key)
    owners = [set(keys) for keys in targets.values() if len(keys) > 1]
    return [key for key in jobs if any(key in several for several in owners)]


def audio_files(folder: Path) -> list[Path]:
    """What counts as an episode anywhere in a folder, in order."""
    return sorted(
        file
        for file in _visible(folder)
        if file.suffix.lower() in AUDIO_SUFFIXES and not _ours(file)
    )


def passed_over(folder: Path) -> list[Path]:
    """Return what holds audio in a folder and is no episode by its ending, in order."""
    unknown = sorted(
        file
        for file in _visible(folder)
        if file.suffix.lower() not in AUDIO_SUFFIXES | _PLAIN and not _ours(file)
    )
    return [file for file in unknown[:TRIED] if kind_of(file) is not UNKNOWN]


def _visible(folder: Path) -> Iterator[Path]:
    """Files anywhere in a folder that are not hidden."""
    for file in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if not hidden and file.is_file():
            yield file


def _ours(file: Path) -> bool:
    return file.stem.endswith(".clean")  # what `cut` wrote is not an episode of its own
