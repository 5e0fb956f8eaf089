"""A real service with its worker and real networks (tiny.en), and a real browser.

One service and one processed episode for all tests. Whatever a page does that it must not
(an error, a request to another host, a breach of its policy) fails the test that opened it.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks import browser as browsers
from benchmarks.service import Service
from pipeline.holdings import open_holdings
from pipeline.settings import Settings
from tests.browser.hostile import shelve_hostile
from tests.conftest import SEEDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PATIENCE_S = 240.0
"""How long anything may take on a machine that does other work as well."""

MODEL = "tiny.en"
READY = "document.documentElement.dataset.ready === 'yes'"
BREACH = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`breach of ${event.violatedDirective}: ${event.blockedURI}`);
});
"""
DROP = """async (files) => {
  const data = new DataTransfer();
  for (const [name, content] of files) {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    const type = name.endsWith(".txt") ? "text/plain" : "";
    data.items.add(new File([bytes], name, { type, lastModified: 1 }));
  }
  for (const kind of ["dragover", "drop"]) {
    document.body.dispatchEvent(
      new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }),
    );
  }
}"""
"""Drops files, (name, content in base64), as a hand does."""

STATES = """() => {
  globalThis.states = [];
  new MutationObserver(() => {
    for (const row of document.querySelectorAll("li[data-status]")) {
      const bar = row.querySelector(".state progress");
      const text = row.querySelector(".state").textContent.trim();
      const now = [row.dataset.status, bar && bar.value, text];
      if (String(now) !== String(states.at(-1))) states.push(now);
    }
  }).observe(document.querySelector("main"), { subtree: true, childList: true,
    attributes: true, characterData: true });
}"""
"""Notes all that the library's rows show from now on."""


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    page.locator(".drop").wait_for()  # its script is there
    page.evaluate(DROP, [[name, base64.b64encode(held).decode()] for name, held in files])


def opened(page: Page, path: str) -> Page:
    """An episode's page once words and sound are tied."""
    page.goto(path)
    until(page, READY)
    return page


def until(page: Page, true: str) -> None:
    """Wait until an expression is true in the page (playwright's own way needs eval)."""
    page.evaluate(
        f"""async () => {{
          const late = performance.now() + {1000 * PATIENCE_S};
          while (!({true})) {{
            if (performance.now() > late) throw new Error({json.dumps(true)});
            await new Promise((done) => setTimeout(done, 20));
          }}
        }}"""
    )


@dataclass
class Windows:
    """Opens windows on one service, and hears what goes wrong in them."""

    browser: Browser
    place: str
    complaints: list[str] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)
    """Patterns of what a test provokes."""
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, **more: Any) -> Page:  # noqa: ANN401  any option of a context
        """A window with a store of its own; its page."""
        context = self.browser.new_context(
            **{"base_url": self.place, "viewport": {"width": 1200, "height": 900}, **more}
        )
        self.contexts.append(context)
        context.set_default_timeout(1000 * PATIENCE_S)
        context.add_init_script(BREACH)
        context.on("request", lambda request: self._asked(request.url))
        context.on("weberror", lambda wrong: self.complaints.append(str(wrong.error)))
        context.on("console", lambda said: self._said(said.type, said.text))
        context.on("dialog", self._dialog)
        return context.new_page()

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def unexcused(self) -> list[str]:
        """What went wrong, apart from what was provoked."""
        return [
            one
            for one in self.complaints
            if not any(re.search(pattern, one) for pattern in self.excused)
        ]

    def _asked(self, url: str) -> None:
        if not url.startswith((f"{self.place}/", "data:", "blob:", "about:")):
            self.complaints.append(f"asked {url}")

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)

    def _dialog(self, dialog: Any) -> None:  # noqa: ANN401  playwright may be absent
        if dialog.type == "alert":
            self.complaints.append(f"a box says {dialog.message}")
        dialog.accept()


@contextmanager
def watched(browser: Browser, place: str) -> Iterator[Windows]:
    """Windows whose complaints are failures at the end."""
    windows = Windows(browser, place)
    yield windows
    windows.close()
    assert windows.unexcused() == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        browsers.chromium()
    except FileNotFoundError as absent:
        pytest.fail(str(absent), pytrace=False)
    with browsers.browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that holds an episode of attacks, from the begin on."""
    folder = tmp_path_factory.mktemp("service")
    shelve_hostile(folder)
    with Service(folder / "data", MODEL) as service:
        yield service


@pytest.fixture(scope="session")
def place(service: Service) -> str:
    return str(service.api.base_url).rstrip("/")


@pytest.fixture
def windows(browser: Browser, place: str) -> Iterator[Windows]:
    with watched(browser, place) as windows:
        yield windows


@pytest.fixture
def page(windows: Windows) -> Page:
    return windows.open()


@dataclass(frozen=True)
class Dropped:
    """An episode that came by being dropped: its page's path, and what was shown meanwhile.

    `show` is what it stood under in the end, `states` are (status, share done, text) of its
    row in the library.
    """

    path: str
    show: str | None
    states: list[list[Any]]


@pytest.fixture(scope="session")
def dropped(browser: Browser, place: str) -> Dropped:
    """A seed episode, dropped into the library and watched until it is done."""
    with watched(browser, place) as windows:
        page = windows.open()
        page.goto("/")
        page.evaluate(STATES)
        drop(page, ("interview.mp3", (SEEDS / "interview.mp3").read_bytes()))
        link = page.get_by_role("link", name="The Keeper of Gannet Point")
        page.locator('li[data-status="done"]', has=link).wait_for()
        path = link.get_attribute("href")
        assert path
        show = page.locator("section.show", has=link).get_attribute("data-show")
        return Dropped(path, show, page.evaluate("states"))


@pytest.fixture(scope="session")
def interview(dropped: Dropped) -> str:
    """The path of the page of a seed episode, worked on and done."""
    return dropped.path


@contextmanager
def guarded(folder: Path) -> Iterator[tuple[Service, str]]:
    """A service that asks everybody for a key, and a key to it."""
    holdings = open_holdings(Settings(data_dir=folder))
    made = holdings.keys.add("nora", "write")
    holdings.close()
    with Service(folder, MODEL, {"CLEANCAST_KEYS": "always"}) as service:
        yield service, made
