"""What a file is by its content: media type and usual ending, never by its name.

By the container and the codec that FFmpeg finds. This file does not know who asks, and
decodes nothing.
"""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePath

from audio.reader import Reader
from episodes.errors import BadAudio

OTHER = "application/octet-stream"
_HEAD = 64
"""Bytes in which Matroska says whether it is WebM, and MP4 which kind of MP4 it is."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A media type, and the endings of names that fit it, the usual one first."""

    media_type: str
    suffixes: tuple[str, ...] = ("",)

    def named(self, name: str, mark: str = "") -> str:
        """Return a file's name with an ending that fits, `mark` before it."""
        path = PurePath(name)
        if path.suffix.lower() in self.suffixes or not self.suffixes[0]:
            return f"{path.stem}{mark}{path.suffix}"
        ended = re.fullmatch(r"\.[A-Za-z0-9]{1,8}", path.suffix)
        return f"{path.stem if ended or mark else path.name}{mark}{self.suffixes[0]}"


UNKNOWN = Kind(OTHER)
_MP4 = "mov,mp4,m4a,3gp,3g2,mj2"
_MATROSKA = "matroska,webm"
_SOUND = {
    "aac": Kind("audio/aac", (".aac", ".adts")),
    "loas": Kind("audio/aac", (".aac", ".loas")),
    "aiff": Kind("audio/aiff", (".aiff", ".aif", ".aifc")),
    "ac3": Kind("audio/ac3", (".ac3",)),
    "amr": Kind("audio/amr", (".amr", ".awb")),
    "amrnb": Kind("audio/amr", (".amr",)),
    "amrwb": Kind("audio/amr-wb", (".awb",)),
    "ape": Kind("audio/x-ape", (".ape",)),
    "asf": Kind("audio/x-ms-wma", (".wma", ".asf")),
    "au": Kind("audio/basic", (".au", ".snd")),
    "caf": Kind("audio/x-caf", (".caf",)),
    "dts": Kind("audio/vnd.dts", (".dts",)),
    "eac3": Kind("audio/eac3", (".eac3",)),
    "flac": Kind("audio/flac", (".flac",)),
    "gsm": Kind("audio/x-gsm", (".gsm",)),
    "mpc": Kind("audio/x-musepack", (".mpc",)),
    "mpc8": Kind("audio/x-musepack", (".mpc",)),
    "mp3": Kind("audio/mpeg", (".mp3", ".mpga", ".mpeg", ".mp1", ".m2a", ".mpa")),
    "ogg": Kind("audio/ogg", (".ogg", ".oga")),
    "oma": Kind("audio/x-oma", (".oma",)),
    "tak": Kind("audio/x-tak", (".tak",)),
    "voc": Kind("audio/x-voc", (".voc",)),
    "tta": Kind("audio/x-tta", (".tta",)),
    "w64": Kind("audio/x-w64", (".w64",)),
    "wav": Kind("audio/wav", (".wav", ".wave", ".bwf", ".rf64")),
    "wv": Kind("audio/x-wavpack", (".wv",)),
    _MP4: Kind("audio/mp4", (".m4a", ".m4b", ".mp4", ".m4r", ".f4a")),
    _MATROSKA: Kind("audio/x-matroska", (".mka", ".mkv")),
}
_PICTURES = {
    "asf": Kind("video/x-ms-wmv", (".wmv", ".asf")),
    "ogg": Kind("video/ogg", (".ogv", ".ogg", ".ogx")),
    _MP4: Kind("video/mp4", (".mp4", ".m4v", ".f4v")),
    _MATROSKA: Kind("video/x-matroska", (".mkv",)),
}
_EITHER = {
    "avi": Kind("video/x-msvideo", (".avi", ".divx")),
    "flv": Kind("video/x-flv", (".flv",)),
    "mxf": Kind("video/mxf", (".mxf",)),
    "nut": Kind("video/x-nut", (".nut",)),
    "rm": Kind("video/vnd.rn-realvideo", (".rm", ".ra")),
    "mpeg": Kind("video/mpeg", (".mpg", ".mpeg", ".vob")),
    "mpegts": Kind("video/mp2t", (".ts", ".mts", ".m2ts")),
}
_OPUS = Kind("audio/ogg", (".opus", ".ogg", ".oga"))
_SPEEX = Kind("audio/ogg", (".spx", ".ogg", ".oga"))
_MP2 = Kind("audio/mpeg", (".mp2", ".mpga"))
_WEBM = (Kind("audio/webm", (".webm", ".weba")), Kind("video/webm", (".webm",)))
_PHONE = (
    Kind("audio/3gpp", (".3gp", ".3gpp", ".3ga", ".3g2")),
    Kind("video/3gpp", (".3gp", ".3gpp")),
)
_QUICKTIME = Kind("video/quicktime", (".mov", ".qt"))

_LISTED = [one for table in (_SOUND, _PICTURES, _EITHER) for one in table.values()]
_ALL = (*_LISTED, _OPUS, _SPEEX, _MP2, *reversed(_WEBM), *_PHONE, _QUICKTIME)
MEDIA_TYPES = sorted({one.media_type for one in (*_ALL, UNKNOWN)})
"""All that may be found. A table of our own: what is none of these must not be shown as a
page, whatever a stranger called it."""


def kind_by_suffix(name: str) -> Kind:
    """Return what a name's ending promises, for a file that cannot be read."""
    suffix = PurePath(name).suffix.lower()
    fitting = [one for one in _ALL if suffix and suffix in one.suffixes]
    return min(fitting, key=lambda one: one.suffixes.index(suffix), default=UNKNOWN)


def kind_of(source: Path) -> Kind:
    """Return what a file is; UNKNOWN for what is no readable audio."""
    try:
        with closing(Reader(source)) as reader:
            container, codec, video = reader.container, reader.codec, reader.video
        with source.open("rb") as file:
            head = file.read(_HEAD)
    except (BadAudio, OSError):
        return UNKNOWN
    brand = head[8:12].strip() if head[4:8] == b"ftyp" else b""
    if container == _MATROSKA and b"webm" in head:
        return _WEBM[video]
    if container == _MP4 and brand.startswith(b"3g"):
        return _PHONE[video]
    if container == _MP4 and brand == b"qt" and video:
        return _QUICKTIME
    if video and container in _PICTURES:
        return _PICTURES[container]
    special = {("ogg", "opus"): _OPUS, ("ogg", "speex"): _SPEEX, ("mp3", "mp2"): _MP2}
    usual = _SOUND.get(container) or _EITHER.get(container, UNKNOWN)
    return special.get((container, codec), usual)
