"""What a person decides in one episode is done in the others: the API and a real worker.

The networks are fakes that hear no advert; all else is as it is in service: mp3 files go in
over HTTP, prints tell what they have in common, and the audio without its ads comes out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from audio.decode import decode
from audio.fingerprint import Prints, prints
from tests.api.conftest import Service, serving
from tests.api.test_changes import patch, place
from tests.api.test_review import review
from tests.audio.test_fingerprint import as_mp3, audio_of, common, sound
from tests.pipeline.conftest import Workshop, kill

NEAR_S = 0.3
"""How far an edge that was carried over may be from where it should be."""


@dataclass
class Show:
    """Episodes that all have the same 12 s somewhere, and `own_s` seconds of their own."""

    service: Service
    workshop: Workshop
    folder: Path
    own_s: float
    name: str

    @property
    def shared(self) -> NDArray[np.float32]:
        """What they all have."""
        return sound(sum(self.name.encode()), 12.0)

    def send(self, at: float, bit_rate: int = 64_000) -> str:
        """An episode that has the shared 12 s at this second; its id, once it is done."""
        seed = round(at + self.own_s) * 10
        parts = [sound(seed, at), self.shared, sound(seed + 1, self.own_s - at)]
        path = self.folder / f"{self.name} {at}.mp3"
        as_mp3(np.concatenate(parts).astype(np.float32), path, bit_rate)
        sent = self.service.sent(path.read_bytes(), path.name, show=self.name)
        self.wait(sent)
        return sent

    def wait(self, episode_id: str) -> None:
        self.workshop.until_status(self.service.entry(episode_id), "done")

    def again(self, episode_id: str, **options: str) -> None:
        """Process an episode once more."""
        address = f"{place(episode_id)}:reprocess"
        assert self.service.client.post(address, json=options).status_code == 202
        self.wait(episode_id)

    def decide(self, episode_id: str, *decisions: dict[str, Any]) -> None:
        """Let a person decide, in place of what was decided; its audio is cut anew."""
        patch(self.service, episode_id, ads=list(decisions) or None)
        self.wait(episode_id)

    def asked(self, episode_id: str) -> list[tuple[str, str | None]]:
        """Why something of the episode waits for a person, and what is suggested."""
        questions = review(self.service, episode_id)["questions"]
        return [(one["reason"], one["suggested"]) for one in questions]

    def cuts(self, episode_id: str) -> list[tuple[float, float]]:
        """What is cut, seconds."""
        page = self.service.client.get(
            f"{place(episode_id)}/transcript", params={"format": "json"}
        )
        return [(ad["start"], ad["end"]) for ad in page.json()["ads"] if ad["stripped"]]

    def clean(self, episode_id: str) -> tuple[float, Prints]:
        """The length of the audio without ads, and what it sounds like."""
        path = self.folder / "clean.mp3"
        answer = self.service.client.get(
            f"{place(episode_id)}/audio", params={"clock": "clean"}
        )
        assert answer.status_code == 200, answer.text
        path.write_bytes(answer.content)
        audio = decode(path, path.with_suffix(".pcm"))
        return audio.duration_s, prints(audio)

    def heard(self, found: Prints) -> list[float]:
        """How many seconds of what they share are in that, stretch by stretch."""
        shared = prints(audio_of(self.shared, self.folder / "shared.pcm"))
        return [one.seconds[1] - one.seconds[0] for one in common(shared, found)]


@pytest.fixture(scope="module")
def manned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Workshop]]:
    """A service and its worker, one for all tests: each has a show of its own."""
    with serving(tmp_path_factory.mktemp("manned"), model="tiny.en", threads=1) as service:
        workshop = Workshop(service.held)
        workshop.start()
        yield service, workshop
        for worker in workshop.workers:
            kill(worker)


def test_an_ad_that_was_left_in_is_cut_in_other_episodes_once_a_person_cut_it(
    manned: tuple[Service, Workshop], tmp_path: Path
) -> None:
    show = Show(*manned, tmp_path, 40.0, "Cut")
    one, two = show.send(10.0), show.send(24.0, bit_rate=32_000)
    assert (show.cuts(one), show.cuts(two)) == ([], [])
    # One second of what they share is programme: a person says where the ad begins.
    decision = {"start": 11.0, "end": 22.0, "decision": "cut", "sponsor": "Larkspur"}
    show.decide(one, decision)
    assert show.asked(two) == [("repeats", "cut")]
    assert show.cuts(two) == []  # nothing is changed unasked
    show.again(two)
    assert show.asked(two) == []
    assert show.cuts(two) == [pytest.approx((25.0, 36.0), abs=NEAR_S)]
    length_s, clean = show.clean(two)
    assert length_s == pytest.approx(41.0, abs=2 * NEAR_S)
    assert all(seconds < 2.0 for seconds in show.heard(clean))
    three = show.send(5.0)  # what comes later is cut at once
    assert show.cuts(three) == [pytest.approx((6.0, 17.0), abs=NEAR_S)]
    show.again(one, strip="sponsor,selfpromo")
    assert show.cuts(one) == [(11.0, 22.0)]
    assert show.clean(one)[0] == pytest.approx(41.0, abs=0.01)
    (kept,) = show.service.entry(one).edits.ads
    assert (kept.start, kept.end, kept.sponsor) == (11.0, 22.0, "Larkspur")


def test_programme_that_was_cut_is_kept_in_other_episodes_once_a_person_kept_it(
    manned: tuple[Service, Workshop], tmp_path: Path
) -> None:
    show = Show(*manned, tmp_path, 75.0, "Kept")
    one, two, three = (show.send(at) for at in (20.0, 60.0, 5.0))
    assert show.cuts(three) == [pytest.approx((5.0, 17.0), abs=NEAR_S)]  # two others have it
    assert show.asked(one) == [("repeats", "cut")]
    show.again(one)
    assert show.cuts(one) == [pytest.approx((20.0, 32.0), abs=NEAR_S)]
    show.decide(three, {"start": 5.0, "end": 17.0, "decision": "keep"})
    assert show.cuts(three) == []
    assert (show.asked(one), show.asked(two)) == ([("repeats", "keep")], [])
    show.again(one)
    assert (show.cuts(one), show.asked(one)) == ([], [])
    four = show.send(40.0)
    assert (show.cuts(four), show.asked(four)) == ([], [])
