"""The OpenAPI document and the service keep each other's word, whatever is sent."""

from __future__ import annotations

import hashlib
import os
from contextlib import nullcontext
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.types import ASGIApp, Receive, Scope, Send

from api.app import create_app
from tests.api.conftest import Service

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "25"))
"""More by hand: CONTRACT_EXAMPLES=1000."""
AUDIO = b"audio that is there"
TRANSCRIPTIONS = "/v1/audio/transcriptions"
HOST = {"Host": "127.0.0.1"}
ID = hashlib.sha256(AUDIO).hexdigest()
ROUTES = [
    (verb.upper(), path)
    for path, verbs in create_app().openapi()["paths"].items()
    for verb in verbs
    if path != "/v1/events"  # never ends: test_events.py follows it for a while
]


@schemathesis.serializer("application/offset+octet-stream")
def as_it_is(_: object, value: object) -> bytes:
    """A part of an upload is no JSON, whatever is sent."""
    return value if isinstance(value, bytes) else str(value).encode()


def opened_once(app: ASGIApp) -> ASGIApp:
    """The app, which schemathesis would open anew for each request."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        for stage in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{stage}.complete"})

    return answer


def prepare(service: Service, path: str) -> None:
    """Bring the episode into the state in which a route has most to do."""
    entry = service.held.library.get(ID)
    if entry is None:
        service.done(AUDIO)
    elif entry.episode.status != "done":  # what has not ended has events without an end
        service.held.library.restart(ID)
        service.finish(ID)
    if path.endswith((":cancel", ":retry")):
        service.held.library.restart(ID)
    if path.endswith(":retry"):
        service.fail(ID)


@pytest.mark.parametrize(("verb", "path"), ROUTES)
def test_no_request_is_answered_otherwise_than_documented(
    service: Service, verb: str, path: str
) -> None:
    app = opened_once(service.app)
    route = schemathesis.openapi.from_asgi("/openapi.json", app, headers=HOST)[path][verb]
    cases = route.as_strategy()
    if route.query or route.body:  # else there is nothing that could be wrong
        cases |= route.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(case=cases, here=st.booleans())
    def keeps_its_word(case: Case[Any], here: bool) -> None:
        if here and "id" in case.path_parameters:  # else it only ever meets strangers
            case.path_parameters["id"] = ID
            prepare(service, path)
        case.call_and_validate(checks=CHECKS, headers=HOST)

    service.done(AUDIO)
    service.ledger.beat("a worker")
    # Who waits for work shall see it done; elsewhere what was sent stays as it is.
    with service.working() if path == TRANSCRIPTIONS else nullcontext():
        keeps_its_word()
