"""Shapes of JSON about webhooks, each with an example. Knows no route and no database."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas import Shape
from storage.deliveries import State
from storage.hooks import Ending

_HOOK: dict[str, Any] = {
    "id": "wh_0b9d2f6e8c7a41d35e60f1a2",
    "url": "https://example.org/hooks/cleancast",
    "events": ["done", "failed"],
    "created_at": "2026-02-03T09:30:00Z",
}
_STATE: dict[str, Any] = {"last_at": None, "last_error": None, "ended": None}
_DELIVERY: dict[str, Any] = {
    "id": "msg_5d41402abc4b2a76b9719d91",
    "event": "done",
    "episode": "9b6b5e2f5c0d4c6b8a8d1f0f0c7a4f7e3c2d1b0a9f8e7d6c5b4a392817060504",
    "state": "waiting",
    "attempts": 1,
    "created_at": "2026-02-03T09:31:40Z",
    "next_at": "2026-02-03T09:31:51Z",
    "last_error": "It answered 500.",
}


def _example(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class HookWanted(Shape):
    """A webhook to register."""

    model_config = _example({"url": _HOOK["url"], "events": ["done", "failed"]})

    url: Annotated[str, StringConstraints(min_length=1, max_length=2000)] = Field(
        description="where to send: http or https, at a public address"
    )
    events: Annotated[list[Ending], Field(min_length=1, max_length=10)] = Field(
        default=["done", "failed"], description="what to tell: how an episode ended"
    )
    secret: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        None, description='"whsec_" and 24 to 64 random bytes in base64; else one is made'
    )


class HookMade(Shape):
    """A webhook that was registered, with its secret, which is shown only now."""

    model_config = _example(_HOOK | {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})

    id: str = Field(description="to look at or delete it by")
    url: str
    events: list[Ending]
    created_at: datetime
    secret: str = Field(description="what the signature of each delivery is made with")


class HookView(Shape):
    """A webhook, and how the last attempt to reach it went."""

    model_config = _example(_HOOK | _STATE)

    id: str
    url: str
    events: list[Ending]
    created_at: datetime
    last_at: datetime | None = Field(description="of the last attempt")
    last_error: str | None = Field(description="what went wrong with it; null if nothing did")
    ended: str | None = Field(description="why nothing is sent there any more")


class HookList(Shape):
    """All webhooks, oldest first."""

    model_config = _example({"webhooks": [_HOOK | _STATE]})

    webhooks: list[HookView]


class DeliveryView(Shape):
    """Something that is to be sent, or was."""

    model_config = _example(_DELIVERY)

    id: str = Field(description="its webhook-id; the same in every attempt")
    event: str = Field(description="done, failed or ping")
    episode: str | None = Field(description="the episode's id; null for a ping")
    state: State = Field(description="waiting (for its next attempt), delivered or dropped")
    attempts: int = Field(description="attempts begun")
    created_at: datetime
    next_at: datetime | None = Field(description="of the next attempt; null after the last")
    last_error: str | None


class DeliveryList(Shape):
    """The latest deliveries, newest first."""

    model_config = _example({"deliveries": [_DELIVERY]})

    deliveries: list[DeliveryView]
