"""Words to sentences: the units that are judged and decided on as a whole.

A sentence ends at punctuation, at a change of voice, at a long pause, or before words
that can only open something. Where the recogniser left punctuation out, the longest pauses
stand in for it. This file does not know what an ad is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ads.phrases import Phrases, tokens
from episodes.spans import Span
from episodes.types import Word

PAUSE_S = 0.9
"""A pause of at least this many seconds ends a sentence, whatever the punctuation."""

LONGEST = 40
"""More words than this without a full stop: the recogniser left punctuation out."""

USUAL = 15
"""Such a run is divided at its longest pauses until its parts have this many words."""

_STOP = re.compile(r"""[.?!\u2026]["')\]\u201d\u2019]*$""")
_ABBREVIATION = re.compile(
    r"^\W*(?:(?:[A-Z]\.)+|Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|vs|Inc|Corp|Co|No|approx|e\.g|i\.e)\.?$"
)
_OPENS = Phrases[None](
    (phrase, None)
    for phrase in (
        "this|today's|the episode|podcast|show|portion|segment is|was brought|sponsored",
        "this message|podcast|episode comes|is sponsored|supported|brought",
        "support for * * comes|come from",
        "support for * comes|come from",
        "welcome back to",
        "we'll be right back",
    )
)


@dataclass(frozen=True, slots=True)
class Sentence(Span):
    """Words [first, last) of the episode, with what the judges look at.

    `text` is as recognised with straight apostrophes, `tokens` the same in lower case
    without punctuation.
    `speaker` is the voice of most of its words, None where unknown. `pause_s` >= 0 is the
    silence before it.
    """

    first: int
    last: int
    text: str
    tokens: tuple[str, ...]
    speaker: str | None
    pause_s: float


def split(words: Sequence[Word]) -> tuple[Sentence, ...]:
    """Sentences that cover every word once, in order; () without words."""
    if not words:
        return ()
    borders = [0, *(i for i in range(1, len(words)) if _ends(words, i)), len(words)]
    finer = [0]
    for first, last in pairwise(borders):
        finer += [*sorted(_long_pauses(words, first, last)), last]
    openings = _openings(words, set(finer))
    whole = sorted({*finer, *openings})
    return tuple(_sentence(words, first, last) for first, last in pairwise(whole))


def broken_off(words: Sequence[Word]) -> bool:
    """Whether the words, at least one, have full stops among them and none at their end."""
    stops = [_STOP.search(word.text.strip()) is not None for word in words]
    return any(stops) and not stops[-1]


def _sentence(words: Sequence[Word], first: int, last: int) -> Sentence:
    own = words[first:last]
    voices = Counter(word.speaker for word in own if word.speaker is not None)
    text = "".join(_spaced(word.text) for word in own).strip().replace("\u2019", "'")
    start = own[0].start
    before = words[first - 1].end if first else 0.0
    return Sentence(
        start=start,
        end=max(start, own[-1].end),
        first=first,
        last=last,
        text=text,
        tokens=tuple(tokens(text)),
        speaker=voices.most_common(1)[0][0] if voices else None,
        pause_s=max(0.0, start - before),
    )


def _spaced(text: str) -> str:
    """The word with a leading space, also where a list of bare words was given."""
    return text if text[:1].isspace() or text[:1] in "-.,'%" else f" {text}"


def _ends(words: Sequence[Word], i: int) -> bool:
    """Whether a sentence ends between word i - 1 and word i."""
    before, after = words[i - 1], words[i]
    pause = after.start - before.end
    if pause >= PAUSE_S:
        return True
    text = before.text.strip()
    if _STOP.search(text) and not after.text.lstrip().startswith((".", "-")):
        return not _ABBREVIATION.match(text) or pause > 0.5
    return _voice_changes(words, i)


def _voice_changes(words: Sequence[Word], i: int) -> bool:
    """Another voice from word i on, for three words at least: single labels are noise."""
    old, new = words[i - 1].speaker, words[i].speaker
    if old is None or new is None or old == new or len(words) < i + 3:
        return False
    held = all(word.speaker == new for word in words[i : i + 3])
    return held and all(word.speaker == old for word in words[max(0, i - 3) : i])


def _long_pauses(words: Sequence[Word], first: int, last: int) -> list[int]:
    """Where to divide words [first, last) if they are too many for one sentence.

    Parts keep at least two words. Without clear pauses in it a run stays whole.
    """
    todo, found = [(first, last)] if last - first > LONGEST else [], []
    while todo:
        a, b = todo.pop()
        if b - a <= USUAL:
            continue
        at = max(range(a + 2, b - 1), key=lambda i: words[i].start - words[i - 1].end)
        if words[at].start - words[at - 1].end >= (0.1 if b - a > LONGEST else 0.25):
            found.append(at)
            todo += [(a, at), (at, b)]
    return found


def _openings(words: Sequence[Word], borders: set[int]) -> list[int]:
    """Words inside a sentence at which an opening phrase begins."""
    plain = [(tokens(word.text) or [""])[0] for word in words]
    return [hit.first for hit in _OPENS.find(plain) if hit.first not in borders]
