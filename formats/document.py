"""The project's own JSON, version 1: everything of a transcript, on both clocks.

This file does not know how a transcript is stored, nor how its words are read back
(wordlist.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from episodes.spans import subtract
from episodes.types import (
    AdSpan,
    Episode,
    Provenance,
    Speaker,
    Transcript,
    Utterance,
    Word,
    in_time,
)
from formats.view import View, ad_fields, whole_ms

Json = Mapping[str, object]


def write(view: View) -> str:
    """The transcript as JSON; nothing said is lost, whatever is stripped.

    What is in the cuts is left out of `utterances` unless ads are kept, where it bears
    `"ad": true`; it is among the words of `ads` in any case. A listener's "mm-hm", which
    pages leave out, bears `"backchannel": true`. Times are original seconds; `clean_start`
    and `clean_end` are null in the cuts. Probabilities have three decimals.
    """
    transcript = view.transcript
    shown = transcript.utterances if view.ads == "keep" else transcript.kept
    held = _words_of_ads(transcript)
    whole = {
        "version": 1,
        "episode": _episode(view.episode, transcript),
        "speakers": [_speaker(view, speaker) for speaker in transcript.speakers],
        "utterances": [_utterance(view, utterance) for utterance in shown],
        "ads": [_ad(view, ad, words) for ad, words in zip(transcript.ads, held, strict=True)],
        "warnings": list(transcript.warnings),
        "quality": _quality(view),
        "provenance": _provenance(transcript.provenance),
    }
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _episode(episode: Episode, transcript: Transcript) -> Json:
    return {
        "id": episode.id,
        "show": episode.show,
        "title": episode.title,
        "description": episode.description,
        "published": episode.published,
        "duration_s": whole_ms(transcript.duration_s),
        "language": transcript.language,
        "source": PurePath(episode.source).name,
    }


def _speaker(view: View, speaker: Speaker) -> Json:
    """`talk_time_s` counts outside the cuts: 0 for a voice heard only in ads."""
    turns = [turn for turn in view.transcript.turns if turn.speaker == speaker.label]
    return {
        "label": speaker.label,
        "name": speaker.name,
        "name_evidence": speaker.name_evidence,
        "name_confidence": speaker.name_confidence,
        "talk_time_s": whole_ms(sum(s.duration_s for s in subtract(turns, view.cuts))),
    }


def _utterance(view: View, utterance: Utterance) -> Json:
    cut = view.is_cut(utterance.words[0].middle)
    return {
        "speaker": utterance.speaker,
        **_times(view, utterance.start, utterance.end, cut=cut),
        **({"ad": True} if cut else {}),
        **({"backchannel": True} if utterance.backchannel else {}),
        "text": utterance.text,
        "words": [_word(view, word) for word in utterance.words],
    }


def _word(view: View, word: Word) -> Json:
    return {
        "text": word.text,
        **_times(view, word.start, word.end, cut=view.is_cut(word.middle)),
        "probability": round(word.probability, 3),
        "speaker_confidence": _rounded(word.speaker_confidence),
        "overlap": word.overlap,
    }


def _times(view: View, start: float, end: float, *, cut: bool) -> Json:
    return {
        "start": whole_ms(start),
        "end": whole_ms(end),
        "clean_start": None if cut else view.clean(start),
        "clean_end": None if cut else view.clean(end),
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)


def _ad(view: View, ad: AdSpan, words: Sequence[Word]) -> Json:
    """The words of an ad bear their speaker each: a spot may have several."""
    speakers = dict.fromkeys(word.speaker for word in words if word.speaker is not None)
    return {
        **ad_fields(ad),
        "speakers": list(speakers),
        "text": "".join(word.text for word in words).strip(),
        "words": [{**_word(view, word), "speaker": word.speaker} for word in words],
    }


def _words_of_ads(transcript: Transcript) -> list[list[Word]]:
    """The words whose middle lies in each ad.

    One that lies in two ads goes to the stripped one, else to the earlier: so the words
    of the stripped ads are what the kept utterances lack, each once.
    """
    held: list[list[Word]] = [[] for _ in transcript.ads]
    order = sorted(range(len(held)), key=lambda i: not transcript.ads[i].stripped)
    for word in in_time(transcript.utterances):
        for i in order:
            if transcript.ads[i].start <= word.middle < transcript.ads[i].end:
                held[i].append(word)
                break
    return held


def _quality(view: View) -> Json:
    """What of the kept part is worth checking, the most important first."""
    quality = view.transcript.quality
    return {
        "concerns": [
            {
                **_times(view, concern.start, concern.end, cut=False),
                "kind": concern.kind,
                "speaker": concern.speaker,
                "text": concern.text,
            }
            for concern in quality.concerns
        ],
        "further": quality.further,
    }


def _provenance(provenance: Provenance) -> Json:
    return {
        "cleancast": provenance.cleancast,
        "models": dict(provenance.models),
        "settings": provenance.settings,
        "stages": [
            {"name": name, "seconds": round(seconds, 3)} for name, seconds in provenance.stages
        ],
    }
