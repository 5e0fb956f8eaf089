"""What strangers wrote is text in a real browser too, wherever it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.conftest import drop, opened
from tests.browser.hostile import ATTACK

if TYPE_CHECKING:
    from playwright.sync_api import Page

OPEN = "for (const one of document.querySelectorAll('details')) one.open = true"


def unharmed(page: Page) -> None:
    assert page.evaluate("globalThis.attacked === undefined")
    assert page.locator("img, main script, a[href^=javascript]").count() == 0


def test_nothing_that_strangers_wrote_runs(page: Page) -> None:
    page.goto("/")
    row = page.locator("li").get_by_role("link", name=ATTACK)
    unharmed(page)
    path = row.get_attribute("href") or ""
    opened(page, path)
    page.evaluate(OPEN)
    assert ATTACK in page.locator("h1").inner_text()
    page.locator(".said .text").first.click()
    page.keyboard.press("/")
    page.keyboard.type("attacked")
    page.keyboard.press("Enter")
    unharmed(page)
    for other in ("/search?q=attacked", f"/?q={ATTACK}", f"/search?q={ATTACK}"):
        page.goto(other)
        unharmed(page)


def test_a_hostile_file_name_is_text_while_it_is_sent_and_after(page: Page) -> None:
    page.goto("/")
    name = f"{ATTACK}.mp3".replace("/", "")
    drop(page, (name, b"also no sound"))
    failed = page.locator('li[data-status="failed"]', has_text="attacked = 1")
    failed.get_by_text("attacked").first.wait_for()
    unharmed(page)
