"""What the OpenAPI document shows of each shape and of each form of a transcript."""

from __future__ import annotations

import json
from collections.abc import Mapping

ID = "203c4dabccfa1ee0918645fc0336bced86f7b1619077912942a5c5ce5e249c7d"
CURSOR = "QdpgcAYAAAAgPE2rzPoe4JGGRfwDNrzthvexYZB3kSlCpcXOXiScfQ=="
_PLACE = f"/v1/episodes/{ID}"
_DECISION = {
    "start": 131.2,
    "end": 158.5,
    "decision": "cut",
    "kind": "sponsor",
    "sponsor": "Puddlewick",
    "replaces": {"start": 131.2, "end": 163.0},
}
_PROGRESS = {
    "status": "running",
    "stage": "transcribe",
    "progress": 0.35,
    "eta_s": 84.0,
    "error": None,
}
_EPISODE = {
    "id": ID,
    "status": "done",
    "stage": None,
    "progress": 1.0,
    "eta_s": None,
    "error": None,
    "title": "The Keeper of Gannet Point",
    "show": "Second Trades",
    "description": "Nineteen years alone with a lamp.",
    "published": "2026-02-03",
    "source": "interview.mp3",
    "duration_s": 172.4,
    "language": "en",
    "created_at": "2026-02-03T09:30:00Z",
    "updated_at": "2026-02-03T09:31:40Z",
    "options": {"speakers": "2"},
    "edits": {
        "title": None,
        "show": "Second Trades",
        "speakers": [{"label": "Speaker 1", "name": "Nora Whitcombe"}],
        "ads": [_DECISION],
        "corrections": 12,
    },
    "summary": {"speakers": 2, "ads": 3, "stripped_s": 61.7, "to_review": 1, "warnings": []},
    "audio": "kept",
    "links": {
        "self": _PLACE,
        "transcript": f"{_PLACE}/transcript",
        "audio": f"{_PLACE}/audio",
        "chapters": f"{_PLACE}/chapters",
        "review": f"{_PLACE}/review",
        "events": f"{_PLACE}/events",
    },
}
_SHARE = {
    "id": "hq3Xb0sLwVJk",
    "episode": ID,
    "show": None,
    "created_at": "2026-02-03T09:30:00Z",
    "ends_at": "2026-03-05T09:30:00Z",
}


def _shared(file: str) -> str:
    signed = "hq3Xb0sLwVJk.Zm9vYmFyYmF6cXV4cXV1eA"
    return f"https://pods.example.org/shared/{signed}/{ID}/{file}"


_OPTIONS = {"model": "small", "speakers": "2-4", "strip": "sponsor,selfpromo"}

SHAPES: Mapping[str, Mapping[str, object]] = {
    "UploadForm": {"file": "(audio)", "title": "The Keeper of Gannet Point", **_OPTIONS},
    "Options": _OPTIONS,
    "Import": {"path": "season-1/**/*.mp3", "show": "Second Trades"},
    "Changes": {
        "title": "The Keeper of Gannet Point",
        "speakers": {"Speaker 1": "Nora Whitcombe", "Speaker 2": None},
        "ads": [_DECISION],
    },
    "SpanDecision": _DECISION,
    "EpisodeView": _EPISODE,
    "EpisodePage": {
        "episodes": [_EPISODE],
        "next": CURSOR,
    },
    "ImportReport": {
        "files": [
            {"file": "interview.mp3", "id": ID, "created": True, "error": None},
            {
                "file": "empty.mp3",
                "id": None,
                "created": False,
                "error": "empty.mp3 is empty.",
            },
        ],
        "created": 1,
        "known": 0,
        "failed": 1,
    },
    "SearchPage": {
        "hits": [
            {
                "episode_id": ID,
                "title": "The Keeper of Gannet Point",
                "show": "Second Trades",
                "speaker": "Speaker 2",
                "name": None,
                "start": 31.0,
                "end": 34.54,
                "snippet": "I was the only clock in the harbour.",
                "marks": [[15, 20], [28, 35]],
                "link": f"{_PLACE}/transcript?format=html#t=31.0",
            }
        ],
        "next": None,
    },
    "Credentials": {"key": "cleancast_0123456789abcdef"},
    "SessionView": {"key": "nora", "scope": "write", "csrf": "5f1c0d9e"},
    "ShareWanted": {"episode": ID, "days": 30},
    "ShareLinks": {
        **_SHARE,
        "feed": None,
        "files": {
            "original": {"audio.mp3": _shared("original/audio.mp3")},
            "clean": {"transcript.vtt": _shared("clean/transcript.vtt")},
        },
        "rss_items": {
            "clean": "<item ...><podcast:transcript ...></podcast:transcript></item>"
        },
    },
    "ShareList": {"shares": [_SHARE]},
    "Health": {"status": "ok"},
    "Progressed": _PROGRESS,
}
"""By the name of the shape."""

FORMS: Mapping[str, object] = {
    "json": {
        "version": 1,
        "episode": {"id": ID, "title": "The Keeper of Gannet Point", "duration_s": 172.4},
        "speakers": [{"label": "Speaker 2", "name": None, "talk_time_s": 60.3}],
        "utterances": [
            {
                "speaker": "Speaker 2",
                "start": 31.0,
                "end": 31.5,
                "clean_start": 21.0,
                "clean_end": 21.5,
                "text": "I was.",
                "words": [
                    {
                        "text": " I",
                        "start": 31.0,
                        "end": 31.2,
                        "clean_start": 21.0,
                        "clean_end": 21.2,
                        "probability": 0.98,
                        "speaker_confidence": 0.9,
                        "overlap": False,
                    }
                ],
            }
        ],
        "ads": [
            {"start": 20.0, "end": 30.0, "kind": "sponsor", "stripped": True, "review": None}
        ],
        "quality": {
            "concerns": [
                {
                    "start": 31.0,
                    "end": 31.5,
                    "clean_start": 21.0,
                    "clean_end": 21.5,
                    "kind": "unsure_speaker",
                    "speaker": None,
                    "text": "who speaks is doubtful: \u201cI was.\u201d",
                }
            ],
            "further": 0,
        },
    },
    "txt": "The Keeper of Gannet Point\n\n3m\n\nTranscript\n\nSpeaker 2 I was.\n",
    "md": "# The Keeper of Gannet Point\n\n3m\n\n## Transcript\n\n**Speaker 2** I was.\n",
    "html": '<!DOCTYPE html>\n<html lang="en">...</html>\n',
    "vtt": "WEBVTT\n\n1\n00:00:31.000 --> 00:00:32.500\n<v Speaker 2>I was.</v>\n",
    "srt": "1\n00:00:31,000 --> 00:00:32,500\nSpeaker 2: I was.\n",
    "rttm": "SPEAKER interview 1 31.000 1.500 <NA> <NA> Speaker_2 <NA> <NA>\n",
    "podcast.json": {
        "version": "1.0.0",
        "segments": [
            {"speaker": "Speaker 2", "startTime": 31.0, "endTime": 32.5, "body": "I was."}
        ],
    },
}
"""By the name of the form."""

FEED = '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" ...>...</rss>\n'
CHAPTERS = {
    "version": "1.2.0",
    "title": "The Keeper of Gannet Point",
    "chapters": [{"startTime": 0.0, "endTime": 61.5, "title": "The lamp"}],
}
EVENT = {"event": "progress", "id": "7", "data": json.dumps(_PROGRESS)}
CHANGE = {"event": "episode", "id": "1770111100000", "data": json.dumps(_EPISODE)}
