"""The routes that tell a supervisor whether the service lives and whether it works."""

from __future__ import annotations

from fastapi import APIRouter

from api.dependencies import Held
from api.problems import Problem, documented
from api.schemas import Health
from episodes.errors import why
from pipeline.holdings import Holdings

router = APIRouter(tags=["health"])


@router.get("/healthz", response_description="It does")
def healthz() -> Health:
    """The API answers."""
    return Health(status="ok")


@router.get("/readyz", response_description="They do", responses=documented("not-working"))
def readyz(holdings: Held) -> Health:
    """Database, storage and a worker answer too: what is sent will be done."""
    if not holdings.worker_alive():
        raise Problem("not-working", "No worker is alive: what is sent waits until one is.")
    _check_storage(holdings)
    return Health(status="ok")


def _check_storage(holdings: Holdings) -> None:
    probe = holdings.settings.data_dir / ".ready"
    try:
        probe.write_bytes(b"")
        probe.unlink(missing_ok=True)
    except OSError as error:
        raise Problem("not-working", f"The data folder: {why(error)}.") from error
