"""Pages out of templates: what every page has, and under which rules a browser shows it.

Nothing that a stranger wrote is markup (Jinja escapes all), nothing comes from another host
and no script stands in a page. Knows no route.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.access import Caller, csrf_token
from api.proxied import here
from api.schemas import SearchHit
from episodes.clock import runtime, short_time

HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",  # a page of who is logged in
    "Referrer-Policy": "same-origin",  # with none at all, forms would be sent as a stranger's
    "X-Content-Type-Options": "nosniff",
}


def pieces(hit: SearchHit) -> Iterator[tuple[str, bool]]:
    """A snippet in pieces, each with whether it was looked for."""
    at = 0
    for start, end in hit.marks:
        yield hit.snippet[at:start], False
        yield hit.snippet[start:end], True
        at = end
    yield hit.snippet[at:], False


TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
TEMPLATES.filters |= {"runtime": runtime, "time": short_time, "pieces": pieces}


def page(name: str, caller: Caller | None, status: int = 200, **shown: object) -> HTMLResponse:
    """A template filled in."""
    session = None if caller is None else caller.session
    told = {
        "root": here(""),
        "csrf": None if session is None else csrf_token(session),
        "who": None if caller is None else caller.name,
        "may_change": caller is not None and caller.scope != "read",
    }
    text = TEMPLATES.get_template(name).render(**told, **shown)
    return HTMLResponse(text, status, headers=HEADERS)
