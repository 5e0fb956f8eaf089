"""A process that ends with the one that started it, even when that is killed.

The starter holds the other end of standard input; its death closes it. This file does not
know what either process does.
"""

from __future__ import annotations

import os
import sys
import threading


def follow_starter() -> None:
    """End this process at once when standard input is closed.

    Without ceremony: whoever starts the service again needs its port and its names now, and
    what was at work is taken up as after any crash.
    """

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass  # nobody writes: it returns when the starter is gone
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
