from pathlib import Path

import pytest

from benchmarks.corpora import Line, Reference
from benchmarks.measure import Measured
from benchmarks.outcome import (
    attributed,
    cost,
    diarized,
    names,
    of_transcript,
    of_turns,
    of_words,
    recognised,
    rows,
    scored,
    stripped,
)
from episodes.types import AdSpan, Provenance, Transcript, Turn, Utterance, Word

LINES = (
    Line(0, 4, "host", "Hello again, Ann Lee."),
    Line(5, 9, "spot", "Buy soap right now.", ad=True),
    Line(10, 14, "guest", "Thanks for having me."),
)
REFERENCE = Reference("small", "one", Path("one.wav"), LINES, LINES, ())


def said(line: Line, speaker: str, text: str | None = None) -> Utterance:
    texts = (text or line.text).split()
    words = (
        Word(line.start + i, line.start + i + 1, f" {t}", 1, speaker)
        for i, t in enumerate(texts)
    )
    return Utterance(speaker, tuple(words))


def transcript(*utterances: Utterance, ads: tuple[AdSpan, ...] = ()) -> Transcript:
    turns = tuple(Turn(u.start, u.end, u.speaker or "") for u in utterances)
    return Transcript("id", "en", 14.0, (), utterances, turns, ads, Provenance("0", {}, ""))


def run(wall_s: float) -> Measured[None]:
    return Measured(None, 14.0, wall_s, wall_s / 2, 100.0, ())


def test_a_perfect_transcript_has_perfect_figures() -> None:
    ours = transcript(
        *(said(line, line.speaker.upper()) for line in LINES),
        ads=(AdSpan(5, 9, "sponsor", 1.0, stripped=True),),
    )
    outcome = of_transcript(REFERENCE, ours, "A talk with Ann Lee")
    assert recognised(outcome) == {
        "WER %": 0.0,
        "sub/del/ins": "0/0/0",
        "known names": "1/1",
        "all names": "1/1",
    }
    assert attributed(outcome)["cpWER %"] == attributed(outcome)["WDER %"] == 0
    assert diarized(outcome)["DER %"] == pytest.approx(0)
    assert diarized(outcome)["speakers"] == "3 of 3"
    assert stripped(outcome)["ad F1"] == stripped(outcome)["word recall"] == 1
    assert outcome.kept.length == 8


def test_an_unstripped_ad_counts_among_what_is_kept() -> None:
    ours = transcript(*(said(line, line.speaker) for line in LINES))
    outcome = of_transcript(REFERENCE, ours)
    assert (outcome.kept.insertions, outcome.kept.length) == (4, 8)
    assert outcome.words.rate == 0
    assert stripped(outcome)["hit/missed/false"] == "0/1/0"


def test_misheard_names_are_counted_apart_from_those_the_context_told() -> None:
    line = Line(0, 4, "host", "I met Ann Lee, then Bo")
    reference = Reference("small", "one", Path("one.wav"), (line,), (line,), ())
    words = said(line, "A", "I met Anne Lee, then Bo").words
    outcome = of_words(reference, words, "Ann Lee and Bobby")
    assert (outcome.known.right, outcome.known.mentions) == (0, 1)
    assert (outcome.names.right, outcome.names.mentions) == (1, 2)


def test_names_stand_inside_sentences() -> None:
    text = "Nobody told Ann Lee, I think. It was Bob's idea. So I'm with the Army"
    reference = Reference("c", "n", Path("n"), (Line(0, 9, "a", text),), (), ())
    assert names(reference) == {"Ann Lee", "Bob", "Army"}
    upper = Reference("c", "n", Path("n"), (Line(0, 9, "a", text.upper()),), (), ())
    assert names(upper) == set()


def test_a_corpus_is_summed_and_its_spread_told() -> None:
    good = of_turns(REFERENCE, LINES)
    half = of_turns(REFERENCE, LINES[:1])
    outcomes = [scored(REFERENCE, good, run(1.4)), scored(REFERENCE, half, run(2.8))]
    one, two, total, spread = rows(outcomes, diarized, cost)
    assert [row.name for row in (one, total)] == ["one", "small, all"]
    assert two.figures["missed %"] == pytest.approx(200 / 3)
    assert total.figures["missed %"] == pytest.approx(100 / 3)
    assert total.figures["speakers"] == "1 of 2 files"
    assert total.figures["RTF"] == pytest.approx(0.15)
    assert total.figures["CPU RTF"] == pytest.approx(0.075)
    assert total.figures["peak MB"] == 100
    assert spread.figures["missed %"] == pytest.approx(200 / 3 / 2**0.5)
    assert spread.figures["speakers"] == ""


def test_labelled_runs_are_a_corpus_of_their_own() -> None:
    good = of_turns(REFERENCE, LINES)
    outcomes = [scored(REFERENCE, good, run(1)), scored(REFERENCE, good, run(1), "context")]
    assert [row.name for row in rows(outcomes, diarized)] == ["one", "one, context"]
