"""What waits for a person, from a transcript with its edits and from other episodes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from episodes.edits import Decision, Edits
from episodes.repeats import Repeat
from episodes.types import AdSpan, Transcript
from pipeline.edits import edited
from pipeline.review import FIRST, LAST, questions
from speakers.utterances import group
from tests.fakes import transcript_of, words_of

WORDS = words_of(" ".join(f"w{n}" for n in range(200)), 0.0)
CUT = AdSpan(10.0, 20.0, "sponsor", 0.9, "Acme", ("says a code",), stripped=True)
UNSURE = AdSpan(30.0, 36.0, "sponsor", 0.4, None, ("names a price",), review="unsure")
OFFER = Repeat(40.0, 50.0, "sponsor", 0.9, "heard in 3 other episodes")
KEPT = Repeat(10.0, 20.0, "sponsor", 0.0, "a person kept it in X", person=True)


def transcript(*ads: AdSpan) -> Transcript:
    cuts = [ad for ad in ads if ad.stripped]
    return replace(transcript_of(WORDS, ads), utterances=group(WORDS, cuts))


def asked(
    found: Transcript, *offers: Repeat, decisions: tuple[Decision, ...] = ()
) -> list[tuple[float, str]]:
    laid = edited(found, Edits(ads=decisions))
    return [(one.start, one.reason) for one in questions(laid, offers, decisions)]


def test_what_is_doubtful_is_asked_with_what_speaks_for_it() -> None:
    (one,) = questions(transcript(CUT, UNSURE), (), ())
    assert (one.start, one.end, one.reason, one.suggested) == (30.0, 36.0, "unsure", None)
    assert one.evidence == ("names a price",)
    assert one.quote.startswith("w100 w101")


def test_all_that_was_held_back_is_asked() -> None:
    held = replace(CUT, stripped=False, review="held back")
    one, two = questions(transcript(held, UNSURE), (), ())
    assert (one.reason, one.suggested, two.reason) == ("held back", "cut", "unsure")


def test_what_other_episodes_tell_is_asked_unless_it_is_so_already() -> None:
    found = transcript(CUT, UNSURE)
    assert asked(found, OFFER) == [(30.0, "unsure"), (40.0, "repeats")]
    assert asked(found, replace(OFFER, start=11.0, end=19.0)) == [(30.0, "unsure")]
    assert asked(found, KEPT) == [(10.0, "repeats"), (30.0, "unsure")]
    assert asked(found, replace(KEPT, start=40.0, end=50.0)) == [(30.0, "unsure")]


def test_a_doubtful_span_of_which_others_tell_is_asked_once() -> None:
    (one,) = questions(transcript(UNSURE), [replace(OFFER, start=29.0, end=36.5)], ())
    assert (one.reason, one.suggested, one.stripped) == ("repeats", "cut", False)
    assert one.evidence == ("names a price", OFFER.evidence)


def test_what_others_keep_is_suggested_to_be_kept() -> None:
    (one,) = questions(transcript(CUT), [KEPT], ())
    assert (one.suggested, one.stripped) == ("keep", True)


@pytest.mark.parametrize(
    "decision", [Decision(30.0, 36.0, "keep"), Decision(30.0, 36.0, "cut")]
)
def test_what_is_decided_is_asked_no_more(decision: Decision) -> None:
    found = transcript(CUT, UNSURE)
    assert asked(found, decisions=(decision,)) == []
    both = (decision, Decision(41.0, 50.0, "keep"))
    assert asked(found, OFFER, decisions=both) == []
    assert asked(found, KEPT, decisions=(decision, Decision(10.0, 19.0, "cut"))) == []
    # Found again with other edges, it is still decided.
    other = transcript(replace(UNSURE, start=29.0, end=37.5))
    assert asked(other, decisions=(decision,)) == []


def test_a_long_one_is_quoted_from_both_ends() -> None:
    (one,) = questions(transcript(replace(UNSURE, start=0.0, end=60.0)), (), ())
    words = one.quote.split()
    assert len(words) == FIRST + 1 + LAST
    assert (words[0], words[FIRST], words[-1]) == ("w0", "...", "w199")
