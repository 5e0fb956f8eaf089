"""The review page in a real browser: decided by keys alone and by hand, heard, taken back.

The service runs here, without a worker: what a page decided is read where it is kept.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from starlette.testclient import TestClient

from api.app import create_app
from episodes.edits import Decision
from episodes.sound import Sound
from episodes.spans import Span
from episodes.types import AdSpan, Transcript, Utterance
from pipeline.settings import Settings
from pipeline.stage_results import SOUNDS, VERSIONS
from storage.results import StageResults
from tests.api.conftest import BASE, DOUBT, SPOT, Service, found
from tests.browser.conftest import Windows, opened, until, watched
from tests.browser.hostile import ATTACK
from tests.browser.test_pages import faultless
from tests.conftest import SEEDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

AUDIO = (SEEDS / "interview.mp3").read_bytes()
FIRST = AdSpan(33.0, 38.0, "sponsor", 0.5, "Old Anchor", ("names an inn",), review="unsure")
SECOND = replace(DOUBT, review="unsure")
SILENCES = (Span(32.0, 32.4), Span(38.6, 39.0), Span(50.4, 50.6))
SOUND = Sound(SILENCES, (-30, -25) * 300, (-40, -38) * 300, (4000,) * 600)
HEAR = """
const Heard = globalThis.Audio;
globalThis.Audio = function () {
  globalThis.heard = new Heard();
  globalThis.seen = [];
  const note = () => {
    if (!heard.paused && !heard.seeking) seen.push(heard.currentTime);
    requestAnimationFrame(note);
  };
  note();
  return heard;
};
"""
"""Notes which seconds are heard."""


@contextmanager
def serving(folder: Path, **more: Any) -> Iterator[tuple[Service, str]]:  # noqa: ANN401
    """A service without a worker in this process, and its address."""
    app = create_app(Settings(data_dir=folder, **more))
    config = uvicorn.Config(app, log_config=None, access_log=False, ws="none")
    server, listening = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.05)
    port = listening.getsockname()[1]
    yield Service(TestClient(app, base_url=BASE), app), f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str]]:
    with serving(tmp_path_factory.mktemp("review") / "data") as served:
        yield served


@pytest.fixture(scope="module")
def service(served: tuple[Service, str]) -> Service:
    return served[0]


@pytest.fixture(scope="module")
def place(served: tuple[Service, str]) -> str:
    return served[1]


@pytest.fixture
def episode(service: Service, request: pytest.FixtureRequest) -> str:
    """The id of an episode of this test's own that waits for a person."""
    return shelved(service, request.node.name, replace(found(), ads=(SPOT, FIRST, SECOND)))


def shelved(service: Service, name: str, transcript: Transcript) -> str:
    episode_id = service.sent(AUDIO + name.encode(), "talk.mp3", title=name)
    results = StageResults(service.held.blobs, episode_id)
    results.get("sound", (VERSIONS["sound"],), SOUNDS, lambda: SOUND)
    service.finish(episode_id, transcript)
    return episode_id


def reviewing(page: Page, episode_id: str, query: str = "") -> Page:
    return opened(page, f"/episodes/{episode_id}/review{query}")


def decisions(service: Service, episode_id: str) -> tuple[Decision, ...]:
    return service.entry(episode_id).edits.ads


def saved(page: Page) -> None:
    """Wait until all that was sent is answered."""
    until(page, "Object.keys(localStorage).every((key) => !key.startsWith('outbox '))")


def focused(page: Page) -> str:
    told: str = page.evaluate("document.activeElement.textContent.trim()")
    return told


def edge(page: Page, which: str, number: int = 0) -> Locator:
    return page.locator(f".edge.{which}").nth(number)


def at(handle: Locator) -> float:
    return float(handle.get_attribute("aria-valuenow") or "nan")


def test_all_is_decided_by_keys_from_the_library_on(
    page: Page, service: Service, episode: str
) -> None:
    page.goto("/")
    row = page.locator(f'li[data-id="{episode}"]')
    assert "2 to review" in row.inner_text()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.href ?? ''").endswith(f"{episode}/review"):
            break
    page.keyboard.press("Enter")
    page.locator("html[data-ready]").wait_for(state="attached")
    until(page, "document.querySelector('.wave .quiet').getAttribute('d') !== null")
    page.keyboard.press("]")
    assert page.locator(":focus").get_attribute("aria-label") == "End"
    for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    assert at(edge(page, "end")) == 37.1
    assert "37.1 seconds, before “" in str(edge(page, "end").get_attribute("aria-valuetext"))
    page.keyboard.press("PageUp")
    page.keyboard.press("[")
    page.keyboard.press("PageDown")
    page.keyboard.press("x")
    assert focused(page) == "0:45 Self-promotion, 5 s"
    assert page.locator(".told").inner_text() == "Cut. 1 left to decide."
    assert "Cut from 0:32.2 to 0:38.8" in page.locator(".case").first.inner_text()
    page.keyboard.press("o")
    assert focused(page) == "To decide: 0"
    assert page.locator(".told").inner_text() == "Kept. Nothing left to decide."
    saved(page)
    cut, keep = decisions(service, episode)
    assert (cut.start, cut.end, cut.action) == (32.2, 38.8, "cut")
    assert (cut.sponsor, cut.replaces) == ("Old Anchor", Span(33.0, 38.0))
    assert (keep.start, keep.end, keep.action) == (45.0, 50.0, "keep")
    page.keyboard.press("u")
    until(page, "document.querySelector('.told').textContent.startsWith('Taken back')")
    assert focused(page) == "0:45 Self-promotion, 5 s"
    assert decisions(service, episode) == (cut,)
    page.keyboard.press("p")
    assert focused(page).startswith("0:33 Ad: Old Anchor")
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").is_visible()
    page.keyboard.press("Escape")
    assert service.queued() >= 1


def drag(page: Page, handle: Locator, x: float) -> None:
    box = handle.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(x, y, steps=4)
    page.mouse.up()


def pixel(page: Page, t: float) -> float:
    """Where second `t` is on the picture of the first case, which shows 18 to 53."""
    box = page.locator(".wave svg").first.bounding_box()
    assert box
    return float(box["x"] + box["width"] * (t - 18.0) / 35.0)


def test_edges_are_dragged_and_fall_into_silences(
    page: Page, service: Service, episode: str
) -> None:
    reviewing(page, episode)
    until(page, "document.querySelector('.wave .quiet').getAttribute('d') !== null")
    page.locator(".case").first.scroll_into_view_if_needed()
    drag(page, edge(page, "start"), pixel(page, 32.1))
    assert at(edge(page, "start")) == 32.2
    drag(page, edge(page, "end"), pixel(page, 36.0))
    end = at(edge(page, "end"))
    assert end == pytest.approx(36.0, abs=0.1)
    drag(page, edge(page, "start"), pixel(page, 60.0))
    assert at(edge(page, "start")) == pytest.approx(end - 0.1)
    page.keyboard.press("Escape")
    assert at(edge(page, "start")) == 33.0
    page.get_by_role("button", name="Cut", exact=True).first.click()
    saved(page)
    (cut,) = decisions(service, episode)
    assert (cut.start, cut.end, cut.replaces) == (33.0, end, Span(33.0, 38.0))


def test_without_dragging_an_edge_is_put_where_the_picture_was_clicked(
    page: Page, episode: str
) -> None:
    reviewing(page, episode)
    page.keyboard.press("n")
    page.keyboard.press("p")
    page.locator(".wave svg").first.click(position={"x": 200, "y": 40})
    page.get_by_role("button", name="Start here").first.click()
    box = page.locator(".wave svg").first.bounding_box()
    assert box
    assert at(edge(page, "start")) >= 18.0 + 35.0 * 200 / box["width"] - 0.1
    assert at(edge(page, "start")) < 33.0


def test_an_edge_is_moved_again_and_a_cut_put_back(
    page: Page, service: Service, episode: str
) -> None:
    """The third case is cut already: what was decided is decided otherwise."""
    for key, end in (("Shift+ArrowLeft", 29.0), ("ArrowLeft", 28.9)):
        reviewing(page, episode)
        case = page.locator('.case[data-state="cut"]').first
        case.locator(".edge.end").focus()
        page.keyboard.press(key)
        page.keyboard.press("x")
        saved(page)
        assert decisions(service, episode)[-1].end == end
    reviewing(page, episode)
    cuts = page.locator('.case[data-state="cut"]')
    assert cuts.count() == 1
    cuts.locator(".edge.start").focus()
    page.keyboard.press("o")
    saved(page)
    assert "Kept" in page.locator('.case[data-state="kept"]').inner_text()
    reviewing(page, episode)  # what was decided before the page was made is taken back too
    page.get_by_role("button", name="Undo").click()
    page.locator('.case[data-state="cut"]').wait_for()


def test_the_sound_is_heard_across_the_cut_and_at_its_edges(
    windows: Windows, episode: str
) -> None:
    page = windows.open()
    page.add_init_script(HEAR)
    reviewing(page, episode)
    page.keyboard.press("a")
    until(page, "seen.at(-1) > 38.5")
    page.keyboard.press(" ")
    until(page, "heard.paused")
    seen: list[float] = page.evaluate("seen.splice(0)")
    assert seen[0] == pytest.approx(31.0, abs=0.5)
    assert not [t for t in seen if 33.2 < t < 37.8]
    page.keyboard.press("]")
    page.keyboard.press("ArrowRight")
    until(page, "seen.length && heard.paused")
    seen = page.evaluate("seen.splice(0)")
    assert 37.5 < min(seen) <= max(seen) < 39.0
    page.keyboard.press("h")
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    until(page, "seen.length > 2")
    assert page.get_by_role("button", name="Pause").count() == 1
    page.keyboard.press(" ")
    until(page, "heard.paused")


def test_what_is_decided_without_a_connection_arrives_later(
    windows: Windows, service: Service, episode: str
) -> None:
    windows.excused.append("ERR_INTERNET_DISCONNECTED")
    page = windows.open()
    reviewing(page, episode)
    page.context.set_offline(True)
    page.keyboard.press("x")
    until(page, "document.querySelector('.outbox').textContent.startsWith('Not saved yet')")
    page.keyboard.press("u")
    assert decisions(service, episode) == ()
    page.context.set_offline(False)
    until(page, "document.querySelector('.told').textContent.startsWith('Taken back')")
    assert decisions(service, episode) == ()
    page.keyboard.press("o")
    saved(page)
    assert [one.action for one in decisions(service, episode)] == ["keep"]


def test_what_was_decided_when_the_page_was_left_is_shown_afterwards(
    windows: Windows, service: Service, episode: str
) -> None:
    windows.excused += ["ERR_FAILED", "Failed to fetch"]
    page = windows.open()
    reviewing(page, episode)
    page.context.route("**/v1/**/ads:*", lambda route: route.abort())
    page.keyboard.press("x")
    until(page, "document.querySelector('.outbox').textContent.startsWith('Not saved yet')")
    page.context.unroute("**/v1/**/ads:*")
    page.goto(page.url)
    page.get_by_role("heading", name="To decide: 1").wait_for()
    assert [one.action for one in decisions(service, episode)] == ["cut"]


def test_what_is_refused_is_as_it_was(windows: Windows, service: Service, episode: str) -> None:
    windows.excused.append("404")
    page = windows.open()
    reviewing(page, episode)
    service.held.library.delete(episode)
    page.keyboard.press("x")
    until(page, "document.querySelector('.told').textContent.includes('There is no episode')")
    assert page.locator(".left").inner_text() == "2"
    assert page.locator(".case").first.get_attribute("data-state") == "waits"


def test_an_ad_is_put_back_and_cut_again_where_it_is_read(
    page: Page, service: Service, episode: str
) -> None:
    opened(page, f"/episodes/{episode}")
    assert page.get_by_role("link", name="2 to review").is_visible()
    ad = page.locator("details.ad")
    ad.locator("summary").click()
    ad.get_by_role("button", name="Put it back").click()
    undo = page.get_by_role("button", name="Undo: the ad put back")
    undo.wait_for()
    ad.wait_for(state="detached")
    (keep,) = decisions(service, episode)
    assert (keep.start, keep.end, keep.action) == (20.0, 30.0, "keep")
    undo.click()
    ad.wait_for()
    undo.wait_for(state="hidden")
    assert decisions(service, episode) == ()


SELECT = """() => {
  const text = document.querySelector(".transcript > .said .text").firstChild;
  const from = text.data.indexOf("keeper");
  getSelection().setBaseAndExtent(text, from, text, from + 12);
}"""


def test_what_is_selected_is_cut(page: Page, service: Service, episode: str) -> None:
    opened(page, f"/episodes/{episode}")
    page.evaluate(SELECT)
    page.get_by_role("button", name="Cut what is selected").click()
    page.wait_for_url("**/review?**")
    page.locator("html[data-ready]").wait_for(state="attached")
    assert page.locator(".case").first.get_attribute("data-state") == "chosen"
    lit = page.evaluate("[...CSS.highlights.get('chosen')].map(String)[0]")
    assert lit == "keeper and his"
    page.keyboard.press("x")
    saved(page)
    (cut,) = decisions(service, episode)
    words = [w for u in found().utterances for w in u.words]
    inside = "".join(w.text for w in words if cut.start <= w.middle < cut.end)
    assert inside == " keeper and his"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 320])
def test_axe_finds_nothing(
    windows: Windows,
    service: Service,
    episode: str,
    scheme: Any,  # noqa: ANN401
    width: int,
) -> None:
    page = windows.open(color_scheme=scheme, viewport={"width": width, "height": 800})
    reviewing(page, episode, "?start=3&end=9")
    faultless(page)
    page.keyboard.press("x")
    saved(page)
    faultless(page)
    page.keyboard.press("?")
    faultless(page)


def test_without_scripts_it_is_a_list(windows: Windows, episode: str) -> None:
    page = windows.open(java_script_enabled=False)
    page.goto(f"/episodes/{episode}/review")
    text = page.locator("main").inner_text()
    assert "names an inn" in text
    assert "asks for stars" in text
    assert page.get_by_role("button").count() == 0
    assert page.get_by_role("slider").count() == 0


def test_nothing_that_strangers_wrote_is_run(page: Page, service: Service) -> None:
    said = found()
    words = [replace(w, text=f" {ATTACK}") for w in said.utterances[0].words[:3]]
    attack = replace(
        said,
        utterances=(replace(said.utterances[0], words=tuple(words)), *said.utterances[1:]),
        ads=(replace(SPOT, start=0.0, end=3.0, sponsor=ATTACK, evidence=(ATTACK,)),),
    )
    reviewing(page, shelved(service, ATTACK, attack))
    page.keyboard.press("o")
    saved(page)
    assert page.evaluate("typeof attacked") == "undefined"


def test_letters_can_be_turned_off(page: Page, service: Service, episode: str) -> None:
    reviewing(page, episode)
    page.keyboard.press("?")
    page.get_by_label("Letters and signs act").uncheck()
    page.keyboard.press("Escape")
    reviewing(page, episode)
    page.keyboard.press("x")
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Letters and signs act").check()
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    saved(page)
    assert [one.action for one in decisions(service, episode)] == ["keep"]


def test_who_may_only_look_listens(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path / "data", keys="always") as (service, place):
        writer, reader = (service.held.keys.add(name, name) for name in ("write", "read"))
        bearer = {"Authorization": f"Bearer {writer}"}
        service.client.headers |= bearer
        episode_id = shelved(service, "look", replace(found(), ads=(SPOT, FIRST)))
        with watched(browser, place) as windows:
            page = windows.open()
            page.add_init_script(HEAR)
            page.goto(f"/episodes/{episode_id}/review")
            page.get_by_label("Key").fill(reader)
            page.get_by_role("button", name="Log in").click()
            page.locator("html[data-ready]").wait_for(state="attached")
            for key in ("n", "x", "o", "u", "[", "h", "a"):
                page.keyboard.press(key)
            until(page, "seen.length > 2")
            assert page.locator(".left").inner_text() == "1"
            assert decisions(service, episode_id) == ()
            faultless(page)


def test_what_is_nobodys_is_given_to_a_voice_where_it_is_read(
    page: Page, service: Service, request: pytest.FixtureRequest
) -> None:
    whole = found()
    first, *others = whole.utterances
    words = tuple(replace(word, speaker=None) for word in first.words)
    unknown = replace(whole, utterances=(Utterance(None, words), *others))
    opened(page, f"/episodes/{shelved(service, request.node.name, unknown)}")
    paragraph = page.locator(".said").first
    assert paragraph.locator("cite").count() == 0
    page.keyboard.press("e")
    paragraph.get_by_role("button", name="Somebody").click()
    assert page.get_by_role("button", name="Rename").is_hidden()
    page.get_by_label("This paragraph is said by").select_option(value="Speaker 2")
    page.get_by_role("button", name="Give").click()
    paragraph.get_by_role("button", name="Speaker 2").wait_for()
    page.keyboard.press("e")
    assert paragraph.locator("cite").inner_text() == "Speaker 2"
