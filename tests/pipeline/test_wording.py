"""Text corrected: what nobody touched stays, every word has time, voice and paragraph."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.edits import Break, Correction, Edits, Wording
from episodes.spans import Span, inside
from episodes.types import AdSpan, Speaker, Transcript, Turn, Utterance, Word, in_time
from pipeline.edits import edited
from pipeline.wording import before, corrected, heard, reads
from speakers.utterances import group
from storage.library import EDITS
from tests.fakes import transcript_of, words_of

CUT = Span(10.0, 20.0)
AD = AdSpan(CUT.start, CUT.end, "sponsor", 0.9, stripped=True)
ONE, TWO = "Speaker 1", "Speaker 2"
SAYS = (
    (ONE, 0.0, "The keeper lit the lamp. It burned all night, they say."),
    (ONE, 12.0, "This is an ad for lamps."),
    (TWO, 22.0, "He never slept. Not once in forty years of it."),
    (ONE, 27.0, "Not once? The lamp went out."),
)


def spoken(*says: tuple[str, float, str]) -> tuple[Word, ...]:
    return tuple(
        replace(word, speaker=who, speaker_confidence=0.7, probability=0.6)
        for who, start, text in says
        for word in words_of(text, start)
    )


WORDS = spoken(*SAYS)
FOUND = group(WORDS, (CUT,))


def texts(utterances: tuple[Utterance, ...]) -> list[str]:
    return [utterance.text for utterance in utterances]


def worded(was: str, text: str, utterances: tuple[Utterance, ...] = FOUND) -> Wording:
    """The correction of what is said so first."""
    words = [word for u in utterances for word in u.words]
    count = len(was.split())
    for i in range(len(words)):
        run = words[i : i + count]
        if "".join(word.text for word in run).strip() == was:
            return Wording(run[0].start, run[-1].end, text, was)
    raise AssertionError(f"nobody says {was}")


def laid(*corrections: Correction) -> tuple[Utterance, ...]:
    return corrected(FOUND, corrections, (CUT,))


def test_a_word_is_replaced_and_its_neighbours_stay_as_they_are() -> None:
    after = laid(worded("lit the lamp.", "lit the lantern."))
    assert texts(after)[0].startswith("The keeper lit the lantern. It burned")
    old, new = in_time(FOUND), in_time(after)
    assert [word for word in old if word not in new] == [old[4]]
    (lantern,) = [word for word in new if word not in old]
    assert lantern == replace(old[4], text=" lantern.", probability=1.0)


def test_several_words_share_the_time_by_their_letters() -> None:
    (old,) = [word for word in WORDS if word.text == " forty"]
    after = in_time(laid(worded("forty", "four and forty")))
    new = [word for word in after if old.start <= word.start < old.end]
    assert [word.text for word in new] == [" four", " and", " forty"]
    assert new[0].start == old.start
    assert new[-1].end == pytest.approx(old.end)
    assert new[0].duration_s == pytest.approx(old.duration_s * 4 / 12)
    assert all(a.end == pytest.approx(b.start) for a, b in pairwise(new))


@pytest.mark.parametrize(
    "text", ["never ever slept.", "never slept. Ever!", "Oh, never slept."]
)
def test_what_is_put_in_shares_with_its_neighbour(text: str) -> None:
    after = in_time(laid(worded("never slept.", text)))
    assert f" {text} " in "".join(word.text for word in after)
    assert len(after) == len(WORDS) + 1
    assert (
        len({(word.start, word.end) for word in after} - {(w.start, w.end) for w in WORDS}) == 2
    )
    sure = [word.text for word in after if word.probability == 1.0]
    assert sure == [f" {one}" for one in text.split() if one not in ("never", "slept.")]


def test_nothing_in_place_of_something_is_silence() -> None:
    after = laid(worded("This is an ad for lamps.", ""), worded("Not once?", ""))
    assert len(after) == len(FOUND) - 1
    assert texts(after)[-1] == "The lamp went out."


def test_text_without_blanks_stays_without() -> None:
    words = [Word(n, n + 0.5, letter, speaker=ONE) for n, letter in enumerate("昨日の話です")]
    said = group(words, ())
    after = corrected(said, [Wording(2.0, 4.0, "のお話", "の話")], ())
    assert texts(after) == ["昨日のお話です"]


def test_the_same_words_nearby_are_left_alone() -> None:
    said = spoken((ONE, 0.0, "no no no no"))
    after = corrected(group(said, ()), [Wording(said[2].start, said[3].start, "yes", "no")], ())
    assert texts(after) == ["no no yes no"]


def test_the_same_words_far_away_are_others() -> None:
    said = group(spoken((ONE, 0.0, "no one two three four five no")), ())
    first = said[0].words[0]
    fitting = Wording(first.start, first.end, "yes", "no")
    gone = corrected(said, [Wording(first.start, first.end, "well", "no"), fitting], ())
    assert texts(gone) == ["yes one two three four five no"]


def test_of_two_who_talk_at_once_the_one_who_said_it_is_corrected() -> None:
    both = sorted(
        (*spoken((ONE, 0.0, "we sailed at dawn")), *spoken((TWO, 0.05, "you sailed at dusk"))),
        key=lambda word: word.start,
    )
    said = tuple(
        Utterance(who, tuple(w for w in both if w.speaker == who)) for who in (ONE, TWO)
    )
    after = corrected(said, [Wording(0.0, 1.2, "you sank at dusk", "you sailed at dusk")], ())
    assert texts(after) == ["we sailed at dawn", "you sank at dusk"]


def test_a_correction_finds_its_words_again_a_little_elsewhere() -> None:
    one = worded("forty years", "fifty years")
    later = tuple(replace(w, start=w.start + 0.4, end=w.end + 0.4) for w in WORDS)
    assert "Not once in fifty years of it." in texts(corrected(group(later, ()), [one], ()))[-2]


def test_what_was_heard_otherwise_this_time_is_what_is_said_most_then() -> None:
    again = group(tuple(replace(w, text=w.text.replace("forty", "fourty")) for w in WORDS), ())
    after = corrected(again, [worded("in forty years", "in fifty years")], ())
    assert "Not once in fifty years of it." in texts(after)[-2]


def test_a_paragraph_parts_and_joins() -> None:
    it = next(word for word in WORDS if word.text == " It")
    parted = laid(Break(it.start + 0.04, parted=True))
    assert texts(parted)[:2] == ["The keeper lit the lamp.", "It burned all night, they say."]
    assert laid(Break(it.start, parted=True), Break(it.start, parted=True)) == parted
    assert laid(Break(it.start, parted=True), Break(it.start, parted=False)) == FOUND


def test_only_what_one_voice_says_on_one_side_of_a_cut_is_joined() -> None:
    starts = [utterance.start for utterance in FOUND]
    assert len(starts) == 4
    assert laid(*(Break(start, parted=False) for start in starts)) == FOUND
    assert [before(FOUND, i, (CUT,)) for i in range(4)] == [None] * 4
    assert before(FOUND, 1, ()) == 0


def test_a_break_where_nothing_is_said_changes_nothing() -> None:
    assert laid(Break(40.0, parted=True)) == FOUND


def test_corrections_hold_beside_all_other_edits_and_are_kept() -> None:
    transcript = replace(
        transcript_of(WORDS, (AD,)),
        utterances=FOUND,
        turns=(Turn(0.0, 60.0, ONE), Turn(22.0, 26.0, TWO)),
        speakers=(Speaker(ONE), Speaker(TWO)),
    )
    edits = Edits(corrections=(worded("an ad for lamps.", "no ad."), Break(0.0, parted=True)))
    after: Transcript = edited(transcript, edits)
    assert [u.text for u in after.utterances][1] == "This is no ad."
    assert [u.text for u in after.kept] == [u.text for u in transcript.kept]
    assert EDITS.validate_json(EDITS.dump_json(edits)) == edits
    assert EDITS.validate_python({"title": "Of earlier times"}).corrections == ()


LETTERS = st.text("aé'.,", min_size=1, max_size=6)
TEXTS = st.lists(st.one_of(LETTERS, st.sampled_from(["The", "lamp", "it"])), max_size=6)


@st.composite
def corrections(draw: st.DrawFn) -> list[Correction]:
    """Corrections as people make them one after the other, and some that fit nothing."""
    made: list[Correction] = []
    for _ in range(draw(st.integers(1, 5))):
        there = in_time(corrected(FOUND, made, (CUT,)))
        first = draw(st.integers(0, len(there) - 1))
        run = there[first : first + draw(st.integers(1, 4))]
        if draw(st.booleans()):
            made.append(Break(run[0].start, draw(st.booleans())))
            continue
        was = draw(st.sampled_from(["".join(w.text for w in run).strip(), "otherwise"]))
        end = max(run[0].start, run[-1].end)
        made.append(Wording(run[0].start, end, " ".join(draw(TEXTS)), was))
    return made


@given(corrections())
def test_whatever_is_corrected_the_transcript_stays_whole(made: list[Correction]) -> None:
    earlier = corrected(FOUND, made[:-1], (CUT,))
    after, one = corrected(FOUND, made, (CUT,)), made[-1]
    assert [u.start for u in after] == sorted(u.start for u in after)
    for utterance in after:
        words = utterance.words
        assert [word.start for word in words] == sorted(word.start for word in words)
        assert {word.speaker for word in words} == {utterance.speaker}
        assert len({inside(word.middle, (CUT,)) for word in words}) == 1
        assert all(word.text.strip() for word in words)
    if isinstance(one, Break):
        assert in_time(after) == in_time(earlier)
        return
    run = [spoken.word for spoken in heard(earlier, one)]
    if not run:
        assert after == earlier
        return
    old, new = list(in_time(earlier)), list(in_time(after))
    rest = [word for word in old if word not in run]
    assert [word for word in rest if word in new] == rest
    fresh = [word for word in new if word not in rest]
    assert " ".join("".join(word.text for word in fresh).split()) == one.text
    low, high = min(w.start for w in run), max(w.end for w in run)
    assert all(low <= w.start <= w.end <= high for w in fresh)
    if fresh and len({word.speaker for word in run}) == 1:
        assert one.text in reads(after, Span(low, high + 1e-9))
