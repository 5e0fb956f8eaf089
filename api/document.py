"""The OpenAPI document, where what the framework writes is not the whole truth.

Knows shapes and their examples by name; does not know what any route does.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from api.examples import SHAPES
from api.problems import Details
from api.schemas import Progressed, UploadForm

_REF = "#/components/schemas/"
_FRAMEWORKS = ("HTTPValidationError", "ValidationError")
"""How the framework itself would tell of errors."""


class Documented(FastAPI):
    """An application whose document is completed once it is asked for."""

    def openapi(self) -> dict[str, Any]:
        """The document."""
        if self.openapi_schema is None:
            self.openapi_schema = _completed(super().openapi())
        return self.openapi_schema


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    shapes = document["components"]["schemas"]
    for model in (Details, Progressed, UploadForm):  # named by routes that speak no plain JSON
        shapes[model.__name__] = model.model_json_schema()
    for operations in document["paths"].values():
        for operation in operations.values():
            _without_frameworks_errors(operation["responses"])
    for name in _FRAMEWORKS:
        shapes.pop(name, None)
    for name, example in SHAPES.items():
        shapes[name]["examples"] = [example]
    return document


def _without_frameworks_errors(responses: dict[str, Any]) -> None:
    """The framework takes every parameter for one that may be refused."""
    plain = responses.get("422", {}).get("content", {}).get("application/json")
    if plain == {"schema": {"$ref": _REF + _FRAMEWORKS[0]}}:
        del responses["422"]
