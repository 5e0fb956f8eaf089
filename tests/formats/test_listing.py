"""An episode as feeds list it: on the clean clock, dated, with what is known of its people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.types import AdSpan, Chapter, Episode, Speaker, Transcript
from formats.listing import Enclosure, Listing, Show, TranscriptLink, listing, published

Talk = Callable[..., Transcript]
BASE = "https://pods.example.org/e"
AD = AdSpan(60, 105, "sponsor", 0.9, "Acme", stripped=True)


def test_times_are_those_of_the_audio_without_its_ads(episode: Episode, talk: Talk) -> None:
    chapters = (Chapter(62, 100, "Ad"), Chapter(100, 1200, "Talk"))
    known = replace(episode, chapters=chapters)
    links = {"chapters": f"{BASE}/c", "vtt": f"{BASE}/t"}
    listed = listing(talk((None, 0, 9, "Hello"), ads=(AD,)), known, links)
    assert listed.duration_s == 1200 - 45
    assert listed.chapters == f"{BASE}/c"
    only_ad = replace(episode, chapters=chapters[:1])
    assert listing(talk(ads=(AD,)), only_ad, links).chapters is None


def test_the_forms_apps_read_are_linked_best_first(episode: Episode, talk: Talk) -> None:
    forms = ("json", "txt", "html", "podcast.json", "srt", "vtt", "self")
    links = {form: f"{BASE}/{form}" for form in forms}
    assert listing(talk(), episode, links).transcripts == (
        TranscriptLink(f"{BASE}/vtt", "text/vtt", captions=True),
        TranscriptLink(f"{BASE}/srt", "application/x-subrip", captions=True),
        TranscriptLink(f"{BASE}/podcast.json", "application/json", captions=True),
        TranscriptLink(f"{BASE}/html", "text/html"),
        TranscriptLink(f"{BASE}/txt", "text/plain"),
    )


def test_people_are_those_vouched_for_and_heard(episode: Episode, talk: Talk) -> None:
    said = talk(
        ("Speaker 2", 0, 9, "Hello"),
        ("Speaker 1", 10, 20, "Hi"),
        ("Speaker 3", 20, 30, "Hm"),
        ("Speaker 4", 70, 80, "Buy"),
        (None, 110, 120, "Who"),
        ads=(AD,),
    )
    speakers = (
        Speaker("Speaker 1", "Ana\nBerg", "named by a person"),
        Speaker("Speaker 2", "B" * 200, "says so at 0:12"),
        Speaker("Speaker 3", "Guessed"),
        Speaker("Speaker 4", "Seller", "named by a person"),
    )
    listed = listing(replace(said, speakers=speakers), episode, {})
    assert listed.people == ("B" * 128, "Ana Berg")


def test_an_episode_that_says_nothing_of_itself_is_listed(talk: Talk) -> None:
    came = datetime(2026, 1, 2, tzinfo=UTC)
    listed = listing(talk(), Episode("ab" * 32, "/shows/.mp3", came), {})
    assert (listed.title, listed.description, listed.published) == (".mp3", "", came)
    assert listing(talk(), Episode("ab" * 32, "\x00", came), {}).title == "ab" * 32


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2025", datetime(2025, 1, 1, tzinfo=UTC)),
        ("2025-12", datetime(2025, 12, 1, tzinfo=UTC)),
        (" 2025-12-11 ", datetime(2025, 12, 11, tzinfo=UTC)),
        ("20251211", datetime(2025, 12, 11, tzinfo=UTC)),
        ("2025-12-11T08:00:00Z", datetime(2025, 12, 11, 8, tzinfo=UTC)),
        ("2025-12-11 08:00:00+02:00", datetime(2025, 12, 11, 6, tzinfo=UTC)),
        ("0001-01-01T00:00:00+09:00", None),
        ("last week", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_as_tags_have_them(
    episode: Episode, told: str | None, moment: datetime | None
) -> None:
    expected = moment or episode.created_at
    assert published(replace(episode, published=told)) == expected


@given(told=st.text(max_size=30))
def test_any_date_gives_a_moment(episode: Episode, told: str) -> None:
    assert published(replace(episode, published=told)).tzinfo is not None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/v1/episodes",
        "//host/x",
        "ftp://host/x",
        "https://host/a b",
        "http://hóst/",
        "https://",
    ],
)
def test_addresses_are_absolute(address: str, episode: Episode, talk: Talk) -> None:
    with pytest.raises(ValueError, match="absolute"):
        Enclosure(address, "audio/mpeg", 1)
    with pytest.raises(ValueError, match="absolute"):
        Show("Show", f"{BASE}.xml", address, "en")
    with pytest.raises(ValueError, match="absolute"):
        listing(talk(), episode, {"vtt": address})


def test_an_enclosure_has_bytes_and_a_date_its_zone() -> None:
    with pytest.raises(ValueError, match="bytes"):
        Enclosure(BASE, "audio/mpeg", 0)
    with pytest.raises(ValueError, match="zone"):
        Listing("g", "T", datetime(2026, 1, 1), 1, "en")
    there = timezone(timedelta(hours=2))
    assert Listing("g", "T", datetime(2026, 1, 1, tzinfo=there), 1, "en")
