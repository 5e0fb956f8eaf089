"""Text corrected over HTTP: every form and the search show it, and what comes twice is once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from episodes.types import in_time
from formats import FORMATS
from tests.api.conftest import ID, Service, fields, found, problem, serving

WORDS = in_time(found().utterances)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("corrected")) as service:
        service.done()
        yield service


@pytest.fixture
def service(lasting: Service) -> Service:
    """With the finished episode ID, of which nothing is corrected: one for all tests."""
    while corrections(lasting):
        does(lasting, "undo")
    return lasting


def corrections(service: Service) -> int:
    return len(service.client.get(f"/v1/episodes/{ID}/text").json()["corrections"])


def worded(was: str, text: str) -> dict[str, Any]:
    """The correction of words that stand in a row."""
    count = len(was.split())
    for i in range(len(WORDS)):
        run = WORDS[i : i + count]
        if "".join(word.text for word in run).strip() == was:
            return {"start": run[0].start, "end": run[-1].end, "text": text, "was": was}
    raise AssertionError(f"nobody says {was}")


def post(service: Service, verb: str, body: object = None) -> Any:  # noqa: ANN401
    return service.client.post(f"/v1/episodes/{ID}/text:{verb}", json=body)


def does(service: Service, verb: str, body: object = None) -> Any:  # noqa: ANN401
    answer = post(service, verb, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def paragraphs(service: Service) -> list[str]:
    answer = service.client.get(f"/v1/episodes/{ID}/transcript?ads=keep")
    return [one["text"] for one in answer.json()["utterances"]]


def hits(service: Service, word: str) -> int:
    return len(service.client.get("/v1/search", params={"q": word}).json()["hits"])


LAMP = worded("his lamp", "his lantern")


def test_every_form_and_the_search_have_the_corrected_words(service: Service) -> None:
    queued = service.queued()
    assert (hits(service, "lamp"), hits(service, "lantern")) == (1, 0)
    assert does(service, "correct", LAMP) == {"number": 1, "last": LAMP}
    for form in set(FORMATS) - {"rttm"}:
        text = service.client.get(f"/v1/episodes/{ID}/transcript?format={form}").text
        assert "lantern" in text, form
        assert "lamp " not in text, form
    assert (hits(service, "lamp"), hits(service, "lantern")) == (0, 1)
    assert service.queued() == queued, "nothing is done again for it"


def test_paragraphs_part_and_join_and_all_is_taken_back_step_by_step(service: Service) -> None:
    before = paragraphs(service)
    (place,) = [word.start for word in WORDS if word.text == " A"]
    does(service, "part", {"at": place})
    parted = paragraphs(service)
    assert parted[:2] == [
        "Welcome to the lighthouse.",
        "A keeper and his lamp are our story today.",
    ]
    does(service, "join", {"at": place})
    assert paragraphs(service) == before
    does(service, "correct", LAMP)
    listed = service.client.get(f"/v1/episodes/{ID}/text").json()["corrections"]
    assert listed == [{"at": place, "parted": True}, {"at": place, "parted": False}, LAMP]
    assert service.client.get(f"/v1/episodes/{ID}").json()["edits"]["corrections"] == 3
    assert does(service, "undo") == {"number": 2, "last": {"at": place, "parted": False}}
    assert does(service, "undo") == {"number": 1, "last": {"at": place, "parted": True}}
    assert paragraphs(service) == parted
    assert does(service, "undo") == {"number": 0, "last": None}
    assert paragraphs(service) == before
    problem(post(service, "undo"), "conflict")


def test_what_is_sent_again_changes_nothing(service: Service) -> None:
    (place,) = [word.start for word in WORDS if word.text == " A"]
    for number, (verb, body) in enumerate(
        [("correct", LAMP), ("part", {"at": place}), ("join", {"at": place})], start=1
    ):
        for _ in range(2):
            assert does(service, verb, body)["number"] == number
    assert does(service, "correct", LAMP)["number"] == 3
    for _ in range(2):
        assert does(service, "undo", {"number": 3})["number"] == 2
    problem(post(service, "undo", {"number": 1}), "conflict")


def test_there_and_back_and_there_again_are_three_corrections(service: Service) -> None:
    back = {**LAMP, "text": LAMP["was"], "was": LAMP["text"]}
    assert [does(service, "correct", one)["number"] for one in (LAMP, back, LAMP)] == [1, 2, 3]
    assert "lantern" in paragraphs(service)[0]
    assert does(service, "correct", {**LAMP, "was": LAMP["text"]})["number"] == 3


def test_nothing_said_is_nothing_shown(service: Service) -> None:
    silent = worded("Acme mattresses are soft.", "")
    assert [does(service, "correct", silent)["number"] for _ in range(2)] == [1, 1]
    assert paragraphs(service)[1] == "Take ten off with the code SLEEP."


def test_corrections_survive_processing_again(service: Service) -> None:
    does(service, "correct", LAMP)
    assert service.held.library.restart(ID)
    service.finish(ID, found(swapped=True))
    assert "his lantern are our story" in paragraphs(service)[0]
    assert hits(service, "lantern") == 1


def test_what_reads_otherwise_by_now_is_not_overwritten(service: Service) -> None:
    does(service, "correct", LAMP)
    stale = problem(post(service, "correct", {**LAMP, "text": "his torch"}), "conflict")
    assert stale["detail"] == "The text reads otherwise by now: look at it again."
    assert "lantern" in paragraphs(service)[0]


def test_the_same_word_elsewhere_is_not_taken_for_it(service: Service) -> None:
    the = {**worded("the lighthouse.", "that"), "was": "the"}
    the["end"] = the["start"] + 0.1
    assert does(service, "correct", the)["number"] == 1
    problem(post(service, "correct", {**the, "text": "this"}), "conflict")


def test_only_paragraphs_of_one_voice_join(service: Service) -> None:
    place = next(word.start for word in WORDS if word.text == " The")
    problem(post(service, "join", {"at": place}), "conflict")
    problem(post(service, "join", {"at": 0}), "conflict")


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("correct", {**LAMP, "end": LAMP["start"]}, "body"),
        ("correct", {**LAMP, "was": " "}, "was"),
        ("correct", {**LAMP, "text": "a" * 10_001}, "text"),
        ("part", {"at": 59.0}, "at"),
        ("join", {"at": 59.0}, "at"),
        ("part", {"at": "1"}, "at"),
        ("undo", {"number": 0}, "number"),
    ],
)
def test_bad_input_is_told(
    service: Service, verb: str, body: dict[str, Any], field: str
) -> None:
    assert fields(post(service, verb, body)) == [field]


def test_text_is_one_line_whatever_is_sent(service: Service) -> None:
    does(service, "correct", {**LAMP, "text": " his\n\x00 lantern\t"})
    assert "his lantern are" in paragraphs(service)[0]


def test_there_must_be_a_transcript(service: Service) -> None:
    waiting = service.sent(b"other audio", "two.mp3")
    answer = service.client.post(f"/v1/episodes/{waiting}/text:correct", json=LAMP)
    problem(answer, "not-ready")
    gone = service.client.post(f"/v1/episodes/{'0' * 64}/text:undo")
    problem(gone, "not-found")
