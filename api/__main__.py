"""The API as a process: serves on a socket that its starter holds. `python -m api FD`."""

from __future__ import annotations

import socket
import sys

import uvicorn

from api.app import create_app
from pipeline.lifeline import follow_starter
from pipeline.logs import configure
from pipeline.settings import Settings

END_S = 3
"""Seconds that open answers may take when the service ends; followers come back later."""


def main() -> None:
    """Serve until SIGTERM, or until the starter is gone."""
    settings = Settings()
    configure(settings.log_format)
    follow_starter()
    config = uvicorn.Config(
        create_app(settings),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # Proxied heeds them
        timeout_graceful_shutdown=END_S,
    )
    listening = socket.socket(fileno=int(sys.argv[1]))
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
