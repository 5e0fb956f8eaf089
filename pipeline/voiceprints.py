"""The prints of an episode's voices, kept in a folder of their own, so that any can be erased.

Knows where they lie and what they were made from; does not know whose they are.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from pydantic import TypeAdapter

from episodes.people import Print, Voice
from episodes.spans import Span
from episodes.types import Transcript, Turn
from speakers.network import SHA256
from speakers.prints import samples
from storage.blobs import Blobs
from storage.results import StageResults

PRINTS = TypeAdapter(tuple[Print, ...])
FOLDER = "voiceprints"
NETWORK = SHA256["campplus"]
"""The network that makes prints, by checksum: those of another are not compared."""
VERSION = 1


def facts(heard: Mapping[str, Sequence[Span]]) -> tuple[object, ...]:
    """What determines the prints made from these spans."""
    spans = [[(span.start, span.end) for span in some] for some in heard.values()]
    return (SHA256, spans)


def stored(episode_id: str, turns: Sequence[Turn], blobs: Blobs) -> dict[str, Print]:
    """The prints made of the voices of these turns, by label; none where none are kept."""
    heard = samples(turns)
    results = StageResults(blobs, episode_id, folder=FOLDER)
    prints = results.stored("voices", (VERSION, *facts(heard)), PRINTS)
    return {} if prints is None else dict(zip(heard, prints.value, strict=True))


def voices(transcript: Transcript, prints: Mapping[str, Print]) -> tuple[Voice, ...]:
    """The voices of a transcript, as it was found, of which there are prints."""
    named = {s.label: s for s in transcript.speakers if s.name is not None}
    return tuple(
        Voice(label, prints[label], NETWORK, spans, named.get(label))
        for label, spans in samples(transcript.turns).items()
        if label in prints
    )


def erase(episode_id: str, vectors: Collection[tuple[float, ...]], blobs: Blobs) -> None:
    """Erase these prints from what is kept of an episode.

    They stay erased when it is processed again, unless it is told apart otherwise. What was
    made under other settings or by another network is removed whole: whose it is nobody knows.
    """
    for key in blobs.below(f"{episode_id}/{FOLDER}"):
        envelope = json.loads(blobs.read(key) or b'{"value": []}')
        kept = [one for one in envelope["value"] if tuple(one["vector"]) not in vectors]
        if len(kept) == len(envelope["value"]):
            blobs.delete(key)
            continue
        for one in envelope["value"]:
            if tuple(one["vector"]) in vectors:
                one["vector"] = []
        blobs.write(key, json.dumps(envelope).encode())
