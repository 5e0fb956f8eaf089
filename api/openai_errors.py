"""Errors in the shape of OpenAI's API, for the routes that speak as it does.

Knows the project's problems and what OpenAI calls such; knows no route.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.types import Scope

from api.problems import TYPES, Problem, problem_of, respond
from api.proxied import route_path
from api.schemas import Shape

_STATUS = {"invalid": 400, "unsupported-media-type": 400}
"""Where OpenAI's status is another than that of the problem."""
_BELOW = ("/v1/audio/", "/v1/models/")
"""Where a client of OpenAI asks; what is missing there is answered in its shape too."""
_PARAMETERS = {"context": "prompt"}
"""Fields that bear another name there."""


class Fault(Shape):
    """What went wrong."""

    message: str
    type: str
    param: str | None
    code: str | None


class FaultBody(Shape):
    """The body of an error."""

    error: Fault


class FaultRoute(APIRoute):
    """A route whose every error is one of OpenAI's."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        answer = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await answer(request)
            except Exception as error:  # noqa: BLE001  problem_of logs what nobody foresaw
                return respond_fault(problem_of(error, request))

        return answered


def respond_by_address(problem: Problem, scope: Scope) -> JSONResponse:
    """Return a problem as a response in the shape that its address speaks.

    The framework answers missing addresses and wrong methods outside of any route.
    """
    openai = f"{route_path(scope)}/".startswith(_BELOW)
    return respond_fault(problem) if openai else respond(problem)


def fault(problem: Problem) -> FaultBody:
    """A problem as OpenAI tells it."""
    wrong = problem.more.get("errors") or [{}]
    field = wrong[0].get("field")
    return FaultBody(
        error=Fault(
            message=problem.detail,
            type="server_error" if _status(problem.name) >= 500 else "invalid_request_error",
            param=_PARAMETERS.get(field, field),
            code=problem.name.replace("-", "_"),
        )
    )


def faults(*names: str) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: the problems it may answer with."""
    titles: dict[int | str, list[str]] = {}
    for name in names:
        titles.setdefault(_status(name), []).append(TYPES[name][1])
    return {
        status: {"model": FaultBody, "description": "; or ".join(told)}
        for status, told in titles.items()
    }


def _status(name: str) -> int:
    return _STATUS.get(name, TYPES[name][0])


def respond_fault(problem: Problem) -> JSONResponse:
    """Return a problem as a response in OpenAI's shape."""
    content = fault(problem).model_dump()
    return JSONResponse(content, _status(problem.name), headers=dict(problem.headers))
