"""One transcript, eight forms. This file checks what is asked for and chooses the form.

It does not know what a form looks like: that is the other files' matter, one a family.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import get_args

from episodes.errors import BadInput
from episodes.types import Episode, Transcript
from formats import document, page, podcasting, rttm, subtitles
from formats.view import Ads, Clock, View

__all__ = ["FORMATS", "Ads", "Clock", "render"]

_WRITERS: Mapping[str, Callable[[View], str]] = MappingProxyType(
    {
        "txt": page.txt,
        "md": page.md,
        "html": page.html,
        "json": document.write,
        "vtt": subtitles.vtt,
        "srt": subtitles.srt,
        "rttm": rttm.write,
        "podcast.json": podcasting.transcript,
    }
)

FORMATS: tuple[str, ...] = tuple(_WRITERS)
"""The names of the forms, which are also the endings of their files."""


def render(
    transcript: Transcript,
    episode: Episode,
    form: str,
    clock: Clock = "original",
    ads: Ads = "strip",
) -> str:
    """The transcript in one of `FORMATS`, ending in a newline, ready to be stored as UTF-8.

    `clock` sets the times of vtt, srt, rttm and podcast.json (html links by the original
    clock, json bears both). `ads`: "strip" leaves what is in the cuts out, "keep" leaves
    it in, "mark" puts a line in its place (in vtt, srt and podcast.json a short cue, on
    the original clock only; json lists the ads anyway). rttm has every voice on the
    original clock and what is left of it on the clean one, whatever `ads` says. Pages
    (txt, md, html) leave out backchannels, the others have them.

    Raises:
        BadInput: the form, clock or ads is unknown, or kept ads are wanted on the clean
            clock, where they have no time.

    """
    for what, given, choices in (
        ("format", form, FORMATS),
        ("clock", clock, get_args(Clock)),
        ("ads", ads, get_args(Ads)),
    ):
        if given not in choices:
            raise BadInput(f"There is no {what} {given!r}: choose among {', '.join(choices)}.")
    if clock == "clean" and ads == "keep":
        raise BadInput(
            "Kept ads have no time on the clean clock: ask for the original clock, "
            "or have the ads stripped or marked."
        )
    text = _WRITERS[form](View(transcript, episode, clock, ads))
    # A file name that is not UTF-8 arrives with lone surrogates, which cannot be stored.
    return text.encode("utf-8", "replace").decode("utf-8")
