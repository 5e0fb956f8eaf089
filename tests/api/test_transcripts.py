"""What was said, in every form: which one is sent, how it is cached, and what it may hold."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from httpx2 import Response

from api.transcripts import MEDIA_TYPES
from episodes.types import Chapter, Tags
from formats import FORMATS
from speakers.utterances import group
from tests.api.conftest import ID, SPOT, Service, fields, found, problem
from tests.fakes import words_of


def ask(service: Service, episode_id: str, **query: str) -> Response:
    return service.client.get(f"/v1/episodes/{episode_id}/transcript", params=query)


def told(service: Service, episode_id: str, accept: str | None) -> Response:
    headers = {} if accept is None else {"Accept": accept}
    return service.client.get(f"/v1/episodes/{episode_id}/transcript", headers=headers)


def form_of(answer: Response) -> str:
    assert answer.status_code == 200, answer.text
    kind = answer.headers["content-type"].split(";")[0]
    return next(form for form, media_type in MEDIA_TYPES.items() if media_type == kind)


def test_every_form_has_its_media_type(finished: Service) -> None:
    assert set(MEDIA_TYPES) == set(FORMATS)
    for form, kind in MEDIA_TYPES.items():
        answer = ask(finished, ID, format=form)
        assert form_of(answer) == form
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.text.endswith("\n")
        if kind.startswith("text/"):
            assert answer.headers["content-type"].endswith("charset=utf-8")
    assert ask(finished, ID, format="vtt").text.startswith("WEBVTT\n")
    assert ask(finished, ID, format="json").json()["version"] == 1
    assert "café" in ask(finished, ID, format="txt").text


@pytest.mark.parametrize(
    ("accept", "form"), [(None, "json"), ("text/html,*/*;q=0.8", "html"), ("text/*", "txt")]
)
def test_accept_chooses_the_form(service: Service, accept: str | None, form: str) -> None:
    if accept is None:
        del service.client.headers["accept"]
    answer = told(service, service.done(), accept)
    assert form_of(answer) == form
    assert answer.headers["vary"] == "Accept"


def test_what_is_not_offered_is_refused(finished: Service) -> None:
    answer = told(finished, ID, "image/png")
    assert "text/vtt" in problem(answer, "not-acceptable")["detail"]


def test_the_query_is_stronger_than_accept(finished: Service) -> None:
    place = f"/v1/episodes/{ID}/transcript?format=vtt"
    answer = finished.client.get(place, headers={"Accept": "image/png"})
    assert form_of(answer) == "vtt"


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"format": "pdf"}, "format"),
        ({"format": ""}, "format"),
        ({"format": "JSON"}, "format"),
        ({"format": "x" * 5000}, "format"),
        ({"ads": "drop"}, "ads"),
        ({"clock": "wall"}, "clock"),
    ],
    ids=range(6),
)
def test_a_wrong_wish_is_named(finished: Service, query: dict[str, str], wrong: str) -> None:
    answer = ask(finished, ID, **query)
    assert fields(answer) == [wrong]
    assert len(answer.json()["detail"]) < 300


def test_ads_are_left_out_left_in_or_marked(finished: Service) -> None:
    for form in ("txt", "md", "html", "vtt", "srt", "podcast.json"):
        assert "mattresses" not in ask(finished, ID, format=form).text
        assert "mattresses" in ask(finished, ID, format=form, ads="keep").text
        marked = ask(finished, ID, format=form, ads="mark").text
        assert "mattresses" not in marked
        assert "Ad removed: Acme, 10 s" in marked


def test_the_clean_clock_goes_on_without_the_cuts(finished: Service) -> None:
    original = ask(finished, ID, format="vtt").text
    clean = ask(finished, ID, format="vtt", clock="clean").text
    assert "00:00:31.000 -->" in original
    assert "00:00:21.000 -->" in clean
    assert ask(finished, ID, format="html", clock="clean").status_code == 200


@pytest.mark.parametrize("form", FORMATS)
def test_kept_ads_have_no_clean_time(finished: Service, form: str) -> None:
    answer = ask(finished, ID, format=form, ads="keep", clock="clean")
    assert "clean clock" in problem(answer, "invalid")["detail"]


def test_what_did_not_change_is_not_sent_again(finished: Service) -> None:
    place = f"/v1/episodes/{ID}/transcript"
    first = finished.client.get(place)
    tag = first.headers["etag"]
    for known in (tag, f'W/"other", W/{tag}'):
        again = finished.client.get(place, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["vary"] == "Accept"
    again = finished.client.get(place, headers={"If-None-Match": '"other"'})
    assert (again.status_code, again.text) == (200, first.text)


def test_each_rendering_has_a_tag_of_its_own(finished: Service) -> None:
    tags = [
        ask(finished, ID, format=form, ads=ads, clock=clock).headers["etag"]
        for form in FORMATS
        for ads in ("strip", "mark")
        for clock in ("original", "clean")
    ]
    assert len(set(tags)) == len(tags)
    assert tags[0] == ask(finished, ID, format=FORMATS[0]).headers["etag"]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Another"},
        {"show": "Another"},
        {"speakers": {"Speaker 1": "Ann"}},
        {"ads": [{"start": 20.0, "end": 30.0, "decision": "keep"}]},
    ],
    ids=["title", "show", "speakers", "ads"],
)
def test_an_edit_changes_the_tag_and_the_text(
    service: Service, changes: dict[str, Any]
) -> None:
    episode_id = service.done()
    place = f"/v1/episodes/{episode_id}/transcript"
    first = service.client.get(place)
    service.client.patch(f"/v1/episodes/{episode_id}", json=changes)
    headers = {"If-None-Match": first.headers["etag"]}
    after = service.client.get(place, headers=headers)
    assert after.status_code == 200
    assert after.text != first.text
    service.client.patch(f"/v1/episodes/{episode_id}", json=dict.fromkeys(changes))
    assert service.client.get(place, headers=headers).status_code == 304


def test_progress_is_told_while_there_is_no_transcript(service: Service) -> None:
    episode_id = service.sent()
    answer = ask(service, episode_id)
    assert problem(answer, "not-ready")["stage"] is None
    assert int(answer.headers["retry-after"]) > 0
    run = service.begin(episode_id).run
    service.ledger.advance(episode_id, run, "transcribe", 0.25)
    answer = ask(service, episode_id, format="txt")
    said = problem(answer, "not-ready")
    assert (said["stage"], said["progress"]) == ("transcribe", 0.25)
    assert "25%" in said["detail"]
    assert int(answer.headers["retry-after"]) > 0


def test_who_need_not_wait_is_told_why(service: Service) -> None:
    episode_id = service.sent()
    service.fail(episode_id, "This is no audio.")
    answer = ask(service, episode_id)
    assert "This is no audio." in problem(answer, "not-ready")["detail"]
    assert "retry-after" not in answer.headers
    other = service.sent(b"other")
    service.client.post(f"/v1/episodes/{other}:cancel")
    answer = ask(service, other)
    assert "cancelled" in problem(answer, "not-ready")["detail"]
    assert "retry-after" not in answer.headers


def test_a_transcript_that_was_lost_is_gone(service: Service) -> None:
    episode_id = service.done()
    key = service.entry(episode_id).transcript
    assert key is not None
    service.held.blobs.delete(key)
    for rest in ("transcript", "chapters", "audio?clock=clean"):
        problem(service.client.get(f"/v1/episodes/{episode_id}/{rest}"), "gone")


HOSTILE = '<script>alert("1")</script><img src=x onerror=alert(1)>&amp;\u202e--><!--'


class Markup(HTMLParser):
    """Collects what elements and attributes a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(name for name, _ in attrs)}


def test_strangers_put_no_markup_on_the_page(service: Service) -> None:
    episode_id = service.sent(title=HOSTILE, show=HOSTILE)
    words = tuple(
        replace(word, speaker="Speaker 1")
        for word in words_of(f"{HOSTILE} javascript:alert(1) --> end", 0.0)
    )
    ad = replace(SPOT, sponsor=HOSTILE)
    transcript = replace(
        found(),
        utterances=group((*words, *words_of(HOSTILE, 21.0)), (ad,)),
        ads=(ad,),
        warnings=(HOSTILE,),
    )
    service.finish(episode_id, transcript)
    service.client.patch(
        f"/v1/episodes/{episode_id}", json={"speakers": {"Speaker 1": HOSTILE}}
    )
    answer = ask(service, episode_id, format="html", ads="mark")
    page = Markup()
    page.feed(answer.text)
    assert not page.seen & {"script", "img", "onerror", "src"}
    assert "&lt;script&gt;" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    for form in FORMATS:
        assert ask(service, episode_id, format=form, ads="mark").status_code == 200
    vtt = ask(service, episode_id, format="vtt", ads="mark").text
    assert "<script>" not in vtt
    for line in vtt.splitlines():
        assert line.count("-->") <= 1


def test_edits_and_states_are_never_mixed_up_by_the_memory(service: Service) -> None:
    """Renderings are remembered: by all that shows in them, and by nothing else."""
    one, two = service.done(b"1", title="One"), service.done(b"2", title="Two")
    for _ in range(2):
        assert ask(service, one, format="txt").text.startswith("One\n")
        assert ask(service, two, format="txt").text.startswith("Two\n")
    before = ask(service, one).headers["etag"]
    service.client.post(f"/v1/episodes/{one}:reprocess")
    assert ask(service, one).headers["etag"] == before


def test_chapters_lie_on_either_clock(service: Service) -> None:
    episode_id = service.sent()
    run = service.begin(episode_id).run
    chapters = (
        Chapter(0.0, 20.0, "Start"),
        Chapter(20.0, 30.0, "Ad"),
        Chapter(30.0, 60.0, "End"),
    )
    service.ledger.describe(episode_id, run, Tags(title="The Keeper", chapters=chapters), 60.0)
    place = f"/v1/episodes/{episode_id}/chapters"
    problem(service.client.get(place), "not-ready")
    service.finish(episode_id)
    answer = service.client.get(place)
    assert answer.headers["content-type"] == "application/json+chapters"
    assert answer.json()["title"] == "The Keeper"
    starts = [(one["title"], one["startTime"]) for one in answer.json()["chapters"]]
    assert starts == [("Start", 0.0), ("Ad", 20.0), ("End", 30.0)]
    clean = service.client.get(place, params={"clock": "clean"}).json()["chapters"]
    assert [(one["title"], one["startTime"]) for one in clean] == [
        ("Start", 0.0),
        ("End", 20.0),
    ]
    assert fields(service.client.get(place, params={"clock": "x"})) == ["clock"]


def test_a_file_without_chapters_has_none(finished: Service) -> None:
    answer = finished.client.get(f"/v1/episodes/{ID}/chapters")
    assert json.loads(answer.text)["chapters"] == []
