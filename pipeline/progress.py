"""How far an episode is, told stage by stage. Does not know who listens."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with a stage's name and the fraction of it that is done, 0 to 1."""

SHARES = {
    "decode": 0.01,
    "clips": 0.01,
    "fingerprint": 0.01,
    "language": 0.02,
    "pieces": 0.0,
    "transcribe": 0.60,
    "diarize": 0.30,
    "voices": 0.01,
    "sound": 0.01,
    "transcript": 0.01,
    "llm": 0.01,
    "cut": 0.01,
}
"""About how much of an episode's time each stage takes, in order, for one bar over all."""


def ignore(_stage: str, _fraction: float) -> None:
    """Take no notice of progress."""


def overall(stage: str, fraction: float) -> float:
    """The fraction of an episode done when `fraction` of `stage` is; 0 to 1."""
    done = 0.0
    for name, share in SHARES.items():
        if name == stage:
            return done + share * fraction
        done += share
    return 1.0
