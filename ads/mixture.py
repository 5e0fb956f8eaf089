"""What rules tell of paid spots and what the fitted weights tell, made one.

Both are weighed against each other; of what the weights hardly know (jests, idents, a host's
chat between an opener and the last word for the sponsor) rules have the last say. This file
does not know how either was told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ads import mentions, rules
from ads.classify import Judgement
from ads.cues import Role, Roles
from ads.idents import Ident, idents
from ads.rules import KINDS
from ads.segments import Scores
from ads.sentences import Sentence

Array = NDArray[np.float64]

SPONSOR = KINDS.index("sponsor")


@dataclass(frozen=True, slots=True)
class Mixture:
    """How much fitted log-odds count inside a spot and at its edges, and rules beside them.

    `rules` are those on sentences, `signs` those on beginnings and endings. `prior` is added
    for every sentence of a spot and `spot` for every spot: what the weights were fitted to has
    its own share of ads, and of what only looks like them.
    """

    inside: float
    edges: float
    rules: float
    signs: float
    prior: float
    spot: float


FITTED = Mixture(inside=0.5, edges=1.0, rules=0.5, signs=0.8, prior=0.15, spot=4.0)
"""Chosen with benchmarks/ad_training/choose.py, as are the priors in segments.py and the curve
in detect.py; docs/log.md says where its own choice differs."""


@dataclass(frozen=True, slots=True)
class Formed:
    """What an ident's form is worth at least, log-odds.

    `inside` for each sentence, `edge` at its beginning and at its end: at most `onward` less
    what the weights give the next sentence.
    """

    inside: float
    edge: float
    onward: float


IDENT = Formed(inside=1.0, edge=8.0, onward=6.0)
"""Set by hand; docs/log.md says what else was tried."""

HOST, LEAD = 0.5, 2.0
"""What each sentence of a host's read is worth at least, log-odds, and its beginning."""

JEST, OWN = 4.0, 2.0
"""Log-odds against each sentence of a made-up advert or of the recogniser's making, and against
each that greets, announces or takes leave: the weights know little of them."""


def mix(
    scores: Scores, judged: Judgement, sentences: Sequence[Sentence], roles: Roles
) -> Scores:
    """The rules' scores with those of paid spots made a mixture of both.

    `roles` is from features.heard.
    """
    against = doubts(sentences, roles)
    names = mentions.named(sentences, roles)
    read = {i for i in mentions.host_reads(sentences, roles, names) if not against[i]}
    formed = idents(sentences, roles)
    meant = [one for one in formed if max(against[one.first : one.last]) < JEST]
    scores = by_host(weighed(scores, judged, against), read)
    return by_form(scores, meant, judged)


def doubts(sentences: Sequence[Sentence], roles: Roles) -> Array:
    """Log-odds against each sentence that the weights are not trusted with, by rules."""
    parts: set[Role] = {"intro", "preview", "outro", "credits"}
    paid: set[Role] = {"opener", "trailer"}
    against = np.array([OWN * bool(own & parts and not own & paid) for own in roles])
    against[list(mentions.jokes(sentences, roles))] = JEST
    against[[rules.invented(sentence) for sentence in sentences]] = JEST
    return against


def weighed(scores: Scores, judged: Judgement, against: Array) -> Scores:
    """The scores of paid spots as FITTED has them; `against` is from `doubts`."""
    inside, starts, ends = scores.inside.copy(), scores.starts.copy(), scores.ends.copy()
    inside[:, SPONSOR] = FITTED.inside * judged.inside + FITTED.rules * inside[:, SPONSOR]
    starts[:, SPONSOR] = FITTED.edges * judged.first + FITTED.signs * starts[:, SPONSOR]
    ends[:, SPONSOR] = FITTED.edges * judged.last + FITTED.signs * ends[:, SPONSOR]
    inside[:, SPONSOR] += FITTED.prior - against
    starts[:, SPONSOR] += FITTED.spot
    return Scores(inside, starts, ends, judged.inside)


def by_host(scores: Scores, read: Collection[int]) -> Scores:
    """The scores, those of sentences of a host's read at least HOST, of its first LEAD.

    The weights take a host's chat amid a spot for programme.
    """
    inside, starts = scores.inside.copy(), scores.starts.copy()
    for i in read:
        inside[i, SPONSOR] = max(inside[i, SPONSOR], HOST)
        if i - 1 not in read:
            starts[i, SPONSOR] = max(starts[i, SPONSOR], LEAD)
    return replace(scores, inside=inside, starts=starts)


def by_form(scores: Scores, formed: Sequence[Ident], judged: Judgement) -> Scores:
    """The scores, those of what has an ident's form at least as high as IDENT.

    The weights hardly tell so short a spot from what stands around it. Where they read on
    (`judged`), an ident opens a longer spot, and does not end it.
    """
    inside, starts, ends = scores.inside.copy(), scores.starts.copy(), scores.ends.copy()
    for one in formed:
        onward = judged.inside[one.last] if one.last < len(inside) else -np.inf
        own = slice(one.first, one.last)
        inside[own, SPONSOR] = np.maximum(inside[own, SPONSOR], IDENT.inside)
        starts[one.first, SPONSOR] = max(starts[one.first, SPONSOR], IDENT.edge)
        end = min(IDENT.edge, IDENT.onward - onward)
        ends[one.last - 1, SPONSOR] = max(ends[one.last - 1, SPONSOR], end)
    return replace(scores, inside=inside, starts=starts, ends=ends, idents=tuple(formed))
