"""The pages: of use without scripts, safe whatever strangers wrote, true to the transcript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from api.html import HEADERS
from api.reader import Reader
from episodes.types import Chapter, Episode, Speaker, Tags, Transcript
from formats.view import one_line
from speakers.utterances import group
from tests.api.conftest import ID, SAID, SPOT, Service, found, serving
from tests.api.test_access import as_key, guarded  # noqa: F401  a fixture

HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=alert(2)>{{7*7}}</span>&lt;"""
ASSETS = Path(__file__).parents[2] / "api/assets"


class Markup(HTMLParser):
    """The elements of a page, each with its attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def at(service: Service, path: str) -> Markup:
    answer = service.client.get(path)
    assert answer.status_code == 200, answer.text
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    return Markup(answer.text)


def safe(markup: Markup) -> None:
    """No script stands in the page, nothing is run by an attribute, all is from here."""
    for tag, attributes in markup.elements:
        assert not any(name.startswith("on") or name == "style" for name in attributes), tag
        for name in ("src", "href", "action"):
            assert (attributes.get(name) or "/").startswith(("/", "#")), attributes
    scripts = markup.named("script")
    assert all(script["src"] for script in scripts)
    assert "style" not in {tag for tag, _ in markup.elements}


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Service]:
    """An episode whose every text is an attack."""
    with serving(tmp_path) as service:
        episode_id = service.sent(name=f"{HOSTILE}.mp3".replace("/", ""))
        said = found()
        words = [replace(w, text=f" {HOSTILE}") for u in said.utterances for w in u.words]
        attack = replace(
            said,
            speakers=tuple(Speaker(s.label, HOSTILE) for s in said.speakers),
            utterances=group(words, (SPOT,)),
            ads=(replace(SPOT, sponsor=HOSTILE, evidence=(HOSTILE,)),),
            warnings=(HOSTILE,),
        )
        entry = service.begin(episode_id)
        tags = Tags(HOSTILE, HOSTILE, HOSTILE, HOSTILE, (Chapter(0.0, 5.0, HOSTILE),))
        service.ledger.describe(episode_id, entry.run, tags, 60.0)
        service.finish(episode_id, attack)
        yield service


@pytest.mark.parametrize("path", ["/", f"/episodes/{ID}", "/search?q=script", f"/?q={HOSTILE}"])
def test_nothing_that_strangers_wrote_is_markup(hostile: Service, path: str) -> None:
    markup = at(hostile, path)
    safe(markup)
    assert not markup.named("img")
    assert "49" not in markup.text


def test_the_read_along_page_reads_like_the_transcript(finished: Service) -> None:
    markup = at(finished, f"/episodes/{ID}")
    safe(markup)
    for _, _, text in SAID:
        assert text in markup.text
    assert "Ad removed: Acme, 10 s" in markup.text
    assert "says a code" in markup.text
    (track,) = markup.named("track")
    assert finished.client.get(str(track["src"])).text.startswith("WEBVTT")
    forms = [str(link["href"]) for link in markup.named("a") if "download" in link]
    assert len(forms) == 10
    assert all(finished.client.head(form).status_code in (200, 410) for form in forms)


def test_every_word_of_the_page_has_its_time(finished: Service) -> None:
    page = finished.client.get(f"/episodes/{ID}").text
    paragraph = r'data-number="(\d+)".*?<span class="text">(.*?)</span>'
    texts = re.findall(paragraph, page, re.DOTALL)
    timing: list[list[int]] = finished.client.get(f"/episodes/{ID}/words").json()
    assert sorted(int(number) for number, _ in texts) == list(range(len(timing)))
    for number, text in texts:
        assert sum(timing[int(number)][1::2]) == len(unescape(text))
    words = [word for utterance in found().utterances for word in utterance.words]
    assert sum(len(told) // 2 for told in timing) == len(words)


def episode() -> Episode:
    return Episode(ID, "one.mp3", datetime.now(UTC), "One")


def test_times_and_places_of_words_are_those_of_the_transcript() -> None:
    transcript: Transcript = found()
    reader = Reader(transcript, episode())
    for paragraph, told in zip(reader.paragraphs(), reader.words(), strict=True):
        at, letter = round(paragraph.start * 1000), 0
        pairs = zip(told[::2], told[1::2], strict=True)
        for word, (later, letters) in zip(paragraph.utterance.words, pairs, strict=True):
            at += later
            assert at == round(word.start * 1000)
            assert paragraph.text[letter : letter + letters].strip() == one_line(word.text)
            letter += letters
        assert letter == len(paragraph.text)


def test_kept_and_removed_are_all_and_in_order() -> None:
    reader = Reader(found(), episode())
    parts = list(reader.parts())
    starts = [part.start for part in parts]
    assert starts == sorted(starts)
    numbers = [
        p.number for part in parts for p in (getattr(part, "paragraphs", None) or [part])
    ]
    assert sorted(numbers) == list(range(len(list(reader.paragraphs()))))


def test_an_episode_in_work_says_so(service: Service) -> None:
    episode_id = service.sent()
    markup = at(service, f"/episodes/{episode_id}")
    assert markup.named("progress")
    assert "waiting.js" in str(markup.named("script")[0]["src"])
    service.fail(episode_id, "This is no audio.")
    assert "This is no audio." in at(service, f"/episodes/{episode_id}").text


def test_what_is_not_there_is_a_page_too(client: Any) -> None:  # noqa: ANN401
    answer = client.get(f"/episodes/{'0' * 64}")
    assert answer.status_code == 404
    assert "There is no such thing" in answer.text


def test_who_needs_a_key_is_asked_for_it_and_comes_back(guarded: Service) -> None:  # noqa: F811
    answer = guarded.client.get("/?show=a%20b", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=/%3Fshow%3Da%2520b"
    login = Markup(guarded.client.get(answer.headers["location"]).text)
    assert {"type": "hidden", "name": "next", "value": "/?show=a%20b"} in login.named("input")


def test_who_may_only_look_is_offered_nothing_else(guarded: Service) -> None:  # noqa: F811
    key = as_key(guarded, "read")["Authorization"].removeprefix("Bearer ")
    guarded.client.post("/login", data={"key": key})
    assert not Markup(guarded.client.get("/").text).named("noscript")


def test_the_first_page_is_small(finished: Service) -> None:
    page = finished.client.get("/").content
    links = [a["src"] for a in Markup(page.decode()).named("script")]
    links += [a["href"] for a in Markup(page.decode()).named("link")]
    modules = {"/assets/server.js", "/assets/upload.js"}
    size = len(page) + sum(
        len(finished.client.get(str(link)).content) for link in {*links, *modules}
    )
    assert size < 150_000


def test_assets_ask_no_other_host() -> None:
    for file in ASSETS.iterdir():
        found_ = re.findall(r"https?://[^\s\"')]+", file.read_text())
        assert set(found_) <= {"http://www.w3.org/2000/svg"}, file.name


def test_search_leads_to_the_second(finished: Service) -> None:
    markup = at(finished, "/search?q=caf%C3%A9")
    (hit,) = [a for a in markup.named("a") if "#t=" in (a["href"] or "")]
    assert hit["href"] == f"/episodes/{ID}#t=31.0"
    assert markup.named("mark")


def test_what_a_page_is_asked_for_wrongly_is_told_on_a_page(empty: Service) -> None:
    answer = empty.client.get("/?status=lost")
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/html")
    assert "status" in answer.text
