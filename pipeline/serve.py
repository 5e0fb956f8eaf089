"""The service on one machine: an API, mostly with a worker, started, watched and ended.

Each is a process of its own. One that dies is started again; when this process dies, they
end too (lifeline.py). The listening socket is held here, so that no caller is refused while
the API comes back. Knows nothing of what either does.
"""

from __future__ import annotations

import errno
import logging
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from episodes.errors import BadInput, why
from pipeline.settings import Settings, environment

log = logging.getLogger(__name__)

END_S = 20.0
"""How long the parts may take to end before they are killed."""
LEAVING_S = 3.0
"""How long a service that was killed just now may still hold the port."""
SOON_S = 10.0
MOST_DEATHS = 5
"""A part that dies so often, each time sooner than SOON_S, is not started again."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises BadInput where that is not possible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        _bind(listening, (host, port))
    except OSError as error:
        listening.close()
        cure = "choose an address of this machine with --host"
        if error.errno == errno.EADDRINUSE:
            cure = "stop what is there, or choose another with --port"
        elif error.errno == errno.EACCES:
            cure = "choose one above 1023 with --port"
        raise BadInput(
            f"Nothing can listen on {host} port {port}: {why(error)}; {cure}."
        ) from error
    listening.listen(2048)
    return listening


def _bind(listening: socket.socket, address: tuple[str, int]) -> None:
    patience = time.monotonic() + LEAVING_S
    while True:
        try:
            return listening.bind(address)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > patience:
                raise
        time.sleep(0.05)


@dataclass
class Part:
    """One process of the service, and how often it died lately."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    deaths: int = 0
    files: tuple[int, ...] = field(default=())


class Service:
    """Runs until asked to end; without `worker`, others must work on the same library."""

    def __init__(
        self, settings: Settings, listening: socket.socket, *, worker: bool = True
    ) -> None:
        number = listening.fileno()
        python = [sys.executable, "-m"]
        self._environment = environment(settings)
        self._parts = [Part("api", [*python, "api", str(number)], files=(number,))]
        if worker:
            command = [*python, "pipeline", "worker", "--supervised"]
            self._parts.append(Part("worker", command))
        self._ending = False

    def run(self, ready: Callable[[], None] = lambda: None) -> bool:
        """Start all, watch them, end them on SIGINT or SIGTERM; whether that went well."""
        # Ignored here for a moment, and so by the parts: Ctrl-C reaches them all, and who
        # answers it is this process alone.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for part in self._parts:
            self._start(part)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        ready()
        while not self._ending:
            time.sleep(0.2)
            if not all(self._look_after(part) for part in self._parts):
                self._stop()
                return False
        log.info("ending: what runs is finished or kept for the next start")
        self._stop()
        return True

    def _end(self, *_signal: object) -> None:
        self._ending = True

    def _start(self, part: Part) -> None:
        part.began = time.monotonic()
        part.process = subprocess.Popen(
            part.command, stdin=subprocess.PIPE, env=self._environment, pass_fds=part.files
        )

    def _look_after(self, part: Part) -> bool:
        """Start a part again that died; False where that has become pointless."""
        assert part.process is not None
        code = part.process.poll()
        if code is None or self._ending:
            return True
        soon = time.monotonic() - part.began < SOON_S
        part.deaths = part.deaths + 1 if soon else 1
        if part.deaths >= MOST_DEATHS:
            log.error("the %s ended %d times at once (code %s)", part.name, part.deaths, code)
            return False
        log.warning("the %s ended (code %s) and is started again", part.name, code)
        time.sleep(0.2 * part.deaths)
        self._start(part)
        return True

    def _stop(self) -> None:
        running = [part.process for part in self._parts if part.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + END_S
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
