import numpy as np
from numpy.typing import NDArray

from ads import mentions, voices
from ads.cues import Role, find
from ads.evidence import by_rules
from ads.rules import KINDS
from ads.segments import Scores
from ads.sentences import Sentence, split
from episodes.types import Word

SPONSOR = KINDS.index("sponsor")
Array = NDArray[np.float64]


def said(*lines: tuple[str, str | None] | str, pace_s: float = 0.4) -> tuple[Sentence, ...]:
    """Sentences, each a line (text, voice) or a text of an unknown voice."""
    words, t = [], 0.0
    for line in lines:
        text, speaker = (line, None) if isinstance(line, str) else line
        for token in text.split():
            words.append(Word(start=t, end=t + pace_s, text=f" {token}", speaker=speaker))
            t += pace_s
        t += 0.3
    return split(words)


def roles(sentences: tuple[Sentence, ...]) -> list[frozenset[Role]]:
    return [frozenset(found.value for found in find(s.tokens)) for s in sentences]


def weighed(
    sentences: tuple[Sentence, ...], own: Array, duration_s: float, notes: str | None = None
) -> Scores:
    return by_rules(sentences, own, roles(sentences), duration_s, notes)


def sponsor_inside(sentences: tuple[Sentence, ...], notes: str | None = None) -> list[float]:
    own = np.zeros((len(sentences), len(KINDS)))
    return list(weighed(sentences, own, sentences[-1].end, notes).inside[:, SPONSOR])


def test_scores_have_the_shape_of_the_log_odds_and_leave_them_alone() -> None:
    sentences = said("One two three.", "Four five six.")
    own = np.zeros((2, len(KINDS)))
    scores = weighed(sentences, own, 10.0)
    assert scores.inside.shape == scores.starts.shape == scores.ends.shape == own.shape
    assert not own.any()


def test_naming_the_sponsor_counts_near_its_opener() -> None:
    plain = said("Today we look at rivers.", "Acme makes boots for rivers.")
    opened = said("Today's show is brought to you by Acme.", "Acme makes boots for rivers.")
    assert sponsor_inside(opened)[1] > sponsor_inside(plain)[1]


def test_show_notes_with_offers_count() -> None:
    sentences = said("Today we look at rivers.", "Acme makes boots for rivers.")
    notes = "Sponsor: 10% off at acme.com"
    with_notes, without = sponsor_inside(sentences, notes), sponsor_inside(sentences)
    assert with_notes[1] > without[1]
    assert with_notes[0] == without[0]


def test_wording_that_comes_again_minutes_later_counts() -> None:
    spot = "Acme boots keep every foot dry in every river there is."
    before = [f"Here is number {i} of the many things we saw that day." for i in range(40)]
    after = [f"There were also {i} people who did not want to go home." for i in range(40)]
    sentences, once = said(*before, spot, *after, spot), said(*before, spot, *after)
    assert sponsor_inside(sentences)[40] > sponsor_inside(once)[40]


def test_an_opener_begins_a_spot_and_a_hand_off_comes_before_one() -> None:
    sentences = said("We'll be right back.", "Boots are better.", "Brought to you by Acme.")
    starts = weighed(sentences, np.zeros((3, len(KINDS))), 60.0).starts[:, SPONSOR]
    assert starts[2] > starts[1] > starts[0]


def test_a_joke_told_afterwards_keeps_a_spot_from_ending() -> None:
    own = np.zeros((2, len(KINDS)))
    serious = weighed(said("Visit acme.com today.", "It rained all night."), own, 60.0)
    joke = weighed(
        said("Visit acme.com today.", "Just kidding, it rained all night."), own, 60.0
    )
    assert joke.ends[0, SPONSOR] < serious.ends[0, SPONSOR]


def test_a_voice_that_passes_by() -> None:
    talk = [("So we walked along the river for a very long time that day.", "A")] * 50
    clip = [("Acme boots are dry.", "B"), ("Every single day.", "B")]
    sentences = said(*talk, *clip, *talk)
    assert voices.passing(sentences) == {"B": 2}
    assert voices.passing(said(*clip)) == {}
    first = next(i for i, s in enumerate(sentences) if s.speaker == "B")
    brief = voices.passing(sentences)
    borders, seams = voices.borders(sentences, brief), voices.seams(sentences, brief)
    assert borders[first] > borders[first - 1]
    assert borders[first] > borders[first + 1]
    assert list(np.flatnonzero(seams)) == [first, first + 2]


def test_a_single_label_for_all_says_nothing() -> None:
    lines = ["We walked along the river.", "It was a very long day."] * 3
    alone = said(*((line, "A") for line in lines))
    unknown = said(*lines)
    assert list(voices.borders(alone, {})) == list(voices.borders(unknown, {}))


def test_long_pauses_look_like_splices() -> None:
    words = [Word(start=t, end=t + 0.4, text=" x.") for t in (0.0, 0.6, 4.0)]
    borders = voices.borders(split(words), {})
    assert borders[2] > borders[1]
    assert borders[0] == borders[3] == 0


def test_chat_between_a_hosts_opener_and_the_sponsors_address_is_the_spots() -> None:
    lines = [
        "Today's show is brought to you by Acme.",
        "My brother was skeptical.",
        "He wears them now.",
        "Go to acme.com for boots.",
        "It rained all night.",
    ]
    sentences = said(*lines)
    names = mentions.named(sentences, roles(sentences))
    assert mentions.host_reads(sentences, roles(sentences), names) == {0, 1, 2, 3}
    returned = said(*lines[:2], "Welcome back to the river.", *lines[2:])
    names = mentions.named(returned, roles(returned))
    assert mentions.host_reads(returned, roles(returned), names) == {0}


def test_an_address_named_like_the_show_is_its_own() -> None:
    sentences = said("Welcome to River Notes.", "It's at rivernotes.com.", "Or at acme.com.")
    assert list(mentions.own_addresses(sentences, roles(sentences))) == [1]


def test_another_sponsor_begins_after_the_last_words_for_the_one_before() -> None:
    lines = ["Visit fern.com.", "Terms apply.", "Cold feet?", "Get Acme boots at acme.com."]
    sentences = said(*lines)
    names = mentions.named(sentences, roles(sentences))
    assert list(mentions.changes(roles(sentences), names)) == [2]


def test_a_remark_gives_a_made_up_spot_away_back_to_its_opener() -> None:
    lines = [
        "Let's walk on.",
        "This episode is brought to you by Moss.",
        "Moss is soft.",
        "They never paid us.",
    ]
    sentences = said(*lines)
    assert mentions.jokes(sentences, roles(sentences)) == {1, 2, 3}
    serious = said(*lines[:3], "They are kind.")
    assert mentions.jokes(serious, roles(serious)) == set()


def test_hosts_who_take_turns_are_rather_talking() -> None:
    lines = ["Moss is soft and green and grows.", "Try Moss on the roof today, please."] * 2
    turns = said(*((line, speaker) for line, speaker in zip(lines, "ABAB", strict=True)))
    assert voices.seams(turns, {}).sum() > 0
    alone = said(*((line, "A") for line in lines))
    assert voices.seams(alone, {}).sum() == 0
