"""HEAD for every address that answers GET."""

from __future__ import annotations

import pytest

from tests.api.conftest import ID, Service


@pytest.mark.parametrize(
    "path",
    [
        "/healthz",
        "/readyz",
        "/openapi.json",
        "/v1/episodes",
        "/v1/search?q=lighthouse",
        "/v1/episodes/{id}",
        "/v1/episodes/{id}/transcript?format=vtt",
        "/v1/episodes/{id}/chapters",
        "/v1/episodes/{id}/audio?clock=clean",
        "/v1/episodes/{id}/events",
        "/v1/episodes/nobody/transcript",
        "/v1/nowhere",
    ],
)
def test_head_is_get_without_a_body(finished: Service, path: str) -> None:
    place = path.replace("{id}", ID)
    head, get = finished.client.head(place), finished.client.get(place)
    assert head.status_code == get.status_code
    assert head.headers == get.headers
    assert head.content == b""


def test_head_does_not_wait_for_the_end_of_events(service: Service) -> None:
    answer = service.client.head(f"/v1/episodes/{service.sent()}/events")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_head_changes_nothing(service: Service) -> None:
    assert service.client.head(f"/v1/episodes/{service.done()}:reprocess").status_code == 404
    assert service.queued() == 1
