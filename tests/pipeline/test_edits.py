from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.edits import Decision, Edits
from episodes.spans import disjoint
from episodes.types import AdSpan, Speaker, Transcript, Turn
from pipeline.edits import edited, relabelled, renamed
from speakers.utterances import group
from tests.fakes import transcript_of, words_of

WORDS = tuple(
    replace(word, speaker="Speaker 1" if word.start < 25 else "Speaker 2")
    for word in words_of(" ".join(f"word{n}" for n in range(100)), 0.0, word_s=0.5)
)
AD = AdSpan(10.0, 20.0, "sponsor", 0.9, stripped=True)
DOUBT = AdSpan(30.0, 36.0, "sponsor", 0.4)


@pytest.fixture
def transcript() -> Transcript:
    """Two voices, one ad that is cut and one that is only marked."""
    return replace(
        transcript_of(WORDS, (AD, DOUBT)),
        speakers=(Speaker("Speaker 1"), Speaker("Speaker 2")),
        utterances=group(WORDS, (AD,)),
        turns=(Turn(0.0, 25.0, "Speaker 1"), Turn(25.0, 50.0, "Speaker 2")),
    )


def said(transcript: Transcript) -> list[str]:
    return [word.text for u in transcript.kept for word in u.words]


def test_no_edits_change_nothing(transcript: Transcript) -> None:
    assert edited(transcript, Edits()) == transcript


def test_an_ad_that_is_kept_is_marked_and_not_cut(transcript: Transcript) -> None:
    kept = edited(transcript, Edits(ads=(Decision(10.5, 19.0, "keep"),)))
    assert [ad.stripped for ad in kept.ads] == [False, False]
    assert kept.cuts == ()
    assert said(kept) == [word.text for word in WORDS]


def test_a_cut_takes_its_edges_from_the_decision(transcript: Transcript) -> None:
    decision = Decision(9.0, 21.0, "cut", sponsor="Acme")
    moved = edited(transcript, Edits(ads=(decision,)))
    (ad,) = [ad for ad in moved.ads if ad.stripped]
    assert (ad.start, ad.end, ad.sponsor) == (9.0, 21.0, "Acme")
    assert "word18" not in " ".join(said(moved))
    assert DOUBT in moved.ads


def test_nothing_need_be_found_where_a_person_cuts(transcript: Transcript) -> None:
    cut = edited(transcript, Edits(ads=(Decision(40.0, 41.0, "cut"),)))
    assert len(cut.cuts) == 2


SECONDS = st.floats(0.0, 50.0).map(lambda t: round(t, 2))
DECISIONS = st.lists(
    st.builds(
        lambda a, b, action: Decision(min(a, b), max(a, b) + 0.01, action),
        SECONDS,
        SECONDS,
        st.sampled_from(["keep", "cut"]),
    ),
    max_size=5,
)


@given(DECISIONS)
def test_whatever_is_decided_no_word_is_lost_or_doubled(decisions: list[Decision]) -> None:
    found = replace(transcript_of(WORDS, (AD, DOUBT)), utterances=group(WORDS, (AD,)))
    laid = edited(found, Edits(ads=tuple(decisions)))
    assert [word for u in laid.utterances for word in u.words] == list(WORDS)
    assert disjoint(laid.cuts)
    for utterance in laid.kept:
        for word in utterance.words:
            assert not any(cut.start <= word.middle < cut.end for cut in laid.cuts)


def test_a_name_stands_beside_its_label(transcript: Transcript) -> None:
    names = renamed((), transcript, {"Speaker 2": "Ana"})
    named = edited(transcript, Edits(names=names))
    assert [(s.label, s.name) for s in named.speakers] == [
        ("Speaker 1", None),
        ("Speaker 2", "Ana"),
    ]
    assert named.utterances == transcript.utterances


def test_a_name_follows_its_voice_when_labels_change(transcript: Transcript) -> None:
    edits = Edits(names=renamed((), transcript, {"Speaker 2": "Ana"}))
    other = {"Speaker 1": "Speaker 2", "Speaker 2": "Speaker 1"}
    swapped = replace(
        transcript,
        turns=tuple(replace(turn, speaker=other[turn.speaker]) for turn in transcript.turns),
    )
    assert [s.name for s in edited(swapped, edits).speakers] == ["Ana", None]
    assert [one.label for one in relabelled(edits, swapped).names] == ["Speaker 1"]


def test_a_name_can_be_changed_and_taken_back(transcript: Transcript) -> None:
    names = renamed((), transcript, {"Speaker 1": "Ben", "Speaker 2": "Ana"})
    names = renamed(names, transcript, {"Speaker 1": "Bert", "Speaker 2": None})
    named = edited(transcript, Edits(names=names))
    assert [s.name for s in named.speakers] == ["Bert", None]


def test_the_name_of_a_voice_that_is_gone_goes_to_nobody(transcript: Transcript) -> None:
    edits = Edits(names=renamed((), transcript, {"Speaker 2": "Ana"}))
    alone = replace(transcript, turns=transcript.turns[:1], speakers=transcript.speakers[:1])
    assert [s.name for s in edited(alone, edits).speakers] == [None]


def test_a_name_a_person_gave_goes_before_one_that_was_heard(transcript: Transcript) -> None:
    heard = replace(
        transcript, speakers=(Speaker("Speaker 1", "Bo", "I'm Bo.", 0.95), Speaker("Speaker 2"))
    )
    named = edited(heard, Edits(names=renamed((), heard, {"Speaker 1": "Ada"})))
    assert named.speakers[0] == Speaker("Speaker 1", "Ada", "named by a person")
