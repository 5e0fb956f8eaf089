from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.score import (
    NamesRight,
    WordErrors,
    WrongSpeakers,
    names_right,
    normalise,
    speaker_time,
    word_errors,
    words_by_speaker,
    wrong_speakers,
)
from episodes.types import Turn, Word

SENTENCE = "alpha bravo charlie delta echo foxtrot golf hotel india juliet"


def words(text: str, speakers: str, step_s: float = 0.5) -> tuple[Word, ...]:
    """One word a step, the speakers' labels one letter each; "-" has none."""
    pairs = zip(text.split(), speakers, strict=True)
    return tuple(
        Word(i * step_s, (i + 1) * step_s, f" {t}", speaker=None if s == "-" else s)
        for i, (t, s) in enumerate(pairs)
    )


def renamed(said: tuple[Word, ...], names: dict[str, str]) -> tuple[Word, ...]:
    return tuple(replace(w, speaker=names[w.speaker or ""]) for w in said)


def turns(*rows: tuple[float, float, str]) -> tuple[Turn, ...]:
    return tuple(Turn(*row) for row in rows)


tokens = st.sampled_from(["alpha", "bravo", "charlie", "delta", "echo"])
talk = st.lists(st.tuples(tokens, st.sampled_from("ABC")), max_size=25).map(
    lambda pairs: words(" ".join(t for t, _ in pairs), "".join(s for _, s in pairs))
)


def test_a_backchannel_of_ten_words_given_away_costs_what_is_known() -> None:
    reference = words(SENTENCE, "AAAABAAAAA")
    hypothesis = words(SENTENCE, "AAAAAAAAAA")
    assert word_errors(reference, hypothesis).rate == 0
    assert wrong_speakers(reference, hypothesis).rate == pytest.approx(0.1)
    assert words_by_speaker(reference, hypothesis).rate == pytest.approx(0.2)


def test_word_errors_tell_the_kinds_apart() -> None:
    reference = words("one fox jumps over dogs", "AAAAA")
    hypothesis = words("one box jumps over lazy dogs again", "A" * 7)
    assert word_errors(reference, hypothesis) == WordErrors(1, 0, 2, 5)
    assert word_errors(hypothesis, reference) == WordErrors(1, 2, 0, 7)


def test_case_punctuation_and_spelling_are_no_errors() -> None:
    reference = words("MISTER SMITH IT'S FAVOURITE COLOUR TWENTY ONE", "A" * 7)
    hypothesis = words("Mr. Smith, it is favorite color 21.", "A" * 7)
    assert word_errors(reference, hypothesis).rate == 0


def test_normalised_words_have_no_dashes_or_noises() -> None:
    assert [normalise(w) for w in ("-", "Okay,", "(laughs)", "it's")] == [
        "",
        "okay",
        "",
        "it is",
    ]


def test_an_empty_hypothesis_deletes_everything() -> None:
    reference = words("plum pear", "AB")
    assert word_errors(reference, ()) == WordErrors(0, 2, 0, 2)
    assert words_by_speaker(reference, ()) == WordErrors(0, 2, 0, 2)
    assert wrong_speakers(reference, ()) == WrongSpeakers()


def test_words_of_an_empty_reference_are_inserted() -> None:
    assert word_errors((), words("plum pear", "AB")).rate == float("inf")
    assert word_errors((), ()).rate == 0


def test_substituted_words_count_for_speakers_and_missing_ones_do_not() -> None:
    reference = words("plum pear fig date lime kiwi", "AABBBB")
    hypothesis = words("plum bear lime kiwi nut", "XYYYX")
    # Aligned: plum, pear with bear, lime, kiwi. Fig and date are missing, nut is added.
    score = wrong_speakers(reference, hypothesis)
    assert (score.wrong, score.aligned) == (1, 4)


def test_a_word_without_speaker_is_wrong() -> None:
    reference, hypothesis = words("plum pear fig", "AAA"), words("plum pear fig", "A-A")
    score = wrong_speakers(reference, hypothesis)
    assert (score.wrong, score.aligned) == (1, 3)
    assert words_by_speaker(reference, hypothesis) == WordErrors(0, 1, 1, 3)


def test_two_words_of_one_count_twice() -> None:
    score = wrong_speakers(words("it's here", "AB"), words("it's here", "AB"))
    assert (score.wrong, score.aligned) == (0, 3)


def test_errors_near_a_change_are_told_from_those_far_from_it() -> None:
    # Words of half a second; A gives to B at 5 s, so words 8 to 11 are within 1 s.
    text = f"{SENTENCE} {SENTENCE}"
    reference = words(text, "A" * 10 + "B" * 10)
    hypothesis = words(text, "AAXAAAAAAA" + "A" + "B" * 9)
    score = wrong_speakers(reference, hypothesis)
    assert score == WrongSpeakers(wrong=2, aligned=20, near_wrong=1, near=4)


def test_a_split_speaker_pairs_with_the_larger_part() -> None:
    score = wrong_speakers(words(SENTENCE, "A" * 10), words(SENTENCE, "XXXXXXXYYY"))
    assert score.rate == pytest.approx(0.3)


@given(talk, st.permutations(["P", "Q", "R"]))
def test_labels_do_not_matter(said: tuple[Word, ...], labels: list[str]) -> None:
    other = renamed(said, dict(zip("ABC", labels, strict=True)))
    assert wrong_speakers(said, other).wrong == 0
    assert words_by_speaker(said, other).rate == 0


@given(talk, talk, st.permutations(["P", "Q", "R"]))
def test_renaming_the_hypothesis_changes_no_score(
    reference: tuple[Word, ...], hypothesis: tuple[Word, ...], labels: list[str]
) -> None:
    other = renamed(hypothesis, dict(zip("ABC", labels, strict=True)))
    assert wrong_speakers(reference, other).wrong == wrong_speakers(reference, hypothesis).wrong
    assert (
        words_by_speaker(reference, other).rate == words_by_speaker(reference, hypothesis).rate
    )


@given(talk, talk)
def test_counts_are_bounded(reference: tuple[Word, ...], hypothesis: tuple[Word, ...]) -> None:
    by_word, by_speaker = (
        word_errors(reference, hypothesis),
        wrong_speakers(reference, hypothesis),
    )
    assert by_word.length == len(reference)
    assert by_word.substitutions + by_word.deletions <= len(reference)
    assert len(hypothesis) == len(reference) - by_word.deletions + by_word.insertions
    assert by_speaker.wrong <= by_speaker.aligned == len(reference) - by_word.deletions
    assert by_speaker.near_wrong <= min(by_speaker.near, by_speaker.wrong)


def test_names_count_where_every_word_of_them_is_right() -> None:
    reference = words("Ann Lee met Bo. Bo and Lee left, Ann Lee stayed", "A" * 11)
    hypothesis = words("Ann Lee met Beau. Bo and Lee left, Ann Li stayed", "A" * 11)
    assert names_right(reference, hypothesis, ["Ann Lee", "Bo", "Nobody"]) == NamesRight(2, 4)
    assert names_right(reference, hypothesis, ["..."]) == NamesRight(0, 0)


def test_scores_add_up() -> None:
    assert WordErrors(1, 2, 3, 10) + WordErrors(0, 0, 4, 10) == WordErrors(1, 2, 7, 20)
    assert sum([WrongSpeakers(1, 10)] * 2, WrongSpeakers()).rate == pytest.approx(0.1)


def test_diarization_errors_in_parts() -> None:
    reference = turns((0, 10, "A"), (10, 20, "B"))
    hypothesis = turns((1, 12, "x"), (12, 21, "y"))
    score = speaker_time(reference, hypothesis)
    parts = (score.missed_s, score.false_alarm_s, score.confusion_s, score.speech_s)
    assert parts == pytest.approx((1, 1, 2, 20))
    assert score.rate == pytest.approx(0.2)


def test_overlap_is_scored() -> None:
    score = speaker_time(turns((0, 10, "A"), (8, 10, "B")), turns((0, 10, "x")))
    assert (score.missed_s, score.speech_s) == pytest.approx((2, 12))


def test_one_speakers_overlapping_turns_count_once() -> None:
    score = speaker_time(turns((0, 10, "A")), turns((0, 6, "x"), (4, 10, "x"), (5, 5, "y")))
    assert score.rate == pytest.approx(0)


def test_backchannels_need_the_right_speaker_for_half_their_time() -> None:
    reference = turns((0, 30, "A"), (5, 6, "B"), (12, 13, "B"), (20, 20.8, "B"), (31, 60, "B"))
    hypothesis = turns(
        (0, 30, "x"), (5.5, 6, "y"), (12.7, 13, "y"), (20, 20.8, "z"), (31, 60, "y")
    )
    score = speaker_time(reference, hypothesis)
    assert (score.backchannels, score.recalled) == (3, 1)


def test_backchannels_are_sought_among_utterances_where_given() -> None:
    breaths = turns((0, 0.9, "A"), (1.2, 5, "A"))
    assert speaker_time(breaths, breaths).backchannels == 1
    assert speaker_time(breaths, breaths, said=turns((0, 5, "A"))).backchannels == 0


def test_nobody_speaks() -> None:
    assert speaker_time((), ()).rate == 0
    assert speaker_time((), turns((0, 1, "x"))).false_alarm_s == pytest.approx(1)


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from("ABC")), min_size=1, max_size=12))
def test_a_perfect_diarization_has_no_error(rows: list[tuple[int, str]]) -> None:
    ends = list(accumulate(length for length, _ in rows))
    said = [Turn(e - n, e, s) for e, (n, s) in zip(ends, rows, strict=True)]
    ours = [Turn(t.start, t.end, t.speaker.lower()) for t in said]
    score = speaker_time(said, ours)
    assert score.rate == pytest.approx(0, abs=1e-9)
    assert score.recalled == score.backchannels
