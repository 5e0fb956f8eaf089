"""What the pages cost a browser: bytes, time until they can be used, long tasks.

A long task (W3C Long Tasks) keeps the page from answering for more than 50 ms. Bytes are
those of bodies as they went over the line. Knows addresses; does not know what is in them.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.browser import browser
from benchmarks.report import Figure, Row, Table
from benchmarks.service import SEEDS, Service
from benchmarks.three_hours import WORDS, shelve
from pipeline.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

TIMES = 5
"""Each page is opened so often, each time by a browser that has nothing of it."""

PLAYED_S = 20
TASKS = """
globalThis.tasks = [];
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) tasks.push(task.duration);
}).observe({ type: "longtask", buffered: true });
"""
USABLE = """() => new Promise((told) => {
  const look = () => {
    const ready = document.documentElement?.dataset.ready;
    const usable = document.querySelector("main.read") ? ready === "yes" : true;
    if (usable && document.readyState === "complete") told(performance.now());
    else setTimeout(look, 5);
  };
  look();
})"""
"""Milliseconds from the request on until scripts have run and an episode's words have times."""

BYTES = """[...performance.getEntriesByType("navigation"),
  ...performance.getEntriesByType("resource").filter((one) => !one.name.includes("/audio"))
].reduce((sum, one) => sum + one.encodedBodySize, 0)"""
"""Of the page and all it fetched, but its audio."""

SCROLL = """async () => {
  tasks.length = 0;
  const frames = [];
  let before = await new Promise(requestAnimationFrame);
  while (scrollY + innerHeight < document.documentElement.scrollHeight - 1) {
    scrollBy({ top: 700, behavior: "instant" });
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before);
    before = now;
  }
  return [tasks, frames];
}"""
"""From top to bottom, most of a window with each frame."""

PLAY = """async (seconds) => {
  const audio = document.querySelector("audio");
  tasks.length = 0;
  await audio.play();
  await new Promise((done) => setTimeout(done, 1000 * seconds));
  audio.pause();
  return [tasks, audio.currentTime];
}"""


def pages(model: str) -> Table:
    """The library and an episode of three hours, opened, scrolled and played."""
    with tempfile.TemporaryDirectory(prefix="cleancast-pages-") as place:
        data = Path(place)
        long = f"/episodes/{shelve(Settings(data_dir=data))}"
        with Service(data, model) as service, browser() as chromium:
            rows = [
                _opened("library", chromium, service, "/"),
                _opened("three hours", chromium, service, long),
                *_used(chromium, service, long),
            ]
    settings: dict[str, Figure] = {"words": WORDS, "opened, times": TIMES}
    return Table("pages", settings, rows, sorted(SEEDS.glob("*.truth.json")))


def _opened(name: str, chromium: Browser, service: Service, path: str) -> Row:
    sizes, usable, longest = [], [], []
    for _ in range(TIMES):
        context = _fresh(chromium, service)
        page = context.new_page()
        page.goto(path, wait_until="commit")
        usable.append(page.evaluate(USABLE))
        page.wait_for_timeout(200)  # what is still on its way
        longest.append(max(page.evaluate("tasks"), default=0.0))
        sizes.append(page.evaluate(BYTES))
        context.close()
    figures: dict[str, Figure] = {
        "kB": statistics.median(sizes) / 1000,
        "usable, ms": statistics.median(usable),
        "at worst, ms": max(usable),
        "longest task, ms": statistics.median(longest),
    }
    return Row(f"{name}, opened", figures)


def _used(chromium: Browser, service: Service, path: str) -> list[Row]:
    context = _fresh(chromium, service)
    page = context.new_page()
    page.goto(path)
    page.evaluate(USABLE)
    tasks, frames = page.evaluate(SCROLL)
    scrolled = _tasks(tasks) | {
        "frames": len(frames),
        "frame, ms": statistics.median(frames),
        "longest frame, ms": max(frames),
    }
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    rows = [Row("three hours, scrolled", scrolled)]
    rows += [
        Row("three hours, played", _played(page, 1.0)),
        Row("three hours, played twice as fast", _played(page, 2.0)),
    ]
    context.close()
    return rows


def _played(page: Page, speed: float) -> dict[str, Figure]:
    page.evaluate(f"document.querySelector('audio').playbackRate = {speed}")
    tasks, heard_s = page.evaluate(PLAY, PLAYED_S)
    return _tasks(tasks) | {"heard until, s": heard_s}


def _tasks(tasks: Sequence[float]) -> dict[str, Figure]:
    return {"long tasks": len(tasks), "longest task, ms": max(tasks, default=0.0)}


def _fresh(chromium: Browser, service: Service) -> BrowserContext:
    context = chromium.new_context(base_url=str(service.api.base_url))
    context.add_init_script(TASKS)
    return context
