"""Mending: what is kept, what is decoded again, and times that make sense."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from episodes.spans import Span, inside
from episodes.types import Segment, Word
from transcribe.clean import (
    SHORTEST_S,
    STEP_S,
    believed,
    compression_ratio,
    doubtful,
    dreamt,
    finished,
    judged,
    settle,
    stretched,
    without_loops,
)


def said(text: str, start: float = 0.0, word_s: float = 0.3) -> tuple[Word, ...]:
    return tuple(
        Word(start + i * word_s, start + (i + 1) * word_s, f" {token}")
        for i, token in enumerate(text.split())
    )


def text_of(words: tuple[Word, ...]) -> str:
    return "".join(word.text for word in words).strip()


@st.composite
def decoded(draw: st.DrawFn) -> tuple[Span, tuple[Word, ...], tuple[Span, ...]]:
    """A span of audio, words in order inside it, and speech in and around it."""
    within = Span(start := draw(st.floats(0, 100)), start + draw(st.floats(1, 29)))
    edges = sorted(draw(st.lists(st.floats(within.start, within.end), max_size=16)))
    words = tuple(Word(a, b, " word") for a, b in pairwise(edges))
    marks = sorted(draw(st.lists(st.floats(0, 140), max_size=12, unique=True)))
    spoken = tuple(Span(a, b) for a, b in list(pairwise(marks))[::2])
    return within, words, spoken


@given(decoded())
def test_what_is_decoded_again_shrinks_and_shares_no_kept_word(
    case: tuple[Span, tuple[Word, ...], tuple[Span, ...]],
) -> None:
    within, words, spoken = case
    kept, again = believed(words, spoken, within)
    assert set(kept) <= set(words)
    for span in again:
        assert within.start <= span.start <= span.end <= within.end
        assert span.duration_s <= within.duration_s - STEP_S + 1e-9
        assert not any(span.start < word.middle < span.end for word in kept)


@given(decoded())
def test_without_speech_nothing_is_decoded_again(
    case: tuple[Span, tuple[Word, ...], tuple[Span, ...]],
) -> None:
    within, words, _ = case
    assert believed(words, (), within) == (words, ())


def test_an_early_stop_is_continued_from_the_last_word() -> None:
    words = said("and then it stopped")
    kept, again = believed(words, (Span(0.0, 1.2), Span(1.5, 9.0)), Span(0.0, 10.0))
    assert kept == words
    assert again == (Span(words[-1].end, 10.0),)


def test_a_stretched_word_hides_missing_ones() -> None:
    before, after = said("once upon"), said("a time", 8.0)
    hiding = Word(0.6, 8.0, " well")
    kept, again = believed((*before, hiding, *after), (Span(0.0, 9.0),), Span(0.0, 9.0))
    assert kept == before
    assert again == (Span(0.6, 9.0),)


def test_a_late_start_is_decoded_alone() -> None:
    words = said("late but complete", 5.0)
    kept, again = believed(words, (Span(0.0, 4.8), Span(5.0, 5.9)), Span(0.0, 6.0))
    assert kept == words
    assert again == (Span(0.0, 5.0),)


def test_without_words_both_halves_are_decoded_again_unless_short() -> None:
    spoken = (Span(0.0, 6.0), Span(7.0, 12.0))
    assert believed((), spoken, Span(0.0, 12.0)) == ((), (Span(0.0, 6.5), Span(6.5, 12.0)))
    assert believed((), spoken, Span(0.0, SHORTEST_S)) == ((), ())


def test_complete_words_are_left_alone() -> None:
    words = said("nothing is missing here at all")
    assert believed(words, (Span(0.0, 1.8),), Span(0.0, 2.5)) == (words, ())


@pytest.mark.parametrize(("seconds", "verdict"), [(0.5, False), (1.2, False), (3.0, True)])
def test_stretched(seconds: float, verdict: bool) -> None:
    assert stretched(Word(0.0, seconds, " week")) is verdict


def segment(words: tuple[Word, ...], **marks: float) -> Segment:
    return Segment(0.0, 20.0, words, **marks)


def test_loops_and_guesses_are_doubted_and_cut_in_half_at_a_pause() -> None:
    looping = segment(said("so " * 60), compression_ratio=9.0)
    assert doubtful(looping)
    kept, again = judged(looping, (Span(0.0, 8.0), Span(9.0, 20.0)), last=False)
    assert kept.words == ()
    assert again == (Span(0.0, 8.5), Span(8.5, 20.0))


def test_at_last_a_loop_is_said_twice_and_a_guess_not_at_all() -> None:
    looping = segment(said("thank you " * 20), compression_ratio=9.0)
    kept, again = judged(looping, (), last=True)
    assert (text_of(kept.words), again) == ("thank you thank you", ())
    guess = segment(said("the ones"), avg_logprob=-1.4)
    assert judged(guess, (), last=True)[0].words == ()


def test_short_doubtful_spans_are_not_halved() -> None:
    short = Segment(0.0, SHORTEST_S, said("um"), avg_logprob=-2.0)
    assert judged(short, (), last=False) == (Segment(0.0, 4.0, (), avg_logprob=-2.0), ())


def test_dreams_over_music_vanish_and_sure_words_stay() -> None:
    dream = segment(said("thanks for watching"), no_speech_prob=0.9, avg_logprob=-0.7)
    sung = segment(said("let's go fishing"), no_speech_prob=0.7, avg_logprob=-0.3)
    assert dreamt(dream)
    assert judged(dream, (), last=False)[0].words == ()
    assert judged(sung, (), last=False)[0].words == sung.words


@given(st.lists(st.sampled_from("abc"), max_size=40))
def test_without_loops_keeps_order_and_never_four_in_a_row(letters: list[str]) -> None:
    words = said(" ".join(letters))
    kept = without_loops(words)
    assert list(kept) == [word for word in words if word in set(kept)]
    runs = [word.text for word in kept]
    assert not any(len(set(runs[i : i + 4])) == 1 for i in range(len(runs) - 3))


def test_people_may_repeat_themselves() -> None:
    words = said("No, no, no. We, we never said that.")
    assert without_loops(words) == words


def test_a_looping_phrase_is_told_despite_case_and_marks() -> None:
    words = said("Go on. go on, Go on! go on. GO on and stop.")
    assert text_of(without_loops(words)) == "Go on. go on, and stop."


@given(decoded())
def test_settled_words_are_ordered_and_inside(
    case: tuple[Span, tuple[Word, ...], tuple[Span, ...]],
) -> None:
    within, words, spoken = case
    settled = settle(words, spoken, within)
    assert [word.text for word in settled] == [word.text for word in words]
    assert all(a.end <= b.start for a, b in pairwise(settled))
    assert all(within.start <= w.start <= w.end <= within.end for w in settled)


@given(decoded(), st.data())
def test_settling_in_any_disorder_gives_order(
    case: tuple[Span, tuple[Word, ...], tuple[Span, ...]], data: st.DataObject
) -> None:
    within, words, spoken = case
    assume(words)
    settled = settle(data.draw(st.permutations(words)), spoken, within)
    assert all(a.start <= a.end <= b.start for a, b in pairwise(settled))


def test_words_leave_the_pause() -> None:
    spoken = (Span(0.0, 2.0), Span(5.0, 7.0))
    words = (Word(1.5, 2.6, " end."), Word(2.6, 5.4, " Next"), Word(5.4, 6.0, " one"))
    end, following, _ = settle(words, spoken, Span(0.0, 10.0))
    assert (end.end, following.start) == (2.0, 5.0)
    assert inside(following.middle, spoken)


def test_a_word_that_stops_short_lasts_until_the_pause() -> None:
    spoken = (Span(0.0, 2.0), Span(5.0, 7.0))
    words = (Word(1.2, 1.7, " end."), Word(5.0, 5.4, " Next"))
    assert settle(words, spoken, Span(0.0, 10.0))[0].end == 2.0


def test_finished_segments_are_in_order_with_the_bounds_of_their_words() -> None:
    late = Segment(8.0, 20.0, said("AI came", 9.0), avg_logprob=-0.2)
    early = Segment(
        0.0, 8.0, (*said("at OpenAI"), *said("and open AI", 2.0)), no_speech_prob=0.1
    )
    empty = Segment(20.0, 30.0, ())
    piece = Span(0.0, 30.0)
    done = finished([late, empty, early], (), piece, ())
    assert [text_of(segment.words) for segment in done] == ["at OpenAI and OpenAI", "AI came"]
    assert [(s.start, s.end) for s in done] == [(0.0, 2.9), (9.0, 9.6)]
    assert [(s.avg_logprob, s.no_speech_prob) for s in done] == [(0.0, 0.1), (-0.2, 0.0)]


def test_compression_ratio_tells_loops() -> None:
    assert compression_ratio("so " * 100) > 2.4
    assert 0 < compression_ratio("The quick brown fox jumps over the lazy dog.") < 2.4
    assert compression_ratio("") == 0.0


def test_a_loop_inside_one_word_is_cut_short() -> None:
    kept = {" W-W-W-W-W-W-W-W-W-W-W-W-W-W-W-W-W": " W-W-W", " www": " www"}
    kept |= {one: one for one in (" hahahaha", " no-no-no", " 0800-00000000", " 1111111111")}
    kept |= {" --------": " --------"}
    for text, wanted in kept.items():
        assert [word.text for word in without_loops([Word(0.0, 1.0, text)])] == [wanted]
