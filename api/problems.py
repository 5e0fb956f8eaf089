"""Errors as RFC 9457 problem details: the one table from what went wrong to HTTP.

Knows types and status codes; does not know which route an error comes from.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from api.headers import documented_header
from episodes.errors import BadInput, CleancastError, NoRoom, TooLarge
from formats.view import one_line
from pipeline.choices import BadOption

log = logging.getLogger(__name__)

MOST_FIELDS, MOST_SHOWN = 20, 100
"""How many wrong fields are told, and how much of what a stranger named so is repeated."""

MEDIA_TYPE = "application/problem+json"
TYPES: Mapping[str, tuple[int, str]] = {
    "malformed": (400, "The request cannot be read"),
    "no-key": (401, "A key is needed"),
    "forbidden": (403, "That is not allowed"),
    "not-found": (404, "There is no such thing"),
    "method-not-allowed": (405, "This address does not do that"),
    "not-acceptable": (406, "No form that was asked for is offered"),
    "not-ready": (409, "It is not ready yet"),
    "conflict": (409, "Its present state does not allow that"),
    "gone": (410, "It is not kept any more"),
    "other-version": (412, "Another version of the protocol is spoken here"),
    "too-large": (413, "The body is too large"),
    "unsupported-media-type": (415, "The body is of a wrong kind"),
    "no-such-part": (416, "There is no such part of it"),
    "misdirected": (421, "The service is not known by that name"),
    "invalid": (422, "Something given cannot be used"),
    "too-many": (429, "That is too much at a time"),
    "internal": (500, "Something unexpected went wrong"),
    "not-working": (503, "A part of the service does not work"),
    "no-room": (507, "There is no room on the disk"),
}
"""Names of problem types, each with its status and title. A type's URI never changes."""
_HEADERS: Mapping[str, dict[str, Any]] = {
    "not-ready": documented_header(
        "Retry-After", "seconds until it is worth asking again", always=False
    ),
    "no-key": documented_header("WWW-Authenticate", "Bearer"),
    "too-many": documented_header("Retry-After", "seconds until there is room again"),
    "no-such-part": documented_header("Content-Range", "how long it is: bytes */1234"),
}
BODY = ("malformed", "too-large", "unsupported-media-type")
"""What may be wrong with a body of JSON as a whole."""


class Details(BaseModel):
    """What a problem looks like."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:cleancast:problem:not-found",
                    "title": "There is no such thing",
                    "status": 404,
                    "detail": "There is no episode 12ab.",
                }
            ]
        },
    )

    type: str = Field(description="a URI that names the kind of problem and never changes")
    title: str
    status: int
    detail: str = Field(description="one sentence about this case")


@dataclass
class Problem(Exception):
    """Raised anywhere in a request. `more` are further fields for machines."""

    name: str
    detail: str
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def shown(text: str) -> str:
    """What a stranger named, as far as it is repeated."""
    return one_line(text)[:MOST_SHOWN]


def invalid(field: str, message: str) -> Problem:
    """The problem that one field is wrong; `message` is a sentence without its full stop."""
    return Problem(
        "invalid", f"{field}: {message}.", {"errors": [{"field": field, "message": message}]}
    )


def documented(*names: str) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: the problems it may answer with."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for name in names:
        status, title = TYPES[name]
        before = by_status.get(status, {}).get("description")
        by_status[status] = {
            "description": f"{before}; or {title.lower()}" if before else title,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Details"}}},
            "headers": _HEADERS.get(name, {}),
        }
    return by_status


def respond(problem: Problem) -> JSONResponse:
    """The problem as a response."""
    status, title = TYPES[problem.name]
    content = {
        "type": f"urn:cleancast:problem:{problem.name}",
        "title": title,
        "status": status,
        "detail": problem.detail,
        **problem.more,
    }
    return JSONResponse(content, status, headers=dict(problem.headers), media_type=MEDIA_TYPE)


def install(app: FastAPI, form: Callable[[Problem, Scope], JSONResponse]) -> None:
    """Have every error of an app answered as a problem, in the form for its address."""

    async def answer(request: Request, error: Exception) -> JSONResponse:
        return form(problem_of(error, request), request.scope)

    ours = (Problem, CleancastError, RequestValidationError, HTTPException, OperationalError)
    for kind in (*ours, Exception):
        app.add_exception_handler(kind, answer)


def problem_of(error: Exception, request: Request) -> Problem:
    """The problem that an error of a request is; what nobody foresaw is logged."""
    match error:
        case Problem():
            return error
        case CleancastError():
            return _of(error)
        case RequestValidationError():
            return _of_validation(error)
        case HTTPException():
            return _of_status(error, request)
    log.error("%s %s", request.method, request.url.path, exc_info=error)
    if isinstance(error, OperationalError):
        return Problem("not-working", "The database does not answer: try again later.")
    return Problem("internal", "The service's log holds the details.")


def _of(error: CleancastError) -> Problem:
    if isinstance(error, NoRoom):
        return Problem("no-room", str(error))
    if isinstance(error, BadOption):
        return Problem("invalid", str(error), {"errors": [_field(error.option, str(error))]})
    if isinstance(error, TooLarge):
        return Problem("too-large", str(error))
    if isinstance(error, BadInput):
        return Problem("invalid", str(error))
    return Problem("not-working", str(error))


def _of_validation(error: RequestValidationError) -> Problem:
    if isinstance(error.body, bytes):
        return Problem("unsupported-media-type", "The body must be JSON, sent as such.")
    fields = []
    for one in error.errors()[:MOST_FIELDS]:
        if one["type"] == "json_invalid":
            return Problem("malformed", f"The body is not valid JSON: {one['ctx']['error']}.")
        place = ".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0])
        fields.append(_field(shown(place), one["msg"].removeprefix("Value error, ")))
    first = fields[0]
    return Problem("invalid", f"{first['field']}: {first['message']}.", {"errors": fields})


def _of_status(error: HTTPException, request: Request) -> Problem:
    """What the framework itself refuses: unknown addresses, wrong methods, large bodies."""
    names = {status: name for name, (status, _) in TYPES.items()}
    name = names.get(error.status_code, "malformed")
    path, headers = shown(request.url.path), dict(error.headers or {})
    if name == "method-not-allowed":
        headers["Allow"] = ", ".join(_allowed(request))
    detail = {
        "not-found": f"There is nothing at {path}.",
        "method-not-allowed": f"{path} does not answer {request.method}.",
    }.get(name, f"{error.detail or HTTPStatus(error.status_code).phrase}.".replace("..", "."))
    return Problem(name, detail, headers=headers)


def _allowed(request: Request) -> list[str]:
    """The methods of the request's address: the framework knows those of one route only."""
    allowed = {
        method
        for method in ("DELETE", "GET", "OPTIONS", "PATCH", "POST")
        for route in request.app.routes
        if route.matches({**request.scope, "method": method})[0] is Match.FULL
    }
    return sorted(allowed | ({"HEAD"} if "GET" in allowed else set()))


def _field(field: str, message: str) -> dict[str, str]:
    return {"field": field, "message": message}
