"""Voices merged and split: words and times stay, and everything said has one speaker."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.edits import Edits, Move, Naming
from episodes.spans import Span, merge
from episodes.types import AdSpan, Speaker, Transcript, Turn
from pipeline.edits import edited, relabelled, renamed
from pipeline.moves import bound, joined, moved, parted
from speakers.utterances import group
from tests.fakes import transcript_of, words_of

LABELS = ("Speaker 1", "Speaker 2", "Speaker 3")
AD = AdSpan(10.0, 20.0, "sponsor", 0.9, stripped=True)
WORDS = tuple(
    replace(word, speaker=LABELS[int(word.start // 5) % 3])
    for word in words_of(" ".join(f"word{n}" for n in range(100)), 0.0, word_s=0.5)
)


def made(order: tuple[str, ...] = LABELS) -> Transcript:
    """Three voices who take turns every five seconds, and one ad; they bear these labels."""
    names = dict(zip(LABELS, order, strict=True))
    words = tuple(replace(word, speaker=names[word.speaker or ""]) for word in WORDS)
    turns = tuple(Turn(5.0 * n, 5.0 * n + 5, order[n % 3]) for n in range(10))
    return replace(
        transcript_of(words, (AD,)),
        speakers=tuple(Speaker(label) for label in LABELS),
        utterances=group(words, (AD,)),
        turns=turns,
    )


FOUND = made()
TIMES = st.integers(0, 100).map(lambda n: n / 2)


@st.composite
def moves(draw: st.DrawFn) -> tuple[Move, ...]:
    """Some merges and splits one after the other, as people make them."""
    made_: tuple[Move, ...] = ()
    for _ in range(draw(st.integers(0, 4))):
        there = [speaker.label for speaker in moved(FOUND, made_).speakers]
        if draw(st.booleans()) and len(there) > 1:
            pair = draw(st.permutations(there))
            made_ = (*made_, joined(FOUND, pair[0], pair[1]))
        else:
            start, end = sorted((draw(TIMES), draw(TIMES)))
            who, into = (draw(st.sampled_from([None, *there])) for _ in range(2))
            made_ = (*made_, parted(FOUND, made_, who, Span(start, end), into))
    return made_


def who_says(transcript: Transcript) -> list[str | None]:
    return [word.speaker for u in transcript.utterances for word in u.words]


@given(moves())
def test_no_word_is_lost_and_each_has_one_speaker(made_: tuple[Move, ...]) -> None:
    after = moved(FOUND, made_)
    words = [word for u in after.utterances for word in u.words]
    assert [(w.text, w.start, w.end) for w in words] == [
        (w.text, w.start, w.end) for w in WORDS
    ]
    assert all(word.speaker == u.speaker for u in after.utterances for word in u.words)
    labels = {speaker.label for speaker in after.speakers}
    assert set(who_says(after)) <= labels
    assert {turn.speaker for turn in after.turns} <= labels
    assert merge(after.turns) == merge(FOUND.turns)
    assert sum(t.duration_s for t in after.turns) == pytest.approx(50.0)
    assert after.ads == FOUND.ads
    for word in words:
        spoken = [t.speaker for t in after.turns if t.start <= word.middle < t.end]
        assert spoken == [word.speaker]


@given(moves())
def test_moves_that_are_made_twice_change_nothing_more(made_: tuple[Move, ...]) -> None:
    for n in range(len(made_)):
        one = made_[: n + 1]
        assert moved(FOUND, (*one, one[-1])) == moved(FOUND, one)


@given(moves())
def test_what_is_taken_back_is_as_it_was(made_: tuple[Move, ...]) -> None:
    edits = Edits(moves=made_)
    assert edited(FOUND, replace(edits, moves=edits.moves[:0])) == FOUND
    assert bound(made_, FOUND.turns) == bound(bound(made_, FOUND.turns), FOUND.turns)


@given(moves(), st.permutations(LABELS))
def test_moves_follow_their_voices_to_other_labels(
    made_: tuple[Move, ...], order: list[str]
) -> None:
    """Processed again, the voices bear other numbers: who is one with whom stays."""
    other = made(tuple(order))
    kept = relabelled(Edits(moves=made_), other)
    before, after = who_says(moved(FOUND, made_)), who_says(moved(other, kept.moves))
    assert len(set(zip(before, after, strict=True))) == len(set(before)) == len(set(after))
    assert relabelled(kept, other) == kept


def test_a_merged_voice_keeps_its_name_for_the_day_it_is_parted_again() -> None:
    names = renamed((), FOUND, {"Speaker 1": "Ann", "Speaker 2": "Ben"})
    edits = Edits(names=names, moves=(joined(FOUND, "Speaker 2", "Speaker 1"),))
    edits = relabelled(edits, FOUND)
    assert [s.name for s in edited(FOUND, edits).speakers] == ["Ann", None]
    parted_again = replace(edits, moves=())
    assert [s.name for s in edited(FOUND, parted_again).speakers] == ["Ann", "Ben", None]


def test_who_is_merged_into_nobody_s_voice_gives_it_the_name() -> None:
    names = renamed((), FOUND, {"Speaker 2": "Ben"})
    edits = Edits(names=names, moves=(joined(FOUND, "Speaker 2", "Speaker 1"),))
    assert [s.name for s in edited(FOUND, edits).speakers] == ["Ben", None]
    assert relabelled(edits, FOUND).named == {"Speaker 1": "Ben"}


def test_a_move_of_a_voice_that_is_gone_is_left_out() -> None:
    gone = Move("Speaker 1", "Speaker 9", turns=(Span(900.0, 901.0),))
    assert moved(FOUND, (gone,)) == FOUND
    assert relabelled(Edits(names=(Naming("Speaker 9", "Zoe", ()),)), FOUND).names[0].label == (
        "Speaker 9"
    )
