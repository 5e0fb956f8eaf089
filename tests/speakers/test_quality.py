from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from episodes.quality import Concern, Quality
from episodes.spans import Span, inside, merge
from episodes.types import Turn, Word, in_time
from speakers.quality import MOST, quality
from speakers.utterances import group


def spoken(text: str, speaker: str | None = "A", start: float = 0.0) -> tuple[Word, ...]:
    """The words of `text`, two a second, without pauses."""
    return tuple(
        Word(start + at / 2, start + (at + 1) / 2, f" {token}", speaker=speaker)
        for at, token in enumerate(text.split())
    )


def report(
    words: tuple[Word, ...], turns: tuple[Turn, ...] | None = None, cuts: tuple[Span, ...] = ()
) -> Quality:
    if turns is None:
        turns = tuple(Turn(w.start, w.end, w.speaker) for w in words if w.speaker)
    return quality(group(words, cuts), turns, cuts)


def kinds(found: Quality) -> list[str]:
    return [concern.kind for concern in found.concerns]


def test_a_good_transcript_raises_no_concern() -> None:
    words = (*spoken("It is late. " * 10), *spoken("It is. " * 10, "B", start=15))
    assert report(words) == Quality()
    assert report(()) == Quality()


def test_speech_without_words() -> None:
    words = (*spoken("It is late. " * 4), *spoken("It is. " * 3, start=10))
    (concern,) = report(words, (Turn(0, 13, "A"),)).concerns
    assert (concern.kind, round(concern.start, 1), round(concern.end, 1)) == (
        "speech_without_words", 6.3, 9.7,
    )  # fmt: skip
    assert concern.text == "3 s sound like speech, and there are no words"
    assert report(words, (Turn(0, 8, "A"), Turn(10, 13, "A"))) == Quality()
    assert report(words, (Turn(0, 13, "A"),), (Span(6, 10),)) == Quality()


def test_a_change_inside_a_phrase_and_none_between_sentences() -> None:
    words = (*spoken("It was in the " * 4 + "old"), *spoken("house by the sea. " * 4, "B", 8.5))
    (concern,) = report(words).concerns
    assert (concern.kind, concern.start, concern.end) == ("change_in_phrase", 8.0, 9.0)
    assert "“old / house”" in concern.text
    assert report((*words[:16], replace(words[16], text=" old,"), *words[17:])) == Quality()
    apart = (*words[:17], *(replace(w, start=w.start + 1, end=w.end + 1) for w in words[17:]))
    assert report(apart) == Quality()


def test_a_backchannel_is_no_concern() -> None:
    words = (
        *spoken("It was in the " * 5),
        *spoken("Mm-hm.", "B", start=10.0),
        *spoken("old house by the sea. " * 3, start=10.5),
        *spoken("It was so. " * 5, "B", start=18),
    )
    assert report(words) == Quality()


def test_changes_that_crowd_are_told_once() -> None:
    words = tuple(
        replace(word, speaker="AB"[at // 3 % 2])
        for at, word in enumerate(spoken("on and on " * 12))
    )
    (concern,) = report(words).concerns
    assert concern.kind == "unstable_turns"
    assert "changes 11 times inside phrases" in concern.text
    assert concern.serious


def test_a_brief_voice_and_none_that_only_ads_have() -> None:
    words = (*spoken("It is late. " * 10), *spoken("Is it so?", "B", start=15))
    (concern,) = report(words).concerns
    assert (concern.kind, concern.speaker, concern.start) == ("brief_speaker", "B", 15.0)
    assert concern.text == "talks for 1.5 s in all; may be one of the other voices"
    assert report(words, cuts=(Span(15, 17),)) == Quality()
    ghost = report(words[:30], (Turn(0, 15, "A"), Turn(2, 2.5, "C")))
    assert [one.text for one in ghost.concerns] == ["talks for 0.5 s in all; no word is theirs"]
    assert report(words[30:]) == Quality()


def test_doubtful_words() -> None:
    words = spoken("It is late. " * 20)
    faint = tuple(replace(word, probability=0.3) for word in words[21:33])
    (concern,) = report((*words[:21], *faint, *words[33:])).concerns
    assert concern.kind == "unsure_words"
    assert (concern.start, concern.end) == (10.5, 16.5)
    assert concern.text.startswith("the words are doubtful: “")
    assert report((*words[:21], *faint[:2], *words[23:])) == Quality()


def test_sentences_that_may_be_another_speakers() -> None:
    words = spoken("It is late. " * 20)
    doubted = tuple(replace(word, speaker_confidence=0.8) for word in words[30:36])
    (concern,) = report((*words[:30], *doubted, *words[36:])).concerns
    assert (concern.kind, concern.start, concern.end) == ("unsure_speaker", 15.0, 18.0)
    assert concern.text == "who speaks is doubtful: “It is late. It …”"
    assert report((*words[:30], doubted[0], *words[31:])) == Quality()
    assert report(tuple(replace(word, speaker_confidence=1.0) for word in words)) == Quality()


def test_the_list_is_short_and_the_gravest_come_first() -> None:
    words = tuple(
        replace(word, probability=0.1 if at == 7 else 1.0)
        for at in range(30)
        for word in spoken("It was so. " * 3, "AB"[at % 2], 10.0 * at)
    )
    found = report(words, (Turn(0, 300, "A"), Turn(0, 300, "B")))
    assert len(found.concerns) == MOST
    assert found.further == 30 + 1 - MOST
    lengths_s = [one.duration_s for one in found.concerns]
    assert lengths_s == sorted(lengths_s, reverse=True)
    assert set(kinds(found)) == {"speech_without_words"}


some_words = st.lists(
    st.tuples(
        st.sampled_from(["A", "A", "B", "C", None]),
        st.sampled_from([" so", " and", " Then", " yes.", " Mm-hm."]),
        st.sampled_from([0.0, 0.0, 0.2, 6.0]),
        st.floats(0, 1),
    ),
    max_size=80,
)


@given(some_words, st.lists(st.integers(0, 60), max_size=3))
def test_reports_are_short_outside_the_cuts_and_of_the_episode(
    rows: list[tuple[str | None, str, float, float]], at: list[int]
) -> None:
    words, t = [], 0.0
    for speaker, text, pause_s, sure in rows:
        t += pause_s
        words.append(Word(t, t + 0.3, text, sure, speaker, sure))
        t += 0.3
    cuts = merge(Span(start, start + 5) for start in at)
    turns = tuple(Turn(w.start, w.end + 3, w.speaker) for w in words if w.speaker)
    utterances = group(words, cuts)
    found = quality(utterances, turns, cuts)
    assert len(found.concerns) <= MOST
    assert found.further == 0 or len(found.concerns) == MOST
    assert quality(group(in_time(utterances), cuts), turns, cuts) == found
    labels = {word.speaker for word in words}
    for concern in found.concerns:
        assert isinstance(concern, Concern)
        assert concern.end <= t + 3
        assert concern.text
        assert not inside(concern.start, cuts)
        assert concern.speaker is None or concern.speaker in labels
