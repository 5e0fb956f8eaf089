from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ads.sentences import LONGEST, Sentence, split
from episodes.types import Word


def spoken(text: str, pauses: dict[int, float] | None = None, step: float = 0.3) -> list[Word]:
    """Words without gaps, except for the pauses (seconds) before some of them."""
    words, t = [], 0.0
    for i, token in enumerate(text.split()):
        t += (pauses or {}).get(i, 0.0)
        words.append(Word(start=t, end=t + step, text=f" {token}"))
        t += step
    return words


def texts(sentences: tuple[Sentence, ...]) -> list[str]:
    return [sentence.text for sentence in sentences]


def test_nothing_from_nothing() -> None:
    assert split([]) == ()


def test_full_stops_end_sentences() -> None:
    found = split(spoken("Hello there. Who are you? Me! Good"))
    assert texts(found) == ["Hello there.", "Who are you?", "Me!", "Good"]


def test_abbreviations_and_addresses_do_not() -> None:
    text = "The U.K. office of Dr. Lee is at bank .com today."
    assert texts(split(spoken(text))) == [text]


def test_a_long_pause_ends_a_sentence() -> None:
    assert texts(split(spoken("one two three four", {2: 1.0}))) == ["one two", "three four"]


def test_a_change_of_voice_ends_a_sentence_and_one_stray_label_does_not() -> None:
    words = spoken("a b c d e f g h")
    speakers = ["S1"] * 4 + ["S2"] * 4
    labelled = [
        Word(start=w.start, end=w.end, text=w.text, speaker=s)
        for w, s in zip(words, speakers, strict=True)
    ]
    assert [(s.text, s.speaker) for s in split(labelled)] == [
        ("a b c d", "S1"),
        ("e f g h", "S2"),
    ]
    stray = [
        Word(start=w.start, end=w.end, text=w.text, speaker="S2" if i == 4 else "S1")
        for i, w in enumerate(words)
    ]
    assert [(s.text, s.speaker) for s in split(stray)] == [("a b c d e f g h", "S1")]


def test_without_punctuation_the_longest_pauses_stand_in() -> None:
    text = " ".join(f"w{i}" for i in range(LONGEST + 10))
    found = split(spoken(text, {12: 0.5, 24: 0.4, 40: 0.3}))
    assert [s.first for s in found] == [0, 12, 24, 40]


def test_an_opener_begins_a_sentence_wherever_it_stands() -> None:
    found = split(spoken("so that was that this episode is brought to you by Acme"))
    assert texts(found) == ["so that was that", "this episode is brought to you by Acme"]


def test_pause_before_a_sentence() -> None:
    assert [s.pause_s for s in split(spoken("One. Two.", {0: 0.25, 1: 0.5}))] == [0.25, 0.5]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["so", "well.", "U.S.", "this", "episode", "is", "brought", "?", "1.5"]
            ),
            st.floats(0, 1.5),
            st.floats(0.01, 0.6),
            st.sampled_from(["S1", "S2", None]),
        ),
        max_size=120,
    )
)
def test_sentences_cover_every_word_once_in_order(
    spec: list[tuple[str, float, float, str | None]],
) -> None:
    words, t = [], 0.0
    for text, pause, length, speaker in spec:
        words.append(Word(start=t + pause, end=t + pause + length, text=text, speaker=speaker))
        t += pause + length
    found = split(words)
    assert [i for s in found for i in range(s.first, s.last)] == list(range(len(words)))
    assert all(a.last == b.first for a, b in pairwise(found))
    assert all(s.start == words[s.first].start and s.first < s.last for s in found)
    assert all(s.pause_s >= 0 for s in found)
