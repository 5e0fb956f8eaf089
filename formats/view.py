"""What one rendering shows: which utterances, under which names, by which clock.

This file does not know how a form is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from heapq import merge
from pathlib import PurePath
from typing import Literal

from episodes.clock import CleanClock, milliseconds
from episodes.spans import inside
from episodes.types import AdSpan, Episode, Transcript, Utterance

Clock = Literal["original", "clean"]
Ads = Literal["strip", "keep", "mark"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
KINDS = {
    "sponsor": "Ad",
    "selfpromo": "Self-promotion",
    "intro": "Intro",
    "outro": "Outro",
    "preview": "Preview",
    "credits": "Credits",
}
"""What a person calls each kind of ad."""


def one_line(text: str) -> str:
    """Text without control characters, every run of white space made one blank."""
    return " ".join(_CONTROL.sub(" ", text).split())


def whole_ms(t: float) -> float:
    """Seconds, rounded once to whole milliseconds."""
    return milliseconds(t) / 1000


def removed(ad: AdSpan) -> str:
    """What stands in the place of a stripped ad: "[Ad removed: PayPal, 45 s]"."""
    about = [one_line(ad.sponsor)] if ad.sponsor else []
    about.append(f"{round(ad.duration_s)} s")
    return f"[{KINDS[ad.kind]} removed: {', '.join(about)}]"


def ad_fields(ad: AdSpan) -> dict[str, object]:
    """An ad as every JSON of ours tells it, in original seconds."""
    return {
        "start": whole_ms(ad.start),
        "end": whole_ms(ad.end),
        "kind": ad.kind,
        "confidence": round(ad.confidence, 3),
        "sponsor": ad.sponsor,
        "evidence": list(ad.evidence),
        "stripped": ad.stripped,
        "review": ad.review,
    }


class View:
    """A transcript as one rendering shows it; the arguments are those of `render`."""

    def __init__(
        self, transcript: Transcript, episode: Episode, clock: Clock, ads: Ads
    ) -> None:
        self.transcript = transcript
        self.episode = episode
        self.clock: Clock = clock
        self.ads: Ads = ads
        self.cuts = transcript.cuts
        self._clean = CleanClock(self.cuts)
        self._names = {s.label: s.name or s.label for s in transcript.speakers}

    @property
    def title(self) -> str:
        """The episode's title, else its file's name without the ending; one line."""
        return one_line(self.episode.title or PurePath(self.episode.source).stem)

    def name(self, speaker: str | None) -> str | None:
        """A speaker's name where one is known, else the label; None for nobody known."""
        return None if speaker is None else one_line(self._names.get(speaker, speaker))

    def clean(self, t: float) -> float:
        """Original seconds on the clean clock, in whole milliseconds."""
        return whole_ms(self._clean.to_clean(t))

    def at(self, t: float) -> float:
        """Original seconds on the clock asked for, in whole milliseconds."""
        return self.clean(t) if self.clock == "clean" else whole_ms(t)

    def is_cut(self, t: float) -> bool:
        """Whether second `t` of the original is in what stripping takes out."""
        return inside(t, self.cuts)

    def entries(self) -> Iterator[Utterance | AdSpan]:
        """What a reader sees, in order: utterances, and stripped ads where marked."""
        shown = self.transcript.utterances if self.ads == "keep" else self.transcript.kept
        marked = self.transcript.ads if self.ads == "mark" else ()
        entries: list[Iterable[Utterance | AdSpan]] = [
            (ad for ad in marked if ad.stripped),
            (utterance for utterance in shown if one_line(utterance.text)),
        ]
        yield from merge(*entries, key=lambda entry: entry.start)
