"""The review page: what waits, what is decided, safe whatever strangers wrote."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from api.reviewer import Reviewer
from episodes.edits import Decision
from episodes.quality import Concern, Quality
from episodes.spans import Span
from pipeline.review import questions
from tests.api.conftest import ID, Service, found
from tests.api.test_access import as_key, guarded  # noqa: F401  a fixture
from tests.api.test_pages import HOSTILE, Markup, at, episode, hostile, safe  # noqa: F401
from tests.api.test_review import unsure

PAGE = f"/episodes/{ID}/review"


@pytest.fixture
def waiting(service: Service) -> Service:
    service.finish(service.sent(), unsure())
    return service


def states(markup: Markup) -> list[str | None]:
    return [one["data-state"] for one in markup.named("article")]


def test_what_waits_comes_first_with_why_and_what_is_said(waiting: Service) -> None:
    markup = at(waiting, PAGE)
    safe(markup)
    assert states(markup) == ["waits", "cut"]
    for text in (
        "To decide: 1",
        "0:45 Self-promotion, 5 s",
        "Found, but not surely",
        "40 % sure",
        "Now it is left in",
        "asks for stars",
        "Leave us five stars. Then we go on with the keeper.",
        "0:20 Ad: Acme, 10 s",
    ):
        assert text in markup.text
    assert {"href": f"/episodes/{ID}#t=45.0"} in markup.named("a")


def test_what_is_decided_is_told_and_a_stretch_may_be_chosen(waiting: Service) -> None:
    for start, end, decision in ((45.0, 50.0, "keep"), (5.0, 8.0, "cut")):
        span = {"start": start, "end": end, "decision": decision}
        waiting.client.post(f"/v1/episodes/{ID}/ads:decide", json=span)
    markup = at(waiting, f"{PAGE}?start=31&end=34")
    assert states(markup) == ["chosen", "cut", "cut", "kept"]
    assert "What you chose, 3 s" in markup.text
    assert at(waiting, f"{PAGE}?start=34&end=31").text == at(waiting, PAGE).text


def test_the_number_to_review_leads_there(waiting: Service) -> None:
    for path in ("/", f"/episodes/{ID}"):
        assert {"href": PAGE} in at(waiting, path).named("a")
        assert "1 to review" in at(waiting, path).text


def test_what_is_worth_checking_leads_to_its_second(service: Service) -> None:
    doubt = Concern(31.5, 33.0, "unsure_words", "doubtful: “old anchor”")
    service.finish(service.sent(), replace(found(), quality=Quality((doubt,), 2)))
    markup = at(service, PAGE)
    assert {"href": f"/episodes/{ID}#t=31.5"} in markup.named("a")
    assert "doubtful: “old anchor”" in markup.text
    assert "And 2 more" in markup.text


def test_words_around_have_their_middles() -> None:
    transcript = unsure()
    asked = questions(transcript, (), ())
    reviewer = Reviewer(transcript, episode(), asked, ())
    (case,) = reviewer.waiting()
    around = reviewer.around(case.ad)
    assert (around.start, around.end) == (30.0, 60.0)
    assert around.text.startswith("The café by the harbour")
    at_ms, middles = round(1000 * around.start), []
    for later in around.words[::2]:
        at_ms += later
        middles.append(at_ms)
    words = [w for u in transcript.utterances for w in u.words if w.start >= around.start]
    assert middles == [round(1000 * word.middle) for word in words]
    assert sum(around.words[1::2]) == len(around.text)
    assert [colour for _, _, colour in around.turns] == [2, 1]


def test_a_kept_part_of_an_ad_is_told_once() -> None:
    transcript = unsure()
    keep = Decision(22.0, 24.0, "keep")
    moved = Decision(45.0, 48.0, "cut", replaces=Span(45.0, 50.0))
    reviewer = Reviewer(transcript, episode(), (), (keep, moved))
    kept = [case for case in reviewer.others() if case.state == "kept"]
    assert [(case.ad.start, case.ad.end) for case in kept] == [(22.0, 24.0)]


def test_nothing_that_strangers_wrote_is_markup(hostile: Service) -> None:  # noqa: F811
    markup = at(hostile, f"{PAGE}?start=1&end=3")
    safe(markup)
    assert not markup.named("img")
    assert "49" not in markup.text.replace(ID, "")
    facts = [json.loads(str(one["data-facts"])) for one in markup.named("article")]
    assert HOSTILE in [one["sponsor"] for one in facts]


def test_who_may_only_look_sees_what_there_is_and_no_buttons(
    guarded: Service,  # noqa: F811
) -> None:
    with_key = as_key(guarded, "admin")
    send = guarded.client.post("/v1/episodes", files={"file": b"audio"}, headers=with_key)
    guarded.finish(send.json()["id"], unsure())
    key = as_key(guarded, "read")["Authorization"].removeprefix("Bearer ")
    guarded.client.post("/login", data={"key": key})
    markup = at(guarded, PAGE)
    assert states(markup) == ["waits", "cut"]
    acts = {one.get("data-act") for one in markup.named("button")}
    assert acts == {"play", "across", "keys", None}
    assert not markup.named("select")
    assert not [one for one in markup.named("div") if one.get("role") == "slider"]


def test_before_there_is_a_transcript_the_page_waits(service: Service) -> None:
    assert at(service, f"/episodes/{service.sent()}/review").named("progress")


def test_without_its_audio_the_page_says_so(waiting: Service) -> None:
    gone = "not kept any more"
    assert gone not in at(waiting, PAGE).text
    waiting.ledger.drop_audio(math.inf)
    assert gone in at(waiting, PAGE).text
