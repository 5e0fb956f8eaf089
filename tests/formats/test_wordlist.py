from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.errors import BadText
from episodes.types import Word
from formats.wordlist import read

ONE = {"text": "Hi", "start": 0.5, "end": 1}


def test_plain_words_get_their_leading_space() -> None:
    texts = ["Well", ",", " hello", "there", "-ish", "'s", "$5", "50", "%", "(so", "", "..."]
    listed = [{"text": text, "start": i, "end": i} for i, text in enumerate(texts)]
    words, duration_s, _ = read(json.dumps({"words": listed}))
    assert "".join(word.text for word in words) == " Well, hello there-ish's $5 50% (so..."
    assert duration_s is None


def test_plain_words_may_have_speakers_and_a_duration() -> None:
    given_words = [{**ONE, "speaker": "Speaker 2"}, {**ONE, "speaker": None}]
    words, duration_s, _ = read(json.dumps({"words": given_words, "duration": 12}))
    assert words == (Word(0.5, 1, " Hi", speaker="Speaker 2"), Word(0.5, 1, " Hi"))
    assert duration_s == 12


def test_recognised_segments_are_read_as_they_stand() -> None:
    first = {"text": " Hi", "start": 0.5, "end": 1, "probability": 0.75, "other": [1]}
    second = {"text": "-ya", "start": 1, "end": 1.5}
    segments = [{"start": 0, "words": [first]}, {"words": [second]}, {"words": []}]
    words, duration_s, _ = read(json.dumps({"segments": segments, "duration_s": 9.5}))
    assert words == (Word(0.5, 1, " Hi", probability=0.75), Word(1, 1.5, "-ya"))
    assert duration_s == 9.5


def test_words_are_sorted_by_start() -> None:
    listed = [{"text": str(start), "start": start, "end": 9} for start in (3, 1, 2)]
    words, *_ = read("\ufeff" + json.dumps({"words": listed}))
    assert [word.start for word in words] == [1, 2, 3]


def test_the_first_document_without_ads_is_read() -> None:
    whole = {"utterances": [{"speaker": "Speaker 1", "words": [ONE]}], "ads": []}
    assert read(json.dumps(whole)) == ((Word(0.5, 1, "Hi", speaker="Speaker 1"),), None, None)


@pytest.mark.parametrize(
    ("given_text", "said"),
    [
        ("", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[]", "not a JSON object"),
        ("{}", "none of the fields words, segments and utterances"),
        ({"words": 3}, "words is not a list"),
        ({"words": ["Hi"]}, r"words[0] is not an object"),
        ({"words": [ONE, {"text": "Hi", "end": 1}]}, "words[1].start is missing"),
        ({"words": [{**ONE, "text": None}]}, "words[0].text is not a text"),
        ({"words": [{"start": 0, "end": 1}]}, "words[0].text is missing"),
        ({"words": [{**ONE, "start": "0"}]}, "words[0].start is not a number"),
        ({"words": [{**ONE, "start": True}]}, "words[0].start is not a number"),
        ({"words": [{**ONE, "start": -1}]}, "words[0].start is not between 0 and"),
        ({"words": [{**ONE, "end": float("nan")}]}, "words[0].end is not between 0 and"),
        ({"words": [{**ONE, "end": 10**400}]}, "words[0].end is not between 0 and"),
        ({"words": [{**ONE, "end": 0.25}]}, "words[0].end is before its start"),
        ({"words": [{**ONE, "speaker": 1}]}, "words[0].speaker is not a text"),
        ({"words": [{**ONE, "probability": 2}]}, "words[0].probability is not between 0 and 1"),
        ({"words": [ONE], "duration": "9"}, "duration is not a number"),
        ({"segments": [{"text": "Hi"}]}, "segments[0].words is missing"),
        ({"segments": [{"words": [{}]}]}, "segments[0].words[0].text is missing"),
        ({"utterances": [{"words": [ONE]}]}, "ads is missing"),
        ({"utterances": [], "ads": [{"stripped": True}]}, "ads[0].words is missing"),
        ({"utterances": [], "ads": [], "episode": 1}, "episode is not an object"),
    ],
)
def test_what_cannot_be_read_is_named(given_text: object, said: str) -> None:
    text = given_text if isinstance(given_text, str) else json.dumps(given_text)
    with pytest.raises(BadText) as caught:
        read(text)
    assert said in str(caught.value)
    assert str(caught.value).count("\n") == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ("words", "segments", "utterances", "ads", "episode", "text", "start", "end")
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_or_refused(whole: object) -> None:
    try:
        words, *_ = read(json.dumps(whole))
    except BadText:
        return
    assert all(0 <= word.start <= word.end for word in words)


def test_the_language_is_read_where_it_is_told() -> None:
    assert read(json.dumps({"words": [], "language": "de"})).language == "de"
    assert read(json.dumps({"segments": [], "language": "fr"})).language == "fr"
    whole = {"utterances": [], "ads": [], "episode": {"language": "es"}}
    assert read(json.dumps(whole)).language == "es"
    assert read(json.dumps({"words": []})).language is None
    with pytest.raises(BadText, match="language is not a text"):
        read(json.dumps({"words": [], "language": 3}))
