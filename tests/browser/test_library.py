"""The library in a real browser: files are dropped, watched, and read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.conftest import READY, Dropped, Windows, drop, until
from tests.pipeline.conftest import sound

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_from_a_dropped_file_to_reading_along(page: Page, dropped: Dropped) -> None:
    shares = [share for status, share, _ in dropped.states if status == "running" and share]
    assert len(shares) > 3
    assert shares == sorted(shares), dropped.states
    assert any("transcribe" in text for _, _, text in dropped.states)
    assert dropped.show == "Second Trades"
    assert dropped.states[-1] == ["done", None, ""]

    page.goto("/")
    page.get_by_role("heading", name="Second Trades").wait_for()
    page.get_by_role("link", name="The Keeper of Gannet Point").click()
    until(page, READY)
    page.keyboard.press("k")
    until(page, "CSS.highlights.get('spoken').size > 0")


def test_several_files_at_once_each_come_to_their_end(page: Page) -> None:
    page.goto("/")
    files = [(f"short-{n}.wav", sound(n)) for n in (1, 2, 3)]
    drop(page, *files, ("text.mp3", b"These are words, not sounds."))
    for name, _ in files:
        link = page.get_by_role("link", name=name.removesuffix(".wav"), exact=True)
        page.locator("li:not([data-status=queued], [data-status=running])", has=link).wait_for()
    page.locator('li[data-status="failed"]').get_by_text("text.mp3 is no audio").wait_for()
    assert page.locator(".sending li").count() == 0


def test_what_cannot_be_taken_is_said(page: Page, windows: Windows) -> None:
    windows.excused.append("400|422")
    page.goto("/")
    drop(page, ("nothing.mp3", b""))
    page.locator(".sending").get_by_text("nothing.mp3 is empty.").wait_for()


def test_search_leads_to_the_words(page: Page, interview: str) -> None:
    page.goto("/")
    page.get_by_label("Search everything said").fill("lamp")
    page.keyboard.press("Enter")
    page.locator(".hits a").first.click()
    until(page, READY)
    path, _, second = page.url.partition("#t=")
    assert path.endswith(interview)
    now = page.locator(".said.now")
    assert float(now.get_attribute("data-start") or "nan") <= float(second) + 0.1
    assert "lamp" in now.inner_text().lower()
