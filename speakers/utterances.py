"""Words to paragraphs, and the numbers that speakers bear. Pure.

A paragraph is one speaker's, lies on one side of every cut's edge, and holds whole
sentences: as many as fit a length, fewer where the speaker pauses. This file does not know
how speakers were told apart or why something is cut.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, zip_longest
from unicodedata import east_asian_width

from episodes.spans import Span, inside, merge
from episodes.types import Turn, Utterance, Word
from speakers.backchannels import backchannels
from speakers.sentences import ends_sentence

FULL = 200
"""A paragraph takes no further sentence beyond this many columns (letters, of which those
of Chinese and Japanese count twice): the length to which a published page was packed."""
TINY = 40
"""What is shorter is no paragraph: it joins its neighbour, even beyond `FULL`."""
LONGEST_SENTENCE = 400
"""Text that does not end a sentence for so long has no punctuation to go by."""
LONG_PAUSE_S = 2.0
"""A pause that parts even what is short."""
PAUSE_S = 1.0
"""A pause that parts paragraphs which are half full."""


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
    """Paragraphs by start: each one speaker's, none across a cut's edge, every word in one.

    `words` are in order of time; one belongs to the cut in which its middle lies. A
    listener's "mm-hm" inside a sentence is an utterance of its own and does not split it.
    """
    edges = [edge for cut in merge(cuts) for edge in (cut.start, cut.end)]
    found: list[Utterance] = []
    for _, stretch in groupby(words, key=lambda word: bisect_right(edges, word.middle)):
        found += _utterances(tuple(stretch))
    return tuple(sorted(found, key=lambda utterance: utterance.start))


def _utterances(words: tuple[Word, ...]) -> Iterator[Utterance]:
    """The paragraphs of a stretch that nothing cuts, then its backchannels."""
    heard = list(zip(words, backchannels(words), strict=True))
    spoken = [word for word, reply in heard if not reply]
    for speaker, run in groupby(spoken, key=lambda word: word.speaker):
        for paragraph in _paragraphs(tuple(run)):
            yield Utterance(speaker, paragraph)
    for reply, replied in groupby(heard, key=lambda pair: pair[1]):
        if reply:
            own = tuple(word for word, _ in replied)
            yield Utterance(own[0].speaker, own, backchannel=True)


def _paragraphs(words: tuple[Word, ...]) -> Iterator[tuple[Word, ...]]:
    """One speaker's words in paragraphs of whole sentences."""
    paragraph: tuple[Word, ...] = ()
    sentences = list(_sentences(words))
    for sentence, following in zip_longest(sentences, sentences[1:]):
        if paragraph and _parts(paragraph, sentence, following):
            yield paragraph
            paragraph = ()
        paragraph += sentence
    if paragraph:
        yield paragraph


def _parts(
    paragraph: Sequence[Word], sentence: Sequence[Word], following: Sequence[Word] | None
) -> bool:
    """Whether a sentence begins a new paragraph; `following` is the one after it."""
    pause_s = sentence[0].start - paragraph[-1].end
    if pause_s >= LONG_PAUSE_S:
        return True
    held, more = _columns(paragraph), _columns(sentence)
    if held < TINY:
        return False
    if more < TINY and (
        following is None or following[0].start - sentence[-1].end >= LONG_PAUSE_S
    ):
        return False
    return held + more > FULL or (pause_s >= PAUSE_S and held >= FULL / 2)


def _columns(words: Sequence[Word]) -> int:
    """How much room the words take in print."""
    return sum(1 + (east_asian_width(a) in "WF") for word in words for a in word.text)


def _sentences(words: tuple[Word, ...]) -> Iterator[tuple[Word, ...]]:
    start = 0
    for at, word in enumerate(words, 1):
        if ends_sentence(word.text) or at == len(words):
            yield from _bearable(words[start:at])
            start = at


def _bearable(sentence: tuple[Word, ...]) -> Iterator[tuple[Word, ...]]:
    """Text without punctuation is one endless sentence: halve it at its longest pauses."""
    margin = len(sentence) // 4
    if _columns(sentence) <= LONGEST_SENTENCE or margin == 0:
        yield sentence
        return
    at = max(
        range(margin, len(sentence) - margin),
        key=lambda i: sentence[i].start - sentence[i - 1].end,
    )
    yield from _bearable(sentence[:at])
    yield from _bearable(sentence[at:])
