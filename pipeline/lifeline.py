"""A process that ends with the one that started it, even when that is killed.

The starter holds the other end of standard input; its death closes it. This file does not
know what either process does.
"""

from __future__ import annotations

import os
import signal
import sys
import threading


def follow_starter() -> None:
    """Ask this process to end (SIGTERM) as soon as standard input is closed."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass  # nobody writes: it returns when the starter is gone
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()
