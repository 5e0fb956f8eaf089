"""Words to paragraphs, and the numbers that speakers bear. Pure.

A paragraph is one speaker's, lies on one side of every cut's edge, and in a long
monologue holds about two to four whole sentences. This file does not know how speakers
were told apart or why something is cut.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from episodes.spans import Span, inside, merge
from episodes.types import Turn, Utterance, Word
from speakers.sentences import ends_sentence

_LONG_PAUSE_S = 2.0
_MOST_SENTENCES = 4
_ENOUGH_WORDS = 12
_FULL_WORDS = 45
_LONGEST_SENTENCE_WORDS = 80


def number(
    words: Sequence[Word], turns: Sequence[Turn], cuts: Sequence[Span]
) -> tuple[tuple[Word, ...], tuple[Turn, ...]]:
    """Words and turns under their final labels "Speaker 1", "Speaker 2", ...

    First come the voices with words outside the cuts, by their first such word; then
    those heard only in the cuts; then those with turns but no words.
    """
    cuts = merge(cuts)
    kept = [word for word in words if not inside(word.middle, cuts)]
    heard = [word.speaker for word in (*kept, *words)] + [turn.speaker for turn in turns]
    voices = dict.fromkeys(voice for voice in heard if voice is not None)
    labels = {voice: f"Speaker {n}" for n, voice in enumerate(voices, 1)}
    return (
        tuple(w if w.speaker is None else replace(w, speaker=labels[w.speaker]) for w in words),
        tuple(replace(turn, speaker=labels[turn.speaker]) for turn in turns),
    )


def group(words: Sequence[Word], cuts: Sequence[Span]) -> tuple[Utterance, ...]:
    """Paragraphs: all words in order, each paragraph one speaker's, none across a cut's edge.

    A word belongs to the cut in which its middle lies.
    """
    edges = [edge for cut in merge(cuts) for edge in (cut.start, cut.end)]
    return tuple(
        Utterance(speaker, paragraph)
        for (speaker, _), run in groupby(
            words, key=lambda word: (word.speaker, bisect_right(edges, word.middle))
        )
        for paragraph in _paragraphs(tuple(run))
    )


def _paragraphs(words: tuple[Word, ...]) -> Iterator[tuple[Word, ...]]:
    """One speaker's words in paragraphs of whole sentences."""
    paragraph: tuple[Word, ...] = ()
    held = 0
    for sentence in _sentences(words):
        if paragraph:
            full = len(paragraph) + len(sentence) > _FULL_WORDS
            pause = sentence[0].start - paragraph[-1].end >= _LONG_PAUSE_S
            if pause or (len(paragraph) >= _ENOUGH_WORDS and (full or held >= _MOST_SENTENCES)):
                yield paragraph
                paragraph, held = (), 0
        paragraph += sentence
        held += 1
    if paragraph:
        yield paragraph


def _sentences(words: tuple[Word, ...]) -> Iterator[tuple[Word, ...]]:
    start = 0
    for at, word in enumerate(words, 1):
        if ends_sentence(word.text) or at == len(words):
            yield from _bearable(words[start:at])
            start = at


def _bearable(sentence: tuple[Word, ...]) -> Iterator[tuple[Word, ...]]:
    """Text without punctuation is one endless sentence: halve it at its longest pauses."""
    if len(sentence) <= _LONGEST_SENTENCE_WORDS:
        yield sentence
        return
    margin = len(sentence) // 4
    at = max(
        range(margin, len(sentence) - margin),
        key=lambda i: sentence[i].start - sentence[i - 1].end,
    )
    yield from _bearable(sentence[:at])
    yield from _bearable(sentence[at:])
