"""Text and voices fixed where they stand: by hand, by keys, and without a connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Windows, opened, until
from tests.browser.hostile import ATTACK

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SAVED = "document.querySelector('.outbox').textContent === 'Saved.'"
LOST = "document.querySelector('.outbox').textContent.includes('connection is lost')"
WAITS = "Object.keys(localStorage).some((key) => key.startsWith('outbox'))"
STILL = "document.querySelector('.transcript').ariaBusy !== 'true'"
CARET = """(text, [from, to]) => {
  text.focus();
  getSelection().setBaseAndExtent(text.firstChild, from, text.firstChild, to);
}"""
"""Puts the caret into a text, or selects letters of it."""
LIT = "[...CSS.highlights.get('spoken')].map(String).join()"


@pytest.fixture
def path(windows: Windows, interview: str) -> Iterator[str]:
    """The page of an episode in which nothing is changed, nor is afterwards."""
    yield interview
    page = windows.open()
    place = f"/v1{interview}"
    while page.request.get(f"{place}/text").json()["corrections"]:
        page.request.post(f"{place}/text:undo")
    while page.request.get(f"{place}/speakers").json()["moves"]:
        page.request.post(f"{place}/speakers:undo")
    page.request.patch(place, data={"speakers": None})


@pytest.fixture
def page(windows: Windows, path: str) -> Page:
    """That page, being edited."""
    page = opened(windows.open(), path)
    page.keyboard.press("e")
    return page


def said(page: Page, number: int = 1) -> Locator:
    """A paragraph's text, of those outside of ads."""
    return page.locator(".transcript > .said .text").nth(number)


def select(text: Locator, word: str) -> None:
    first = text.inner_text().index(word)
    text.evaluate(CARET, [first, first + len(word)])


def saved(page: Page) -> None:
    """Wait until all that was typed is there, and shown as the service has it."""
    until(page, f"{SAVED} && !{WAITS} && {STILL}")


def told(page: Page, path: str) -> list[str]:
    """The paragraphs outside of ads, as the service tells them."""
    shown = page.request.get(f"/v1{path}/transcript?format=json").json()["utterances"]
    return [one["text"] for one in shown]


def test_a_word_is_corrected_and_lit_when_it_is_heard(page: Page, path: str) -> None:
    text = said(page)
    before, first = text.inner_text(), text.inner_text().split()[3]
    select(text, first)
    page.keyboard.type("lanternwise two")
    page.keyboard.press("Enter")
    after = before.replace(first, "lanternwise two", 1)
    assert text.inner_text() == after
    saved(page)
    assert text.inner_text() == after
    assert after in told(page, path)
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    words = page.request.get(f"/v1{path}/transcript?format=json").json()["utterances"]
    (start,) = [w["start"] for u in words for w in u["words"] if w["text"] == " lanternwise"]
    page.evaluate(f"location.hash = '#t={start}'")
    until(page, f"{LIT} === 'lanternwise'")
    assert "lanternwise" in page.request.get("/v1/search?q=lanternwise").text()


def test_a_paragraph_parts_joins_and_all_is_undone(page: Page, path: str) -> None:
    text = said(page)
    whole = text.inner_text()
    paragraphs = page.locator(".transcript > .said")
    count = paragraphs.count()
    select(text, whole.split(maxsplit=4)[4])
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+Enter")
    parts = [" ".join(whole.split()[:4]), whole.split(maxsplit=4)[4]]
    for _ in range(2):
        assert paragraphs.count() == count + 1
        assert [said(page, 1).inner_text(), said(page, 2).inner_text()] == parts
        assert page.evaluate("document.activeElement.textContent") == parts[1]
        saved(page)
    assert parts[1] in told(page, path)
    page.keyboard.press("Backspace")
    assert said(page).inner_text() == whole
    saved(page)
    assert (paragraphs.count(), said(page).inner_text()) == (count, whole)
    undo = page.locator('[data-act="takeback"]')
    assert undo.inner_text() == "Undo: a paragraph joined"
    page.keyboard.press("Control+z")
    saved(page)
    assert [said(page, 1).inner_text(), said(page, 2).inner_text()] == parts
    undo.click()
    saved(page)
    assert (paragraphs.count(), said(page).inner_text()) == (count, whole)
    assert undo.is_disabled()


def test_nothing_typed_is_lost_with_the_connection(
    windows: Windows, page: Page, path: str
) -> None:
    windows.excused += ["ERR_INTERNET_DISCONNECTED", "Failed to fetch"]
    page.context.set_offline(True)
    text = said(page)
    for word in ("Firstly", "Secondly"):
        text.evaluate(CARET, [0, 0])
        page.keyboard.type(f"{word} ")
        page.keyboard.press("Enter")
    until(page, LOST)
    assert text.inner_text().startswith("Secondly Firstly ")
    assert page.evaluate(WAITS)
    page.context.set_offline(False)
    saved(page)
    assert text.inner_text().startswith("Secondly Firstly ")
    assert any(one.startswith("Secondly Firstly ") for one in told(page, path))


def test_what_was_typed_when_the_page_was_left_arrives_afterwards(
    windows: Windows, page: Page, path: str
) -> None:
    windows.excused += ["ERR_", "Failed to fetch"]
    page.context.route("**/v1/**/text:*", lambda route: route.abort())
    said(page).evaluate(CARET, [0, 0])
    page.keyboard.type("Belatedly ")
    page.goto("/")
    page.context.unroute("**/v1/**/text:*")
    opened(page, path)
    saved(page)
    assert said(page).inner_text().startswith("Belatedly ")


def test_what_is_refused_stays_in_view(windows: Windows, page: Page, path: str) -> None:
    windows.excused.append("409")
    other = opened(windows.open(), path)
    other.keyboard.press("e")
    for one, word in ((other, "Theirs"), (page, "Ours")):
        select(said(one), said(one).inner_text().split()[0])
        one.keyboard.type(word)
        one.keyboard.press("Enter")
        until(one, "document.querySelector('.outbox').textContent.match(/^(Saved|Not saved:)/)")
    page.locator(".note", has_text="Not saved: “Ours”").wait_for()
    until(page, "document.querySelector('.transcript').textContent.includes('Theirs')")
    assert said(page).inner_text().startswith("Theirs")


def test_a_voice_is_named_and_its_name_taken_back(page: Page, path: str) -> None:
    names = page.locator(".transcript > .said cite")
    before = names.all_text_contents()
    names.nth(1).get_by_role("button").click()
    field = page.get_by_label("Their name")
    field.fill("Ansel Rye")
    page.keyboard.press("Enter")
    saved(page)
    after = [("Ansel Rye" if name == before[1] else name) for name in before]
    assert names.all_text_contents() == after
    assert "Ansel Rye" in page.locator(".talk figcaption").inner_text()
    page.locator('[data-act="takeback"]').click()
    saved(page)
    assert names.all_text_contents() == before


def test_a_paragraph_is_given_to_a_new_voice_and_merged_back(page: Page, path: str) -> None:
    names = page.locator(".transcript > .said cite")
    before = names.all_text_contents()
    names.nth(1).get_by_role("button").click()
    page.get_by_label("This paragraph is said by").select_option(value="")
    page.get_by_role("button", name="Give").click()
    saved(page)
    fresh = names.nth(1).inner_text()
    assert fresh not in before
    names.nth(1).get_by_role("button").click()
    page.get_by_label("All this voice says").select_option(label=option(page, before[1]))
    page.get_by_role("button", name="Merge").click()
    saved(page)
    assert names.all_text_contents() == before


def option(page: Page, name: str) -> str:
    options: list[str]
    options = page.get_by_label("All this voice says").locator("option").all_text_contents()
    return next(one for one in options if one.startswith(name))


def test_an_offered_person_is_confirmed(page: Page, path: str) -> None:
    shown = page.request.get(f"/v1{path}/speakers").json()
    offer = {
        "person": "p_5d41402abc4b2a76",
        "name": ATTACK,
        "likeness": 0.7,
        "evidence": ATTACK,
    }
    for one in shown["speakers"]:
        one["offers"] = [{**offer, "speaker": one["label"]}]
    page.route("**/speakers", lambda route: route.fulfill(json=shown))
    page.route("**/speakers:confirm", lambda route: route.fulfill(json=shown))
    page.locator(".transcript > .said cite button").nth(1).click()
    with page.expect_request("**/speakers:confirm") as asked:
        page.get_by_role("button", name="Yes, it is").click()
    label = page.locator(".transcript > .said").nth(1).get_attribute("data-speaker")
    assert asked.value.post_data_json == {"speaker": label, "person": offer["person"]}
    saved(page)


def test_keys_alone_are_enough(windows: Windows, path: str) -> None:
    page = opened(windows.open(), path)
    page.keyboard.press("e")
    page.locator(".transcript > .said .time").nth(1).focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.role") == "textbox"
    page.keyboard.press("Home")
    page.keyboard.type("Keyed ")
    page.keyboard.press("Tab")
    saved(page)
    assert said(page).inner_text().startswith("Keyed ")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Home")
    page.keyboard.press("Control+ ")
    until(page, "!document.querySelector('audio').paused")
    page.keyboard.press("Control+ ")
    until(page, "document.querySelector('audio').paused")
    page.keyboard.type("Not kept ")
    page.keyboard.press("Escape")
    assert said(page).inner_text().startswith("Keyed ")
    page.keyboard.press("Control+z")
    saved(page)
    assert not said(page).inner_text().startswith("Keyed ")
    page.locator(".transcript > .said cite button").nth(1).focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()
    page.keyboard.press("e")
    assert page.get_by_role("textbox").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 320])
def test_axe_finds_nothing_while_editing(
    windows: Windows,
    path: str,
    scheme: Any,  # noqa: ANN401
    width: int,
) -> None:
    page = opened(
        windows.open(color_scheme=scheme, viewport={"width": width, "height": 800}), path
    )
    page.keyboard.press("e")
    for act in ("", ".transcript > .said cite button"):
        if act:
            page.locator(act).first.click()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_what_is_typed_is_text(page: Page, path: str) -> None:
    said(page).evaluate(CARET, [0, 0])
    page.keyboard.insert_text(f"{ATTACK} ")
    page.keyboard.press("Enter")
    saved(page)
    page.locator(".transcript > .said cite button").nth(1).click()
    page.get_by_label("Their name").fill(ATTACK)
    page.keyboard.press("Enter")
    saved(page)
    for _ in range(2):
        assert page.evaluate("globalThis.attacked === undefined")
        assert page.locator("main img, main script, main a[href^=javascript]").count() == 0
        assert said(page).inner_text().startswith(ATTACK)
        assert page.locator(".transcript > .said cite").nth(1).inner_text() == ATTACK
        opened(page, path)
