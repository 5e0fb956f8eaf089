"""The review of an episode over HTTP: what is asked, decided, taken back and told elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from api.review_schemas import _REVIEW, Review
from api.schemas import MOST_DECISIONS
from episodes.repeats import Match
from episodes.types import Tags, Transcript
from storage.prints import PrintShelves
from tests.api.conftest import DOUBT, SPOT, Service, fields, found, problem
from tests.api.test_changes import patch, place

HELD_BACK = "All ads found were left in for a person to review: there are too many."


def review(service: Service, episode_id: str) -> dict[str, Any]:
    answer = service.client.get(f"{place(episode_id)}/review")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def unsure() -> Transcript:
    return replace(found(), ads=(SPOT, replace(DOUBT, review="unsure")))


def sent(service: Service, content: bytes, transcript: Transcript) -> str:
    episode_id = service.sent(content)
    service.finish(episode_id, transcript)
    return episode_id


def test_a_doubtful_span_is_asked_with_both_its_clocks(service: Service) -> None:
    told = review(service, sent(service, b"one", unsure()))
    assert told["held_back"] is None
    assert told["questions"] == [
        {
            "start": 45.0,
            "end": 50.0,
            "clean_start": 35.0,
            "clean_end": 40.0,
            "reason": "unsure",
            "suggested": None,
            "stripped": False,
            "kind": "selfpromo",
            "confidence": 0.4,
            "sponsor": None,
            "evidence": ["asks for stars"],
            "quote": "Leave us five stars. Then we go on with the keeper.",
        }
    ]


def test_what_is_decided_stays_decided_when_the_episode_is_processed_again(
    service: Service,
) -> None:
    episode_id = sent(service, b"one", unsure())
    patch(service, episode_id, ads=[{"start": 45.0, "end": 50.0, "decision": "keep"}])
    assert review(service, episode_id)["questions"] == []
    again = replace(found(), ads=(SPOT, replace(DOUBT, start=44.0, end=51.0, review="unsure")))
    service.finish(episode_id, again)
    assert review(service, episode_id)["questions"] == []
    patch(service, episode_id, ads=None)
    assert [one["start"] for one in review(service, episode_id)["questions"]] == [44.0]


def test_what_was_held_back_is_told_with_the_reason(service: Service) -> None:
    held = replace(
        found(),
        ads=(replace(SPOT, stripped=False, review="held back"),),
        warnings=(HELD_BACK,),
        held_back=HELD_BACK,
    )
    episode_id = sent(service, b"one", held)
    told = review(service, episode_id)
    assert told["held_back"] == HELD_BACK
    ((question),) = told["questions"]
    assert (question["reason"], question["suggested"]) == ("held back", "cut")
    page = service.client.get(f"{place(episode_id)}/transcript", params={"format": "json"})
    assert page.json()["ads"][0]["review"] == "held back"
    patch(service, episode_id, ads=[{"start": 20.0, "end": 30.0, "decision": "cut"}])
    assert review(service, episode_id) == {"held_back": None, "questions": []}
    page = service.client.get(f"{place(episode_id)}/transcript", params={"format": "json"})
    assert page.json()["warnings"] == []


def test_an_edge_is_moved_and_the_move_is_told(service: Service) -> None:
    episode_id = service.done()
    moved = {"start": 20.0, "end": 26.0, "decision": "cut"}
    (told,) = patch(service, episode_id, ads=[moved])["edits"]["ads"]
    assert told["replaces"] == {"start": 20.0, "end": 30.0}
    page = service.client.get(f"{place(episode_id)}/transcript", params={"format": "json"})
    (cut,) = [ad for ad in page.json()["ads"] if ad["stripped"]]
    assert (cut["start"], cut["end"], cut["sponsor"]) == (20.0, 26.0, "Acme")
    assert patch(service, episode_id, ads=[told])["edits"]["ads"] == [told]


@pytest.mark.parametrize(
    ("decision", "suggested", "evidence"),
    [("cut", "cut", "a person cut it in"), ("keep", "keep", "a person kept it in")],
)
def test_a_decision_is_told_in_other_episodes_of_the_show(
    service: Service, decision: str, suggested: str, evidence: str
) -> None:
    """Two episodes with the same 10 s at second 20: cut in the second where one keeps it."""
    one, other = sent(service, b"one", found()), sent(service, b"two", unsure())
    same_at = 20.0 if decision == "keep" else 5.0
    shelves = PrintShelves(service.held.engine)
    first = shelves.put(service.entry(one).episode, "Show", 60.0)
    second = shelves.put(service.entry(other).episode, "Show", 60.0)
    match = Match(same_at, same_at + 10.0, one, 20.0, 30.0)
    shelves.set_matches(second, "sound", {first.number: [match]})
    shelves.mark(other, [(SPOT, "words")])
    before = len(review(service, other)["questions"])
    said = {"start": 20.0, "end": 30.0, "decision": decision}
    patch(service, one, ads=[said])
    asked = review(service, other)["questions"]
    (told,) = [question for question in asked if question["reason"] == "repeats"]
    assert told["suggested"] == suggested
    assert told["stripped"] is (decision == "keep")
    assert (told["clean_start"] is None) is told["stripped"]
    assert any(why.startswith(evidence) for why in told["evidence"])
    patch(service, one, ads=None)
    assert len(review(service, other)["questions"]) == before


def test_there_is_no_review_before_there_is_a_transcript(service: Service) -> None:
    answer = service.client.get(f"{place(service.sent())}/review")
    problem(answer, "not-ready")


def test_the_example_is_one() -> None:
    Review.model_validate(_REVIEW)


def decide(service: Service, episode_id: str, decision: str = "cut", **more: Any) -> Any:  # noqa: ANN401
    span = {"start": 45.0, "end": 50.0, "decision": decision, **more}
    return service.client.post(f"{place(episode_id)}/ads:decide", json=span)


def undo(service: Service, episode_id: str, number: int | None = None) -> Any:  # noqa: ANN401
    return service.client.post(f"{place(episode_id)}/ads:undo", json={"number": number})


def decisions(service: Service, episode_id: str) -> list[tuple[float, str]]:
    return [(one.start, one.action) for one in service.entry(episode_id).edits.ads]


def test_decisions_are_added_and_begin_the_work_anew(service: Service) -> None:
    episode_id = sent(service, b"one", unsure())
    told = decide(service, episode_id, kind="selfpromo").json()
    assert told["status"] == "queued"
    assert [one["kind"] for one in told["edits"]["ads"]] == ["selfpromo"]
    assert review(service, episode_id)["questions"] == []
    service.finish(episode_id, unsure())
    told = decide(service, episode_id, "keep", start=20.0, end=30.0).json()
    assert decisions(service, episode_id) == [(45.0, "cut"), (20.0, "keep")]
    assert len(told["edits"]["ads"]) == 2


def test_what_is_sent_again_changes_nothing(service: Service) -> None:
    episode_id = sent(service, b"one", unsure())
    decide(service, episode_id)
    service.finish(episode_id, unsure())
    before = service.entry(episode_id)
    assert decide(service, episode_id).json()["status"] == "done"
    assert service.entry(episode_id).edits == before.edits
    decide(service, episode_id, "keep")
    assert decide(service, episode_id).json()["edits"]["ads"][-1]["decision"] == "cut"
    assert undo(service, episode_id, 3).status_code == 200
    assert undo(service, episode_id, 3).status_code == 200
    assert decisions(service, episode_id) == [(45.0, "cut"), (45.0, "keep")]


def test_the_last_decision_is_taken_back_first(service: Service) -> None:
    episode_id = sent(service, b"one", unsure())
    decide(service, episode_id)
    decide(service, episode_id, "keep", start=20.0, end=30.0)
    service.finish(episode_id, unsure())
    problem(undo(service, episode_id, 1), "conflict")
    assert undo(service, episode_id).json()["status"] == "queued"
    assert decisions(service, episode_id) == [(45.0, "cut")]
    undo(service, episode_id)
    problem(undo(service, episode_id), "conflict")
    assert len(review(service, episode_id)["questions"]) == 1


def test_there_are_only_so_many_decisions(service: Service) -> None:
    episode_id = service.done()
    every = [
        {"start": i / 10, "end": (i + 1) / 10, "decision": "keep"}
        for i in range(MOST_DECISIONS)
    ]
    patch(service, episode_id, ads=every)
    problem(decide(service, episode_id, "cut", start=55.0, end=56.0), "conflict")


def test_a_decision_beyond_the_end_is_refused(service: Service) -> None:
    episode_id = service.sent()
    entry = service.begin(episode_id)
    service.ledger.describe(episode_id, entry.run, Tags(), 60.0)
    assert fields(decide(service, episode_id, start=61.0, end=62.0)) == ["ads"]
