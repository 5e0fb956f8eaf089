"""What Prometheus reads: as its own parser understands it."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from tests.api.conftest import Service, problem, serving

OPERATING = (Path(__file__).parents[2] / "docs/operating.md").read_text()


def metrics(client: TestClient) -> dict[str, Metric]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = text_string_to_metric_families(answer.text)
    return {family.name: family for family in families}


def value(families: dict[str, Metric], sample: str, **labels: str) -> float:
    (found,) = [
        one.value
        for family in families.values()
        for one in family.samples
        if one.name == sample and one.labels == labels
    ]
    return found


def test_a_service_that_did_nothing_yet_has_them_all(client: TestClient) -> None:
    families = metrics(client)
    assert value(families, "cleancast_episodes", status="queued") == 0
    assert value(families, "cleancast_workers") == 0
    assert value(families, "cleancast_episodes_done_total") == 0
    assert value(families, "cleancast_episodes_failed_total", kind="audio") == 0
    assert value(families, "cleancast_real_time_factor_count") == 0
    for family in families.values():
        assert family.documentation.endswith(".")
        assert family.type in ("gauge", "counter", "histogram")


def test_they_tell_what_happened(service: Service) -> None:
    service.done()
    service.fail(service.sent(b"bad"))
    service.sent(b"waits")
    service.ledger.beat("a worker")
    service.ledger.took("decode", 0.5)
    service.ledger.took("decode", 2.0)
    families = metrics(service.client)
    for status in ("queued", "done", "failed"):
        assert value(families, "cleancast_episodes", status=status) == 1
    assert value(families, "cleancast_oldest_queued_seconds") >= 0
    assert value(families, "cleancast_workers") == 1
    assert value(families, "cleancast_episodes_done_total") == 1
    assert value(families, "cleancast_episodes_failed_total", kind="unexpected") == 1
    assert value(families, "cleancast_audio_seconds_total") == 60
    assert value(families, "cleancast_stage_seconds_count", stage="decode") == 2
    assert value(families, "cleancast_stage_seconds_sum", stage="decode") == 2.5
    assert value(families, "cleancast_stage_seconds_bucket", stage="decode", le="1.0") == 1
    assert value(families, "cleancast_stage_seconds_bucket", stage="decode", le="+Inf") == 2
    assert value(families, "cleancast_real_time_factor_count") == 1


def test_counters_never_go_back(service: Service) -> None:
    episode_id = service.done()
    before = metrics(service.client)
    service.client.delete(f"/v1/episodes/{episode_id}")
    after = metrics(service.client)
    for name, family in before.items():
        if family.type != "gauge":
            assert [one.value for one in after[name].samples] == [
                one.value for one in family.samples
            ]
    assert value(after, "cleancast_episodes", status="done") == 0


def test_webhooks_count(service: Service) -> None:
    hook = service.held.hooks.add("https://1.1.1.1/", ("done",))
    service.held.deliveries.ping(hook.id)
    service.held.deliveries.ping(hook.id)
    claim = service.held.deliveries.claim(1e11)
    assert claim is not None
    service.held.deliveries.arrived(claim, 1e11)
    families = metrics(service.client)
    assert value(families, "cleancast_webhook_deliveries_waiting") == 1
    assert value(families, "cleancast_webhook_attempts_total", outcome="delivered") == 1


def test_a_key_is_needed_where_keys_are(tmp_path: Path) -> None:
    with serving(tmp_path, keys="always") as service:
        problem(service.client.get("/metrics"), "no-key")
        service.client.headers["Authorization"] = (
            f"Bearer {service.held.keys.add('prometheus', 'read')}"
        )
        assert service.client.get("/metrics").status_code == 200


@pytest.mark.parametrize("kind", ["counter", "gauge", "histogram"])
def test_every_metric_is_documented(client: TestClient, kind: str) -> None:
    for name, family in metrics(client).items():
        if family.type == kind:
            shown = f"{name}_total" if kind == "counter" else name
            assert f"| `{shown}` | {kind} |" in OPERATING
