"""What rules have the last say in, where the weights are asked."""

from __future__ import annotations

import numpy as np
import pytest

from ads.classify import Judgement
from ads.features import heard
from ads.mixture import HOST, IDENT, JEST, LEAD, SPONSOR, doubts, mix
from ads.rules import KINDS
from ads.segments import Scores
from ads.sentences import Sentence, split
from episodes.types import Word

READ = (
    "We'll be right back.",
    "You could be paying less by switching to Acme Mobile.",
    "My mother never picks up anyway.",
    "Shop plans at acmemobile.com today.",
    "So the ferry was late again.",
)


def said(*texts: str) -> tuple[Sentence, ...]:
    tokens = [token for text in texts for token in text.split()]
    return split([Word(0.4 * i, 0.4 * i + 0.3, f" {t}") for i, t in enumerate(tokens)])


def mixed(*texts: str, inside: float = -3.0) -> Scores:
    """Scores of sentences of which the weights think nothing good, and rules nothing."""
    sentences = said(*texts)
    n = len(sentences)
    blank = np.zeros((n, len(KINDS)))
    nothing = Scores(blank, blank, blank)
    odds, even, not_here = (np.full(n, x) for x in (inside, 0.0, -4.0))
    return mix(nothing, Judgement(odds, not_here, even, even), sentences, heard(sentences))


def test_a_hosts_read_counts_from_its_first_name_to_its_last_word() -> None:
    scores = mixed(*READ)
    assert list(scores.inside[:, SPONSOR] >= HOST) == [False, True, True, True, False]
    assert scores.starts[1, SPONSOR] == LEAD
    assert (scores.starts[[0, 2, 3, 4], SPONSOR] < LEAD).all()


def test_only_paid_spots_are_mixed() -> None:
    scores = mixed(*READ)
    others = [i for i in range(len(KINDS)) if i != SPONSOR]
    assert not scores.inside[:, others].any()
    assert not scores.ends[:, others].any()


def test_a_jest_is_no_hosts_read() -> None:
    jest = "This show is brought to you by Acme. Go to acme.com. I'm just kidding, no sponsors."
    assert (doubts(said(jest), heard(said(jest))) >= JEST).any()
    assert (mixed(jest).inside[:, SPONSOR] < HOST).all()


@pytest.mark.parametrize(("onward", "worth"), [(-5.0, IDENT.edge), (5.0, IDENT.onward - 5)])
def test_an_ident_ends_where_the_weights_do_not_read_on(onward: float, worth: float) -> None:
    scores = mixed("Deep Field is supported by the Marlow Trust.", "It rained.", inside=onward)
    assert [one.last for one in scores.idents] == [1]
    assert scores.starts[0, SPONSOR] == IDENT.edge
    assert scores.ends[0, SPONSOR] == worth
