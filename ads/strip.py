"""Which of the found spans are cut out: settings first, then caution.

Doubtful spans are marked only, and an episode whose cuts look implausible keeps
everything. This file does not know how spans were found.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from episodes.clock import short_time
from episodes.spans import merge
from episodes.types import AdKind, AdSpan

SURE = 0.6
"""Spans of less confidence than this are marked for a person to review, not cut."""

LONG_EPISODE_S = 600.0
"""From this length on, cuts are checked for plausibility."""

MOST_SHARE = 0.45
"""More of a long episode than this is never cut."""

LONGEST_S = 420.0
"""A single cut longer than this, of one spot or several, is never made in a long episode."""


def decide(
    ads: Sequence[AdSpan], duration_s: float, kinds: Collection[AdKind]
) -> tuple[tuple[AdSpan, ...], tuple[str, ...]]:
    """The same spans with `stripped` decided, and a warning sentence if held back.

    `kinds` are those the settings strip, `duration_s` is the episode's length in seconds.
    """
    wanted = [ad.kind in kinds and ad.confidence >= SURE for ad in ads]
    cut = [ad for ad, yes in zip(ads, wanted, strict=True) if yes]
    if duration_s >= LONG_EPISODE_S and (reason := _implausible(cut, duration_s)):
        return tuple(replace(ad, stripped=False) for ad in ads), (reason,)
    return tuple(replace(ad, stripped=yes) for ad, yes in zip(ads, wanted, strict=True)), ()


def _implausible(cut: Sequence[AdSpan], duration_s: float) -> str | None:
    """Why cutting these spans is not believable, or None."""
    longest = max(merge(cut, gap_s=1.0), key=lambda span: span.duration_s, default=None)
    if longest is not None and longest.duration_s > LONGEST_S:
        return (
            f"Nothing was stripped: what was found at {short_time(longest.start)} lasts "
            f"{short_time(longest.duration_s)}, longer than a break is believed to last "
            f"({short_time(LONGEST_S)}); review the marked spans."
        )
    share = sum(span.duration_s for span in merge(cut)) / duration_s
    if share > MOST_SHARE:
        return (
            f"Nothing was stripped: the ads found make up {share:.0%} of the episode, more "
            f"than can be believed ({MOST_SHARE:.0%}); review the marked spans."
        )
    return None
