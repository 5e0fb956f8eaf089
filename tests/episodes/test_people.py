from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from episodes.edits import Edits, Move, Naming
from episodes.people import Print, Voice, by_trust, most_different, moved_voices
from episodes.spans import Span
from episodes.types import Speaker

ANN, BEN = Speaker("Speaker 1", "Ann"), Speaker("Speaker 2", "Ben")
SIGNS = st.lists(st.sampled_from((-1.0, 1.0)), min_size=4, max_size=4).map(tuple)
PRINTS = st.lists(st.builds(Print, SIGNS, st.floats(1, 60)), max_size=9)


@given(PRINTS, st.integers(1, 5))
def test_the_most_different_prints_are_kept(prints: list[Print], most: int) -> None:
    kept = most_different(prints, most)
    assert len(kept) == min(most, len(prints))
    assert list(kept) == sorted(set(kept))
    directions = {one.vector for one in prints}
    if len(directions) <= most:
        assert {prints[at].vector for at in kept} == directions


def test_of_two_that_are_alike_the_one_with_less_speech_goes() -> None:
    prints = [Print((1.0, 0.0), 3.0), Print((0.0, 1.0), 2.0), Print((1.0, 0.0), 9.0)]
    assert most_different(prints, 2) == (1, 2)
    assert most_different([*prints, Print((1.0,), 1.0)], 3) == (1, 2, 3)


def test_who_is_trusted_most_names_a_voice_and_a_name_is_given_once() -> None:
    told = by_trust({"Speaker 1": ANN}, {"Speaker 1": BEN, "Speaker 2": BEN})
    assert told == {"Speaker 1": ANN, "Speaker 2": BEN}
    again = Speaker("Speaker 3", "Ann")
    assert by_trust({"Speaker 1": ANN}, {"Speaker 3": again}) == {"Speaker 1": ANN}
    assert by_trust({"Speaker 1": ANN, "Speaker 3": again}).keys() == {"Speaker 1", "Speaker 3"}


def voice(label: str, *spans: tuple[float, float], speech_s: float = 10.0) -> Voice:
    return Voice(label, Print((1.0,), speech_s), "network", tuple(Span(*s) for s in spans))


def test_a_print_goes_with_its_voice_and_a_mixture_is_nobody_s() -> None:
    one, two = voice("Speaker 1", (0, 10)), voice("Speaker 2", (20, 30), speech_s=5.0)

    def labels(*moves: Move) -> list[str | None]:
        return [v.label for v in moved_voices((one, two), moves)]

    assert labels() == ["Speaker 1", "Speaker 2"]
    assert labels(Move("Speaker 3", "Speaker 1")) == ["Speaker 3", "Speaker 2"]
    assert labels(Move("Speaker 1", "Speaker 2")) == ["Speaker 1", None]  # the longer tells
    assert labels(Move("Speaker 2", "Speaker 1")) == ["Speaker 2", None]
    assert labels(Move("Speaker 3", "Speaker 1", 0, 5)) == [None, "Speaker 2"]
    assert labels(Move("Speaker 3", "Speaker 1", 0, 0.5)) == ["Speaker 1", "Speaker 2"]
    assert labels(Move("Speaker 3", None, 0, 9.5)) == ["Speaker 3", "Speaker 2"]
    assert labels(Move("Speaker 3", "Speaker 2", 0, 10)) == ["Speaker 1", "Speaker 2"]


def test_a_name_goes_where_its_voice_went() -> None:
    ann, ben = Naming("Speaker 1", "Ann", ()), Naming("Speaker 2", "Ben", ())
    merged = Move("Speaker 1", "Speaker 2")
    assert Edits(names=(ann, ben)).named == {"Speaker 1": "Ann", "Speaker 2": "Ben"}
    assert Edits(names=(ben,), moves=(merged,)).named == {"Speaker 1": "Ben"}
    assert Edits(names=(ann, ben), moves=(merged,)).named == {"Speaker 1": "Ann"}
    assert Edits(names=(ben, ann), moves=(merged,)).named == {"Speaker 1": "Ann"}
