"""Which words are a listener's short reply while another's sentence goes on. Pure.

Only well-known replies count ("mm-hm", "yeah", "right"): other short words in between are
an interruption that a reader must see. This file does not know paragraphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from episodes.types import Word
from speakers.sentences import ends_sentence

MOST_WORDS = 2
MOST_S = 1.2
"""A reply is no longer than this; word times are good to about 0.25 s only."""
NEAR_S = 2.0
"""The sentence goes on within this time, else the reply stands for itself."""
SURE = 0.8
"""A word given to the listener with less confidence may be the talker's own."""

# Written without hyphens: "uhhuh" is "uh-huh".
_HUMMED = "mm mmm mmhm mmhmm mhm mhmm hm hmm uhhuh uhuh угу 嗯 うん"  # noqa: RUF001
_SOUNDED = "aha ah oh huh uh um ага"  # noqa: RUF001
_WORDS = (
    "yeah yep yup yes right okay ok sure exactly totally absolutely true wow indeed "
    "ja jaja genau klar stimmt richtig oui ouais voilà si sí sì claro vale exacto certo "
    "esatto sim pois tak da да はい ええ そう 对 是"
)
_HUMS = frozenset(_HUMMED.split())
_SOUNDS = _HUMS | frozenset(_SOUNDED.split())
_REPLIES = frozenset(_WORDS.split())
_PHRASES = frozenset(("i see", "of course", "got it", "d'accord", "bien sûr", "na klar"))

_MARKS = ".,;:!?…。、-–—\"'"  # noqa: RUF001
_ASKING = ("?", "？")  # noqa: RUF001


def backchannels(words: Sequence[Word]) -> tuple[bool, ...]:
    """Of each word, whether it belongs to such a reply. The words are in order of time.

    The speaker before a reply has not ended the sentence and goes on soon after it. A
    reply that is also an ordinary word must be written apart, by a capital or a mark, and
    be surely another's: else a word of the sentence itself would pass for one. A mere hum
    counts after a sentence too, since recognisers like to end one there, but not after a
    question, where it is the answer.
    """
    runs = [tuple(run) for _, run in groupby(words, key=lambda word: word.speaker)]
    replies = [False] * len(runs)
    for at in range(1, len(runs) - 1):
        before, run, after = runs[at - 1 : at + 2]
        replies[at] = (
            not replies[at - 1]
            and None not in (before[0].speaker, run[0].speaker)
            and before[0].speaker == after[0].speaker
            and run[0].start - before[-1].end <= NEAR_S
            and after[0].start - run[-1].end <= NEAR_S
            and run[-1].end - run[0].start <= MOST_S
            and _is_reply(run, before[-1].text)
        )
    return tuple(reply for run, reply in zip(runs, replies, strict=True) for _ in run)


def _is_reply(run: Sequence[Word], before: str) -> bool:
    """Whether the run's text is a listener's, `before` being the last word of the talker."""
    text = "".join(word.text for word in run).strip()
    plain = [token.strip(_MARKS) for token in text.casefold().split()]
    bare = [token.replace("-", "") for token in plain]
    if not 1 <= len(bare) <= MOST_WORDS or text.endswith(_ASKING):
        return False
    if ends_sentence(before):
        return _HUMS.issuperset(bare) and not before.rstrip().endswith(_ASKING)
    if _SOUNDS.issuperset(bare):
        return True
    apart = text[0].isupper() or not text[-1].isalnum()
    sure = all(w.speaker_confidence is None or w.speaker_confidence >= SURE for w in run)
    known = " ".join(plain) in _PHRASES or (_SOUNDS | _REPLIES).issuperset(bare)
    return known and apart and sure
