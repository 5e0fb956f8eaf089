from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.edits import Decision, Edits, settled
from episodes.spans import Span, disjoint, gaps, inside, merge, overlap, subtract
from episodes.types import AdSpan, Speaker, Transcript, Turn, in_time
from pipeline.edits import completed, decided, edited, relabelled, renamed
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


def cuts(ads: Sequence[AdSpan], *decisions: Decision) -> list[tuple[float, float]]:
    """What is cut of these ads after the decisions."""
    return [(cut.start, cut.end) for cut in merge(laid(ads, *decisions))]


def laid(ads: Sequence[AdSpan], *decisions: Decision) -> list[AdSpan]:
    return [ad for ad in decided(ads, decisions, 60.0) if ad.stripped]


def test_a_part_that_is_kept_splits_the_ad() -> None:
    assert cuts([replace(AD, end=40.0)], Decision(20.0, 24.0, "keep")) == [(10, 20), (24, 40)]


def test_what_little_is_left_beside_a_part_that_is_kept_is_kept_too() -> None:
    assert cuts([AD], Decision(11.0, 18.0, "keep")) == []


def test_an_edge_is_moved_by_saying_what_was_there() -> None:
    shorter = Decision(10.0, 12.0, "cut", replaces=Span(10.0, 20.0))
    assert cuts([AD], shorter) == [(10, 12)]
    longer = Decision(4.0, 20.0, "cut", replaces=Span(10.0, 20.0))
    assert cuts([AD], longer) == [(4, 20)]


@pytest.mark.parametrize("order", [1, -1])
def test_the_edge_between_two_ads_is_moved_in_either_order(order: int) -> None:
    ads = [AD, AdSpan(20.0, 30.0, "sponsor", 0.9, "Next", stripped=True)]
    moved = [
        Decision(10.0, 17.0, "cut", replaces=Span(10.0, 20.0)),
        Decision(17.0, 30.0, "cut", replaces=Span(20.0, 30.0)),
    ]
    found = laid(ads, *(completed(one, ads) for one in moved[::order]))
    assert [(ad.start, ad.end) for ad in found] == [(10, 17), (17, 30)]
    assert [ad.sponsor for ad in found] == [None, "Next"]


def test_an_edge_is_moved_again_and_again() -> None:
    once = Decision(10.0, 16.0, "cut", replaces=Span(10.0, 20.0))
    again = Decision(10.0, 14.0, "cut", replaces=Span(10.0, 16.0))
    back = Decision(8.0, 18.0, "cut", replaces=Span(10.0, 14.0))
    assert cuts([AD], once, again) == [(10, 14)]
    assert cuts([AD], once, again, back) == [(8, 18)]


def test_an_edge_moved_into_the_next_ad_leaves_the_rest_of_that_one() -> None:
    ads = [AD, AdSpan(20.0, 40.0, "sponsor", 0.9, "Next", stripped=True)]
    found = laid(ads, Decision(10.0, 26.0, "cut", replaces=Span(10.0, 20.0)))
    assert [(ad.start, ad.end) for ad in found] == [(10, 26), (26, 40)]


def test_a_cut_of_several_ads_is_one() -> None:
    ads = [AD, AdSpan(20.0, 30.0, "selfpromo", 0.9), AdSpan(30.0, 40.0, "sponsor", 0.3)]
    (found,) = decided(ads, [Decision(10.0, 40.0, "cut")], 60.0)
    assert (found.start, found.end, found.stripped) == (10, 40, True)


def test_the_later_of_two_decisions_holds() -> None:
    cut, keep = Decision(5.0, 20.0, "cut"), Decision(8.0, 12.0, "keep")
    assert cuts([], cut, keep) == [(5, 8), (12, 20)]
    assert cuts([], keep, cut) == [(5, 20)]


def test_a_cut_of_most_of_an_ad_is_that_ad_with_other_edges() -> None:
    said = completed(Decision(10.0, 16.0, "cut"), [AD])
    assert said.replaces == Span(10.0, 20.0)
    assert cuts([AD], said) == [(10, 16)]
    # An ad found later beside it is another one.
    assert cuts([AdSpan(10.0, 30.0, "sponsor", 0.9, stripped=True)], said) == [
        (10, 16),
        (20, 30),
    ]
    for other in (
        Decision(10.0, 14.0, "cut"),
        Decision(10.0, 16.0, "keep"),
        Decision(10.0, 16.0, "cut", replaces=Span(8.0, 9.0)),
    ):
        assert completed(other, [AD]) == other


def test_nothing_is_cut_beyond_the_end() -> None:
    assert cuts([], Decision(50.0, 90.0, "cut"), Decision(70.0, 80.0, "cut")) == [(50, 60)]


def test_what_was_held_back_is_told_until_all_is_decided(transcript: Transcript) -> None:
    ads = tuple(replace(ad, stripped=False, review="held back") for ad in (AD, DOUBT))
    told = replace(
        transcript, ads=ads, warnings=("Loud.", "All left in."), held_back="All left in."
    )
    some = edited(told, Edits(ads=(Decision(10.0, 20.0, "cut"),)))
    assert (some.held_back, some.summary.to_review) == ("All left in.", 1)
    every = edited(told, Edits(ads=(Decision(10.0, 20.0, "cut"), Decision(29.0, 37.0, "keep"))))
    assert (every.held_back, every.warnings) == (None, ("Loud.",))
    assert every.summary.to_review == 0


SECONDS = st.floats(0.0, 50.0).map(lambda t: round(t, 2))
SPANS = st.builds(lambda a, b: Span(min(a, b), max(a, b) + 0.01), SECONDS, SECONDS)
DECISIONS = st.lists(
    st.builds(
        lambda span, action, before: Decision(span.start, span.end, action, replaces=before),
        SPANS,
        st.sampled_from(["keep", "cut"]),
        st.none() | SPANS,
    ),
    max_size=5,
)
ADS = st.lists(st.tuples(SPANS, st.booleans()), max_size=5).map(
    lambda some: [
        AdSpan(part.start, part.end, "sponsor", 0.9, stripped=stripped)
        for i, (span, stripped) in enumerate(some)
        for part in subtract([span], [before for before, _ in some[:i]])
    ]
)


@given(ADS, DECISIONS)
def test_decisions_win_inside_and_nothing_is_told_twice(
    ads: list[AdSpan], decisions: list[Decision]
) -> None:
    ads.sort(key=lambda ad: ad.start)
    found = decided(ads, decisions, 60.0)
    assert disjoint(found)
    cut = merge(ad for ad in found if ad.stripped)
    before = merge(ad for ad in ads if ad.stripped)
    assert disjoint(settled(decisions))
    for i, one in enumerate(decisions):
        later = decisions[i + 1 :]
        moved = [d.replaces for d in later if d.replaces and one.action == "cut"]
        for part in subtract([one], [*later, *moved]):
            assert not any(
                overlap(part, other) > 1e-9
                for other in (cut if one.action == "keep" else gaps(cut, part))
            )
    # Nothing that nobody decided about is cut anew.
    assert all(part.duration_s < 1e-9 for part in subtract(cut, [*before, *settled(decisions)]))
    assert decided(found, decisions, 60.0) == found
    assert decided(ads, (), 60.0) == tuple(ads)  # a decision taken back leaves nothing


@given(DECISIONS)
def test_whatever_is_decided_no_word_is_lost_or_doubled(decisions: list[Decision]) -> None:
    found = replace(transcript_of(WORDS, (AD, DOUBT)), utterances=group(WORDS, (AD,)))
    edits = Edits(ads=tuple(decisions))
    after = edited(found, edits)
    assert [word for u in after.utterances for word in u.words] == list(WORDS)
    for utterance in after.kept:
        for word in utterance.words:
            assert not inside(word.middle, after.cuts)
    assert edited(after, edits) == after


def test_a_changed_cut_keeps_sentences_whole_and_reports_anew(transcript: Transcript) -> None:
    words = list(WORDS)
    words[80] = replace(words[80], text=" Mm-hm.", speaker="Speaker 1")
    talk = replace(transcript, utterances=group(words, (AD,)))
    assert [u.text for u in talk.kept if u.backchannel] == ["Mm-hm."]
    turns = (*transcript.turns, Turn(50.0, 56.0, "Speaker 2"))
    for end, backchannels, kinds in (
        (40.45, 0, ["speech_without_words", "change_in_phrase"]),
        (38.0, 1, ["speech_without_words", "change_in_phrase"]),
        (60.0, 1, ["change_in_phrase"]),
    ):
        cut = Edits(ads=(Decision(37.0, end, "cut"),))
        laid = edited(replace(talk, turns=turns), cut)
        assert sum(u.backchannel for u in laid.utterances) == backchannels
        assert [one.kind for one in laid.quality.concerns] == kinds
        assert in_time(laid.utterances) == tuple(words)


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
        transcript,
        speakers=(
            Speaker("Speaker 1", "Bo", "I'm Bo.", name_confidence=0.95),
            Speaker("Speaker 2"),
        ),
    )
    named = edited(heard, Edits(names=renamed((), heard, {"Speaker 1": "Ada"})))
    assert named.speakers[0] == Speaker("Speaker 1", "Ada", "named by a person", "person")
