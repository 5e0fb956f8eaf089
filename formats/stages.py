"""What the commands for single stages print: recognised segments, found ads, turns.

This file does not know whole transcripts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from episodes.types import AdSpan, Segment
from formats.view import ad_fields, whole_ms


def segments_json(segments: Sequence[Segment], language: str, duration_s: float) -> str:
    """Recognised segments with their words; `formats.wordlist` reads it back."""
    rows = [
        {
            "start": whole_ms(segment.start),
            "end": whole_ms(segment.end),
            "text": segment.text.strip(),
            "avg_logprob": round(segment.avg_logprob, 3),
            "no_speech_prob": round(segment.no_speech_prob, 3),
            "compression_ratio": round(segment.compression_ratio, 3),
            "words": [
                {
                    "text": word.text,
                    "start": whole_ms(word.start),
                    "end": whole_ms(word.end),
                    "probability": round(word.probability, 3),
                }
                for word in segment.words
            ],
        }
        for segment in segments
    ]
    whole = {"language": language, "duration_s": whole_ms(duration_s), "segments": rows}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=1)


def ads_json(ads: Sequence[AdSpan]) -> str:
    """The ads alone, with what the settings and the safety rules would cut."""
    rows = [ad_fields(ad) for ad in ads]
    return json.dumps({"ads": rows}, ensure_ascii=False, allow_nan=False, indent=1)
