"""What the read-along page shows: parts in order, words with times, who talks when.

The page's text and the times of its words are two answers, so that a page of hours is soon
there: a word is told by how many characters it takes. Knows no route and no markup.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge as merge_sorted

from episodes.clock import milliseconds, short_time
from episodes.spans import Span, inside, merge
from episodes.types import AdSpan, Episode, Transcript, Utterance
from formats.view import View, one_line, removed, whole_ms

STRIP = 1000
"""Units that the strip of voices is wide."""

COLOURS = 8
"""Voices told apart by colour; the ninth has the first one's."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What somebody says in one go: the `number`th, from 0, in order of time.

    `start` in original seconds, `colour` 0 for nobody known.
    """

    number: int
    start: float
    name: str | None
    colour: int
    text: str
    utterance: Utterance

    @property
    def end(self) -> float:
        """Its end in original seconds."""
        return whole_ms(self.utterance.end)

    @property
    def time(self) -> str:
        """Its start as a reader reads it."""
        return short_time(self.start)


@dataclass(frozen=True, slots=True)
class Removed:
    """An ad that was cut: one line, and all of it on demand."""

    ad: AdSpan
    line: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def start(self) -> float:
        """Its first second."""
        return self.ad.start


@dataclass(frozen=True, slots=True)
class Lane:
    """A voice on the strip: `bars` are (from, width) in units of the strip."""

    name: str
    colour: int
    bars: tuple[tuple[float, float], ...]
    share: float


class Reader:
    """A transcript as its page shows it."""

    def __init__(self, transcript: Transcript, episode: Episode) -> None:
        self.transcript = transcript
        self.view = View(transcript, episode, "original", "keep")
        labels = [speaker.label for speaker in transcript.speakers]
        self._colours = {label: 1 + i % COLOURS for i, label in enumerate(labels)}

    def colour(self, speaker: str | None) -> int:
        """The colour of a voice; 0 for nobody known."""
        return self._colours.get(speaker or "", 0)

    def parts(self) -> Iterator[Paragraph | Removed]:
        """Paragraphs in order, those of a cut inside of it."""
        cut = {ad: list[Paragraph]() for ad in self.transcript.ads if ad.stripped}
        kept: list[Paragraph] = []
        for paragraph in self.paragraphs():
            middle = paragraph.utterance.words[0].middle
            ad = next((ad for ad in cut if inside(middle, [ad])), None)
            (kept if ad is None else cut[ad]).append(paragraph)
        ads = [Removed(ad, removed(ad).strip("[]"), tuple(said)) for ad, said in cut.items()]
        both: tuple[Iterable[Paragraph | Removed], ...] = (kept, ads)
        yield from merge_sorted(*both, key=lambda part: part.start)

    def paragraphs(self) -> Iterator[Paragraph]:
        """All of them, cut or not, in order."""
        for number, entry in enumerate(self.view.entries()):
            assert isinstance(entry, Utterance), "ads are kept"
            yield Paragraph(
                number,
                whole_ms(entry.start),
                self.view.name(entry.speaker),
                self.colour(entry.speaker),
                one_line(entry.text),
                entry,
            )

    def words(self) -> list[list[int]]:
        """For each paragraph by (milliseconds since the word before, characters) of its words.

        The first word's time is since the paragraph's start. Joined, the characters are
        the paragraph's text.
        """
        return [
            list(timing(one.start, one.text, ((w.start, w.text) for w in one.utterance.words)))
            for one in self.paragraphs()
        ]

    def lanes(self) -> list[Lane]:
        """Who talks when, most talk first; voices of cuts alone left out."""
        turns: dict[str, list[Span]] = defaultdict(list)
        for utterance in self.transcript.kept:
            if utterance.speaker is not None:
                turns[utterance.speaker].append(Span(utterance.start, utterance.end))
        spoken_s = {label: sum(t.duration_s for t in own) for label, own in turns.items()}
        total_s = sum(spoken_s.values()) or 1.0
        return [
            Lane(
                self.view.name(label) or label,
                self.colour(label),
                self.bars(turns[label]),
                spoken_s[label] / total_s,
            )
            for label in sorted(turns, key=lambda label: -spoken_s[label])
        ]

    def bars(self, spans: Sequence[Span]) -> tuple[tuple[float, float], ...]:
        """Spans on the strip; what is nearer than a unit is one."""
        unit_s = max(self.transcript.duration_s, 1e-3) / STRIP
        return tuple(
            (round(one.start / unit_s, 1), round(max(one.duration_s / unit_s, 1.0), 1))
            for one in merge(spans, gap_s=unit_s)
        )


def timing(start: float, text: str, words: Iterable[tuple[float, str]]) -> Iterator[int]:
    """As Reader.words tells one paragraph: `words` by (second, text), since `start`."""
    before, told = milliseconds(start), 0
    for second, word in words:
        letters = one_line(word)
        if not letters:
            continue
        at = text.find(letters, told)
        if at < 0:  # a word that the text does not hold as such: no times after it
            return
        now = milliseconds(second)
        yield max(0, now - before)
        yield at + len(letters) - told
        before, told = max(before, now), at + len(letters)
