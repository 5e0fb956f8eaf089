"""The OpenAPI document and the service keep each other's word, whatever is sent."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from tests.api.conftest import Service

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "20"))
"""More by hand: CONTRACT_EXAMPLES=1000."""
AUDIO = b"audio that is there"
ID = hashlib.sha256(AUDIO).hexdigest()


ROUTES = [
    (verb.upper(), path)
    for path, verbs in create_app().openapi()["paths"].items()
    for verb in verbs
]


@pytest.mark.parametrize(("verb", "path"), ROUTES)
def test_no_request_is_answered_otherwise_than_documented(
    service: Service, verb: str, path: str
) -> None:
    contract = schemathesis.openapi.from_asgi("/openapi.json", service.app)

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(case=contract[path][verb].as_strategy(), here=st.booleans())
    def keeps_its_word(case: Case[Any], here: bool) -> None:
        if here and "id" in case.path_parameters:  # else it only ever meets strangers
            case.path_parameters["id"] = ID
            if service.held.library.get(ID) is None:
                service.done(AUDIO)
        case.call_and_validate(checks=CHECKS)

    service.done(AUDIO)
    service.ledger.beat("a worker")
    keeps_its_word()
