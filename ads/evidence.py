"""What the surroundings say: structure, place, repetition, voices, names and show notes.

Turns the sentences' own log-odds into the scores the decoder weighs. Every source is
optional; a missing one adds nothing. This file does not decide anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ads import mentions, rules, sponsors, voices
from ads.classify import judge
from ads.cues import CLOSERS, LAST_WORDS, Role, Roles
from ads.features import describe, heard
from ads.mixture import SPONSOR, mix
from ads.rules import KINDS
from ads.segments import Scores
from ads.sentences import Sentence
from ads.sound import Heard, by_ear

Array = NDArray[np.float64]

SELFPROMO = KINDS.index("selfpromo")


def weigh(
    sentences: Sequence[Sentence],
    duration_s: float,
    description: str | None = None,
    heard_as: Heard | None = None,
) -> Scores:
    """Scores for the decoder, by rules; of paid spots by the fitted weights and by ear too."""
    own = rules.log_odds(sentences)
    roles = heard(sentences)
    scores = by_rules(sentences, own, roles, duration_s, description)
    columns = describe(sentences, roles, own[:, :2], duration_s, description)
    judged = judge(sentences, columns)
    if judged is not None:
        scores = mix(scores, judged, sentences, roles)
    # Voices that are told apart have told already what was spliced in, and a host's talk over
    # music runs on into a spot's.
    alone = len({s.speaker for s in sentences}) < 2
    return by_ear(scores, sentences, heard_as) if alone and heard_as is not None else scores


def by_rules(
    sentences: Sequence[Sentence],
    own: Array,
    roles: Roles,
    duration_s: float,
    description: str | None = None,
) -> Scores:
    """Scores from the log-odds of rules.py and what surrounds the sentences."""
    names, brief = mentions.named(sentences, roles), voices.passing(sentences)
    noted = sponsors.noted(description or "")
    inside = own + _place(sentences, duration_s)
    paid = inside[:, SPONSOR]
    paid += [0.8 * bool(own) for own in names]
    paid += [1.0 * bool(sponsors.said(s) & noted) for s in sentences]
    paid += [1.0 / brief.get(s.speaker or "", np.inf) for s in sentences]
    paid += _repeats(sentences)
    for i in mentions.host_reads(sentences, roles, names):
        paid[i] = max(paid[i], -0.2)
    paid[list(mentions.jokes(sentences, roles))] -= 2.0
    for i in mentions.own_addresses(sentences, roles):
        paid[i] -= 3.0
        inside[i, SELFPROMO] += 2.0
    paid[_tail(sentences, roles, duration_s) :] += 0.6
    splices, seams = voices.borders(sentences, brief), voices.seams(sentences, brief)
    seams[list(mentions.changes(roles, names))] += 1.5
    starts = np.repeat(splices[:-1, None], len(KINDS), axis=1)
    ends = np.repeat(splices[1:, None], len(KINDS), axis=1)
    paid -= seams
    starts[:, SPONSOR] += seams  # a spot that begins there does not hold the seam
    starts[:, SPONSOR] += [_begins(roles, names, i) for i in range(len(roles))]
    ends[:, SPONSOR] += [_closes(roles, i) for i in range(len(roles))]
    return Scores(inside, starts, ends)


def _begins(roles: Roles, names: Sequence[frozenset[str]], i: int) -> float:
    """How well sentence i begins a spot: by its own words and by what came before."""
    score = 6.0 if "opener" in roles[i] else 0.0
    if i == 0:
        return score
    before = roles[i - 1]
    if before & {"aside", "jest"} and not before & {"opener", "handoff"}:
        score -= 3.0  # what adverts were just talked of is a joke, or quoted
    score += 3.5 if "handoff" in before else 1.0 if "preview" in before else 0.0
    if not roles[i] & CLOSERS:
        score += 1.0 if before & LAST_WORDS else 0.5 if before & CLOSERS else 0.0
    if any(names[i] & earlier for earlier in names[max(0, i - 4) : i]):
        score -= 2.0  # the same sponsor goes on
    return score


def _closes(roles: Roles, i: int) -> float:
    """How well sentence i ends a spot: by its own words and by what comes next."""
    score = 1.5 if roles[i] & CLOSERS else -0.5
    if i + 1 < len(roles):
        score += 1.5 * bool(roles[i + 1] & {"return", "intro"})
        score -= 1.0 * bool(roles[i + 1] & CLOSERS - {"offer"})
    if any(later & {"aside", "jest"} for later in roles[i + 1 : i + 3]):
        score -= 3.0  # it was a joke, or a quotation
    return score


def _place(sentences: Sequence[Sentence], duration_s: float) -> Array:
    """Openings belong near the beginning, endings near the end; a penalty elsewhere."""
    scores = np.zeros((len(sentences), len(KINDS)))
    early, late = max(300.0, 0.2 * duration_s), duration_s - max(180.0, 0.15 * duration_s)
    for i, sentence in enumerate(sentences):
        for column, kind in enumerate(KINDS):
            misplaced = (kind in ("intro", "preview") and sentence.start > early) or (
                kind in ("outro", "credits") and sentence.end < late
            )
            scores[i, column] = -3.0 if misplaced else 0.0
    return scores


def _tail(
    sentences: Sequence[Sentence], roles: Sequence[frozenset[Role]], duration_s: float
) -> int:
    """After the last farewell near the end and a pause: what is left is rarely the show."""
    late = duration_s - max(300.0, 0.1 * duration_s)
    said = [i for i, s in enumerate(sentences) if s.start > late and "outro" in roles[i]]
    after = range(said[-1] + 1 if said else len(sentences), len(sentences))
    return next((i for i in after if sentences[i].pause_s > 1.5), len(sentences))


def _repeats(sentences: Sequence[Sentence]) -> Array:
    """Wording that comes again minutes later: the same spot inserted twice, or a jingle.

    A teaser at the beginning repeats the programme, so there it is worth half.
    """
    scores = np.zeros(len(sentences))
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, sentence in enumerate(sentences):
        for row in zip(*(sentence.tokens[k:] for k in range(5)), strict=False):
            places[row].append(i)
    for i, sentence in enumerate(sentences):
        rows = list(zip(*(sentence.tokens[k:] for k in range(5)), strict=False))
        far = [
            min(sentence.start, sentences[j].start)
            for row in rows
            for j in places[row][:9]
            if abs(sentences[j].start - sentence.start) > 120
        ]
        if rows and len(far) >= 0.6 * len(rows):
            scores[i] = 0.5 if min(far) < 120 else 1.0
    return scores
