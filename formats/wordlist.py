"""Timed words read from JSON: our own document, the recogniser's, or a plain list.

Whatever cannot be read is refused with one sentence that names the place. This file does
not know what the words are wanted for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from episodes.errors import BadText
from episodes.types import Word

Json = Mapping[str, object]

# A word of a plain list that starts so continues the one before: "," "'s" "-based" "%".
_CONTINUES = tuple("-'\u2019.,;:!?%)]}\u2026")
_LONGEST_S = 1e7


class Spoken(NamedTuple):
    """The words in order of their start; the audio's length and the language, where told."""

    words: tuple[Word, ...]
    duration_s: float | None = None
    language: str | None = None


def read(text: str) -> Spoken:
    """All words, with the audio's duration in seconds and the language's code if given.

    Reads, told apart by their fields:
      - the project's document (`utterances`), the words of stripped ads included;
      - the recogniser's `{"segments": [{"words": [...]}], "duration_s", "language"}`;
      - `{"words": [{"text", "start", "end", "speaker"?}], "duration"?, "language"?}`, whose
        words get a leading space where they have none, unless punctuation continues a word.
    Words need not be sorted. Other fields are passed over.

    Raises:
        BadText: the text is none of these, or a field is missing or out of range.

    """
    try:
        whole = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise BadText(f"The transcript is not valid JSON: {error}.") from error
    if not isinstance(whole, dict):
        raise BadText("The transcript is not a JSON object.")
    language = _text(whole, "language")
    if "utterances" in whole:
        words = list(_document_words(whole))
        episode = _object(whole.get("episode", {}), "episode")
        duration_s = _duration(episode, "episode.duration_s")
        language = _text(episode, "episode.language")
    elif "words" in whole:
        words = [_spaced(word) for word in _words(whole, "words")]
        duration_s = _duration(whole, "duration")
    elif "segments" in whole:
        segments = _objects(whole, "segments")
        words = [word for place, one in segments for word in _words(one, f"{place}.words")]
        duration_s = _duration(whole, "duration_s")
    else:
        raise BadText("The transcript has none of the fields words, segments and utterances.")
    return Spoken(tuple(sorted(words, key=lambda word: word.start)), duration_s, language)


def _document_words(whole: Json) -> Iterator[Word]:
    """Kept words from the utterances, all others from the ads that hold them."""
    for place, utterance in _objects(whole, "utterances"):
        if not utterance.get("ad"):
            speaker = _text(utterance, f"{place}.speaker")
            for word in _words(utterance, f"{place}.words"):
                yield replace(word, speaker=speaker)
    for place, ad in _objects(whole, "ads"):
        if ad.get("stripped"):
            yield from _words(ad, f"{place}.words")


def _words(parent: Json, place: str) -> Iterator[Word]:
    for at, word in _objects(parent, place):
        text = word.get("text")
        if not isinstance(text, str):
            raise _missing(word, f"{at}.text", "a text")
        start = _number(word, f"{at}.start")
        end = _number(word, f"{at}.end")
        if end < start:
            raise BadText(f"The transcript's {at}.end is before its start.")
        probability = _share(word, f"{at}.probability")
        yield Word(
            start,
            end,
            text,
            probability=1.0 if probability is None else probability,
            speaker=_text(word, f"{at}.speaker"),
            speaker_confidence=_share(word, f"{at}.speaker_confidence"),
            overlap=word.get("overlap") is True,
        )


def _spaced(word: Word) -> Word:
    joined = not word.text or word.text[0].isspace() or word.text.startswith(_CONTINUES)
    return word if joined else replace(word, text=f" {word.text}")


def _text(parent: Json, place: str) -> str | None:
    text = parent.get(_key(place))
    if not (text is None or isinstance(text, str)):
        raise BadText(f"The transcript's {place} is not a text.")
    return text


def _duration(parent: Json, place: str) -> float | None:
    return None if parent.get(_key(place)) is None else _number(parent, place)


def _share(parent: Json, place: str) -> float | None:
    return None if parent.get(_key(place)) is None else _number(parent, place, most=1.0)


def _number(parent: Json, place: str, most: float = _LONGEST_S) -> float:
    value = parent.get(_key(place))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _missing(parent, place, "a number")
    if not 0 <= value <= most:
        raise BadText(f"The transcript's {place} is not between 0 and {most:.0f}.")
    return float(value)


def _objects(parent: Json, place: str) -> Iterator[tuple[str, Json]]:
    """The objects of the list that `place` ends in, each with its place."""
    values = parent.get(_key(place))
    if not isinstance(values, list):
        raise _missing(parent, place, "a list")
    for i, value in enumerate(values):
        yield f"{place}[{i}]", _object(value, f"{place}[{i}]")


def _object(value: object, place: str) -> Json:
    if not isinstance(value, dict):
        raise BadText(f"The transcript's {place} is not an object.")
    return value


def _missing(parent: Json, place: str, wanted: str) -> BadText:
    fault = f"is not {wanted}" if _key(place) in parent else "is missing"
    return BadText(f"The transcript's {place} {fault}.")


def _key(place: str) -> str:
    return place.rpartition(".")[2]
