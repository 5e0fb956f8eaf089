"""Chooses what mixes the weights with the rules, on what was held back from fitting.

    python -m benchmarks.ad_training.choose

Each constant in turn is set to the best of some values, on real episodes of four shows, on
spliced episodes and on short passages, all held back. Then the same with each show of the real
ones left out, which is scored by the others' choice. Prints both; changes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from math import log

import numpy as np

from ads import mixture, segments
from ads.detect import EVEN_SCORE, SCORE_SCALE
from ads.edges import place
from ads.mixture import Mixture
from ads.segments import Segment, decode
from ads.strip import SURE
from benchmarks.ad_score import AdScore, ad_score
from benchmarks.ad_training.held import Case, cases
from episodes.spans import Span, inside, overlap

RIGHT = 0.6
"""A spot is right where this share of it is truly an advert."""

VALUES: Mapping[str, Sequence[float]] = {
    "inside": (0.3, 0.4, 0.5, 0.6),
    "edges": (0.7, 1.0, 1.3),
    "rules": (0.2, 0.3, 0.4, 0.5),
    "signs": (0.5, 0.8),
    "prior": (-0.3, 0.0, 0.15, 0.3, 0.6),
    "spot": (3.0, 4.0, 5.0),
    "breaks": (3.0, 5.0),
    "usual_s": (25.0, 35.0),
    "spread": (0.9, 1.3),
    "cut": (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0),
}
"""What is tried for each field of Setting."""


@dataclass(frozen=True, slots=True)
class Setting(Mixture):
    """The mixture, priors on a paid spot, and the score from which it is cut."""

    breaks: float
    usual_s: float
    spread: float
    cut: float


@cache
def found(one: Case, setting: Setting) -> tuple[tuple[Segment, Span], ...]:
    """Paid spots and appeals by the program's own decoder; `cut` does not matter here."""
    mixture.FITTED, segments.BREAKS = setting, setting.breaks
    length = replace(
        segments.LENGTHS["sponsor"], usual_s=setting.usual_s, spread=setting.spread
    )
    segments.LENGTHS = {**segments.LENGTHS, "sponsor": length}
    scores = mixture.mix(one.hand, one.judged, one.sentences, one.roles)
    pairs: list[tuple[Segment, Span]] = []
    every = decode(one.sentences, scores)
    for kind in ("sponsor", "selfpromo"):
        own = [segment for segment in every if segment.kind == kind]
        runs = [(one.sentences[s.first].first, one.sentences[s.last - 1].last) for s in own]
        pairs += zip(own, place(one.words, runs, one.duration_s), strict=True)
    return tuple(pairs)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a setting gives for one case."""

    case: Case
    score: AdScore
    exact: bool
    spots: Sequence[tuple[float, bool]]
    appeals: AdScore


@cache
def outcome(one: Case, setting: Setting) -> Outcome:
    """Cut as the setting says; `spots` are all that were found: score, and whether right."""
    pairs = found(one, replace(setting, cut=0.0))
    every = [pair for pair in pairs if pair[0].kind == "sponsor"]
    told = [span for segment, span in pairs if segment.kind == "selfpromo"]
    cut = [span for segment, span in every if segment.score >= setting.cut]
    marks = [inside(word.middle, one.ads) for word in one.words]
    exact = marks == [inside(word.middle, cut) for word in one.words]
    spots = [
        (
            segment.score,
            sum(overlap(span, ad) for ad in one.ads) >= RIGHT * max(0.1, span.duration_s),
        )
        for segment, span in every
    ]
    return Outcome(
        one,
        ad_score(one.ads, cut, one.words, one.duration_s),
        exact,
        spots,
        ad_score(one.appeals, told, one.words, one.duration_s),
    )


def worth(outcomes: Sequence[Outcome]) -> float:
    """What is maximised: F1 and edges of the real and the spliced, passages exactly right."""
    total = 0.0
    for group in ("real", "spliced"):
        own = sum((o.score for o in outcomes if o.case.group == group), AdScore())
        if own.duration_s:
            total += own.f1 + 0.5 * own.edges_1s / max(1, own.edges)
            total -= 0.5 * own.lost_s / own.duration_s * 60
    total += _f1_of_words(outcomes)
    for ads in (True, False):
        short = [
            o.exact
            for o in outcomes
            if o.case.group in ("passage", "trap") and bool(o.case.ads) == ads
        ]
        total += sum(short) / max(1, len(short))
    return total


def run(setting: Setting, every: Sequence[Case]) -> list[Outcome]:
    """The outcome of each case."""
    return [outcome(one, setting) for one in every]


def _f1_of_words(outcomes: Sequence[Outcome]) -> float:
    """Of appeals, where it is known which words they are."""
    own = sum((o.appeals for o in outcomes if o.case.group == "spliced"), AdScore())
    return 2 * own.words_right / max(1, own.words_found + own.words_true)


def choose(every: Sequence[Case], setting: Setting, rounds: int = 1) -> Setting:
    """The setting after each constant in turn took its best value."""
    best = worth(run(setting, every))
    for _ in range(rounds):
        before = best
        for name, values in VALUES.items():
            for value in values:
                tried = replace(setting, **{name: value})
                if tried != setting and (got := worth(run(tried, every))) > best + 1e-3:
                    best, setting = got, tried
        if best == before:
            break
    return setting


def confidence(outcomes: Sequence[Outcome], cut: float) -> tuple[float, float]:
    """Score at even odds and scale of a logistic curve (Platt, 1999) that is SURE at `cut`."""
    spots = [spot for o in outcomes for spot in o.spots]
    above = np.array([score - cut for score, _ in spots])
    right = np.array([right for _, right in spots])
    offset = log(SURE / (1 - SURE))

    def loss(scale: float) -> float:
        odds = offset + above / scale
        return float(np.logaddexp(0.0, np.where(right, -odds, odds)).sum())

    scale = min(np.geomspace(0.5, 20.0, 75), key=loss)
    return cut - offset * float(scale), float(scale)


def tell(name: str, outcomes: Sequence[Outcome]) -> None:
    """One line for each group."""
    for group in ("real", "spliced"):
        s = sum((o.score for o in outcomes if o.case.group == group), AdScore())
        if s.duration_s:
            right = s.words_right / max(1, s.words_found), s.words_right / max(1, s.words_true)
            sys.stdout.write(
                f"{name} {group}: F1 {s.f1:.3f} ({s.hits}/{s.missed}/{s.false}), edges within "
                f"1 s {s.edges_1s} of {s.edges}, words {right[0]:.3f} {right[1]:.3f}, "
                f"lost {s.lost_s_per_hour:.1f} s an hour\n"
            )
    for group in ("passage", "trap"):
        for sort, own in _sorts([o for o in outcomes if o.case.group == group]).items():
            sys.stdout.write(f"{name} {group} {sort}: {sum(own)} of {len(own)} exact\n")

    sys.stdout.write(f"{name} appeals, F1 of words: {_f1_of_words(outcomes):.3f}\n")


def _sorts(outcomes: Sequence[Outcome]) -> dict[str, list[bool]]:
    sorts: dict[str, list[bool]] = {}
    for o in outcomes:
        name = o.case.show if o.case.group == "trap" else ("spots" if o.case.ads else "none")
        sorts.setdefault(name, []).append(o.exact)
    return sorts


def main() -> int:
    """Choose, and choose again without each show."""
    every = list(cases())
    length = segments.LENGTHS["sponsor"]
    cut = EVEN_SCORE + SCORE_SCALE * log(SURE / (1 - SURE))
    prior = {"breaks": segments.BREAKS, "usual_s": length.usual_s, "spread": length.spread}
    start = Setting(**asdict(mixture.FITTED), **prior, cut=cut)
    tell("before", run(start, every))
    chosen = choose(every, start)
    sys.stdout.write(f"chosen {chosen}\n")
    tell("after", run(chosen, every))
    curve = confidence(run(chosen, every), chosen.cut)
    sys.stdout.write(f"even at {curve[0]:.2f}, scale {curve[1]:.2f}\n")
    for show in sorted({one.show for one in every if one.group == "real"}):
        others = [one for one in every if one.show != show]
        alone = choose(others, start)
        sys.stdout.write(f"without {show}: {alone}\n")
        tell(f"  {show}", run(alone, [one for one in every if one.show == show]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
