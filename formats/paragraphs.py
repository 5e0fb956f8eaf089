"""What a page shows of each utterance: as a careful editor would print it.

A listener's "mm-hm" is left out, as clean verbatim transcripts do, and a dash stands where
somebody is cut off and where they go on. This file does not know any page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from episodes.types import AdSpan, Utterance
from formats.cues import QUOTES, SENTENCE_END
from formats.view import View, one_line

DASH = "—"
CUT_IN_S = 1.0
"""Whoever speaks up later than this after the last word has cut nobody off."""
_SPARSE = 40
"""Text with fewer sentence ends than one in so many words is punctuated too badly to tell
where somebody was cut off."""
_LOOSE = " ,;:-\u2013\u2014"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """An utterance, and its text in one line as the page shows it."""

    utterance: Utterance
    text: str


def paragraphs(view: View) -> Iterator[Paragraph | AdSpan]:
    """What a reader of the page sees, in order."""
    shown = [e for e in view.entries() if isinstance(e, AdSpan) or not e.backchannel]
    told = [entry for entry in shown if isinstance(entry, Utterance)]
    punctuated = _punctuated(told)
    cut_off = {
        id(one) for one, after in pairwise(told) if punctuated and _cuts_off(view, one, after)
    }
    open_ended: set[str | None] = set()
    for entry in shown:
        if isinstance(entry, AdSpan):
            yield entry
            continue
        text = one_line(entry.text)
        if entry.speaker in open_ended and text[:1].islower():
            text = DASH + text
        open_ended.discard(entry.speaker)
        if id(entry) in cut_off:
            open_ended.add(entry.speaker)
            text = text.rstrip(_LOOSE) + DASH
        yield Paragraph(entry, text)


def omitted(view: View) -> int:
    """How many backchannels the page leaves out."""
    return sum(isinstance(e, Utterance) and e.backchannel for e in view.entries())


def _punctuated(told: list[Utterance]) -> bool:
    words = [word.text for utterance in told for word in utterance.words]
    return sum(map(_closes, words)) * _SPARSE >= len(words)


def _cuts_off(view: View, one: Utterance, after: Utterance) -> bool:
    """Whether `after` breaks into the sentence of `one`, with no cut in between.

    Where `after` goes on in lower case, the recogniser has heard one phrase, not two.
    """
    if one.speaker == after.speaker or None in (one.speaker, after.speaker):
        return False
    if _closes(one.text) or after.text[:1].islower() or after.start - one.end > CUT_IN_S:
        return False
    first, last = one.words[-1].middle, after.words[0].middle
    return not any(first < edge <= last for cut in view.cuts for edge in (cut.start, cut.end))


def _closes(text: str) -> bool:
    return text.rstrip().rstrip(QUOTES).endswith(SENTENCE_END)
