"""What of a talk tells a name, sign by sign."""

from __future__ import annotations

from speakers.names import name_voices
from tests.speakers.test_names import spoken


def named(*turns: str) -> dict[str, str | None]:
    """The names by label of turns such as "A: Hello."."""
    return {label: one.name for label, one in name_voices(spoken(*turns)).items()}


def test_a_title_stays_where_only_one_name_is_told() -> None:
    asked = ["A: Professor Lund, is it alive?", "B: Parts of it.", "A: Which, Professor Lund?"]
    assert named(*asked, "B: Mine.") == {"B": "Professor Lund"}
    told = ["A: With us is Professor Ada Lund.", "B: Hello there."]
    assert named(*told) == {"B": "Ada Lund"}


def test_who_speaks_of_the_one_called_is_another() -> None:
    assert named("A: It's brown, Ludovic.", "B: It's fine.") == {"B": "Ludovic"}
    assert named("A: It's brown, Ludovic.", "B: He likes it brown.") == {}


def test_a_name_put_right_is_the_bearers() -> None:
    talk = ["A: My guest is Patricia Lowndes.", "B: Patrice, actually. Patrice Lowndes."]
    assert named(*talk, "A: Sorry.", "B: It happens.") == {"B": "Patrice Lowndes"}


def test_who_is_asked_for_and_says_so_bears_the_name() -> None:
    assert named("A: Is that Mr. Tredinnick?", "B: Speaking.") == {"B": "Mr. Tredinnick"}
    assert named("A: Is that Mr. Tredinnick?", "B: Wrong number.") == {}


def test_a_reporters_last_words_are_a_claim() -> None:
    talk = [
        "A: To the docks.",
        "B: The gates are shut. Hugo Lund, Port Sable.",
        "A: Thank you.",
    ]
    assert named(*talk) == {"B": "Hugo Lund"}


def test_who_tells_of_two_in_one_turn_shows_neither_for_sure() -> None:
    talk = [
        "A: On my left, Nadia Brandt. At the far end, Huw Prosser.",
        "B: Hello there.",
        "C: Hi there.",
    ]
    assert named(*talk) == {}


def test_what_looks_like_a_names_number_is_none() -> None:
    assert named("A: I'm Ada Quist.", "B: It's a<7>b, read by Nils Borg.") == {"A": "Ada Quist"}


def test_without_marks_a_sentence_still_ends() -> None:
    run = " ".join(["and so on"] * 150)
    assert named(f"A: {run}", "B: It is late") == {}
    assert named(f"A: {run} I'm Ada Quist and this is my show") == {"A": "Ada Quist"}


def test_a_name_heard_in_two_spellings_is_not_two_voices() -> None:
    one = ["A: What do you think, Sara?", "B: A lot.", "A: You tell us, Sara.", "B: I will."]
    other = ["A: And what do you say, Sarah?", "C: Little.", "A: Do you, Sarah?", "C: Yes."]
    assert named(*one) == {"B": "Sara"}
    assert named(*one, *other) == {}


def test_a_last_name_joins_the_first_only_where_it_is_likely_the_voices() -> None:
    claim = "A: Hello everyone, I'm Thandeka, and this is my show."
    thanked = ["B: Thank you, Dr. Bea Holloway.", "C: Any time."]
    assert named(claim, "B: Is it late?", "A: It is.", *thanked)["A"] == "Thandeka"
    assert named(claim, "B: Professor Ntuli, is it late?", "C: It is.")["A"] == "Thandeka"
