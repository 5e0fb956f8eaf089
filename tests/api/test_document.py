"""The OpenAPI document: whole, described, and with examples that are true."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient

from api import schemas
from api.app import create_app
from api.examples import CURSOR, FORMS, SHAPES
from api.problems import MEDIA_TYPE, TYPES
from api.transcripts import MEDIA_TYPES
from tests.api.conftest import Service

DOCUMENT = create_app().openapi()
OPERATIONS = {
    f"{verb.upper()} {path}": operation
    for path, verbs in DOCUMENT["paths"].items()
    for verb, operation in verbs.items()
}


def shapes_in(content: dict[str, Any]) -> Iterator[str]:
    """The names of the shapes that a body's schema refers to."""
    schema = content["schema"]
    for one in (schema, *schema.get("anyOf", ())):
        if "$ref" in one:
            yield one["$ref"].rpartition("/")[2]


def test_the_document_is_what_is_served(client: TestClient) -> None:
    assert client.get("/openapi.json").json() == DOCUMENT


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_route_and_parameter_is_described(operation: dict[str, Any]) -> None:
    assert operation["description"]
    assert operation["summary"]
    for parameter in operation.get("parameters", ()):
        assert parameter["description"], parameter["name"]
    for status, response in operation["responses"].items():
        assert response["description"] not in ("Successful Response", "Validation Error"), (
            status
        )
        for header in response.get("headers", {}).values():
            assert header["description"]


def test_every_route_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_error_is_a_problem_or_as_openai_has_it(operation: dict[str, Any]) -> None:
    known = {str(status) for status, _ in TYPES.values()}
    kind, shape = MEDIA_TYPE, "Details"
    if operation["tags"] == ["openai"]:
        kind, shape = "application/json", "FaultBody"
    for status, response in operation["responses"].items():
        if status >= "400":
            assert status in known
            assert kind in response["content"]
            assert list(shapes_in(response["content"][kind])) == [shape]


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_body_has_an_example(operation: dict[str, Any]) -> None:
    good = [r for status, r in operation["responses"].items() if status < "300"]
    for body in (operation.get("requestBody", {}), *good):
        for kind, content in body.get("content", {}).items():
            if kind.startswith(("audio/", "video/", "application/octet")):
                continue
            shown = [DOCUMENT["components"]["schemas"][name] for name in shapes_in(content)]
            assert "example" in content or any("examples" in shape for shape in shown), kind


@pytest.mark.parametrize("name", SHAPES)
def test_an_example_is_what_it_is_an_example_of(name: str) -> None:
    shape: type[BaseModel] = getattr(schemas, name)
    shape.model_validate_json(json.dumps(SHAPES[name]))
    assert DOCUMENT["components"]["schemas"][name]["examples"] == [SHAPES[name]]


@pytest.mark.parametrize("name", ["UploadForm", "Import", "Changes", "SpanDecision"])
def test_every_field_that_is_sent_is_described(name: str) -> None:
    for field, schema in DOCUMENT["components"]["schemas"][name]["properties"].items():
        assert schema["description"], field


def test_every_form_has_an_example_that_is_like_it(service: Service) -> None:
    assert set(FORMS) == set(MEDIA_TYPES)
    place = f"/v1/episodes/{service.done()}/transcript"
    for form, example in FORMS.items():
        real = service.client.get(place, params={"format": form})
        if isinstance(example, str):
            assert example[:4] == real.text[:4] or form in ("txt", "md", "srt")
            assert example.endswith("\n")
        else:
            assert isinstance(example, dict)
            assert set(example) <= set(real.json())


def test_the_examples_cursor_is_one(client: TestClient) -> None:
    assert client.get("/v1/episodes", params={"after": CURSOR}).status_code == 200


def test_no_name_leads_nowhere() -> None:
    """Every reference has its target, and every target is referred to."""
    text = json.dumps(DOCUMENT)
    for name in DOCUMENT["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, name
    for part in text.split('"#/components/schemas/')[1:]:
        assert part.partition('"')[0] in DOCUMENT["components"]["schemas"]
