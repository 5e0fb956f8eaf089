"""Uploads that go on: after a lost connection, and after the service itself was gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.service import Service
from tests.browser.conftest import MODEL, Windows, drop, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PART = 8 * 2**20
LOST = "The connection is lost; it goes on by itself."


@pytest.fixture
def spare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that may be killed."""
    with Service(tmp_path_factory.mktemp("spare"), MODEL) as service:
        yield service


def offsets(page: Page) -> list[int]:
    """Where each part that the page sends from now on begins."""
    sent: list[int] = []

    def note(request: Any) -> None:  # noqa: ANN401  playwright may be absent
        if request.method == "PATCH":
            sent.append(int(request.headers["upload-offset"]))

    page.on("request", note)
    return sent


def test_an_upload_goes_on_after_a_lost_connection(page: Page, windows: Windows) -> None:
    windows.excused.append("ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED")
    sent = offsets(page)
    page.goto("/")
    page.route("**/v1/uploads/*", lambda route: cut_off(page, route), times=3)
    drop(page, ("broken.mp3", b"x" * (PART + 1000)))
    page.get_by_text(LOST).wait_for()
    page.context.set_offline(False)
    page.get_by_role("link", name="broken", exact=True).wait_for()
    assert set(sent) == {0, PART}
    assert sent == sorted(sent)


def cut_off(page: Page, route: Any) -> None:  # noqa: ANN401  as above
    """The line is dead once the first part is through."""
    if route.request.method == "PATCH" and route.request.headers["upload-offset"] != "0":
        page.context.set_offline(True)
    route.continue_()


def test_an_upload_goes_on_after_the_service_was_killed(
    browser: Browser, spare: Service
) -> None:
    spare.port = spare.api.base_url.port or 0
    with watched(browser, str(spare.api.base_url).rstrip("/")) as windows:
        windows.excused.append("net::ERR_")
        page = windows.open()
        sent = offsets(page)
        page.goto("/")
        killed: list[int] = []

        def kill(route: Any) -> None:  # noqa: ANN401  as above
            if route.request.method == "PATCH" and sent[-1] == PART and not killed:
                killed.append(sent[-1])
                spare.kill_all()
            route.continue_()

        page.route("**/v1/uploads/*", kill)
        drop(page, ("broken.mp3", b"x" * (PART + 1000)))
        page.get_by_text(LOST).wait_for()
        spare.start()
        page.get_by_role("link", name="broken", exact=True).wait_for()
        assert killed
        assert sent[0] == 0
        assert set(sent[1:]) == {PART}
