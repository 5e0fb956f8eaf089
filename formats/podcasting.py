"""The Podcasting 2.0 transcript as JSON, version 1.0.0.

As in the podcast namespace's specification of transcripts. This file does not know how
phrases are divided.
"""

from __future__ import annotations

import json

from formats.cues import cues
from formats.view import View

_WIDTH = 65


def transcript(view: View) -> str:
    """A segment a phrase: its speaker (left out where nobody is known), times and text."""
    segments = []
    for cue in cues(view, _WIDTH):
        speaker = {"speaker": cue.speaker} if cue.speaker else {}
        times = {"startTime": cue.start, "endTime": cue.end}
        segments.append({**speaker, **times, "body": cue.text})
    document = {"version": "1.0.0", "segments": segments}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
