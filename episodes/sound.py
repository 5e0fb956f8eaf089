"""The noun of what an episode sounds like, apart from what is said in it.

This file does not know how it is measured, nor what follows from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from episodes.spans import Span

HOP_S = 0.1
"""Seconds that each frame of a `Sound` lasts."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Where an episode is quiet, and frames of HOP_S seconds, the first at second 0.

    `silences` are quiet stretches, sorted and disjoint. A frame has its `level_db` and its
    `floor_db`, the level of its quietest 30 ms, both in dB of full scale; and its
    `bandwidth_hz`, above which it holds next to nothing, 0 where it is too quiet to tell.
    """

    silences: tuple[Span, ...] = ()
    level_db: tuple[int, ...] = ()
    floor_db: tuple[int, ...] = ()
    bandwidth_hz: tuple[int, ...] = ()
