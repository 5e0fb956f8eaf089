"""Names given to voices against the names they bear. Runs nothing but the naming."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.report import Figure
from benchmarks.score import Counts, share
from episodes.types import Speaker, Word
from speakers.names import name_voices
from speakers.sounds import same_name, same_word

MUCH = 100
"""Voices of fewer words need not be named."""


@dataclass(frozen=True, slots=True)
class Naming(Counts):
    """Voices named right and wrong; `voices` are those that talk much, named or not."""

    right: int = 0
    wrong: int = 0
    voices: int = 0


def naming(words: Sequence[Word]) -> Naming:
    """How the voices of a talk are named whose words bear the true names as speakers."""
    talk = Counter(word.speaker or "" for word in words)
    labels = {name: f"Speaker {n}" for n, name in enumerate(talk, 1)}
    hidden = [replace(word, speaker=labels[word.speaker or ""]) for word in words]
    return _judged(name_voices(hidden), {label: name for name, label in labels.items()}, talk)


def _judged(
    found: Mapping[str, Speaker], truth: Mapping[str, str], talk: Mapping[str, int]
) -> Naming:
    right = sum(is_right(one.name or "", truth[label]) for label, one in found.items())
    return Naming(right, len(found) - right, sum(count >= MUCH for count in talk.values()))


def is_right(found: str, true: str) -> bool:
    """Whether a name means this person: all of it, or one word of it, as heard."""
    if " " not in found:
        words = true.split()
        short = f"{words[-2][:1]}{words[-1]}" if len(words) > 1 else ""  # as "KBall"
        return found.casefold() == short.casefold() or any(
            same_word(found, word) or word.startswith(found) for word in words
        )
    return same_name(found, true) or true.startswith(found)


def named(score: Naming) -> dict[str, Figure]:
    """The figures of a table."""
    return {
        "named right": score.right,
        "wrong": score.wrong,
        "of voices": score.voices,
        "precision": share(score.right, score.right + score.wrong),
        "recall": share(score.right, score.voices),
    }
