"""Doubtful spans: what a language model is asked about them, and what its answers change.

    spans -> questions -> (prompt.py) -> answers -> the spans, some surer, some less

It is asked only where its word would decide whether something is cut, and it is believed as
one more witness, not as a judge. What is sure is never shown to it as a question and never
changed. This file does not know how a model is reached.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp, log

from ads import sponsors
from ads.edges import place
from ads.prompt import TOPICS, BadAnswer, NoAnswer, Stretch
from ads.sentences import Sentence, split
from ads.strip import SURE
from episodes.sound import Sound
from episodes.spans import Span, inside
from episodes.types import AdKind, AdSpan, Word

WEIGHT = log(4.0)
"""What an answer adds to a span's log-odds or takes from them: it counts as a witness who is
right four times in five. So a span is doubtful between confidences of 0.27 and 0.86."""

CONTEXT, CONTEXT_WORDS = 5, 100
"""Sentences shown on either side of a span, and how many words they have at most."""

MOST_WORDS = 1000
"""A span of more words than this is not asked about."""

MOST_QUESTIONS = 10
"""Spans of an episode that are asked about, those nearest to the decision."""

AGREED = 0.5
"""An answer agrees with a span if it covers this share of what is said in it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A passage with one doubtful span in it.

    `about` is the span, which sentences `own` of the passage make up. `open` tells for the
    passage's beginning and end whether the programme goes on there unseen.
    """

    about: AdSpan
    passage: tuple[Sentence, ...]
    own: Stretch
    open: tuple[bool, bool]

    @property
    def kind(self) -> AdKind:
        """What is asked for."""
        return self.about.kind

    @property
    def texts(self) -> tuple[str, ...]:
        """What the sentences say."""
        return tuple(sentence.text for sentence in self.passage)


@dataclass(frozen=True, slots=True)
class Witness:
    """A language model of that name. `ask` raises BadAnswer, and NoAnswer once for all."""

    name: str
    ask: Callable[[Question], Sequence[Stretch]]


def questions(
    ads: Sequence[AdSpan], sentences: Sequence[Sentence], kinds: Collection[AdKind]
) -> tuple[Question, ...]:
    """What to ask of sorted, disjoint spans, in order; `kinds` are those that may be cut."""
    doubtful = [ad for ad in ads if ad.kind in kinds and _distance(ad) < WEIGHT]
    asked = (_question(ad, ads, sentences) for ad in sorted(doubtful, key=_distance))
    chosen = [question for question in asked if question is not None][:MOST_QUESTIONS]
    return tuple(sorted(chosen, key=lambda question: question.about.start))


def settle(
    ads: Sequence[AdSpan],
    words: Sequence[Word],
    duration_s: float,
    sound: Sound | None,
    kinds: Collection[AdKind],
    witness: Witness | None,
) -> tuple[tuple[AdSpan, ...], tuple[str, ...]]:
    """The spans after the witness, if any, was heard; and a warning where it was not.

    `ads` are sorted and disjoint, and so is what comes of them; spans without an answer stay
    as they are. `words`, `duration_s` and `sound` are as they were for detect.py.
    """
    if witness is None:
        return tuple(ads), ()
    asked = questions(ads, split(words), kinds)
    answers: dict[AdSpan, tuple[Question, Sequence[Stretch]]] = {}
    trouble = ""
    for question in asked:
        try:
            answers[question.about] = question, witness.ask(question)
        except NoAnswer as none:
            trouble = trouble or str(none)
            if not isinstance(none, BadAnswer):
                break
    settled: list[AdSpan] = []
    for i, ad in enumerate(ads):
        free = Span(
            settled[-1].end if settled else 0.0,
            ads[i + 1].start if i + 1 < len(ads) else max(duration_s, ad.end),
        )
        if ad in answers:
            parts = _answered(*answers[ad], witness.name, words, duration_s, sound)
            settled += _within(parts, free) or [ad]
        else:
            settled.append(ad)
    missing = len(asked) - len(answers)
    return tuple(settled), (_silent(witness.name, missing, trouble),) if missing else ()


def _silent(name: str, missing: int, trouble: str) -> str:
    spans = "a doubtful span" if missing == 1 else f"{missing} doubtful spans"
    return f"The language model {name} told nothing of {spans}, left unchanged: {trouble}."


def _question(
    ad: AdSpan, ads: Sequence[AdSpan], sentences: Sequence[Sentence]
) -> Question | None:
    own = [i for i, one in enumerate(sentences) if ad.start <= one.middle < ad.end]
    if not own or sum(_n_words(sentences[i]) for i in own) > MOST_WORDS:
        return None
    before, after = range(own[0] - 1, -1, -1), range(own[-1] + 1, len(sentences))
    first = own[0] - len(_shown(before, ads, sentences))
    last = own[-1] + 1 + len(_shown(after, ads, sentences))
    return Question(
        about=ad,
        passage=tuple(sentences[first:last]),
        own=(own[0] - first, own[-1] + 1 - first),
        open=(
            first > 0 and not inside(sentences[first - 1].middle, ads),
            last < len(sentences) and not inside(sentences[last].middle, ads),
        ),
    )


def _shown(
    away: Sequence[int], ads: Sequence[AdSpan], sentences: Sequence[Sentence]
) -> Sequence[int]:
    """How far the passage goes on from the span: never into another one."""
    n_words = 0
    for shown, i in enumerate(away):
        n_words += _n_words(sentences[i])
        too_much = shown == CONTEXT or n_words > CONTEXT_WORDS
        if too_much or inside(sentences[i].middle, ads):
            return away[:shown]
    return away


def _answered(
    question: Question,
    stretches: Sequence[Stretch],
    name: str,
    words: Sequence[Word],
    duration_s: float,
    sound: Sound | None,
) -> Iterator[AdSpan]:
    """What becomes of the span a question is about; there may be several spots in it."""
    ad, (first, last) = question.about, question.own
    topic, passage = TOPICS[ad.kind], question.passage
    about = [one for one in stretches if one[0] < last and first < one[1]]
    if not about:
        why = f"the language model {name} finds no {topic} in it"
        yield _believed(ad, -WEIGHT, why)
        return
    own_s = sum(one.duration_s for one in passage[first:last])
    said_s = sum(
        passage[i].duration_s for i in range(first, last) if any(a <= i < b for a, b in about)
    )
    if said_s < AGREED * own_s:
        why = f"the language model {name} takes only a small part of it for {topic}"
        yield _believed(ad, 0.0, why)
        return
    about = _as_far_as_seen(about, question)
    runs = [(passage[a].first, passage[b - 1].last) for a, b in about]
    told = ad.sponsor if len(about) == 1 else None
    for (a, b), edge in zip(about, place(words, runs, duration_s, sound), strict=True):
        own = passage[a:b]
        why = f"the language model {name} takes it for {topic}, {_quoted(own)}"
        yield replace(
            _believed(ad, WEIGHT, why),
            start=ad.start if a == first else edge.start,
            end=ad.end if b == last else edge.end,
            sponsor=(told or sponsors.name(own)) if ad.kind == "sponsor" else None,
        )


def _as_far_as_seen(about: Sequence[Stretch], question: Question) -> list[Stretch]:
    """The stretches; those that reach the end of what was shown go as far as the span did.

    Only an edge with something of the programme beside it tells that it is one.
    """
    stretches = list(about)
    if question.open[0] and stretches[0][0] == 0:
        stretches[0] = question.own[0], stretches[0][1]
    if question.open[1] and stretches[-1][1] == len(question.passage):
        stretches[-1] = stretches[-1][0], question.own[1]
    return stretches


def _believed(ad: AdSpan, log_odds: float, why: str) -> AdSpan:
    confidence = 1 / (1 + exp(-_logit(ad.confidence) - log_odds)) if log_odds else ad.confidence
    return replace(ad, confidence=confidence, evidence=(*ad.evidence, why))


def _quoted(own: Sequence[Sentence]) -> str:
    """Its first and last words, as they can be found in the transcript."""
    said = " ".join(sentence.text for sentence in own).split()
    if len(said) <= 10:
        return f'"{" ".join(said)}"'
    return f'from "{" ".join(said[:5])}" to "{" ".join(said[-5:])}"'


def _within(parts: Iterator[AdSpan], free: Span) -> list[AdSpan]:
    """The parts that are left between the spans next to them."""
    clipped = (
        replace(one, start=max(one.start, free.start), end=min(one.end, free.end))
        for one in parts
    )
    return [one for one in clipped if one.start < one.end]


def _distance(ad: AdSpan) -> float:
    """How far a span is from where cutting it is decided, in log-odds, >= 0."""
    return abs(_logit(ad.confidence) - _logit(SURE))


def _logit(confidence: float) -> float:
    known = min(max(confidence, 1e-9), 1 - 1e-9)
    return log(known / (1 - known))


def _n_words(sentence: Sentence) -> int:
    return sentence.last - sentence.first
