"""Captions: WebVTT with voices, and SRT.

WebVTT as in the W3C's specification; line lengths and speakers as that of the Podcasting
2.0 transcript recommends. This file does not know how cues are divided.
"""

from __future__ import annotations

from html import escape
from pathlib import PurePath

from episodes.clock import timestamp
from formats.cues import cues
from formats.view import View, one_line

_VTT_WIDTH = 65
_SRT_WIDTH = 32


def vtt(view: View) -> str:
    """WebVTT: numbered cues of at most two lines of 65 columns, each in its voice."""
    source = escape(one_line(PurePath(view.episode.source).name), quote=False)
    blocks = ["WEBVTT", f"NOTE source={source} timeline={view.clock}"]
    for number, cue in enumerate(cues(view, _VTT_WIDTH), start=1):
        text = escape("\n".join(cue.lines), quote=False)
        if cue.speaker:
            text = f"<v {escape(cue.speaker, quote=False)}>{text}</v>"
        times = f"{timestamp(cue.start)} --> {timestamp(cue.end)}"
        blocks.append(f"{number}\n{times}\n{text}")
    return "\n\n".join(blocks) + "\n"


def srt(view: View) -> str:
    """SRT: at most two lines of 32 columns, "Name: " only where a speaker sets in."""
    blocks = []
    for number, cue in enumerate(cues(view, _SRT_WIDTH, prefixed=True), start=1):
        times = f"{timestamp(cue.start, ',')} --> {timestamp(cue.end, ',')}"
        # SRT knows no escapes; a spoken arrow must not look like a line of times.
        text = "\n".join(cue.lines).replace("-->", "-- >")
        blocks.append(f"{number}\n{times}\n{text}")
    return "\n\n".join(blocks) + "\n"
