"""What the review page shows: what waits for a person, and what else is cut, kept or marked.

Each with what is said and who speaks around it, so that its edges can be judged. Knows no
route and no markup.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from api.reader import Reader, timing
from episodes.edits import Action, Decision, settled
from episodes.spans import Span, overlap
from episodes.types import AdSpan, Episode, Transcript, in_time
from formats.view import KINDS, one_line, whole_ms
from pipeline.review import Question, Reason, quote, same

AROUND_S = 15.0
"""So much is shown on either side."""

State = Literal["chosen", "waits", "cut", "kept", "marked"]
"""A person chose it now; a person is asked; it is cut; a person keeps it; it is left in."""


@dataclass(frozen=True, slots=True)
class Case:
    """A stretch to decide about, or decided; `reason` and `suggested` are a question's."""

    state: State
    ad: AdSpan
    quote: str
    reason: Reason | None = None
    suggested: Action | None = None

    @property
    def what(self) -> str:
        """What it is or may be: "Ad: PayPal, 45 s"."""
        about = f": {one_line(self.ad.sponsor)}" if self.ad.sponsor else ""
        called = "What you chose" if self.state == "chosen" else KINDS[self.ad.kind] + about
        return f"{called}, {self.ad.duration_s:.0f} s"


@dataclass(frozen=True, slots=True)
class Around:
    """What is said and who speaks around a case, in [start, end).

    `words` are those of `text` as Reader.words tells them, but by their middles: a word is
    cut where its middle is. `turns` are (start, end, colour).
    """

    start: float
    end: float
    text: str
    words: tuple[int, ...]
    turns: tuple[tuple[float, float, int], ...]


class Reviewer:
    """An episode as its review page shows it; `chosen` is what a person wants to decide."""

    def __init__(
        self,
        transcript: Transcript,
        episode: Episode,
        asked: Sequence[Question],
        decisions: Sequence[Decision],
        chosen: Span | None = None,
    ) -> None:
        self.transcript = transcript
        self._reader = Reader(transcript, episode)
        self.title = self._reader.view.title
        self._asked, self._decisions, self._chosen = asked, decisions, chosen
        self._words = in_time(transcript.utterances)
        self._starts = [word.start for word in self._words]

    def waiting(self) -> list[Case]:
        """What there is to decide, in order of time; what was chosen comes first."""
        cases = [_asked(one) for one in self._asked]
        if self._chosen is not None:
            cases.insert(0, self._bare("chosen", self._chosen))
        return cases

    def others(self) -> list[Case]:
        """What else there is, in order of time."""
        explicit = [replace(one, replaces=None) for one in self._decisions]
        keeps = [one for one in settled(explicit) if one.action == "keep"]
        cases = [
            Case("cut" if ad.stripped else "marked", ad, quote(ad, self.transcript))
            for ad in self.transcript.ads
            if ad.review is None and not any(same(ad, one) for one in (*keeps, *self._asked))
        ]
        cases += [self._bare("kept", one) for one in keeps]
        return sorted(cases, key=lambda one: one.ad.start)

    def around(self, span: Span) -> Around:
        """What is said around a stretch."""
        start = max(0.0, span.start - AROUND_S)
        window = Span(start, max(start, min(span.end + AROUND_S, self.transcript.duration_s)))
        first, last = (bisect_left(self._starts, t) for t in (window.start, window.end))
        words = [(word.middle, word.text) for word in self._words[first:last]]
        text = one_line("".join(said for _, said in words))
        start, end = whole_ms(window.start), whole_ms(window.end)
        times = tuple(timing(start, text, words))
        return Around(start, end, text, times, tuple(self._turns(window)))

    def _bare(self, state: State, span: Span) -> Case:
        """A stretch of which nothing was found, or it does not matter any more."""
        return Case(
            state, AdSpan(span.start, span.end, "sponsor", 1.0), quote(span, self.transcript)
        )

    def _turns(self, window: Span) -> Iterator[tuple[float, float, int]]:
        for turn in self.transcript.turns:
            if overlap(turn, window):
                start, end = max(turn.start, window.start), min(turn.end, window.end)
                yield whole_ms(start), whole_ms(end), self._reader.colour(turn.speaker)


def _asked(one: Question) -> Case:
    ad = AdSpan(
        one.start, one.end, one.kind, one.confidence, one.sponsor, one.evidence, one.stripped
    )
    return Case("waits", ad, one.quote, one.reason, one.suggested)
