"""`python -m benchmarks.screenshots`: the pictures of the pages that the README shows.

A service of its own works on the seed episodes; docs/ gets one picture a page.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.browser import browser
from benchmarks.pages import USABLE
from benchmarks.service import SEEDS, Service

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DOCS = Path(__file__).parents[1] / "docs"
WIDE = {"width": 1000, "height": 640}
TALL = {"width": 1000, "height": 800}
PHONE = {"width": 360, "height": 640}
PATIENCE_S = 900
AT_S = 45.0
"""The second of the episode that the reading pages show."""

LIT = """async (at_s) => {
  location.hash = `#t=${at_s}`;
  const late = performance.now() + 10_000;
  while (!document.querySelector(".said.now") && performance.now() < late) {
    await new Promise((done) => setTimeout(done, 50));
  }
  document.querySelector(".said.now").scrollIntoView({ block: "center", behavior: "instant" });
}"""


def screenshots(folder: Path) -> list[Path]:
    """Take all of them into a folder; what was written."""
    with (
        tempfile.TemporaryDirectory(prefix="cleancast-pictures-") as place,
        Service(Path(place), "base") as service,
        browser() as chromium,
    ):
        ids = [service.send(SEEDS / f"{name}.mp3") for name in ("threesome", "interview")]
        service.until_ended(ids, PATIENCE_S)
        base = str(service.api.base_url)
        doubtful, episode = (f"/episodes/{one}" for one in ids)
        return [
            _library(chromium, base, folder / "library.png"),
            _reading(chromium, base, episode, folder / "reading.png", WIDE),
            _reading(chromium, base, episode, folder / "phone.png", PHONE),
            _review(chromium, base, f"{doubtful}/review", folder / "review.png"),
        ]


def _library(chromium: Browser, base: str, path: Path) -> Path:
    page = _window(chromium, base, WIDE)
    page.goto("/")
    return _taken(page, path)


def _reading(
    chromium: Browser, base: str, episode: str, path: Path, size: dict[str, int]
) -> Path:
    page = _window(chromium, base, size)
    page.goto(episode)
    page.evaluate(USABLE)
    page.evaluate(LIT, AT_S)
    return _taken(page, path)


def _review(chromium: Browser, base: str, address: str, path: Path) -> Path:
    page = _window(chromium, base, TALL)
    page.goto(address)
    return _taken(page, path)


def _window(chromium: Browser, base: str, size: dict[str, int]) -> Page:
    return chromium.new_context(
        base_url=base, viewport={"width": size["width"], "height": size["height"]}
    ).new_page()


def _taken(page: Page, path: Path) -> Path:
    page.wait_for_timeout(500)  # fonts, and what moves
    page.screenshot(path=path)
    page.context.close()
    return path


if __name__ == "__main__":
    for written in screenshots(DOCS):
        sys.stdout.write(f"{written.name}: {written.stat().st_size / 1000:.0f} kB\n")
