"""Headers of requests: the media type wanted, what is there already, numbers."""

from __future__ import annotations

import pytest

from api.headers import best, count, matches
from api.transcripts import MEDIA_TYPES

OFFERED = list(MEDIA_TYPES.values())
BROWSER = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,"
    "image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("application/json", "json"),
        ("APPLICATION/JSON", "json"),
        ("text/*", "txt"),
        ("text/html", "html"),
        (BROWSER, "html"),
        ("text/plain, application/json;q=0.5", "txt"),
        ("application/json;q=0.5, text/plain", "txt"),
        ("text/plain;q=0.2,text/markdown;q=0.9,*/*;q=0.1", "md"),
        ("text/vtt, text/html", "vtt"),
        ("text/html, text/vtt", "html"),
        ("*/*, text/vtt", "vtt"),
        ("text/*, text/vtt;q=0.4", "txt"),
        ("text/*;q=0.9, text/plain;q=0.1", "md"),
        ("*/*, application/json;q=0", "txt"),
        ("application/*, application/json;q=0.0", "srt"),
        ("text/html;level=1;q=0.7, text/vtt;q=0.8", "vtt"),
        (" text/vtt ; q=1.000 , text/html;q=0.999", "vtt"),
        ("text/html;q=nan, text/vtt;q=0.1", "vtt"),
        ("text/html;q=2, text/vtt;q=0.1", "vtt"),
        ("text/html;q=, text/vtt;q=0.1", "vtt"),
        ("nonsense, text/vtt;q=0.1", "vtt"),
        (",,text/vtt,", "vtt"),
        ("image/png, application/podcast+json", "podcast.json"),
        ("application/x-subrip", "srt"),
        ("text/x-rttm", "rttm"),
    ],
)
def test_what_is_liked_best_is_sent(accept: str, form: str) -> None:
    assert best(accept, OFFERED) == MEDIA_TYPES[form]


@pytest.mark.parametrize(
    "accept",
    [
        "image/png",
        "application/json;q=0",
        "*/*;q=0",
        "nonsense",
        "text",
        "text/html;q=x",
        ";;;",
    ],
)
def test_nothing_is_sent_that_is_not_wanted(accept: str) -> None:
    assert best(accept, OFFERED) is None


TAG = '"a1b2"'


@pytest.mark.parametrize(
    "header", [TAG, f"W/{TAG}", f'"other", {TAG}', f'W/"other",W/{TAG}', "*", f" {TAG} "]
)
def test_a_tag_is_among_those_that_are_known(header: str) -> None:
    assert matches(header, TAG)


@pytest.mark.parametrize("header", ['"other"', "a1b2", "", "W/", '"a1b', ",,"])
def test_another_tag_is_not(header: str) -> None:
    assert not matches(header, TAG)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("12", 12), ("007", 7)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert count(text) == number


@pytest.mark.parametrize(
    "text", [None, "", "-1", "+1", "1.5", " 1", "1_0", "x", "9" * 5000, "\u00b2", "\u0661"]
)
def test_anything_else_is_none(text: str | None) -> None:
    assert count(text) is None
