"""Reading along in a real browser: the spoken word is lit, a clicked one is heard."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import Windows, opened, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

LIT = "[...CSS.highlights.get('spoken')].map(String).join()"
LATE_S = 0.1
PLAYED = """async ([from, seconds, speed]) => {
  const audio = document.querySelector("audio");
  const lit = () => [...CSS.highlights.get("spoken")].map(String).join();
  const drawn = () => new Promise(requestAnimationFrame);
  const afterwards = () => new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
  });
  audio.currentTime = from;
  audio.playbackRate = speed;
  await audio.play();
  const seen = [];
  while (audio.currentTime < from + seconds) {
    await drawn();
    const before = audio.currentTime;
    await afterwards();
    const shown = lit();
    seen.push([before, audio.currentTime, shown]);
  }
  audio.pause();
  return seen;
}"""
"""What is lit after each frame, and the seconds heard before and after the look."""


def position(page: Page) -> float:
    at: float = page.evaluate("document.querySelector('audio').currentTime")
    return at


def spoken(page: Page, path: str, clock: str) -> list[tuple[float, str]]:
    """(start, word) of all that can be heard by a clock, in order of time."""
    ads = "strip" if clock == "clean" else "keep"
    form = f"/v1{path}/transcript?format=json&ads={ads}"
    said = page.request.get(form).json()["utterances"]
    name = "clean_start" if clock == "clean" else "start"
    heard = [one for one in said if not one.get("backchannel")]
    words = [(word[name], word["text"].strip()) for one in heard for word in one["words"]]
    return sorted(words, key=lambda word: word[0])


@pytest.mark.parametrize(
    ("clock", "from_s", "speed"), [("clean", 0.0, 1.0), ("original", 17.0, 1.5)]
)
def test_the_lit_word_is_the_one_that_is_heard(
    page: Page, interview: str, clock: str, from_s: float, speed: float
) -> None:
    opened(page, interview)
    if clock == "original":
        page.get_by_label("With ads").check()
    seen: list[tuple[float, float, str]] = page.evaluate(PLAYED, [from_s, 8.0, speed])
    words = spoken(page, interview, clock)
    starts = [start for start, _ in words]
    assert len({shown for _, _, shown in seen}) > 12
    for before, after, shown in seen:
        first = bisect_right(starts, before - LATE_S) - 1
        last = bisect_right(starts, after + LATE_S) - 1
        fitting = {text for _, text in words[max(first, 0) : last + 1]}
        assert shown in fitting or (first < 0 and not shown), (before, after, shown, fitting)


def test_a_clicked_word_is_heard(page: Page, interview: str) -> None:
    opened(page, interview)
    word, x, y = page.evaluate(
        """async () => {
          const text = document.querySelectorAll(".transcript > .said .text")[3];
          text.scrollIntoView({ block: "center" });
          document.addEventListener("click", () => {
            globalThis.clicked = document.querySelector("audio").currentTime;
          });
          const [match] = text.firstChild.data.matchAll(/\\w{5,}/g);
          const range = new Range();
          range.setStart(text.firstChild, match.index);
          range.setEnd(text.firstChild, match.index + match[0].length);
          const place = () => range.getBoundingClientRect();
          let box;
          do {  // until nothing moves it any more
            box = place();
            await new Promise((done) => setTimeout(done, 100));
          } while (place().y !== box.y || place().x !== box.x);
          return [match[0], box.x + box.width / 2, box.y + box.height / 2];
        }"""
    )
    page.mouse.click(x, y)
    until(page, "!document.querySelector('audio').paused")
    until(page, f"{LIT} !== ''")
    heard = page.evaluate("clicked")
    starts = [at for at, text in spoken(page, interview, "clean") if word in text]
    assert any(abs(at - heard) < 0.05 for at in starts), (word, heard, starts)


def test_keys_move_the_sound(page: Page, interview: str) -> None:
    opened(page, interview)
    for key, at in [("l", 10), ("ArrowRight", 15), ("L", 25), ("j", 15), ("ArrowLeft", 10)]:
        page.keyboard.press(key)
        until(page, "!document.querySelector('audio').seeking")
        assert position(page) == pytest.approx(at, abs=0.2)


def test_keys_do_the_rest(page: Page, interview: str) -> None:
    opened(page, interview)
    page.keyboard.press(" ")
    until(page, "!document.querySelector('audio').paused")
    page.keyboard.press("k")
    until(page, "document.querySelector('audio').paused")
    for key, rate in [(">", 1.25), ("<", 1), ("<", 0.75)]:
        page.keyboard.press(key)
        assert page.evaluate("document.querySelector('audio').playbackRate") == rate
    assert page.get_by_label("Speed").input_value() == "0.75"
    follow = page.get_by_role("button", name="Follow")
    assert follow.get_attribute("aria-pressed") == "true"
    page.keyboard.press("f")
    assert follow.get_attribute("aria-pressed") == "false"
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()
    page.keyboard.press("ArrowDown")
    first = page.locator(".said.now").get_attribute("data-number")
    page.keyboard.press("ArrowDown")
    second = page.locator(".said.now").get_attribute("data-number")
    assert int(second or "") == int(first or "") + 1
    page.keyboard.press("ArrowUp")
    assert page.locator(".said.now").get_attribute("data-number") == first


def test_what_is_looked_for_is_found_in_turn(page: Page, interview: str) -> None:
    opened(page, interview)
    page.keyboard.press("/")
    page.keyboard.type("lamp")
    found = page.locator(".found")
    count = int(found.inner_text().removesuffix(" found"))
    assert count > 1
    assert page.evaluate("CSS.highlights.get('found').size") == count
    for number in (1, 2):
        page.keyboard.press("Enter")
        assert found.inner_text() == f"{number} of {count}"
    page.keyboard.press("Shift+Enter")
    assert found.inner_text() == f"1 of {count}"
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    assert position(page) == pytest.approx(10, abs=0.2)


def test_an_ad_opens_plays_and_is_put_back(
    page: Page, windows: Windows, interview: str
) -> None:
    windows.excused.append("409")  # the audio is cut anew
    opened(page, interview)
    ad = page.locator("details.ad").nth(1)
    start = float(ad.get_attribute("data-start") or "nan")
    ad.locator("summary").click()
    ad.get_by_role("button", name="Play it").click()
    until(page, f"document.querySelector('audio').currentTime > {start}")
    assert "clock=original" in page.evaluate("document.querySelector('audio').src")
    page.keyboard.press("k")
    before = page.locator("details.ad").count()
    ad.get_by_role("button", name="Put it back").click()
    until(page, f"document.querySelectorAll('details.ad').length === {before - 1}")
    opened(page, interview)
    assert page.locator("details.ad").count() == before - 1
    page.keyboard.press("k")  # the audio without ads is being cut: there is the other
    until(page, "document.querySelector('audio').currentTime > 0.2")
    page.keyboard.press("k")
    as_it_was(page, interview)


def as_it_was(page: Page, path: str) -> None:
    """Take back all decisions about ads, and wait until the audio fits again."""
    page.request.patch(f"/v1{path}", data={"ads": None})
    while page.request.get(f"/v1{path}").json()["status"] != "done":
        page.wait_for_timeout(200)


def test_a_link_leads_to_its_second(page: Page, interview: str) -> None:
    opened(page, f"{interview}#t=60.5")
    until(page, "document.querySelector('audio').currentTime > 30")
    t = page.evaluate("document.querySelector('.said.now').dataset.start")
    assert float(t) <= 60.5
    page.evaluate("location.hash = '#t=100'")
    until(page, "Number(document.querySelector('.said.now').dataset.start) > 60.5")


def test_chapters_lead_to_their_second(page: Page, interview: str) -> None:
    opened(page, interview)
    chapters = page.locator("details.chapters")
    chapters.locator("summary").click()
    last = chapters.get_by_role("link").last
    t = float((last.get_attribute("href") or "").removeprefix("#t="))
    last.click()
    until(page, "document.querySelector('audio').currentTime > 0")
    start = float(page.locator(".said.now").get_attribute("data-start") or "nan")
    assert abs(start - t) < 30


def test_captions_are_a_real_track(page: Page, interview: str) -> None:
    opened(page, interview)
    cues: list[Any] = page.evaluate(
        """async () => {
          const element = document.querySelector("track");
          element.track.mode = "hidden";
          while (element.readyState < 2) await new Promise((f) => setTimeout(f, 20));
          return [...element.track.cues].map((cue) => [cue.startTime, cue.text]);
        }"""
    )
    assert len(cues) > 20
    assert cues == sorted(cues, key=lambda cue: cue[0])
