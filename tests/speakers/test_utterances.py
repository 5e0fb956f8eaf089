from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from episodes.spans import Span, inside, merge
from episodes.types import Turn, Utterance, Word, in_time
from speakers.utterances import LONG_PAUSE_S, LONGEST_SENTENCE, TINY, group, number


def spoken(text: str, speaker: str | None = "A", start: float = 0.0) -> tuple[Word, ...]:
    """The words of `text`, two a second, without pauses."""
    return tuple(
        Word(start + at / 2, start + (at + 1) / 2, f" {token}", speaker=speaker)
        for at, token in enumerate(text.split())
    )


def lengths(utterances: tuple[Utterance, ...]) -> list[int]:
    return [len(utterance.words) for utterance in utterances]


def sentence(words: int) -> str:
    return " ".join(["word"] * (words - 1) + ["end."])


some_words = st.lists(
    st.tuples(
        st.sampled_from(["A", "A", "A", "B", None]),
        st.sampled_from([" so", " and", " then", " yes.", " what?", " Mm-hm."]),
        st.sampled_from([0.0, 0.0, 0.2, 3.0]),
    ),
    max_size=300,
)
some_cuts = st.lists(
    st.tuples(st.integers(0, 200), st.integers(0, 200)).map(
        lambda pair: Span(min(pair) + 0.03, max(pair) + 0.07)
    ),
    max_size=4,
)


def timed(rows: list[tuple[str | None, str, float]]) -> tuple[Word, ...]:
    words, t = [], 0.0
    for speaker, text, pause_s in rows:
        t += pause_s
        words.append(Word(t, t + 0.3, text, speaker=speaker))
        t += 0.3
    return tuple(words)


@given(some_words, some_cuts)
def test_every_word_is_in_one_utterance_and_all_is_in_order(
    rows: list[tuple[str | None, str, float]], cuts: list[Span]
) -> None:
    words = timed(rows)
    utterances = group(words, cuts)
    assert in_time(utterances) == words
    assert [u.start for u in utterances] == sorted(u.start for u in utterances)
    for utterance in utterances:
        assert {word.speaker for word in utterance.words} == {utterance.speaker}
        starts = [word.start for word in utterance.words]
        assert starts == sorted(starts)


@given(some_words, some_cuts)
def test_grouping_again_changes_nothing(
    rows: list[tuple[str | None, str, float]], cuts: list[Span]
) -> None:
    utterances = group(timed(rows), cuts)
    assert group(in_time(utterances), cuts) == utterances


@given(some_words)
def test_only_backchannels_lie_within_another_utterance(
    rows: list[tuple[str | None, str, float]],
) -> None:
    utterances = group(timed(rows), [])
    for here, following in pairwise(u for u in utterances if not u.backchannel):
        assert here.end <= following.start
    for reply in (u for u in utterances if u.backchannel):
        around = [u for u in utterances if u.start < reply.start and reply.end < u.end]
        assert [u.backchannel for u in around] in ([], [False])
        assert all(u.speaker != reply.speaker for u in around)


@given(some_words, some_cuts)
def test_no_utterance_crosses_a_cuts_edge(
    rows: list[tuple[str | None, str, float]], cuts: list[Span]
) -> None:
    for utterance in group(timed(rows), cuts):
        middles = [word.middle for word in utterance.words]
        for edge in (edge for cut in merge(cuts) for edge in (cut.start, cut.end)):
            assert all(m < edge for m in middles) or all(m >= edge for m in middles)


@given(some_words)
def test_paragraphs_end_with_sentences_and_stay_readable(
    rows: list[tuple[str | None, str, float]],
) -> None:
    told = [u for u in group(timed(rows), []) if not u.backchannel]
    assert all(len(u.text) <= LONGEST_SENTENCE + 2 * TINY for u in told)
    for here, following in pairwise(told):
        if here.speaker == following.speaker:
            together = len(here.text) + len(following.text)
            pause_s = following.start - here.end
            assert here.text[-1] in ".?" or together >= LONGEST_SENTENCE
            assert (
                pause_s >= LONG_PAUSE_S or min(len(here.text), len(following.text)) >= TINY - 1
            )


def test_a_cut_without_words_still_parts_what_it_parts() -> None:
    words = spoken("one two three four")
    assert lengths(group(words, [Span(1.0, 1.2)])) == [2, 2]


def test_a_speaker_change_breaks_and_a_short_pause_does_not() -> None:
    words = (
        *spoken("I think so."),
        *spoken("It is late.", start=2.5),
        *spoken("Is it?", "B", start=4.5),
    )
    assert lengths(group(words, [])) == [6, 2]


def test_a_long_pause_breaks_after_a_sentence_only() -> None:
    after = (*spoken("I think so."), *spoken("It is late.", start=10))
    within = (*spoken("I think that"), *spoken("it is late.", start=10))
    assert lengths(group(after, [])) == [3, 3]
    assert lengths(group(within, [])) == [6]


def test_a_monologue_breaks_into_paragraphs_of_a_few_sentences() -> None:
    words = spoken(" ".join(sentence(15) for _ in range(20)))
    assert lengths(group(words, [])) == [30] * 10
    short = spoken(" ".join(sentence(4) for _ in range(30)))
    assert lengths(group(short, [])) == [40, 40, 40]


def test_a_short_rest_is_no_paragraph() -> None:
    words = spoken(f"{sentence(20)} {sentence(20)} Right.")
    assert lengths(group(words, [])) == [41]
    assert lengths(group(spoken(f"Yes. {sentence(42)}"), [])) == [43]


def test_a_pause_parts_what_is_half_full() -> None:
    soon, later = spoken(sentence(19), start=10.5), spoken(sentence(19), start=11.5)
    assert lengths(group((*spoken(sentence(20)), *soon), [])) == [39]
    assert lengths(group((*spoken(sentence(20)), *later), [])) == [20, 19]
    assert lengths(group((*spoken(sentence(10), start=5.0), *later), [])) == [29]


def test_text_without_punctuation_breaks_at_its_pauses() -> None:
    words = (
        *spoken("word " * 60),
        *spoken("word " * 50, start=31.0),
        *spoken("word " * 50, start=57),
    )
    assert lengths(group(words, [])) == [60, 50, 50]


def test_letters_of_chinese_take_the_room_of_two() -> None:
    words = tuple(
        Word(at, at + 1, text, speaker="A") for at, text in enumerate(["今天天气很好。"] * 40)
    )
    assert lengths(group(words, [])) == [14, 14, 12]


def test_a_listeners_reply_does_not_split_the_sentence() -> None:
    words = (
        *spoken("So we went to"),
        *spoken("Mm-hm.", "B", start=2.0),
        *spoken("the shop. It was late.", start=2.5),
        *spoken("Was it?", "B", start=5.0),
    )
    talk, reply, question = group(words, [])
    assert (talk.text, talk.speaker) == ("So we went to the shop. It was late.", "A")
    assert (reply.text, reply.speaker, reply.backchannel) == ("Mm-hm.", "B", True)
    assert (reply.start, reply.end) == (2.0, 2.5)
    assert (question.text, question.backchannel) == ("Was it?", False)


def test_a_cut_beside_a_reply_splits_the_sentence() -> None:
    words = (
        *spoken("So we went to"),
        *spoken("Mm-hm.", "B", start=2.0),
        *spoken("the shop.", start=2.5),
    )
    assert lengths(group(words, [Span(2.5, 9.0)])) == [4, 1, 2]


def test_numbers_go_to_kept_voices_first() -> None:
    words = (
        *spoken("an ad", "x", start=0),
        *spoken("hello there", "host", start=10),
        *spoken("hi", "guest", start=20),
        *spoken("other ad", "y", start=30),
        *spoken("bye", "host", start=40),
    )
    turns = (Turn(0, 1, "x"), Turn(5, 6, "hum"), Turn(10, 11, "host"))
    numbered, renamed = number(words, turns, [Span(0, 5), Span(29, 35)])
    labels = dict(zip((w.speaker for w in words), (w.speaker for w in numbered), strict=True))
    assert labels == {
        "host": "Speaker 1",
        "guest": "Speaker 2",
        "x": "Speaker 3",
        "y": "Speaker 4",
    }
    assert [turn.speaker for turn in renamed] == ["Speaker 3", "Speaker 5", "Speaker 1"]


@given(some_words, some_cuts)
def test_numbering_renames_and_nothing_else(
    rows: list[tuple[str | None, str, float]], cuts: list[Span]
) -> None:
    words = timed(rows)
    turns = tuple(Turn(w.start, w.end, w.speaker) for w in words if w.speaker)
    numbered, renamed = number(words, turns, cuts)
    pairs = {(old.speaker, new.speaker) for old, new in zip(words, numbered, strict=True)}
    assert len(pairs) == len({old for old, _ in pairs}) == len({new for _, new in pairs})
    assert {n for o, n in pairs if o is None} <= {None}
    assert [turn.speaker for turn in renamed] == [w.speaker for w in numbered if w.speaker]
    kept = [w.speaker for w in numbered if w.speaker and not inside(w.middle, merge(cuts))]
    first_seen = list(dict.fromkeys(kept))
    assert first_seen == [f"Speaker {n}" for n in range(1, len(first_seen) + 1)]
    assert number(numbered, renamed, cuts) == (numbered, renamed)
