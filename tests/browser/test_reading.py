"""Reading along in a real browser: the spoken word is lit, a clicked one is heard."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import PATIENCE_S

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LIT = "[...CSS.highlights.get('spoken')].map(String).join()"
JSON = {"Content-Type": "application/json"}
READY = "document.documentElement.dataset.ready === 'yes'"
LATE_MS = 100


def opened(page: Page, path: str) -> Page:
    page.goto(path)
    page.wait_for_function(READY)
    return page


def position(page: Page) -> float:
    at: float = page.evaluate("document.querySelector('audio').currentTime")
    return at


def until(page: Page, true: str) -> None:
    page.wait_for_function(true, timeout=1000 * PATIENCE_S)


def test_the_lit_word_is_the_one_that_is_heard(page: Page, interview: str) -> None:
    opened(page, interview)
    # What is lit at each frame while it plays, with the second that is heard.
    seen: list[list[Any]] = page.evaluate(
        f"""async () => {{
          const audio = document.querySelector("audio");
          const seen = [];
          let last = "";
          await audio.play();
          while (audio.currentTime < 8) {{
            await new Promise(requestAnimationFrame);
            const lit = {LIT};
            if (lit !== last) seen.push([audio.currentTime, (last = lit)]);
          }}
          audio.pause();
          return seen;
        }}"""
    )
    document = page.request.get(f"/v1{interview}/transcript?format=json&ads=strip").json()
    words = [word for u in document["utterances"] for word in u["words"]]
    clean = [(word["clean_start"], word["text"].strip()) for word in words]
    heard = [(at, text) for at, text in seen if text]
    assert len(heard) > 12
    late_ms = []
    for at, text in heard:
        starts = [start for start, said in clean if said == text and abs(start - at) < 1]
        assert starts, (at, text)
        late_ms.append(1000 * min((at - start for start in starts), key=abs))
    late_ms.sort()
    assert abs(late_ms[len(late_ms) // 2]) < LATE_MS


def test_a_clicked_word_is_heard(page: Page, interview: str) -> None:
    opened(page, interview)
    text = page.locator(".transcript > .said .text").nth(3)
    text.click(position={"x": 40, "y": 12})
    until(page, "!document.querySelector('audio').paused")
    until(page, f"{LIT} !== ''")
    page.keyboard.press("k")
    number = text.locator("xpath=..").get_attribute("data-number")
    assert page.locator(".said.now").get_attribute("data-number") == number


@pytest.mark.parametrize(
    ("keys", "moved"), [("l", 10), ("ArrowRight", 5), ("ll", 20), ("llj", 10)]
)
def test_keys_move_the_sound(page: Page, interview: str, keys: str, moved: float) -> None:
    opened(page, interview)
    for key in [keys] if keys.startswith("Arrow") else keys:
        page.keyboard.press(key)
    until(page, "!document.querySelector('audio').seeking")
    assert position(page) == pytest.approx(moved, abs=0.2)


def test_keys_do_the_rest(page: Page, interview: str) -> None:
    opened(page, interview)
    page.keyboard.press(" ")
    until(page, "!document.querySelector('audio').paused")
    page.keyboard.press("k")
    until(page, "document.querySelector('audio').paused")
    page.keyboard.press(">")
    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.25
    page.keyboard.press("/")
    page.keyboard.type("lamp")
    page.keyboard.press("Enter")
    assert page.locator(".found").inner_text().startswith("1 of ")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("dialog.keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.locator(".said.now").count() == 1


def test_an_ad_opens_plays_and_is_put_back(page: Page, interview: str) -> None:
    opened(page, interview)
    ad = page.locator("details.ad").nth(1)
    start = float(ad.get_attribute("data-start") or "nan")
    ad.locator("summary").click()
    ad.get_by_role("button", name="Play it").click()
    until(page, f"document.querySelector('audio').currentTime > {start}")
    assert "clock=original" in page.evaluate("document.querySelector('audio').src")
    page.keyboard.press("k")
    before = page.locator("details.ad").count()
    with page.expect_navigation():
        ad.get_by_role("button", name="Put it back").click()
    page.wait_for_function(READY)
    assert page.locator("details.ad").count() == before - 1
    page.request.patch(f"/v1{interview}", data=json.dumps({"ads": None}), headers=JSON)


def test_a_link_leads_to_its_second(page: Page, interview: str) -> None:
    opened(page, f"{interview}#t=60.5")
    until(page, "document.querySelector('audio').currentTime > 30")
    t = page.evaluate("document.querySelector('.said.now').dataset.start")
    assert float(t) <= 60.5


def test_captions_are_a_real_track(page: Page, interview: str) -> None:
    opened(page, interview)
    cues: int = page.evaluate(
        """async () => {
          const element = document.querySelector("track");
          element.track.mode = "hidden";
          while (element.readyState < 2) await new Promise((f) => setTimeout(f, 20));
          return element.track.cues.length;
        }"""
    )
    assert cues > 20


def test_it_reads_without_scripts(browser: Browser, place: str, interview: str) -> None:
    context = browser.new_context(base_url=place, java_script_enabled=False)
    page = context.new_page()
    page.goto(interview)
    assert page.locator(".said").count() > 20
    assert not page.locator(".tools").is_visible()
    assert page.locator("audio").is_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 375])
def test_axe_finds_nothing(
    browser: Browser,
    place: str,
    interview: str,
    scheme: Any,
    width: int,  # noqa: ANN401
) -> None:
    context = browser.new_context(
        base_url=place, color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    for path in ("/", "/search?q=lamp", "/login", "/episodes/none", interview):
        page.goto(path)
        if path == interview:
            page.wait_for_function(READY)
            page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        overflow = "document.documentElement.scrollWidth - innerWidth"
        assert page.evaluate(overflow) <= 0, path
    context.close()


def test_three_hours_open_soon_and_scroll_smoothly(page: Page, long_page: str) -> None:
    page.add_init_script(
        """globalThis.tasks = [];
        new PerformanceObserver((list) => {
          for (const task of list.getEntries()) tasks.push(Math.round(task.duration));
        }).observe({ type: "longtask", buffered: true });"""
    )
    opened(page, long_page)
    assert page.locator(".said").count() == 500
    opening: list[int] = page.evaluate("tasks.splice(0)")
    page.evaluate(
        """async () => {
          for (let i = 0; i < 120; i++) {
            scrollBy({ top: 700, behavior: "instant" });
            await new Promise(requestAnimationFrame);
          }
        }"""
    )
    scrolling: list[int] = page.evaluate("tasks")
    print(f"long tasks: opening {opening} ms, scrolling {scrolling} ms")  # noqa: T201


def test_nothing_is_asked_of_another_host(page: Page, place: str, interview: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", interview):
        page.goto(path)
        page.wait_for_timeout(300)
    assert asked
    assert all(url.startswith(place) for url in asked)
