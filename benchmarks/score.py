"""How far a hypothesis (ours) is from a reference (the truth): words and speakers.

Pure functions over words and turns, giving counts rather than rates, so that files add
up: sum the scores of several files with `+`, then read the rate. Ads are scored in
ad_score.py. This file does not know which engine or corpus its input comes from.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Self

import jiwer
import numpy as np
from meeteval.wer.wer.cp import cp_word_error_rate
from scipy.optimize import linear_sum_assignment

from episodes.spans import Span, inside, merge, overlap
from episodes.types import Turn, Word

if TYPE_CHECKING:
    from pyannote.core import Annotation

Token = tuple[str, Word]
"""A normalised word and the word it comes from."""

BACKCHANNEL_S = 1.0
NEAR_CHANGE_S = 1.0
SURE = 0.9


@dataclass(frozen=True, slots=True)
class Counts:
    """Base of the scores: counts that add up field by field."""

    def __add__(self, other: Self) -> Self:
        """The score of both files together."""
        names = [f.name for f in fields(self)]
        return type(self)(*(getattr(self, n) + getattr(other, n) for n in names))


@dataclass(frozen=True, slots=True)
class WordErrors(Counts):
    """Errors against `length` reference words, after normalisation."""

    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0
    length: int = 0

    @property
    def rate(self) -> float:
        """Errors per reference word; exceeds 1 where much is inserted."""
        return share(self.substitutions + self.deletions + self.insertions, self.length)


@dataclass(frozen=True, slots=True)
class NamesRight(Counts):
    """Mentions of names, and how many of them are spelt right."""

    right: int = 0
    mentions: int = 0


@dataclass(frozen=True, slots=True)
class WrongSpeakers(Counts):
    """Words given to the wrong person, of those that stand in both texts.

    `near` words lie within a second of a change of speaker; of `sure` words the speaker
    has a confidence of at least SURE.
    """

    wrong: int = 0
    aligned: int = 0
    near_wrong: int = 0
    near: int = 0
    sure_wrong: int = 0
    sure: int = 0

    @property
    def rate(self) -> float:
        """WDER, the word diarization error rate, in [0, 1]."""
        return share(self.wrong, self.aligned)


@dataclass(frozen=True, slots=True)
class SpeakerTime(Counts):
    """Seconds of diarization error against `speech_s` of talk (overlap counted twice).

    A reference turn of at most a second is a backchannel, recalled where the right
    speaker's turns cover at least half of it.
    """

    missed_s: float = 0.0
    false_alarm_s: float = 0.0
    confusion_s: float = 0.0
    speech_s: float = 0.0
    backchannels: int = 0
    recalled: int = 0

    @property
    def rate(self) -> float:
        """DER, the diarization error rate."""
        return share(self.missed_s + self.false_alarm_s + self.confusion_s, self.speech_s)


def share(part: float, whole: float) -> float:
    """`part` of `whole`; of nothing: 0 if there is no part either, else infinity."""
    if whole == 0:
        return 0.0 if part == 0 else float("inf")
    return part / whole


def normalise(text: str) -> str:
    """Lower case, no punctuation, numbers and spelling unified: Whisper's English rules."""
    return _normaliser()(text)


def word_errors(reference: Sequence[Word], hypothesis: Sequence[Word]) -> WordErrors:
    """WER over the whole text, whoever says it; both sides in order of speech."""
    out = _align(normalise(_text(reference)).split(), normalise(_text(hypothesis)).split())
    length = out.hits + out.substitutions + out.deletions
    return WordErrors(out.substitutions, out.deletions, out.insertions, length)


def words_by_speaker(reference: Sequence[Word], hypothesis: Sequence[Word]) -> WordErrors:
    """cpWER: each speaker's words in a row, speakers paired so that errors are fewest.

    Watanabe et al. 2020 (CHiME-6), by meeteval. Words without a speaker are one more row.
    """
    score = cp_word_error_rate(
        _rows(reference), _rows(hypothesis), reference_sort=False, hypothesis_sort=False
    )
    return WordErrors(score.substitutions, score.deletions, score.insertions, score.length)


def wrong_speakers(reference: Sequence[Word], hypothesis: Sequence[Word]) -> WrongSpeakers:
    """WDER: the share of aligned words, right or substituted, with the wrong speaker.

    Shafey et al. 2019 (arXiv 1907.05337): (S_IS + C_IS) / (S + C) under the pairing of
    speakers that leaves fewest wrong. Words are normalised one by one, so each keeps its
    speaker. A word without a speaker is wrong.
    """
    said, heard = _tokens(reference), _tokens(hypothesis)
    pairs = [(said[i][1], heard[j][1]) for i, j in _aligned(said, heard)]
    together = Counter((truth.speaker, ours.speaker) for truth, ours in pairs)
    paired = _pair({(a, b): float(n) for (a, b), n in together.items() if a and b})
    changes = _around_changes(reference)
    wrong = [paired.get(ours.speaker) != truth.speaker for truth, ours in pairs]
    near = [inside(ours.middle, changes) for _, ours in pairs]
    sure = [(ours.speaker_confidence or 0.0) >= SURE for _, ours in pairs]
    near_wrong, sure_wrong = (
        sum(w and n for w, n in zip(wrong, some, strict=True)) for some in (near, sure)
    )
    return WrongSpeakers(sum(wrong), len(pairs), near_wrong, sum(near), sure_wrong, sum(sure))


def names_right(
    reference: Sequence[Word], hypothesis: Sequence[Word], names: Iterable[str]
) -> NamesRight:
    """How many of the reference's mentions of `names` the hypothesis has word for word."""
    said, heard = _tokens(reference), _tokens(hypothesis)
    right = {i for i, j in _aligned(said, heard) if said[i][0] == heard[j][0]}
    texts = [token for token, _ in said]
    wanted = {tuple(normalise(name).split()) for name in names} - {()}
    mentions = [
        range(at, at + len(name))
        for name in wanted
        for at in range(len(texts) - len(name) + 1)
        if tuple(texts[at : at + len(name)]) == name
    ]
    return NamesRight(sum(right.issuperset(mention) for mention in mentions), len(mentions))


def speaker_time(
    reference: Sequence[Turn], hypothesis: Sequence[Turn], said: Sequence[Turn] | None = None
) -> SpeakerTime:
    """DER in its parts, by pyannote.metrics: collar 0, overlap scored.

    `said` are whole utterances, among which backchannels are sought, where `reference`
    is split finer than that (at every breath).
    """
    # Loads pandas and more: seconds that the other scores need not wait for.
    from pyannote.core import Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    metric = DiarizationErrorRate(collar=0.0, skip_overlap=False)
    end = max((t.end for t in (*reference, *hypothesis)), default=0.0)
    truth, ours = _annotation(reference), _annotation(hypothesis)
    parts = metric(truth, ours, uem=Timeline([Segment(0.0, end)]), detailed=True)
    paired: dict[str, str] = metric.optimal_mapping(truth, ours)
    short = [t for t in said or reference if t.duration_s <= BACKCHANNEL_S]
    return SpeakerTime(
        parts["missed detection"],
        parts["false alarm"],
        parts["confusion"],
        parts["total"],
        len(short),
        sum(_recalled(turn, hypothesis, paired) for turn in short),
    )


def _recalled(turn: Turn, hypothesis: Iterable[Turn], paired: Mapping[str, str]) -> bool:
    """Whether the right speaker's turns cover at least half of `turn`."""
    right = merge(t for t in hypothesis if paired.get(t.speaker) == turn.speaker)
    return 2 * sum(overlap(turn, t) for t in right) >= turn.duration_s


def _annotation(turns: Iterable[Turn]) -> Annotation:
    """The turns as pyannote.core has them; one speaker's overlapping turns are united."""
    from pyannote.core import Annotation, Segment

    marks = Annotation()
    for track, turn in enumerate(turns):
        marks[Segment(turn.start, turn.end), track] = turn.speaker
    return marks.support()


def _pair(together: Mapping[tuple[str, str], float]) -> dict[str | None, str]:
    """Each hypothesis label's own reference label, so that most is `together`."""
    truths = sorted({truth for truth, _ in together})
    labels = sorted({label for _, label in together})
    gain = np.array([[together.get((a, b), 0.0) for b in labels] for a in truths], ndmin=2)
    if not together:
        return {}
    rows, columns = linear_sum_assignment(gain, maximize=True)
    return {labels[c]: truths[r] for r, c in zip(rows, columns, strict=True) if gain[r, c] > 0}


def _around_changes(words: Sequence[Word]) -> tuple[Span, ...]:
    """The time within NEAR_CHANGE_S of a change from one speaker to another."""
    changes = [(a.end + b.start) / 2 for a, b in pairwise(words) if a.speaker != b.speaker]
    return merge(Span(max(0.0, t - NEAR_CHANGE_S), t + NEAR_CHANGE_S) for t in changes)


def _align(said: Sequence[str], heard: Sequence[str]) -> jiwer.WordOutput:
    """The Levenshtein alignment of two lists of normalised words."""
    return jiwer.process_words([" ".join(said)], [" ".join(heard)])


def _aligned(said: Sequence[Token], heard: Sequence[Token]) -> list[tuple[int, int]]:
    """The places of words that stand against each other, the same or substituted."""
    out = _align([text for text, _ in said], [text for text, _ in heard])
    return [
        (chunk.ref_start_idx + i, chunk.hyp_start_idx + i)
        for chunk in out.alignments[0]
        if chunk.type in ("equal", "substitute")
        for i in range(chunk.ref_end_idx - chunk.ref_start_idx)
    ]


def _tokens(words: Iterable[Word]) -> list[Token]:
    """Normalised words with the word each comes from: none of a dash, two of "it's"."""
    return [(token, word) for word in words for token in normalise(word.text).split()]


def _rows(words: Sequence[Word]) -> dict[str, str]:
    """Each speaker's normalised words in a row; "?" has those without a speaker."""
    rows: dict[str, list[str]] = {}
    for speaker, run in groupby(words, key=lambda w: w.speaker or "?"):
        rows.setdefault(speaker, []).append(normalise(_text(list(run))))
    return {speaker: " ".join(texts) for speaker, texts in rows.items()}


def _text(words: Sequence[Word]) -> str:
    return "".join(word.text for word in words)


@cache
def _normaliser() -> Callable[[str], str]:
    with warnings.catch_warnings():
        # The library's source holds an invalid escape, told of when it is first compiled.
        warnings.simplefilter("ignore")
        from whisper_normalizer.english import (
            EnglishTextNormalizer,
        )
    normaliser: Callable[[str], str] = EnglishTextNormalizer()
    return normaliser
