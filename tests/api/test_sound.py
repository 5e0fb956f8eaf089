"""How loud an episode is, asked over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from episodes.sound import Sound
from episodes.spans import Span
from pipeline.stage_results import SOUNDS, VERSIONS
from storage.results import StageResults
from tests.api.conftest import Service, fields, problem
from tests.api.test_changes import place

SOUND = Sound(
    (Span(0.4, 0.7), Span(2.0, 2.5)), tuple(range(-60, 0)), tuple(range(-70, -10)), (0,) * 60
)


def ask(service: Service, episode_id: str, start: float, end: float) -> Any:  # noqa: ANN401
    return service.client.get(f"{place(episode_id)}/sound", params={"start": start, "end": end})


@pytest.fixture
def heard(service: Service) -> str:
    episode_id = service.done()
    results = StageResults(service.held.blobs, episode_id)
    results.get("sound", (VERSIONS["sound"],), SOUNDS, lambda: SOUND)
    return episode_id


def test_a_stretch_is_told_with_its_levels_and_silences(service: Service, heard: str) -> None:
    told = ask(service, heard, 0.5, 1.0).json()
    assert (told["start"], told["hop_s"]) == (0.5, 0.1)
    assert told["level_db"] == [-55, -54, -53, -52, -51]
    assert told["floor_db"] == [-65, -64, -63, -62, -61]
    assert told["silences"] == [{"start": 0.4, "end": 0.7}]


def test_beyond_the_end_there_is_nothing(service: Service, heard: str) -> None:
    told = ask(service, heard, 5.95, 90.0).json()
    assert (told["start"], told["level_db"], told["silences"]) == (5.9, [-1], [])
    assert ask(service, heard, 1e6 - 1, 1e6).json()["level_db"] == []


@pytest.mark.parametrize(("start", "end"), [(2.0, 2.0), (2.0, 1.0), (0.0, 600.1)])
def test_a_stretch_has_a_length_of_at_most_ten_minutes(
    service: Service, heard: str, start: float, end: float
) -> None:
    assert fields(ask(service, heard, start, end)) == ["end"]


def test_where_nothing_was_heard_it_is_said(service: Service) -> None:
    problem(ask(service, service.sent(), 0.0, 1.0), "not-ready")
    problem(ask(service, service.done(b"two"), 0.0, 1.0), "gone")
