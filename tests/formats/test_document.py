from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from episodes.quality import Concern, Quality
from episodes.spans import inside
from episodes.types import AdSpan, Episode, Transcript, Turn, Word
from formats import Ads, render
from formats.wordlist import read

Transcripts = st.SearchStrategy[Transcript]
Talk = Callable[..., Transcript]


def by_place(words: tuple[Word, ...]) -> list[Word]:
    return sorted(words, key=lambda w: (w.start, w.end, w.text, w.speaker or ""))


@given(data=st.data(), ads=st.sampled_from(get_args(Ads)))
def test_nothing_is_lost(
    data: st.DataObject, ads: Ads, transcripts: Transcripts, episode: Episode
) -> None:
    transcript = data.draw(transcripts)
    words, duration_s, language = read(render(transcript, episode, "json", ads=ads))
    assert language == transcript.language
    assert by_place(words) == by_place(
        tuple(word for utterance in transcript.utterances for word in utterance.words)
    )
    assert [w.start for w in words] == sorted(w.start for w in words)
    assert duration_s == transcript.duration_s


@given(data=st.data())
def test_kept_words_have_both_clocks_and_cut_ones_one(
    data: st.DataObject, transcripts: Transcripts, episode: Episode
) -> None:
    transcript = data.draw(transcripts)
    whole = json.loads(render(transcript, episode, "json", ads="keep"))
    assert len(whole["utterances"]) == len(transcript.utterances)
    for utterance, shown in zip(transcript.utterances, whole["utterances"], strict=True):
        cut = inside(utterance.words[0].middle, transcript.cuts)
        assert shown.get("ad", False) is cut
        for one in (shown, *shown["words"]):
            assert (one["clean_start"] is None) is cut
            assert (one["clean_end"] is None) is cut
            if not cut:
                assert 0 <= one["clean_start"] <= one["start"]
                assert one["clean_end"] - one["clean_start"] <= one["end"] - one["start"] + 2e-3
    stripped = json.loads(render(transcript, episode, "json"))
    assert stripped["utterances"] == [u for u in whole["utterances"] if "ad" not in u]
    assert stripped["ads"] == whole["ads"]


def test_the_whole_document(talk: Talk, episode: Episode) -> None:
    transcript = talk(
        ("Speaker 1", 0.0006, 2, "Well, hello."),
        ("Speaker 2", 2, 12, "Buy it."),
        (None, 12, 13, "Ha."),
        names={"Speaker 1": "Ana"},
        ads=(AdSpan(2, 12, "sponsor", 0.98765, "Acme", ("offer code",), stripped=True),),
        turns=(Turn(0, 5, "Speaker 1"), Turn(2, 12, "Speaker 2")),
    )
    concern = Concern(0.25, 13.0, "brief_speaker", "talks for 2.0 s in all", "Speaker 1")
    transcript = replace(
        transcript, warnings=("The file ends early.",), quality=Quality((concern,), 2)
    )
    word = {"probability": 1.0, "speaker_confidence": None, "overlap": False}
    cut = {"clean_start": None, "clean_end": None}
    assert json.loads(render(transcript, episode, "json")) == {
        "version": 1,
        "episode": {
            "id": episode.id,
            "show": None,
            "title": episode.title,
            "description": episode.description,
            "published": None,
            "duration_s": 1200.0,
            "language": "en",
            "source": PurePath(episode.source).name,
        },
        "speakers": [
            {
                "label": "Speaker 1",
                "name": "Ana",
                "name_evidence": None,
                "name_confidence": None,
                "talk_time_s": 2.0,
            },
            {
                "label": "Speaker 2",
                "name": None,
                "name_evidence": None,
                "name_confidence": None,
                "talk_time_s": 0.0,
            },
        ],
        "utterances": [
            {
                "speaker": "Speaker 1",
                "start": 0.001,
                "end": 2.0,
                "clean_start": 0.001,
                "clean_end": 2.0,
                "text": "Well, hello.",
                "words": [
                    {"text": " Well,", "start": 0.001, "end": 1.0, "clean_start": 0.001,
                     "clean_end": 1.0, **word},
                    {"text": " hello.", "start": 1.0, "end": 2.0, "clean_start": 1.0,
                     "clean_end": 2.0, **word},
                ],
            },
            {
                "speaker": None,
                "start": 12.0,
                "end": 13.0,
                "clean_start": 2.0,
                "clean_end": 3.0,
                "text": "Ha.",
                "words": [
                    {"text": " Ha.", "start": 12.0, "end": 13.0, "clean_start": 2.0,
                     "clean_end": 3.0, **word},
                ],
            },
        ],
        "ads": [
            {
                "start": 2.0,
                "end": 12.0,
                "kind": "sponsor",
                "confidence": 0.988,
                "sponsor": "Acme",
                "evidence": ["offer code"],
                "stripped": True,
                "review": None,
                "speakers": ["Speaker 2"],
                "text": "Buy it.",
                "words": [
                    {"text": " Buy", "start": 2.0, "end": 7.0, **cut, **word,
                     "speaker": "Speaker 2"},
                    {"text": " it.", "start": 7.0, "end": 12.0, **cut, **word,
                     "speaker": "Speaker 2"},
                ],
            },
        ],
        "warnings": ["The file ends early."],
        "quality": {
            "concerns": [
                {
                    "start": 0.25,
                    "end": 13.0,
                    "clean_start": 0.25,
                    "clean_end": 3.0,
                    "kind": "brief_speaker",
                    "speaker": "Speaker 1",
                    "text": "talks for 2.0 s in all",
                },
            ],
            "further": 2,
        },
        "provenance": {"cleancast": "0.1.0", "models": {}, "settings": "ef", "stages": []},
    }  # fmt: skip


@given(data=st.data())
def test_backchannels_are_told_and_in_order(
    data: st.DataObject, transcripts: Transcripts, episode: Episode
) -> None:
    transcript = data.draw(transcripts)
    shown = json.loads(render(transcript, episode, "json"))["utterances"]
    assert [u.get("backchannel", False) for u in shown] == [
        u.backchannel for u in transcript.kept
    ]
    assert [u["start"] for u in shown] == sorted(u["start"] for u in shown)


def test_overlapping_ads_share_no_word(talk: Talk, episode: Episode) -> None:
    transcript = talk(
        ("Speaker 1", 0, 10, "Buy it."),
        ads=(
            AdSpan(0, 10, "selfpromo", 0.9),
            AdSpan(0, 10, "sponsor", 0.9, stripped=True),
            AdSpan(5, 10, "sponsor", 0.9, stripped=True),
        ),
    )
    text = render(transcript, episode, "json")
    assert [ad["text"] for ad in json.loads(text)["ads"]] == ["", "Buy it.", ""]
    assert read(text)[0] == transcript.utterances[0].words
