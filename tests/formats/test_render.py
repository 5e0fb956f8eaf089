from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest

from episodes.errors import BadInput
from episodes.types import Episode, Transcript
from formats import FORMATS, Ads, Clock, render

Talk = Callable[..., Transcript]


def test_the_forms_are_those_promised() -> None:
    assert FORMATS == ("txt", "md", "html", "json", "vtt", "srt", "rttm", "podcast.json")


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_ends_in_one_newline_and_can_be_stored(
    form: str, talk: Talk, episode: Episode
) -> None:
    episode = replace(episode, source="/x/caf\udce9.mp3", title=None)
    text = render(talk(("Speaker 1", 0, 1, "Hello\x00\x1b[31m there.")), episode, form)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    text.encode()
    assert not {"\x00", "\x1b", "\r"} & set(text)


@pytest.mark.parametrize("form", FORMATS)
def test_an_episode_without_speech_renders(form: str, talk: Talk, episode: Episode) -> None:
    for clock, ads in ((c, a) for c in get_args(Clock) for a in get_args(Ads)):
        if (clock, ads) != ("clean", "keep"):
            assert isinstance(render(talk(), episode, form, clock, ads), str)


@pytest.mark.parametrize(
    ("form", "clock", "ads", "said"),
    [
        ("docx", "original", "strip", "no format 'docx': choose among txt, md, html, json"),
        ("txt", "wall", "strip", "no clock 'wall': choose among original, clean"),
        ("txt", "original", "sell", "no ads 'sell': choose among strip, keep, mark"),
        ("vtt", "clean", "keep", "Kept ads have no time on the clean clock"),
    ],
)
def test_what_cannot_be_rendered_is_refused(
    form: str, clock: Clock, ads: Ads, said: str, talk: Talk, episode: Episode
) -> None:
    with pytest.raises(BadInput, match=said):
        render(talk(), episode, form, clock, ads)
