"""What is done with whole episodes in the library: tried again, cancelled, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.conftest import Windows, drop
from tests.browser.test_pages import faultless
from tests.pipeline.conftest import sound

if TYPE_CHECKING:
    from playwright.sync_api import Page


def failed(page: Page, name: str) -> str:
    """Drop what cannot be worked on and wait until that is said; the path of its page."""
    page.goto("/")
    drop(page, (name, f"the words of {name}, no sound".encode()))
    row = page.locator('li[data-status="failed"]', has_text=name)
    row.get_by_text("is no audio file").wait_for()
    return row.get_by_role("link").get_attribute("href") or ""


def test_what_failed_is_tried_again_and_deleted(page: Page, windows: Windows) -> None:
    windows.excused.append("404")
    path = failed(page, "again.mp3")
    row = page.locator("li", has=page.locator(f'a[href="{path}"]'))
    with page.expect_response("**:retry"):
        row.get_by_role("button", name="Try again").press("Enter")
    row.and_(page.locator('[data-status="failed"]')).wait_for()

    row.get_by_role("button", name="Delete").press("Enter")
    sure = page.get_by_role("dialog")
    assert "again" in sure.inner_text()
    faultless(page)
    page.keyboard.press("Escape")
    assert page.request.get(f"/v1{path}").ok
    row.get_by_role("button", name="Delete").press("Enter")
    sure.get_by_role("button", name="Delete it").press("Enter")
    row.wait_for(state="detached")
    assert page.evaluate("document.activeElement !== document.body")
    assert page.request.get(f"/v1{path}").status == 404


def test_what_is_worked_on_is_cancelled(page: Page) -> None:
    page.goto("/")
    drop(page, ("minute.wav", sound(59)))  # another than that of the attacks
    row = page.locator("li", has_text="minute")
    row.get_by_role("button", name="Cancel").click()
    row.get_by_text("cancelled").wait_for()
    assert row.get_by_role("button").all_inner_texts() == ["Try again", "Delete"]


def test_the_page_of_one_that_failed_offers_the_same(page: Page) -> None:
    path = failed(page, "elsewhere.mp3")
    page.goto(path)
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    page.get_by_role("heading", name="Episodes", exact=True).wait_for()
    assert page.locator(f'a[href="{path}"]').count() == 0


def test_a_page_of_some_shows_no_others(windows: Windows) -> None:
    narrowed, whole = windows.open(), windows.open()
    narrowed.goto("/")
    narrowed.get_by_label("Title, show or file").fill("keeper")
    narrowed.get_by_label("Status").select_option("failed")
    narrowed.get_by_role("button", name="Show").click()
    narrowed.wait_for_url("**/?q=keeper&status=failed")
    path = failed(whole, "unasked.mp3")
    narrowed.wait_for_timeout(1000)  # it would have been told by now
    assert narrowed.locator(f'a[href="{path}"]').count() == 0
    assert narrowed.get_by_text("No episode fits.").is_visible()


def test_what_is_no_audio_is_not_sent(page: Page) -> None:
    page.goto("/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    drop(page, ("notes.txt", b"Dear diary"))
    page.get_by_text("notes.txt is no audio (text/plain): it was not sent.").wait_for()
    assert "POST" not in sent
