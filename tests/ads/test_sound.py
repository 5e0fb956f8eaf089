"""What the sound of sentences adds: little, only where it differs, and never by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ads.detect import detect
from ads.sentences import Sentence, split
from ads.sound import EDGE_MOST, INSIDE_MOST, Heard, hear
from ads.strip import decide
from episodes.sound import HOP_S, Sound
from episodes.types import Word

TALK = "We went down to the river again that day. "
SPOT = "Your mornings deserve better coffee than this. "


@dataclass(frozen=True)
class Part:
    """Some seconds of an episode that sound alike; `gap_db` is how deep its gaps are."""

    level_db: int = -20
    gap_db: int = 40
    band_hz: int = 8000
    text: str = TALK
    times: int = 6


PLAIN = Part()


def episode(*parts: Part) -> tuple[list[Word], Sound]:
    """Words of even length, and frames in which one in four is a gap."""
    words: list[Word] = []
    levels: list[int] = []
    floors: list[int] = []
    bands: list[int] = []
    for part in parts:
        for _ in range(part.times):
            for token in part.text.split():
                start = len(levels) * HOP_S
                words.append(Word(start, start + 0.4, f" {token}"))
                levels += 3 * [part.level_db] + [part.level_db - part.gap_db]
                floors += 3 * [part.level_db - 3] + [part.level_db - part.gap_db]
                bands += 3 * [part.band_hz] + [0]
    return words, Sound((), tuple(levels), tuple(floors), tuple(bands))


def heard(*parts: Part) -> tuple[tuple[Sentence, ...], Heard]:
    words, sound = episode(*parts)
    sentences = split(words)
    found = hear(sentences, sound)
    assert found is not None
    return sentences, found


def why(odd: Part, *, before: Part = PLAIN, after: Part = PLAIN) -> Sequence[str]:
    _, found = heard(before, before, odd, after, after)
    return list(found.why(12, 18))


def test_without_sound_nothing_is_heard() -> None:
    words, sound = episode(PLAIN)
    assert hear(split(words), None) is None
    assert hear(split(words), Sound()) is None
    assert hear((), sound) is None


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (Part(gap_db=15), "music begins and ends with it"),
        (Part(level_db=-16), "4 dB louder than the rest"),
        (Part(level_db=-25), "5 dB quieter than the rest"),
        (Part(band_hz=4000), "sounds duller than the rest"),
    ],
)
def test_what_differs_is_said_and_tells_its_edges(odd: Part, said: str) -> None:
    assert why(odd) == [said]
    sentences, found = heard(PLAIN, PLAIN, odd, PLAIN, PLAIN)
    assert set(np.flatnonzero(found.edges)) <= {10, 11, 12, 13, 17, 18, 19, 20}
    assert found.edges[12] > 0
    assert found.edges[18] > 0
    assert len(found.inside(sentences)) == len(sentences)


def test_music_over_an_edge_is_not_said_to_begin_there() -> None:
    bed = Part(gap_db=15)
    _, found = heard(PLAIN, PLAIN, PLAIN, bed, bed, PLAIN, PLAIN)
    assert list(found.why(18, 24)) == ["music begins here"]
    assert list(found.why(24, 30)) == ["music ends here"]
    assert list(found.why(20, 28)) == ["music under it, unlike most of the episode"]
    assert found.edges[24] == 0


@pytest.mark.parametrize("odd", [Part(gap_db=15), Part(level_db=-15), Part(band_hz=4000)])
def test_what_is_usual_in_an_episode_says_nothing(odd: Part) -> None:
    _, found = heard(odd, odd, odd)
    assert not found.edges.any()
    assert list(found.why(6, 12)) == []


def test_two_people_of_unlike_levels_are_no_splice() -> None:
    guest = Part(level_db=-24)
    _, found = heard(*3 * (PLAIN, guest))
    assert not found.edges.any()


def test_single_sentences_spoken_fast_are_no_music() -> None:
    fast = Part(gap_db=15, text="Yes, it was. ", times=1)
    _, found = heard(PLAIN, fast, PLAIN, fast, PLAIN)
    assert not found.music.any()


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.builds(
            Part,
            level_db=st.integers(-40, -10),
            gap_db=st.integers(0, 60),
            band_hz=st.sampled_from([0, 3500, 5000, 8000]),
            times=st.integers(1, 12),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_all_of_it_together_is_worth_less_than_a_spot_needs(parts: list[Part]) -> None:
    sentences, found = heard(*parts)
    assert found.edges.max() <= EDGE_MOST
    assert found.edges[0] == found.edges[-1] == 0
    differs = found.music | (found.level_db != 0)
    worth = zip(differs, found.inside(sentences), strict=True)
    for differ, row in groupby(worth, key=lambda one: one[0]):
        assert sum(score for _, score in row) <= INSIDE_MOST * differ + 1e-9


@pytest.mark.parametrize("odd", [{"gap_db": 12}, {"level_db": -14}, {"band_hz": 3500}, {}])
def test_talk_that_sounds_spliced_in_is_not_cut(odd: dict[str, int]) -> None:
    everything = odd or {"gap_db": 12, "level_db": -14, "band_hz": 3500}
    quote = "The company said on Tuesday that its profit fell, and shares dropped. "
    for text in (TALK, quote):
        spliced = Part(**everything, text=text)
        words, sound = episode(PLAIN, PLAIN, spliced, PLAIN, PLAIN)
        ads, _ = decide(detect(words, sound=sound), words[-1].end, {"sponsor"})
        assert not any(ad.stripped for ad in ads)


def test_a_spot_says_what_is_heard() -> None:
    spot = "This episode is brought to you by Fern Bank. Visit fernbank.com today. "
    bed = Part(gap_db=15, level_db=-16, text=spot, times=1)
    words, sound = episode(PLAIN, PLAIN, bed, PLAIN, PLAIN)
    (ad,) = (ad for ad in detect(words, sound=sound) if ad.kind == "sponsor")
    assert "music begins and ends with it" in ad.evidence
    assert "4 dB louder than the rest" in ad.evidence
    assert any(reason.startswith("reads like an advert (") for reason in ad.evidence)
