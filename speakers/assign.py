"""Words to speakers: whose turn covers a word, and where speakers are likely to change.

Time alone gives many words at a change to the wrong person, because a recogniser's word
times are only good to about a quarter of a second. So the whole word sequence is decoded
at once (a hidden Markov model over words): turns are the evidence, and changing speaker
is cheap after a sentence or a pause and dear inside a phrase. This file does not know any
audio.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from episodes.spans import Span, overlap
from episodes.types import Turn, Word
from speakers.sentences import ends_sentence
from speakers.viterbi import best_path

Floats = NDArray[np.float64]

PAUSE_S = 0.3
"""From here a pause between two words invites a change of speaker."""

_CHANGE_AFTER_SENTENCE = 0.3
_CHANGE_AT_PAUSE = 0.2
_CHANGE_IN_PHRASE = 0.002
_FADE_S = 0.5
_REACH_S = 1.0
_DOUBT = 0.02
_OVERLAPPED = 0.5
_SQUEEZED_S = 0.05


def assign(words: Sequence[Word], turns: Sequence[Turn]) -> tuple[Word, ...]:
    """The words with `speaker`, `speaker_confidence` in [0, 1] and `overlap` set.

    Words in no turn go by the nearest turn edges. Without turns every speaker is None.
    """
    if not turns or not words:
        return tuple(
            replace(w, speaker=None, speaker_confidence=None, overlap=False) for w in words
        )
    speakers = sorted({turn.speaker for turn in turns})
    evidence, overlapped = _evidence(words, turns, speakers)
    changes = np.array([_change(a, b) for a, b in pairwise(words)])
    share = changes / max(1, len(speakers) - 1)
    path = best_path(np.log(evidence), np.log1p(-changes), np.log(share))
    sure = _posteriors(evidence, changes)[np.arange(len(words)), path]
    return tuple(
        replace(
            word,
            speaker=speakers[voice],
            speaker_confidence=round(min(1.0, float(confidence)), 3),
            overlap=bool(covered),
        )
        for word, voice, confidence, covered in zip(words, path, sure, overlapped, strict=True)
    )


def _change(word: Word, following: Word) -> float:
    """The chance that another speaker says the following word."""
    if ends_sentence(word.text):
        return _CHANGE_AFTER_SENTENCE
    return _CHANGE_AT_PAUSE if following.start - word.end >= PAUSE_S else _CHANGE_IN_PHRASE


def _evidence(
    words: Sequence[Word], turns: Sequence[Turn], speakers: Sequence[str]
) -> tuple[Floats, NDArray[np.bool_]]:
    """How well each speaker's turns fit each word, shape (words, speakers), rows sum to 1.

    And whether at least two speakers' turns cover half of the word, shape (words,).
    """
    fit = np.zeros((len(words), len(speakers)))
    cover = np.zeros_like(fit)
    column = {speaker: at for at, speaker in enumerate(speakers)}
    places = _places(words)
    for word, row, near in zip(places, range(len(words)), _near(places, turns), strict=True):
        for turn in near:
            at = column[turn.speaker]
            cover[row, at] += overlap(word, turn) / max(word.duration_s, 1e-3)
            apart = max(turn.start - word.middle, word.middle - turn.end, 0.0)
            fit[row, at] = max(fit[row, at], np.exp(-apart / _FADE_S) * _DOUBT, 1e-9)
    fit += np.minimum(cover, 1.0)
    fit += _DOUBT * fit.max(axis=1, keepdims=True)
    overlapped = (cover >= _OVERLAPPED).sum(axis=1) >= 2
    return fit / fit.sum(axis=1, keepdims=True), overlapped


def _places(words: Sequence[Word]) -> list[Span]:
    """Where each word may lie; one that the recogniser gave no length: up to the next.

    Such words mostly open a sentence after a pause, and bear the time before the pause.
    """
    places: list[Span] = [Span(word.start, word.end) for word in words]
    for at, (word, following) in enumerate(pairwise(words)):
        if word.duration_s < _SQUEEZED_S and word.start < following.start:
            places[at] = Span(word.start, following.start)
    return places


def _near(words: Sequence[Span], turns: Sequence[Turn]) -> Iterator[list[Turn]]:
    """The turns within reach of each word, or else the last before it and the first after."""
    ordered = sorted(turns, key=lambda t: t.start)
    starts = [turn.start for turn in ordered]
    latest = list(accumulate(ordered, _later))
    ends = [turn.end for turn in latest]
    for word in words:
        first = bisect_right(ends, word.start - _REACH_S)
        last = bisect_left(starts, word.end + _REACH_S)
        yield (
            ordered[first:last] or latest[max(0, first - 1) : first] + ordered[last : last + 1]
        )


def _later(one: Turn, other: Turn) -> Turn:
    return other if other.end > one.end else one


def _posteriors(evidence: Floats, changes: Floats) -> Floats:
    """The chance of every speaker at every word (forward-backward), rows sum to 1."""
    steps, voices = evidence.shape
    share = changes / max(1, voices - 1)
    forward, backward = np.empty_like(evidence), np.ones_like(evidence)
    forward[0] = evidence[0] / evidence[0].sum()
    for step in range(1, steps):
        keep = 1 - changes[step - 1] - share[step - 1]
        here = (forward[step - 1] * keep + share[step - 1]) * evidence[step]
        forward[step] = here / here.sum()
    for step in range(steps - 2, -1, -1):
        after = backward[step + 1] * evidence[step + 1]
        keep = 1 - changes[step] - share[step]
        here = after * keep + share[step] * after.sum()
        backward[step] = here / here.sum()
    both = forward * backward
    return np.asarray(both / both.sum(axis=1, keepdims=True))
