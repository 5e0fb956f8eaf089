"""Search over everything that was said: what is found, where, and under which name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from episodes.types import Speaker
from speakers.utterances import group
from tests.api.conftest import DOUBT, SPOT, Service, found
from tests.fakes import words_of


def hits(service: Service, q: str, **more: str | int) -> list[dict[str, Any]]:
    answer = service.client.get("/v1/search", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    told: list[dict[str, Any]] = answer.json()["hits"]
    return told


def marked(hit: dict[str, Any]) -> list[str]:
    return [hit["snippet"][start:end] for start, end in hit["marks"]]


def say(service: Service, content: bytes, text: str) -> str:
    """The id of an episode in which one voice says this."""
    episode_id = service.sent(content)
    words = tuple(replace(word, speaker="Speaker 1") for word in words_of(text, 0.0))
    service.finish(episode_id, replace(found(), utterances=group(words, ()), ads=()))
    return episode_id


def test_a_hit_tells_where_and_by_whom(service: Service) -> None:
    episode_id = service.done(title="The Keeper", show="Lights")
    (hit,) = hits(service, "harbour")
    assert hit["episode_id"] == episode_id
    assert (hit["title"], hit["show"]) == ("The Keeper", "Lights")
    assert (hit["speaker"], hit["name"]) == ("Speaker 2", None)
    assert (hit["start"], hit["end"]) == (31.0, 34.54)
    assert "by the harbour" in hit["snippet"]
    assert marked(hit) == ["harbour"]


def test_the_link_leads_to_the_paragraph(service: Service) -> None:
    episode_id = service.sent()
    words = words_of("Nothing. And then", 0.0) + words_of("the lighthouse.", 12.345)
    words = tuple(replace(word, speaker=f"Speaker {1 + (word.start > 12)}") for word in words)
    service.finish(episode_id, replace(found(), utterances=group(words, ()), ads=()))
    (hit,) = hits(service, "lighthouse")
    address, _, anchor = hit["link"].partition("#")
    page = service.client.get(address)
    assert page.headers["content-type"].startswith("text/html")
    assert f'id="{anchor}"' in page.text


@pytest.mark.parametrize(
    ("q", "found_words"),
    [
        ("lighthouse", ["lighthouse"]),
        ("LIGHTHOUSE", ["lighthouse"]),
        ("lighthouse keeper", ["lighthouse", "keeper"]),
        ("keeper lighthouse", ["lighthouse", "keeper"]),
        ('"the lighthouse"', ["the lighthouse"]),
        ('"old anchor"', ["Old Anchor"]),
        ("cafe", ["café"]),
        ("CAFÉ", ["café"]),
        ("cafe\u0301", ["café"]),
        ("lighthouse.", ["lighthouse"]),
        ("(lighthouse)", ["lighthouse"]),
        ("light-house", None),
        ("light", None),
        ("lighthouse harbour", None),
        ('"lighthouse the"', None),
        ("nowhere", None),
    ],
)
def test_words_and_phrases(finished: Service, q: str, found_words: list[str] | None) -> None:
    told = hits(finished, q)
    if found_words is None:
        assert told == []
        return
    assert len(told) == 1
    assert marked(told[0]) == found_words


@pytest.mark.parametrize(
    "q",
    [
        "NOT",
        "OR",
        "NEAR",
        "NOT lighthouse",
        "lighthouse NOT nowhere",
        "lighthouse OR nowhere",
        "NEAR(lighthouse keeper)",
        "light*",
        "col:x",
        "text:lighthouse",
        "{text}:lighthouse",
        "- lighthouse -nowhere",
        "^lighthouse",
        "lighthouse + keeper + nothing",
    ],
)
def test_operators_are_words(finished: Service, q: str) -> None:
    """So here they find nothing: none of them was said."""
    assert hits(finished, q) == ([] if q != "^lighthouse" else hits(finished, "lighthouse"))


def test_an_operator_that_was_said_is_found(service: Service) -> None:
    say(service, b"1", "It is NOT near, and or so they said.")
    for q in ("NOT", "not near", "or", "AND", '"not near"'):
        assert len(hits(service, q)) == 1


@pytest.mark.parametrize(
    "q",
    [
        "",
        " ",
        '"',
        '""',
        '" "',
        "'",
        "*",
        "-",
        "_",
        "%",
        "\x00",
        "\U0001f399",
        "🎙️",
        "()",
        "\u202e",
        "\ud7ff",
        "²",
        "\u0301",
        "\x02\x03",
    ],
)
def test_what_is_no_word_finds_nothing(finished: Service, q: str) -> None:
    assert hits(finished, q) == []


@pytest.mark.parametrize(
    "q",
    [
        'lighthouse"',
        '"lighthouse',
        '"the lighthouse',
        'the"lighthouse',
        '""lighthouse""',
        "lighthouse\x00",
        "lighthouse \U0001f399",
        "lighthouse _",
        'lighthouse "_"',
        "'lighthouse'",
        "lighthouse;",
        "lighthouse " * 45,
    ],
)
def test_signs_beside_a_word_mean_nothing(finished: Service, q: str) -> None:
    (hit,) = hits(finished, q)
    assert "lighthouse" in hit["snippet"]


def test_marks_fall_on_the_words(service: Service) -> None:
    say(service, b"1", "Ein \U0001f399 Übermut, Übermut tut — naïve! — so und so und so gut.")
    assert marked(hits(service, "übermut naive")[0]) == ["Übermut", "Übermut", "naïve"]
    assert marked(hits(service, '"so und so"')[0]) == ["so und so und so"]


def test_of_much_that_was_said_a_part_is_shown(service: Service) -> None:
    say(service, b"1", "and so it goes " * 15 + "lamp " + "and so on it goes " * 3)
    (hit,) = hits(service, "lamp")
    assert marked(hit) == ["lamp"]
    assert hit["snippet"].startswith("…")
    assert len(hit["snippet"]) <= 162  # a few words, and what stands for the rest


def test_a_name_shows_in_the_hits(service: Service) -> None:
    episode_id = service.done()
    service.client.patch(f"/v1/episodes/{episode_id}", json={"speakers": {"Speaker 2": "Bob"}})
    (hit,) = hits(service, "harbour")
    assert (hit["speaker"], hit["name"]) == ("Speaker 2", "Bob")
    service.client.patch(f"/v1/episodes/{episode_id}", json={"title": "New"})
    assert hits(service, "harbour")[0]["title"] == "New"


def test_ads_that_are_cut_are_not_found(service: Service) -> None:
    """As the last finished run has it."""
    episode_id = service.done()
    assert hits(service, "mattresses") == []
    assert len(hits(service, "stars")) == 1
    ads = [
        {"start": SPOT.start, "end": SPOT.end, "decision": "keep"},
        {"start": DOUBT.start, "end": DOUBT.end, "decision": "cut"},
    ]
    service.client.patch(f"/v1/episodes/{episode_id}", json={"ads": ads})
    service.finish(episode_id)
    assert len(hits(service, "mattresses")) == 1
    assert hits(service, "stars") == []


def test_what_is_not_finished_is_not_found(service: Service) -> None:
    service.begin(service.sent())
    assert hits(service, "lighthouse") == []


def test_one_episode_may_be_searched_alone(service: Service) -> None:
    one, two = service.done(b"1"), service.done(b"2")
    assert {hit["episode_id"] for hit in hits(service, "lighthouse")} == {one, two}
    assert {hit["episode_id"] for hit in hits(service, "lighthouse", episode=one)} == {one}
    assert hits(service, "lighthouse", episode="nobody") == []


def test_the_best_hits_come_first_and_page_by_page(service: Service) -> None:
    for number in range(5):
        say(service, bytes([number]), "lamp " * (number + 1) + "and " * 40)
    every = hits(service, "lamp")
    assert [len(hit["marks"]) for hit in every] == sorted(
        (len(hit["marks"]) for hit in every), reverse=True
    )
    paged, offset = [], 0
    while offset is not None:
        query: dict[str, str | int] = {"q": "lamp", "limit": 2, "offset": offset}
        page = service.client.get("/v1/search", params=query).json()
        assert len(page["hits"]) <= 2
        paged += page["hits"]
        offset = page["next"]
    assert paged == every
    assert hits(service, "lamp", offset=10_000) == []


def test_nothing_is_found_in_nothing(client: TestClient) -> None:
    answer = client.get("/v1/search", params={"q": "lighthouse"})
    assert answer.json() == {"hits": [], "next": None}


def test_a_name_found_in_what_is_said_shows_until_a_person_gives_another(
    service: Service,
) -> None:
    episode_id = service.sent()
    heard = Speaker("Speaker 2", "Bob", "I'm Bob.", name_confidence=0.97)
    service.finish(episode_id, replace(found(), speakers=(Speaker("Speaker 1"), heard)))
    assert hits(service, "harbour")[0]["name"] == "Bob"
    service.client.patch(f"/v1/episodes/{episode_id}", json={"speakers": {"Speaker 2": "Rob"}})
    assert hits(service, "harbour")[0]["name"] == "Rob"
