"""Where others find the service: its path on a host, and the proxies before it.

Knows addresses as texts; does not know what is answered there.
"""

from __future__ import annotations

import os

BASE_PATH = "(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*"
"""The path on its host below which the service may be, as a pattern."""
OWN = frozenset(
    ("assets", "episodes", "feeds", "health", "healthz", "livez", "login", "logout", "metrics")
) | {"openapi.json", "readyz", "search", "shared", "v1"}
"""The first names of the service's own addresses, with which that path cannot begin."""


def checked_place(address: str) -> str:
    """Return an address without a slash at its end. Raise ValueError for a path of our own."""
    first = address.split("/")[3:4]
    if OWN.intersection(first):
        raise ValueError(f"/{first[0]} is an address of its own: choose another path")
    return address.rstrip("/")


def trusted_proxies() -> str:
    """Return the addresses whose X-Forwarded-* headers count, by uvicorn's own variable."""
    return os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
