"""Beyond loopback: a key is asked for once, a cookie stands for it, a logout ends that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Windows, drop, guarded, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def asking(browser: Browser, tmp_path: Path) -> Iterator[tuple[Windows, str]]:
    """Windows on a service that asks for keys, and a key."""
    with (
        guarded(tmp_path / "data") as (service, key),
        watched(browser, str(service.api.base_url).rstrip("/")) as windows,
    ):
        yield windows, key


def test_a_key_opens_the_pages_until_one_logs_out(asking: tuple[Windows, str]) -> None:
    windows, key = asking
    windows.excused.append("401")
    page = windows.open()
    page.goto("/search?q=lamp")
    assert page.url.endswith("/login?next=/search%3Fq%3Dlamp")
    page.get_by_label("Key").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("alert").wait_for()
    page.get_by_label("Key").fill(key)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/search?q=lamp")
    page.get_by_role("link", name="cleancast").click()
    page.get_by_role("heading", name="Episodes", exact=True).wait_for()
    drop(page, ("short.mp3", b"not much"))  # a change, which needs the session's token
    page.locator('li[data-status="failed"]', has_text="short").wait_for()
    page.get_by_role("link", name="nora").click()
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("Key").wait_for()
    page.goto("/")
    assert "/login" in page.url
