"""The routes by which webhooks are registered, looked at, tried and deleted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from api.bodies import BoundedRoute
from api.dependencies import Held
from api.headers import documented_header
from api.problems import BODY, Problem, documented, invalid, shown
from api.proxied import here
from api.webhook_schemas import (
    DeliveryList,
    DeliveryView,
    HookList,
    HookMade,
    HookView,
    HookWanted,
)
from episodes.errors import BadInput
from pipeline.outward import Outward
from storage.deliveries import Delivery
from storage.hooks import Hook

router = APIRouter(prefix="/v1", tags=["webhooks"], route_class=BoundedRoute)

HookId = Annotated[str, Path(description="its id", examples=["wh_0b9d2f6e8c7a41d35e60f1a2"])]


def _hook(webhook_id: HookId, holdings: Held) -> Hook:
    hook = holdings.hooks.get(webhook_id)
    if hook is None:
        raise Problem("not-found", f"There is no webhook {shown(webhook_id)}.")
    return hook


Known = Annotated[Hook, Depends(_hook)]


@router.post(
    "/webhooks",
    status_code=201,
    response_description="It is registered",
    responses={
        201: {"headers": documented_header("Location", "the webhook, to delete it by")},
        **documented(*BODY, "invalid"),
    },
)
def register(wanted: HookWanted, response: Response, holdings: Held) -> HookMade:
    """Have an address told when an episode is done or has failed.

    It gets a signed POST (Standard Webhooks); until it answers 2xx, that is repeated for
    about a day. Addresses that are not public are refused, now and whenever something is
    sent. Its secret is shown only here.
    """
    outward = Outward(private=holdings.settings.webhook_private)
    try:
        url = outward.checked(wanted.url)
    except BadInput as refused:
        raise invalid("url", str(refused).rstrip(".")) from refused
    hook = holdings.hooks.add(url, wanted.events, wanted.secret)
    response.headers["Location"] = here(f"/v1/webhooks/{hook.id}")
    return HookMade(
        id=hook.id,
        url=hook.url,
        events=list(hook.events),
        created_at=hook.created_at,
        secret=hook.secret,
    )


@router.get("/webhooks", response_description="They")
def webhooks(holdings: Held) -> HookList:
    """Every webhook, and how the last attempt to reach it went."""
    return HookList(webhooks=[_view(hook) for hook in holdings.hooks.all()])


@router.get(
    "/webhooks/{webhook_id}", response_description="It", responses=documented("not-found")
)
def webhook(hook: Known) -> HookView:
    """One webhook."""
    return _view(hook)


@router.get(
    "/webhooks/{webhook_id}/deliveries",
    response_description="They",
    responses=documented("not-found"),
)
def deliveries(hook: Known, holdings: Held) -> DeliveryList:
    """What was sent to a webhook in the last days, and what waits: the newest hundred."""
    return DeliveryList(deliveries=[_told(one) for one in holdings.deliveries.of(hook.id)])


@router.post(
    "/webhooks/{webhook_id}:test",
    status_code=202,
    response_description="It is queued",
    responses=documented("not-found", "conflict"),
)
def test_webhook(hook: Known, holdings: Held) -> DeliveryView:
    """Have a worker send a ping; how that went is told by the webhook's deliveries."""
    ping = holdings.deliveries.ping(hook.id)
    if ping is None:
        raise Problem(
            "conflict", f"Nothing is sent there any more: {hook.ended or 'it was deleted.'}"
        )
    return _told(ping)


@router.delete(
    "/webhooks/{webhook_id}",
    status_code=204,
    response_description="It is told nothing any more",
    responses=documented("not-found"),
)
def forget_webhook(hook: Known, holdings: Held) -> None:
    """Delete a webhook, and what was still to be sent to it."""
    holdings.hooks.delete(hook.id)


def _view(hook: Hook) -> HookView:
    return HookView(
        id=hook.id,
        url=hook.url,
        events=list(hook.events),
        created_at=hook.created_at,
        last_at=hook.last_at,
        last_error=hook.last_error,
        ended=hook.ended,
    )


def _told(delivery: Delivery) -> DeliveryView:
    return DeliveryView(
        id=delivery.id,
        event=delivery.event,
        episode=delivery.facts.get("id"),
        state=delivery.state,
        attempts=delivery.attempts,
        created_at=delivery.created_at,
        next_at=delivery.next_at if delivery.state == "waiting" else None,
        last_error=delivery.last_error,
    )
