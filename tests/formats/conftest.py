"""Transcripts made up by hypothesis, as whole as a real one: words, voices, ads, cuts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import strategies as st

from episodes.quality import Concern, Quality
from episodes.spans import Span, inside, merge
from episodes.types import (
    AdSpan,
    Episode,
    Provenance,
    Speaker,
    Transcript,
    Turn,
    Utterance,
    Word,
)

LABELS = ("Speaker 1", "Speaker 2", None)
QUALITY = Quality(
    (
        Concern(0.25, 11.5, "unsure_words", "the words are <doubtful> from “*x*” on"),
        Concern(0.0, 0.5, "brief_speaker", "talks for 0.5 s in all", "Speaker 2"),
    ),
    further=3,
)
NAMES = (None, "Ana Berg", "<b>Bo</b> & Co", "--> Cy")

plain = st.text("abcxyz.,?!", min_size=1, max_size=9)
hostile = st.text("<>&*_`[]~\\#+-=\"'|:;{}0é中。\u200b", min_size=1, max_size=9)
anything = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=9)
markup = st.sampled_from(
    ("<b>", "</p>", "<v Eve>", "<!--", "-->", "&lt;", "&amp;", "[a](b)", "1.", "#", "***", "`")
)
long = st.integers(33, 90).map(lambda n: "x" * n)
tokens = st.one_of(plain, plain, plain, plain, hostile, markup, anything, long)


@st.composite
def _ads(draw: st.DrawFn, until: int) -> tuple[AdSpan, ...]:
    edges = sorted(draw(st.lists(st.integers(0, until), max_size=6)))
    pairs = list(pairwise(edges))[::2]
    return tuple(
        AdSpan(
            a / 1000,
            b / 1000,
            draw(st.sampled_from(("sponsor", "selfpromo", "intro"))),
            0.9,
            draw(st.sampled_from((None, "Acme <&> Sons\n"))),
            ("says so",),
            draw(st.booleans()),
        )
        for a, b in pairs
    )


@st.composite
def _words(draw: st.DrawFn) -> list[Word]:
    words = []
    at = 0
    for text in draw(st.lists(tokens, max_size=30)):
        at += draw(st.sampled_from((0, 1, 80, 300, 900)))
        end = at + draw(st.sampled_from((0, 1, 200, 450, 7000)))
        blank = " " if draw(st.integers(0, 9)) else ""
        voice = draw(st.sampled_from(LABELS)) if not draw(st.integers(0, 3)) else LABELS[0]
        words.append(Word(at / 1000, end / 1000, blank + text, 0.5, voice, 0.25, end > at))
    return words


@st.composite
def _listened(
    draw: st.DrawFn, told: list[Utterance], cuts: tuple[Span, ...]
) -> tuple[Utterance, ...]:
    """Some of what lies between two utterances of one voice made a backchannel there."""
    found: list[Utterance] = []
    while told:
        one, *told = told
        while len(told) > 1 and told[1].speaker == one.speaker and draw(st.booleans()):
            reply, after, *others = told
            if len({inside(u.words[0].middle, cuts) for u in (one, reply, after)}) > 1:
                break
            found.append(replace(reply, backchannel=True))
            one, told = replace(one, words=one.words + after.words), others
        found.append(one)
    return tuple(sorted(found, key=lambda utterance: utterance.start))


@st.composite
def made_transcripts(draw: st.DrawFn) -> Transcript:
    """Words in order of start on a grid of 1 ms, utterances never across a cut's edge."""
    words = draw(_words())
    until = max([1000, *(round(word.end * 1000) for word in words)])
    ads = draw(_ads(until))
    cuts = merge(ad for ad in ads if ad.stripped)
    groups: list[list[Word]] = []
    for word in words:
        key = (word.speaker, inside(word.middle, cuts))
        last = groups[-1][-1] if groups else None
        if last is None or key != (last.speaker, inside(last.middle, cuts)):
            groups.append([])
        groups[-1].append(word)
    utterances = draw(_listened([Utterance(g[0].speaker, tuple(g)) for g in groups], cuts))
    return Transcript(
        "ab" * 32,
        "en",
        until / 1000,
        tuple(Speaker(label, draw(st.sampled_from(NAMES))) for label in LABELS if label),
        utterances,
        tuple(
            Turn(g[0].start, max(w.end for w in g), g[0].speaker)
            for g in groups
            if g[0].speaker
        ),
        ads,
        Provenance("0.1.0", {"base": "cd" * 32}, "ef", (("decode", 1.5),)),
        draw(st.sampled_from(((), ("The file ends early.",)))),
        None,
        draw(st.sampled_from((Quality(), QUALITY))),
    )


@pytest.fixture(scope="session")
def transcripts() -> st.SearchStrategy[Transcript]:
    return made_transcripts()


@pytest.fixture(scope="session")
def episode() -> Episode:
    return Episode(
        "ab" * 32,
        "/shows/ep --> 7.mp3",
        datetime(2026, 1, 2, tzinfo=UTC),
        title="<script>alert(1)</script> & *more*",
        description="# First line\n- <b>second</b>\n\n1. third &amp; last",
    )


@pytest.fixture(scope="session")
def talk() -> Callable[..., Transcript]:
    """A transcript from (speaker, start, end, text) lines, words evenly spaced."""

    def make(
        *lines: tuple[str | None, float, float, str],
        ads: tuple[AdSpan, ...] = (),
        names: dict[str, str] | None = None,
        turns: tuple[Turn, ...] | None = None,
    ) -> Transcript:
        utterances = []
        for speaker, start, end, text in lines:
            parts = text.split(" ")
            step = (end - start) / len(parts)
            words = tuple(
                Word(start + i * step, start + (i + 1) * step, f" {part}", speaker=speaker)
                for i, part in enumerate(parts)
            )
            utterances.append(Utterance(speaker, words))
        spoken = tuple(Turn(a, b, who) for who, a, b, _ in lines if who)
        labels = dict.fromkeys(turn.speaker for turn in turns or spoken)
        return Transcript(
            "ab" * 32,
            "en",
            1200.0,
            tuple(Speaker(label, (names or {}).get(label)) for label in labels),
            tuple(utterances),
            spoken if turns is None else turns,
            ads,
            Provenance("0.1.0", {}, "ef"),
        )

    return make
