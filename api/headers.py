"""Headers: what a request's tell (a media type, what is there already, a number).

As RFC 9110 has it, in 12.5.1 (Accept) and 13.1.2 (If-None-Match).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from storage.results import fingerprint

_QUALITY = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


@dataclass(frozen=True, slots=True)
class _Wish:
    """A range of media types, how much it is liked (0 to 1), and its place in the header."""

    range: str
    quality: float
    place: int

    @property
    def exactness(self) -> int:
        return 2 - self.range.count("*")

    def fits(self, kind: str) -> bool:
        return self.range in (kind, "*/*", f"{kind.partition('/')[0]}/*")


def documented_header(name: str, what: str, *, always: bool = True) -> dict[str, Any]:
    """A header of an answer, as the OpenAPI document has it."""
    return {name: {"description": what, "required": always, "schema": {"type": "string"}}}


ETAG = documented_header("ETag", "names this very content, for If-None-Match")


def entity_tag(*facts: object) -> str:
    """An entity tag that is another one whenever a fact is."""
    return f'"{fingerprint(*facts)[:32]}"'


def best(accept: str, offered: Sequence[str]) -> str | None:
    """The media type to send; None where nothing offered is wanted.

    Of those liked equally: the one named more exactly, then earlier, then offered first.
    """
    wishes = list(_wishes(accept if accept.strip() else "*/*"))
    liked = []
    for order, kind in enumerate(offered):
        fitting = [wish for wish in wishes if wish.fits(kind)]
        # The most exact range decides, so that "text/*, text/html;q=0" excludes HTML.
        wish = max(fitting, key=lambda one: (one.exactness, -one.place), default=None)
        if wish is not None and wish.quality > 0:
            liked.append((-wish.quality, -wish.exactness, wish.place, order, kind))
    return min(liked)[-1] if liked else None


def matches(if_none_match: str, tag: str) -> bool:
    """Whether an entity tag is among those of the header, weakly compared."""
    tags = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return "*" in tags or tag in tags


def count(text: str | None) -> int | None:
    """A whole number as a header tells it; None where it tells something else."""
    return int(text) if text and re.fullmatch("[0-9]{1,18}", text) else None


def _wishes(accept: str) -> Iterator[_Wish]:
    for place, wish in enumerate(accept.lower().split(",")):
        kind, *parameters = (part.strip() for part in wish.split(";"))
        given = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        if _QUALITY.fullmatch(given):  # what cannot be read is passed over
            yield _Wish(kind, float(given), place)
