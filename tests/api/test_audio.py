"""The sound itself: whole and in parts, with and without the ads, and when it is gone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from httpx2 import Response

from audio.kinds import kind_by_suffix
from pipeline.plan import AUDIO_SUFFIXES
from tests.api.conftest import DOUBT, SPOT, Service, fields, found, problem, serving

AUDIO = bytes(range(256)) * 8
LAST = len(AUDIO) - 1
ID = hashlib.sha256(AUDIO).hexdigest()


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that holds AUDIO: one for all tests that only listen."""
    with serving(tmp_path_factory.mktemp("audio")) as service:
        service.sent(AUDIO)
        yield service


def ask(service: Service, episode_id: str, clock: str = "original", **headers: str) -> Response:
    place = f"/v1/episodes/{episode_id}/audio"
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return service.client.get(place, params={"clock": clock}, headers=named)


def test_the_original_is_what_was_sent(service: Service) -> None:
    answer = ask(service, service.sent(AUDIO, "The Keeper.mp3"))
    assert (answer.status_code, answer.content) == (200, AUDIO)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-length"] == str(len(AUDIO))
    assert answer.headers["content-disposition"].startswith("inline; ")
    assert "The%20Keeper.mp3" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("range_", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=0-0", 0, 0),
        ("bytes=100-", 100, LAST),
        ("bytes=-100", LAST - 99, LAST),
        ("bytes=-999999", 0, LAST),
        ("bytes=1000-999999", 1000, LAST),
        (f"bytes={LAST}-{LAST}", LAST, LAST),
        ("BYTES=5-6", 5, 6),
        ("bytes= 5-6 ", 5, 6),
    ],
)
def test_a_part_is_sent_alone(still: Service, range_: str, first: int, last: int) -> None:
    answer = ask(still, ID, range=range_)
    assert answer.status_code == 206
    assert answer.content == AUDIO[first : last + 1]
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(AUDIO)}"
    assert answer.headers["content-length"] == str(last + 1 - first)


def test_who_wants_several_parts_gets_everything(still: Service) -> None:
    answer = ask(still, ID, range="bytes=0-3,250-260")
    assert (answer.status_code, answer.content) == (200, AUDIO)


@pytest.mark.parametrize("range_", [f"bytes={len(AUDIO)}-", "bytes=9999-10000", "bytes=-0"])
def test_there_is_nothing_behind_the_end(still: Service, range_: str) -> None:
    answer = ask(still, ID, range=range_)
    problem(answer, "no-such-part")
    assert answer.headers["content-range"] == f"bytes */{len(AUDIO)}"


@pytest.mark.parametrize(
    "range_",
    [
        "",
        "nonsense",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=9-5",
        "seconds=0-5",
        "=,",
    ],
)
def test_a_range_that_cannot_be_read_is_none(still: Service, range_: str) -> None:
    answer = ask(still, ID, range=range_)
    assert (answer.status_code, answer.content) == (200, AUDIO)


def test_a_part_of_something_else_is_not_asked_for(still: Service) -> None:
    tag = ask(still, ID).headers["etag"]
    part = ask(still, ID, range="bytes=0-9", if_range=tag)
    assert (part.status_code, part.content) == (206, AUDIO[:10])
    whole = ask(still, ID, range="bytes=0-9", if_range='"other"')
    assert (whole.status_code, whole.content) == (200, AUDIO)


def test_head_tells_all_but_the_sound(still: Service) -> None:
    place = f"/v1/episodes/{ID}/audio"
    answer = still.client.head(place)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(AUDIO))
    answer = still.client.head(place, headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (206, b"")
    assert answer.headers["content-length"] == "10"
    answer = still.client.head(place, headers={"Range": "bytes=9999-"})
    assert answer.status_code == 416


def test_what_is_there_already_is_not_sent_again(service: Service) -> None:
    episode_id = service.done(AUDIO)
    tag = ask(service, episode_id).headers["etag"]
    again = ask(service, episode_id, if_none_match=f'"other", W/{tag}')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert ask(service, episode_id, "clean", if_none_match=tag).status_code == 200


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("one.mp3", "audio/mpeg"),
        ("one.MP3", "audio/mpeg"),
        ("one.m4a", "audio/mp4"),
        ("one.opus", "audio/ogg"),
        ("one.flac", "audio/flac"),
        ("one.webm", "video/webm"),
        ("one", "application/octet-stream"),
        ("one.html", "application/octet-stream"),
        ("one.svg", "application/octet-stream"),
        ("one.mp3.html", "application/octet-stream"),
        ("one.xhtml", "application/octet-stream"),
        ("one.js", "application/octet-stream"),
    ],
)
def test_audio_is_never_a_page(still: Service, name: str, kind: str) -> None:
    answer = ask(still, still.sent(name.encode(), name))
    assert answer.headers["content-type"] == kind


def test_all_that_counts_as_audio_has_a_type() -> None:
    for suffix in AUDIO_SUFFIXES:
        assert kind_by_suffix(f"a{suffix}").media_type.startswith(("audio/", "video/")), suffix


def test_the_clean_audio_is_what_was_cut(service: Service) -> None:
    episode_id = service.sent(AUDIO, "The Keeper.mp4")
    problem(ask(service, episode_id, "clean"), "not-ready")
    service.finish(episode_id, cut=b"shorter")
    answer = ask(service, episode_id, "clean")
    assert (answer.status_code, answer.content) == (200, b"shorter")
    assert answer.headers["content-type"] == "audio/mpeg", "as it is, not as the original was"
    assert "The%20Keeper.clean.mp3" in answer.headers["content-disposition"]
    assert ask(service, episode_id).content == AUDIO
    part = ask(service, episode_id, "clean", range="bytes=1-2")
    assert (part.status_code, part.content) == (206, b"ho")


def test_where_nothing_is_cut_the_original_is_clean(service: Service) -> None:
    episode_id = service.sent(AUDIO)
    keep = [{"start": SPOT.start, "end": SPOT.end, "decision": "keep"}]
    service.client.patch(f"/v1/episodes/{episode_id}", json={"ads": keep})
    service.finish(episode_id)
    assert ask(service, episode_id, "clean").content == AUDIO


def test_after_a_decision_the_old_cut_is_never_served(service: Service) -> None:
    episode_id = service.sent(AUDIO)
    service.finish(episode_id, cut=b"first")
    cut = [{"start": DOUBT.start, "end": DOUBT.end, "decision": "cut"}]
    service.client.patch(f"/v1/episodes/{episode_id}", json={"ads": cut})
    answer = ask(service, episode_id, "clean")
    problem(answer, "not-ready")
    assert int(answer.headers["retry-after"]) > 0
    service.client.post(f"/v1/episodes/{episode_id}:cancel")
    answer = ask(service, episode_id, "clean")
    assert "cancelled" in problem(answer, "not-ready")["detail"]
    assert "retry-after" not in answer.headers
    service.client.post(f"/v1/episodes/{episode_id}:retry")
    service.finish(episode_id, cut=b"second")
    assert ask(service, episode_id, "clean").content == b"second"


def test_audio_that_could_not_be_cut_is_not_there(service: Service) -> None:
    episode_id = service.sent(AUDIO)
    service.finish(episode_id, cut=b"")
    assert "warnings" in problem(ask(service, episode_id, "clean"), "gone")["detail"]
    assert ask(service, episode_id).content == AUDIO


def test_what_was_dropped_is_gone_but_for_the_cut(service: Service) -> None:
    episode_id = service.done(AUDIO)
    service.ledger.drop_audio(2e10)
    problem(ask(service, episode_id), "gone")
    assert ask(service, episode_id, "clean").content == b"cut"
    assert service.client.get(f"/v1/episodes/{episode_id}/transcript").status_code == 200


def test_a_file_that_was_lost_is_gone(service: Service) -> None:
    episode_id = service.sent(AUDIO)
    audio = service.entry(episode_id).audio
    assert audio is not None
    service.held.blobs.delete(audio)
    problem(ask(service, episode_id), "gone")


def test_there_are_two_clocks(still: Service) -> None:
    assert fields(ask(still, ID, "wall")) == ["clock"]


def test_other_cuts_are_another_file(service: Service) -> None:
    """Of an episode done again whose ads are found elsewhere."""
    episode_id = service.sent(AUDIO)
    service.finish(episode_id, cut=b"first")
    service.client.post(f"/v1/episodes/{episode_id}:reprocess")
    assert ask(service, episode_id, "clean").content == b"first"
    service.finish(episode_id, replace(found(), ads=(replace(SPOT, end=29.0),)), cut=b"second")
    assert ask(service, episode_id, "clean").content == b"second"
