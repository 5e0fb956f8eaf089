"""A real browser: a chromium of the system's, driven by playwright (the extra `browser`).

Knows how it is found and started; does not know what is looked at.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
)


def chromium() -> str:
    """The path of a chromium: what CHROMIUM says, else one that is installed.

    Raises FileNotFoundError.
    """
    wanted = os.environ.get("CHROMIUM")
    found = shutil.which(wanted or "chromium")
    if found is None:
        raise FileNotFoundError(
            f"There is no chromium at {wanted}: set CHROMIUM to the path of one."
            if wanted
            else "There is no chromium: install it (Debian: apt-get install chromium), "
            "or set CHROMIUM to the path of one."
        )
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser without windows. Raises FileNotFoundError."""
    from playwright.sync_api import sync_playwright

    path = chromium()
    alone = ("--no-sandbox",) if os.geteuid() == 0 else ()  # its sandbox refuses root
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=[*QUIET, *alone])
        yield started
        started.close()
