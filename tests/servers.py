"""Real servers for tests: a PostgreSQL and an S3 API, one of each for all."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from benchmarks.stores import CREDENTIALS, database, new_bucket, postgres_server, s3_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server; its URL."""
    with postgres_server() as url:
        yield url


@pytest.fixture
def postgres_database(postgres: str) -> Iterator[str]:
    """An empty database of its own; its URL."""
    with database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """An S3 API that answers at this address, told to whoever reads the environment."""
    with s3_server() as address:
        told = CREDENTIALS | {"AWS_ENDPOINT_URL": address}
        before = {name: os.environ.get(name) for name in told}
        os.environ.update(told)
        yield address
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture
def bucket(s3: str) -> str:
    """The URL of an empty bucket."""
    return new_bucket(s3)
