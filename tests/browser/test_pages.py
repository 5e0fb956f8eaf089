"""Every page for everybody: any width, light and dark, by ear, on paper, without scripts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import READY, Windows, opened

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATHS = (
    *("/", "/?show=Second+Trades", "/?q=zzz&status=failed"),
    *("/search", "/search?q=lamp", "/login", "/episodes/none"),
)
OVER = "document.documentElement.scrollWidth - innerWidth"
LONG = """for (const one of document.querySelectorAll("main a, main h1")) {
  one.textContent = "x".repeat(300);
}"""
OPEN = "for (const one of document.querySelectorAll('details')) one.open = true"


def faultless(page: Page) -> None:
    """No rule of WCAG 2.2 AA that a machine can check is broken, nothing sticks out."""
    found = Axe().run(page, options={"runOnly": RULES})
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
    assert page.evaluate(OVER) <= 0, page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 320])
def test_axe_finds_nothing(
    windows: Windows,
    interview: str,
    scheme: Literal["light", "dark"],
    width: int,
) -> None:
    windows.excused.append("404")
    page = windows.open(color_scheme=scheme, viewport={"width": width, "height": 800})
    for path in PATHS:
        page.goto(path)
        faultless(page)
    opened(page, interview)
    faultless(page)
    page.evaluate(OPEN)
    faultless(page)
    page.keyboard.press("?")
    faultless(page)


def test_words_without_end_stick_out_nowhere(page: Page, interview: str) -> None:
    for path in ("/", "/search?q=lamp", interview, f"{interview}/review"):
        page.goto(path)
        page.evaluate(LONG)
        assert page.evaluate(OVER) <= 0, path


def test_dark_is_dark(windows: Windows) -> None:
    shades = {}
    for scheme in ("light", "dark"):
        page = windows.open(color_scheme=scheme)
        page.goto("/")
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        shades[scheme] = sum(int(part) for part in colour[4:-1].split(","))
    assert shades["dark"] < 120
    assert shades["light"] > 600


def test_paper_has_the_words_and_no_player(page: Page, interview: str) -> None:
    opened(page, interview)
    page.emulate_media(media="print")
    assert page.locator(".transcript > .said .text").first.is_visible()
    for part in (".player", ".bar", ".tools"):
        assert not page.locator(part).is_visible(), part


def test_it_reads_without_scripts(windows: Windows, interview: str) -> None:
    page = windows.open(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="The Keeper of Gannet Point").click()
    assert page.locator(".transcript > .said").count() > 10
    assert page.locator("audio").is_visible()
    assert not page.locator(".tools").is_visible()
    ad = page.locator("details.ad").first
    ad.locator("summary").click()
    assert ad.locator(".said").first.is_visible()
    assert not ad.get_by_role("button").is_visible()
    page.goto("/search?q=lamp")
    page.locator(".hits a").first.click()
    assert page.url.partition("#")[0].endswith(interview)


@pytest.mark.parametrize("path", [*PATHS[:-1], "interview"])
def test_a_screen_reader_finds_its_way(page: Page, interview: str, path: str) -> None:
    if path == "interview":
        opened(page, interview)
    else:
        page.goto(path)
    levels = page.evaluate(
        """[...document.querySelectorAll("h1, h2, h3, h4")]
        .filter((one) => one.checkVisibility()).map((one) => Number(one.localName[1]))"""
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    assert page.locator("main").count() == 1
    assert page.locator("nav").count() == 1


def test_everything_that_acts_is_reached_by_tab_in_the_order_it_stands(
    page: Page, interview: str
) -> None:
    opened(page, interview)
    wanted = page.evaluate(
        """() => {
          const inert = (one) => !one.checkVisibility() || one.disabled;
          const acting = "a, button, input, select, summary, audio";
          return [...document.querySelectorAll(acting)]
            .filter((one) => !inert(one)).map((one, i) => (one.dataset.place = i));
        }"""
    )
    reached: list[int] = []
    for _ in range(3 * len(wanted)):
        page.keyboard.press("Tab")
        at = page.evaluate("document.activeElement.dataset.place ?? null")
        if at is not None and int(at) not in reached:
            reached.append(int(at))
    assert reached == wanted


def test_the_waiting_page_turns_into_the_transcript_or_says_why_not(
    page: Page, windows: Windows
) -> None:
    windows.excused.append("404")
    sent = page.request.post(
        "/v1/episodes",
        multipart={
            "file": {
                "name": "noise.mp3",
                "mimeType": "audio/mpeg",
                "buffer": b"no sound at all",
            }
        },
    )
    page.goto(f"/episodes/{sent.json()['id']}")
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "noise.mp3" in alert.inner_text()
    faultless(page)
    assert page.evaluate(READY) is False
