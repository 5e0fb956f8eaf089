"""Whether the service lives, and whether it works."""

from __future__ import annotations

import time

from starlette.testclient import TestClient

from pipeline.worker import SILENT_S
from storage.database import workers
from tests.api.conftest import Service, problem


def test_the_api_lives_without_a_worker(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_is_a_service_whose_worker_was_heard_of(service: Service) -> None:
    assert "worker" in problem(service.client.get("/readyz"), "not-working")["detail"]
    service.ledger.beat("one")
    assert service.client.get("/readyz").status_code == 200
    with service.held.engine.begin() as connection:
        connection.execute(workers.update().values(beat_at=time.time() - 2 * SILENT_S))
    problem(service.client.get("/readyz"), "not-working")


def test_not_ready_is_one_whose_folder_is_gone(service: Service) -> None:
    service.ledger.beat("one")
    folder = service.held.settings.data_dir
    folder.rename(folder.with_name("elsewhere"))
    told = problem(service.client.get("/readyz"), "not-working")
    assert str(folder) not in told["detail"]


def test_asking_leaves_nothing_behind(service: Service) -> None:
    service.ledger.beat("one")
    before = sorted(service.held.settings.data_dir.rglob("*"))
    service.client.get("/readyz")
    assert sorted(service.held.settings.data_dir.rglob("*")) == before
