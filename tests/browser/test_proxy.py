"""The pages below a path behind nginx, which strips it or leaves it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.service import Service
from pipeline.holdings import open_holdings
from pipeline.settings import Settings
from tests.browser.conftest import MODEL, Windows, drop, opened, until, watched
from tests.conftest import SEEDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CONFIG = """
{user} daemon off; pid {folder}/pid; error_log {folder}/errors;
events {{}}
http {{
  access_log off; client_max_body_size 0;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location /podcasts/ {{
      proxy_pass {target};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-For $remote_addr;
      {told}
    }}
  }}
}}
"""


def _nginx() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None:
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    return found


@contextmanager
def _proxied(folder: Path, target: str, told: str) -> Iterator[str]:
    """The address of an nginx before a service."""
    program = _nginx()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder.mkdir()
    config = folder / "nginx.conf"
    user = "user root;" if os.getuid() == 0 else ""  # else its workers are nobody's
    text = CONFIG.format(user=user, folder=folder, port=port, target=target, told=told)
    config.write_text(text)
    process = subprocess.Popen([program, "-c", str(config), "-e", str(folder / "errors")])
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(params=["stripped", "passed on"])
def below(
    browser: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Windows, str]]:
    """Windows on a service below /podcasts that asks for keys, and a key."""
    _nginx()
    holdings = open_holdings(Settings(data_dir=tmp_path / "data"))
    key = holdings.keys.add("nora", "write")
    holdings.close()
    strips = request.param == "stripped"
    public = {} if strips else {"CLEANCAST_PUBLIC_URL": "http://127.0.0.1/podcasts"}
    told = "proxy_set_header X-Forwarded-Prefix /podcasts;" if strips else ""
    settings = {"CLEANCAST_KEYS": "always", **public}
    with Service(tmp_path / "data", MODEL, settings) as service:
        target = str(service.api.base_url).rstrip("/") + ("/" if strips else "")
        with (
            _proxied(tmp_path / "nginx", target, told) as place,
            watched(browser, f"{place}/podcasts") as windows,
        ):
            yield windows, key


def test_everything_works_below_a_path(below: tuple[Windows, str]) -> None:
    windows, key = below
    page = windows.open()
    page.goto(f"{windows.place}/")
    page.get_by_label("Key").fill(key)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Episodes", exact=True).wait_for()
    (cookie,) = page.context.cookies()
    assert cookie["path"] == "/podcasts"
    drop(page, ("interview.mp3", (SEEDS / "interview.mp3").read_bytes()))
    page.locator('li[data-status="running"] progress').wait_for()
    link = page.get_by_role("link", name="The Keeper of Gannet Point")
    page.locator('li[data-status="done"]', has=link).wait_for()
    path = link.get_attribute("href")
    assert path
    assert path.startswith("/podcasts/episodes/")
    opened(page, path)
    page.evaluate("document.querySelector('audio').play()")
    until(page, "document.querySelector('audio').currentTime > 0.2")
    page.get_by_role("navigation").get_by_role("link", name="eview").click()
    page.wait_for_url("**/podcasts/episodes/*/review")
    page.get_by_role("link", name="cleancast").click()
    page.get_by_role("link", name="nora").click()
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("Key").wait_for()
    assert page.url == f"{windows.place}/login"
