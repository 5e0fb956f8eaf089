"""Which of the found spans are cut out: settings first, then caution.

Doubtful spans are marked only, and an episode whose cuts look implausible keeps
everything: a person is asked. This file does not know how spans were found.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from episodes.clock import short_time
from episodes.spans import merge
from episodes.types import AdKind, AdSpan

SURE = 0.6
"""Spans of less confidence than this are marked for a person to review, not cut."""

FAINT = 0.2
"""Of less confidence than this they are marked and nobody is asked: few of them are ads."""

LONG_EPISODE_S = 600.0
"""From this length on, cuts are checked for plausibility."""

MOST_SHARE = 0.45
"""More of a long episode than this is never cut."""

LEAST_LEFT_S = 5.0
LEAST_SHARE = 0.05
"""Of an episode of any length so much stays: 5 s at least, and a twentieth."""

LONGEST_S = 420.0
"""A single cut longer than this, of one spot or several, is never made in a long episode."""


def decide(
    ads: Sequence[AdSpan], duration_s: float, kinds: Collection[AdKind]
) -> tuple[tuple[AdSpan, ...], tuple[str, ...]]:
    """The same spans with `stripped` and `review` decided, and a warning if held back.

    `kinds` are those the settings strip, `duration_s` is the episode's length in seconds.
    """
    cut = [ad for ad in ads if ad.kind in kinds and ad.confidence >= SURE]
    reason = _implausible(cut, duration_s)

    def decided(ad: AdSpan) -> AdSpan:
        if ad.kind not in kinds or ad.confidence < FAINT:
            return replace(ad, stripped=False, review=None)
        if ad.confidence < SURE:
            return replace(ad, stripped=False, review="unsure")
        return replace(ad, stripped=reason is None, review="held back" if reason else None)

    return tuple(decided(ad) for ad in ads), () if reason is None else (reason,)


def _implausible(cut: Sequence[AdSpan], duration_s: float) -> str | None:
    """Why cutting these spans is not believable, or None."""
    left_s = duration_s - sum(span.duration_s for span in merge(cut))
    if cut and left_s < max(LEAST_LEFT_S, LEAST_SHARE * duration_s):
        return (
            "All ads found were left in for a person to review: without them next to nothing "
            f"of the {short_time(duration_s)} would be left."
        )
    if duration_s < LONG_EPISODE_S:
        return None
    longest = max(merge(cut, gap_s=1.0), key=lambda span: span.duration_s, default=None)
    if longest is not None and longest.duration_s > LONGEST_S:
        return (
            f"All ads found were left in for a person to review: what was found at "
            f"{short_time(longest.start)} lasts {short_time(longest.duration_s)}, longer than "
            f"a break is believed to last ({short_time(LONGEST_S)})."
        )
    share = sum(span.duration_s for span in merge(cut)) / duration_s
    if share > MOST_SHARE:
        return (
            f"All ads found were left in for a person to review: they make up {share:.0%} of "
            f"the episode, more than can be believed ({MOST_SHARE:.0%})."
        )
    return None
