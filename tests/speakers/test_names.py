"""Who is called what, in short conversations: many named, hardly one wrong.

Those of names.txt and, written later, of names_later.txt, names_fresh.txt, names_plain.txt and
names_own.txt; and of names_blind.txt, to whose second half no rule was fitted, and
names_usual.txt, nor to this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.spans import Span
from episodes.types import Word
from speakers.names import name_voices
from speakers.noted import noted
from speakers.sounds import same_name


@dataclass(frozen=True)
class Case:
    title: str
    words: tuple[Word, ...]
    ads: tuple[Span, ...]
    notes: tuple[str, ...]
    show: str
    named: dict[str, str]
    """Name by label; of labels joined by "|" any may bear it."""


def cases(file: str = "names.txt") -> list[Case]:
    text = (Path(__file__).parent / file).read_text("utf-8")
    blocks = re.split(r"^@ ", text, flags=re.MULTILINE)[1:]
    return [_case(block.strip().splitlines()) for block in blocks]


def _case(lines: list[str]) -> Case:
    words: list[Word] = []
    ads: list[Span] = []
    known = {"notes": "", "show": "", "title": ""}
    named: dict[str, str] = {}
    for line in lines[1:]:
        if line.startswith("= "):
            pairs = [] if line == "= -" else line[2:].split("; ")
            named = dict(pair.split(" ", 1) for pair in pairs)
            continue
        head, text = line.split(": ", 1)
        if head in known:
            known[head] = text
            continue
        start = words[-1].end + 0.4 if words else 0.0
        for i, token in enumerate(text.split()):
            at = start + 0.3 * i
            words.append(Word(at, at + 0.25, f" {token}", speaker=head[0]))
        if head.endswith(" ad"):
            ads.append(Span(start, words[-1].end))
    return Case(
        lines[0],
        tuple(words),
        tuple(ads),
        (known["notes"], known["title"]),
        known["show"],
        named,
    )


@dataclass
class Score:
    right: int = 0
    wrong: int = 0
    tellable: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.tellable)


def judged(case: Case) -> Score:
    found = name_voices(case.words, case.ads, case.notes, case.show)
    right = {label: name for labels, name in case.named.items() for label in labels.split("|")}
    hits = sum(right.get(label) == one.name for label, one in found.items())
    return Score(hits, len(found) - hits, len(case.named))


def total(some: list[Case]) -> Score:
    scores = [judged(case) for case in some]
    return Score(*(sum(getattr(s, f) for s in scores) for f in ("right", "wrong", "tellable")))


KNOWN, ASIDE, LATER = cases()[::2], cases()[1::2], cases("names_later.txt")
FRESH, ORDINARY = cases("names_fresh.txt"), cases("names_plain.txt")
OWN, BLIND = cases("names_own.txt"), cases("names_blind.txt")
SEEN, UNSEEN, USUAL = BLIND[:40], BLIND[40:], cases("names_usual.txt")
STILL_WRONG = {"trap, a ship's log"}
SOUND = [
    case
    for case in cases() + LATER + FRESH + ORDINARY + OWN + SEEN
    if case.title not in STILL_WRONG
]


@pytest.mark.parametrize(
    ("some", "recall"),
    [
        (KNOWN, 0.95),
        (ASIDE, 0.95),
        (LATER, 0.79),
        (FRESH, 0.57),
        (ORDINARY, 0.68),
        (OWN, 0.62),
        (SEEN, 0.75),
    ],
    ids=["tuned on", "kept aside", "later", "fresh", "ordinary", "own", "half seen"],
)
def test_names_are_right_or_missing(some: list[Case], recall: float) -> None:
    assert total([case for case in some if case in SOUND]).wrong == 0
    assert total(some).recall >= recall


@pytest.mark.parametrize("case", [c for c in SOUND if not c.named], ids=lambda c: c.title)
def test_nobody_is_named_who_is_not_told(case: Case) -> None:
    assert name_voices(case.words, case.ads, case.notes, case.show) == {}


def bare(case: Case) -> tuple[Word, ...]:
    """The words as a recogniser without punctuation and capitals gives them."""
    return tuple(replace(w, text=re.sub(r"[.,?!]", "", w.text).lower()) for w in case.words)


@pytest.mark.parametrize("case", SOUND, ids=lambda c: c.title)
def test_without_capitals_only_names_from_the_notes_are_found(case: Case) -> None:
    right = {label: n for labels, n in case.named.items() for label in labels.split("|")}
    found = name_voices(bare(case), case.ads, case.notes, case.show)
    assert {label: one.name for label, one in found.items()}.items() <= right.items()


def test_a_name_comes_with_its_sentence_and_how_sure_it_is() -> None:
    case = next(c for c in cases() if c.title == "host and guest, both plain")
    found = name_voices(case.words)
    assert found["A"].name_evidence == "I'm your host, Peter Vance."
    assert found["B"].name_evidence == "My guest today is Lucia Marin."
    assert all(0.9 <= (one.name_confidence or 0.0) < 1 for one in found.values())


def test_other_languages_name_nobody() -> None:
    case = next(c for c in cases() if c.named)
    assert name_voices(case.words, language="de") == {}


SENTENCES = st.sampled_from(
    [
        "I'm Ada Quist.",
        "Thanks, Nils.",
        "My guest is Nils Borg.",
        "Ada, welcome.",
        "Nils said no.",
        "I'm Nils.",
        "So, Ada, what now?",
        "Hm.",
        "...",
    ]
)


@given(st.lists(st.tuples(st.sampled_from("ABC"), SENTENCES), max_size=12))
def test_no_name_is_borne_twice_but_by_those_who_claim_it(said: list[tuple[str, str]]) -> None:
    words: list[Word] = []
    for speaker, text in said:
        for token in text.split():
            at = 0.3 * len(words)
            words.append(Word(at, at + 0.2, f" {token}", speaker=speaker))
    found = name_voices(words)
    names = [one.name for one in found.values()]
    assert len(names) == len(set(names))
    for label, one in found.items():
        assert one.label == label
        assert one.name_evidence in [text for _, text in said]


@pytest.mark.parametrize(
    ("heard", "noted"),
    [
        ("Jinn", "Jin"),
        ("Gin", "Jin"),
        ("Stephen", "Steven"),
        ("Whitcomb", "Whitcombe"),
        ("Katrin", "Catrin"),
        ("Sara", "Sarah"),
        ("Mendosa", "Mendoza"),
    ],
)
def test_what_sounds_alike_is_one_name(heard: str, noted: str) -> None:
    assert same_name(f"Ada {heard}", f"Ada {noted}")


@pytest.mark.parametrize(
    ("one", "other"), [("Dan", "Don"), ("Mary", "Mark"), ("Lena", "Lara"), ("Tom", "Tim")]
)
def test_other_names_are_others(one: str, other: str) -> None:
    assert not same_name(one, other)


def test_notes_tell_who_takes_part_and_who_does_not() -> None:
    told = noted(
        [
            "WSJ's Berber Jin explains CEO Sam Altman's memo. Jessica Mendoza hosts.",
            "Host: Tamsin Reid. Guests: Oskar Lund and Ada Quist. Produced by Kit Larsen.",
            'See https://example.org/Some-Body. <podcast:person role="guest">Bo Frost'
            "</podcast:person>",
        ]
    )
    assert told.taking_part == {
        "Berber Jin",
        "Jessica Mendoza",
        "Tamsin Reid",
        "Oskar Lund",
        "Ada Quist",
        "Bo Frost",
    }
    assert {"Sam Altman", "Kit Larsen"} <= set(told.persons) - told.taking_part


def spoken(*turns: str) -> list[Word]:
    """Words of turns such as "A: Hello."."""
    return list(_case(["", *turns]).words)


def test_who_is_played_is_nobody() -> None:
    talk = ["A: Hello there.", "B: Good evening, I'm Nils Borg.", "A: A big hat."]
    assert name_voices(spoken(*talk))["B"].name == "Nils Borg"
    assert "B" not in name_voices(spoken(*talk, "A: Nils Borg was played by Ada Quist."))


def test_a_name_quoted_before_is_not_claimed() -> None:
    said = ["A: He says, I'm Nils Borg.", "B: No.", "A: I'm Nils Borg. Just so."]
    assert name_voices(spoken(*said)) == {}


def test_notes_tell_whom_a_nickname_means() -> None:
    told = noted(['With Robert "Bobby" Lane.'])
    assert told.persons == ("Robert Lane",)
    assert told.called("Bobby") == told.called("Robert") == ("Robert Lane",)


def test_a_heard_name_near_to_one_noted_is_spelled_so() -> None:
    told = noted(["With Siobhan Darragh and Jonathan Smythe."])
    assert told.spelled("Shivon Dara") == "Siobhan Darragh"
    assert told.spelled("John Smith") == "Jonathan Smythe"
    assert told.spelled("Ada Quist") == "Ada Quist"
    assert not told.nearly("Shivon Dara")


def test_a_heard_name_near_to_two_noted_is_left_open() -> None:
    told = noted(["With Jona Hale and Joan Hale."])
    assert told.spelled("Jonas Hale") == "Jonas Hale"
    assert told.nearly("Jonas Hale")
    assert "A" not in name_voices(
        spoken("A: Hi, I'm Jonas Hale."), notes=["Jona Hale, Joan Hale"]
    )


def bearers(talk: list[str], notes: str) -> dict[str, str | None]:
    found = name_voices(spoken(*talk), notes=[notes])
    return {label: one.name for label, one in found.items()}


def test_the_last_voice_bears_the_last_name_of_those_who_take_part() -> None:
    notes = "Host Gillian Abara talks with Tobias Renn."
    talk = ["A: What do you do, Tobias?", "B: You leave it alone.", "A: Easily said, Tobias."]
    assert bearers(talk, notes) == {"A": "Gillian Abara", "B": "Tobias Renn"}
    assert "A" not in bearers([*talk, "C: I never do."], notes)


@pytest.mark.parametrize(
    ("some", "recall"), [(UNSEEN, 0.3), (USUAL, 0.45)], ids=["half unseen", "usual"]
)
def test_names_where_no_rule_was_fitted(some: list[Case], recall: float) -> None:
    score = total(some)
    assert score.precision >= 0.8
    assert score.recall >= recall
