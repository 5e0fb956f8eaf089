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
from episodes.edits import Decision, settled
from episodes.spans import Span, overlap
from episodes.types import AdKind, AdSpan, Episode, Transcript, in_time
from formats.view import KINDS, one_line, whole_ms
from pipeline.review import Question, Reason, quote, same

AROUND_S = 15.0
"""So much is shown on either side."""

State = Literal["chosen", "waits", "cut", "kept", "marked"]
"""A person chose it now; a person is asked; it is cut; a person keeps it; it is left in."""


@dataclass(frozen=True, slots=True)
class Case(Span):
    """A stretch to decide about, or decided, in original seconds.

    `reason` and `suggested` are those of a question; `stripped` says that it is cut now.
    """

    state: State
    kind: AdKind
    confidence: float
    sponsor: str | None
    evidence: tuple[str, ...]
    quote: str
    stripped: bool
    reason: Reason | None = None
    suggested: str | None = None

    @property
    def what(self) -> str:
        """What it is or may be: "Ad: PayPal, 45 s"."""
        if self.state == "chosen":
            return f"What you chose, {self.duration_s:.0f} s"
        about = f": {one_line(self.sponsor)}" if self.sponsor else ""
        return f"{KINDS[self.kind]}{about}, {self.duration_s:.0f} s"


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
    """An episode as its review page shows it."""

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
        self._words = list(in_time(transcript.utterances))
        self._starts = [word.start for word in self._words]

    def waiting(self) -> list[Case]:
        """What there is to decide, in order of time; what was chosen comes first."""
        cases = [_asked(one) for one in self._asked]
        if self._chosen is not None:
            cases.insert(0, self._case(self._chosen, "chosen", stripped=False))
        return cases

    def others(self) -> list[Case]:
        """What else there is, in order of time."""
        explicit = [replace(one, replaces=None) for one in self._decisions]
        keeps = [one for one in settled(explicit) if one.action == "keep"]
        cases = [
            self._found(ad)
            for ad in self.transcript.ads
            if ad.review is None and not any(same(ad, one) for one in (*keeps, *self._asked))
        ]
        cases += [self._case(one, "kept", stripped=False) for one in keeps]
        return sorted(cases, key=lambda one: one.start)

    def around(self, case: Case) -> Around:
        """What is said around a case."""
        start = max(0.0, case.start - AROUND_S)
        end = min(case.end + AROUND_S, self.transcript.duration_s)
        first, last = (bisect_left(self._starts, t) for t in (start, end))
        words = self._words[first:last]
        text = one_line("".join(word.text for word in words))
        window = Span(start, max(start, end))
        return Around(
            whole_ms(window.start),
            whole_ms(window.end),
            text,
            tuple(timing(whole_ms(start), text, ((word.middle, word.text) for word in words))),
            tuple(self._turns(window)),
        )

    def _found(self, ad: AdSpan) -> Case:
        case = self._case(ad, "cut" if ad.stripped else "marked", stripped=ad.stripped)
        return replace(
            case,
            kind=ad.kind,
            confidence=ad.confidence,
            sponsor=ad.sponsor,
            evidence=ad.evidence,
        )

    def _case(self, span: Span, state: State, *, stripped: bool) -> Case:
        said = quote(span, self.transcript)
        return Case(span.start, span.end, state, "sponsor", 1.0, None, (), said, stripped)

    def _turns(self, window: Span) -> Iterator[tuple[float, float, int]]:
        for turn in self.transcript.turns:
            if overlap(turn, window):
                start, end = max(turn.start, window.start), min(turn.end, window.end)
                yield whole_ms(start), whole_ms(end), self._reader.colour(turn.speaker)


def _asked(one: Question) -> Case:
    return Case(
        one.start,
        one.end,
        "waits",
        one.kind,
        one.confidence,
        one.sponsor,
        one.evidence,
        one.quote,
        one.stripped,
        one.reason,
        one.suggested,
    )
