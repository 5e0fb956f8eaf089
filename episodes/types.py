"""The nouns: frozen values that every room speaks in.

Points in time are `start` and `end`: float seconds on the original audio's clock,
half-open, 0 <= start <= end. Any other quantity bears its unit in its name.

The bare `Span` lives with its algebra in spans.py. This file does not know where audio
comes from, which engine made a word, or how a transcript is stored or shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from episodes.quality import Quality
from episodes.spans import Span, gaps, inside, merge

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AdKind = Literal["sponsor", "selfpromo", "intro", "outro", "preview", "credits"]
"""SponsorBlock's categories: paid spots (also trailers and idents for anything but this
show), the show's own appeals, and its fixed parts."""

Doubt = Literal["unsure", "held back"]
"""Why a span of a kind that is cut was left in: too little confidence in it, or too much to
be believed of the whole episode."""

Status = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Audio:
    """Decoded audio: little-endian int16 mono PCM without a header, on disk.

    `warnings` are sentences about what was lost while decoding (a truncated file).
    `treatment` names what was done to the sound that most files do not need: "fold" (an
    inverted channel), "gain" (very soft), "gaps" (pauses that were left out), the tracks
    that were mixed. Outside the spans that are `kept`, sorted and disjoint, it is silent;
    None keeps all.
    """

    path: Path
    n_samples: int
    sample_rate_hz: int = 16_000
    warnings: tuple[str, ...] = ()
    treatment: tuple[str, ...] = ()
    kept: tuple[Span, ...] | None = None

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.n_samples / self.sample_rate_hz

    def window(self, start: float = 0.0, end: float | None = None) -> NDArray[np.float32]:
        """Samples of [start, end) in seconds, clipped to the audio; float32 (n,) in [-1, 1).

        Reads only the window from disk, so memory follows the window, not the episode.
        """
        import numpy as np

        first = min(max(0, round(start * self.sample_rate_hz)), self.n_samples)
        last = self.n_samples if end is None else round(end * self.sample_rate_hz)
        count = max(0, min(last, self.n_samples) - first)
        pcm = np.fromfile(self.path, dtype="<i2", count=count, offset=2 * first)
        samples = pcm.astype(np.float32) / np.float32(32768)
        for gap in () if self.kept is None else gaps(self.kept, Span(0.0, self.duration_s)):
            edges = (round(edge * self.sample_rate_hz) - first for edge in (gap.start, gap.end))
            samples[slice(*(max(0, edge) for edge in edges))] = 0
        return samples


@dataclass(frozen=True, slots=True)
class Word(Span):
    """A timed word. `text` keeps its leading space: joining words restores the text.

    `probability` and `speaker_confidence` are in [0, 1]; `overlap` says that somebody
    else talks at the same time.
    """

    text: str
    probability: float = 1.0
    speaker: str | None = None
    speaker_confidence: float | None = None
    overlap: bool = False


@dataclass(frozen=True, slots=True)
class Segment(Span):
    """A stretch of recognised text with the recogniser's own marks of doubt.

    `avg_logprob` <= 0 is the mean log probability of its tokens, `no_speech_prob` in
    [0, 1], `compression_ratio` the text's length over its zlib length (loops exceed 2.4).
    """

    words: tuple[Word, ...]
    avg_logprob: float = 0.0
    no_speech_prob: float = 0.0
    compression_ratio: float = 1.0

    @property
    def text(self) -> str:
        """The words joined, leading space kept."""
        return "".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Turn(Span):
    """Somebody talks. Turns may overlap; `speaker` is a label such as "Speaker 1"."""

    speaker: str


@dataclass(frozen=True, slots=True)
class AdSpan(Span):
    """A part that is not the programme, and why: `evidence` are short strings for a person.

    `confidence` is in [0, 1]. `stripped`, and why a person is asked for a `review`, is
    decided apart from detection (ads/strip.py).
    """

    kind: AdKind
    confidence: float
    sponsor: str | None = None
    evidence: tuple[str, ...] = ()
    stripped: bool = False
    review: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """One speaker's words in a row, a paragraph's worth; never empty.

    `speaker` is None where nobody's voice could be told. A `backchannel` is a listener's
    short "mm-hm" while another's sentence goes on: that sentence is one utterance
    nevertheless, so the backchannel lies between two of its words.
    """

    speaker: str | None
    words: tuple[Word, ...]
    backchannel: bool = False

    def __post_init__(self) -> None:
        if not self.words:
            raise ValueError("an utterance needs words")

    @property
    def start(self) -> float:
        """Start of the first word, seconds."""
        return self.words[0].start

    @property
    def end(self) -> float:
        """Latest end of its words, seconds."""
        return max(word.end for word in self.words)

    @property
    def text(self) -> str:
        """The words joined, without the outer spaces."""
        return "".join(word.text for word in self.words).strip()


def in_time(utterances: Iterable[Utterance]) -> tuple[Word, ...]:
    """All their words by start: as they were said, where one utterance lies in another."""
    words = (word for utterance in utterances for word in utterance.words)
    return tuple(sorted(words, key=lambda word: word.start))


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice of the episode: its label, and its name beside it where one is known.

    `name_evidence` says by what, for a person to check; `named_by` where it comes from: a
    person, a clip, a track's title, the show's roster, or (None) words. `name_confidence`,
    0 to 1, is how likely a name is right that was found in what is said.
    """

    label: str
    name: str | None = None
    name_evidence: str | None = None
    named_by: Literal["person", "clip", "track", "roster"] | None = None
    name_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Chapter(Span):
    """A named part of the episode, from the file's tags."""

    title: str


@dataclass(frozen=True, slots=True)
class Tags:
    """What the audio file says of itself. `published` is text as found ("2025-12-11")."""

    title: str | None = None
    show: str | None = None
    description: str | None = None
    published: str | None = None
    chapters: tuple[Chapter, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a transcript came about, so that it can be made again.

    `models` maps a network's name to its SHA-256, `settings` is a hash of those that
    matter, `stages` are (name, seconds taken) in order.
    """

    cleancast: str
    models: Mapping[str, str]
    settings: str
    stages: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode: `id` is the SHA-256 of its file, `source` where the file was found."""

    id: str
    source: str
    created_at: datetime
    title: str | None = None
    show: str | None = None
    description: str | None = None
    published: str | None = None
    chapters: tuple[Chapter, ...] = ()
    status: Status = "queued"
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """A transcript in figures: voices kept, ads and seconds cut, spans to review; warnings.

    `names` are (label, name) of the voices that have one.
    """

    speakers: int = 0
    ads: int = 0
    stripped_s: float = 0.0
    warnings: tuple[str, ...] = ()
    to_review: int = 0
    names: tuple[tuple[str, str], ...] = ()

    def warned(self, *more: str) -> Summary:
        """The same with more warnings."""
        return replace(self, warnings=(*self.warnings, *more))


@dataclass(frozen=True, slots=True)
class Transcript:
    """Everything said, by whom, and which parts are ads; on the original clock.

    `utterances` are all of them by start, ads included, none across the edge of a cut;
    every word is in one of them. `turns` are the diarizer's, under the same labels. `ads`
    are sorted; stripped ones make up `cuts`. `warnings` are sentences for the reader; the
    one of them that says why all ads were left in for a person to review is `held_back`.
    `quality` is what of the kept part is worth checking.
    """

    episode_id: str
    language: str
    duration_s: float
    speakers: tuple[Speaker, ...]
    utterances: tuple[Utterance, ...]
    turns: tuple[Turn, ...]
    ads: tuple[AdSpan, ...]
    provenance: Provenance
    warnings: tuple[str, ...] = field(default=())
    held_back: str | None = None
    quality: Quality = field(default=Quality())

    @property
    def cuts(self) -> tuple[Span, ...]:
        """What stripping takes out: sorted, disjoint."""
        return merge(ad for ad in self.ads if ad.stripped)

    @property
    def summary(self) -> Summary:
        """What a table says of it."""
        return Summary(
            speakers=len({utterance.speaker for utterance in self.kept} - {None}),
            ads=sum(ad.stripped for ad in self.ads),
            stripped_s=sum(cut.duration_s for cut in self.cuts),
            warnings=self.warnings,
            to_review=sum(ad.review is not None for ad in self.ads),
            names=tuple((s.label, s.name) for s in self.speakers if s.name),
        )

    @property
    def kept(self) -> tuple[Utterance, ...]:
        """The utterances outside the cuts: what a reader of the clean transcript sees."""
        cuts = self.cuts
        return tuple(u for u in self.utterances if not inside(u.words[0].middle, cuts))
