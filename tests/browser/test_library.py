"""The library in a real browser: a file is dropped, watched, and read, also over a bad line."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from tests.browser.test_reading import READY, until
from tests.conftest import SEEDS

if TYPE_CHECKING:
    from playwright.sync_api import Page

DROP = """async ([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: "audio/mpeg", lastModified: 1 }));
  for (const kind of ["dragover", "drop"]) {
    document.body.dispatchEvent(
      new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }),
    );
  }
}"""


def seed(name: str) -> list[str]:
    return [name, base64.b64encode((SEEDS / name).read_bytes()).decode()]


def test_from_a_dropped_file_to_reading_along(page: Page) -> None:
    page.goto("/")
    page.evaluate(DROP, seed("threesome.mp3"))
    link = page.get_by_role("link", name="The Key That Fits Nothing")
    link.wait_for()
    page.locator('li[data-status="done"]', has=link).wait_for()
    link.click()
    page.wait_for_function(READY)
    assert page.locator(".said").count() > 10
    page.keyboard.press("k")
    until(page, "[...CSS.highlights.get('spoken')].length > 0")


def test_an_upload_goes_on_after_a_lost_connection(page: Page) -> None:
    parts: list[str | None] = []

    def lose(route: Any) -> None:  # noqa: ANN401
        if route.request.method != "PATCH":
            route.continue_()
            return
        parts.append(route.request.headers.get("upload-offset"))
        route.abort("connectionreset") if len(parts) == 1 else route.continue_()

    page.route("**/v1/uploads/*", lose)
    page.goto("/")
    page.evaluate(DROP, ["broken.mp3", "AAAA" * 2000])
    page.get_by_text("The connection is lost; it goes on by itself.").wait_for()
    page.get_by_role("link", name="broken").wait_for()
    assert parts[:2] == ["0", "0"]


def test_what_cannot_be_taken_is_said(page: Page) -> None:
    page.goto("/")
    page.evaluate(DROP, ["nothing.mp3", ""])
    page.get_by_text("nothing.mp3 is empty.").wait_for()


def test_search_leads_to_the_words(page: Page, interview: str) -> None:
    page.goto("/")
    page.get_by_label("Search everything said").fill("lamp")
    page.keyboard.press("Enter")
    page.locator(".hits a").first.click()
    page.wait_for_function(READY)
    assert "#t=" in page.url
    assert page.url.partition("#")[0].endswith(interview)
