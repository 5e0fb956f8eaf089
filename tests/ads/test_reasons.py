"""Why a span was cut, in words a person can check."""

from __future__ import annotations

import numpy as np

from ads.features import heard
from ads.idents import idents
from ads.reasons import explain
from ads.rules import KINDS
from ads.segments import Scores, Segment
from ads.sentences import Sentence, split
from episodes.types import AdKind, Word


def said(*lines: str) -> tuple[Sentence, ...]:
    tokens = [token for line in lines for token in line.split()]
    return split([Word(start=i, end=i + 1, text=f" {t}") for i, t in enumerate(tokens)])


def reasons(*lines: str, kind: AdKind = "sponsor", notes: str | None = None) -> tuple[str, ...]:
    """Reasons for all lines but the first and the last."""
    sentences = said(*lines)
    blank = np.zeros((len(sentences), len(KINDS)))
    scores = Scores(blank, blank, blank, idents=idents(sentences, heard(sentences)))
    return explain(sentences, Segment(1, len(lines) - 1, kind, 1.0), scores, notes)


def test_quotes_what_was_said() -> None:
    found = reasons("It rained.", "Brought to you by Acme.", "Terms apply.", "It rained.")
    assert 'opens like a spot: "brought to you by"' in found
    assert 'legal wording: "terms apply"' in found


def test_tells_what_made_it_an_ident() -> None:
    found = reasons("It rained.", "Deep Field is supported by Acme.", "It rained.")
    assert 'says who pays, or whose it is: "supported by"' in found
    found = reasons("It rained.", "Support for Deep Field comes from Acme.", "It rained.")
    assert not any("who pays" in reason for reason in found)  # the opener says so already


def test_names_the_structure_around() -> None:
    found = reasons("We'll be right back.", "Visit acme.com today.", "Welcome back.")
    assert {"follows a hand-off to a break", "the show comes back right after"} <= set(found)


def test_counts_a_name_heard_nowhere_else() -> None:
    spot = ("Acme is here.", "Try Acme at acme.com.")
    assert 'names "Acme" in 2 sentences, and nobody else does' in reasons("Hi.", *spot, "Bye.")
    heard = reasons("Hi.", *spot, "Acme was sued.")
    assert not any(reason.startswith("names") for reason in heard)


def test_show_notes() -> None:
    found = reasons("Hi.", "See acme.com.", "Bye.", notes="Sponsor: https://acme.com")
    assert "linked in the show notes: acme" in found


def test_other_kinds_quote_their_own_wording_only() -> None:
    found = reasons("Hi.", "Leave us a review at acme.com.", "Bye.", kind="selfpromo")
    assert found == ('asks something of the audience: "leave us a review"',)


def test_there_is_always_a_reason() -> None:
    assert reasons("Hi.", "It rained.", "Bye.")
