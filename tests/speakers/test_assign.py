from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from episodes.types import Turn, Word
from speakers.assign import assign


def spoken(text: str, start: float = 0.0, word_s: float = 0.4) -> tuple[Word, ...]:
    """The words of `text` one after the other, without pauses."""
    return tuple(
        Word(start + at * word_s, start + (at + 1) * word_s, f" {token}")
        for at, token in enumerate(text.split())
    )


def voices(words: tuple[Word, ...]) -> str:
    """The words' speakers, one letter each."""
    return "".join(word.speaker or "-" for word in words)


times = st.floats(0, 60, allow_nan=False).map(lambda t: round(t, 2))
some_words = st.lists(
    st.builds(
        lambda start, length, text: Word(start, start + length, text),
        times,
        st.floats(0, 1.5).map(lambda t: round(t, 2)),
        st.sampled_from([" so", " yes.", " what?", " U.S."]),
    ),
    max_size=12,
).map(lambda words: tuple(sorted(words, key=lambda w: w.start)))
some_turns = st.lists(
    st.builds(
        lambda start, length, speaker: Turn(start, start + length, speaker),
        times,
        st.floats(0, 8).map(lambda t: round(t, 2)),
        st.sampled_from("ABC"),
    ),
    max_size=8,
).map(tuple)


@given(some_words, some_turns)
def test_only_the_speaker_fields_change(
    words: tuple[Word, ...], turns: tuple[Turn, ...]
) -> None:
    bare = [
        replace(w, speaker=None, speaker_confidence=None, overlap=False)
        for w in assign(words, turns)
    ]
    assert tuple(bare) == words


@given(some_words, some_turns)
def test_every_word_gets_a_speaker_where_there_are_turns(
    words: tuple[Word, ...], turns: tuple[Turn, ...]
) -> None:
    for word in assign(words, turns):
        if turns:
            assert word.speaker in {turn.speaker for turn in turns}
            assert word.speaker_confidence is not None
            assert 0 <= word.speaker_confidence <= 1
        else:
            assert (word.speaker, word.speaker_confidence) == (None, None)


@given(some_words)
def test_a_single_speaker_is_certain(words: tuple[Word, ...]) -> None:
    for word in assign(words, [Turn(5, 6, "A")]):
        assert (word.speaker, word.speaker_confidence) == ("A", 1.0)


def test_no_words() -> None:
    assert assign((), [Turn(0, 1, "A")]) == ()


def test_words_inside_turns_go_by_the_turns() -> None:
    words = spoken("I went there. And you stayed.")
    assert voices(assign(words, [Turn(0, 1.2, "A"), Turn(1.2, 2.4, "B")])) == "AAABBB"


def test_a_change_waits_for_the_sentence_to_end() -> None:
    words = spoken("I went there. And you stayed.")
    assert voices(assign(words, [Turn(0, 1.0, "A"), Turn(1.0, 2.4, "B")])) == "AAABBB"
    assert voices(assign(words, [Turn(0, 1.45, "A"), Turn(1.45, 2.4, "B")])) == "AAABBB"


def test_a_change_waits_for_a_pause() -> None:
    first, second = spoken("and then he said"), spoken("no it was not", start=2.0)
    turns = [Turn(0, 1.3, "A"), Turn(1.3, 3.6, "B")]
    assert voices(assign(first + second, turns)) == "AAAABBBB"


def test_a_sliver_of_a_turn_inside_a_phrase_is_nobody_elses() -> None:
    words = spoken("we drove up along the coast for days")
    turns = [Turn(0, 1.25, "A"), Turn(1.25, 1.5, "B"), Turn(1.5, 3.2, "A")]
    assert voices(assign(words, turns)) == "AAAAAAAA"


def test_a_backchannel_between_pauses_is_kept() -> None:
    words = (
        *spoken("so we drove all night."),
        *spoken("Right.", start=2.4),
        *spoken("And then we slept.", start=3.2),
    )
    turns = [Turn(0, 2.0, "A"), Turn(2.3, 2.9, "B"), Turn(3.1, 5.0, "A")]
    assert voices(assign(words, turns)) == "AAAAABAAAA"
    unwritten = [replace(word, text=word.text.rstrip(".")) for word in words]
    assert voices(assign(unwritten, turns)) == "AAAAABAAAA"


def test_a_word_without_length_may_lie_anywhere_up_to_the_next() -> None:
    first, second = spoken("so it is over."), spoken("Hold on to it.", start=2.5)
    squeezed = Word(1.6, 1.6, " Well,")
    turns = [Turn(0, 1.7, "A"), Turn(2.1, 4.1, "B")]
    assert voices(assign((*first, squeezed, *second), turns)) == "AAAABBBBB"


def test_words_in_no_turn_go_to_the_nearest_edge() -> None:
    turns = [Turn(10, 11, "A"), Turn(20, 21, "B")]
    alone = [assign(spoken("word", start=at), turns) for at in (0.0, 12.0, 18.0, 40.0)]
    assert [voices(words) for words in alone] == ["A", "A", "B", "B"]


def test_a_long_turn_far_before_is_near_at_its_end() -> None:
    turns = [Turn(0, 100, "A"), Turn(1, 2, "B"), Turn(120, 121, "C")]
    assert voices(assign(spoken("word", start=101.0), turns)) == "A"


def test_overlap_is_flagged_where_two_talk_at_once() -> None:
    words = spoken("one two three four five")
    turns = [Turn(0, 2.0, "A"), Turn(0.8, 1.2, "B"), Turn(1.5, 1.9, "A")]
    assert [w.overlap for w in assign(words, turns)] == [False, False, True, False, False]


def test_doubt_lowers_the_confidence() -> None:
    words = spoken("one two three four")
    clear = assign(words, [Turn(0, 1.6, "A"), Turn(5, 6, "B")])
    doubtful = assign(words, [Turn(0, 1.6, "A"), Turn(0, 1.6, "B")])
    assert all(word.speaker_confidence > 0.95 for word in clear if word.speaker_confidence)
    assert all((word.speaker_confidence or 0) < 0.6 for word in doubtful)
