"""Who speaks when, in a file that has a track for each speaker, or may have.

Brings the rooms together: speech as the recogniser finds it, levels and likeness as audio
knows them, voices as the diarizer tells them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from audio.tracks import Source, levels, likeness
from episodes.spans import merge
from episodes.types import Audio, Speaker, Turn
from speakers.diarize import Diarizer
from speakers.track_names import track_names
from speakers.tracks import dominance, flags, overlap_share, turns
from transcribe.whisper import Recogniser

FRAME_S = 0.05
ONE_VOICE = 0.85
"""Share of a track's speech that one voice has, from which the track is one speaker's."""
AT_ONCE = 0.5
"""From this share of speech under others' it is no conversation, but tracks of one thing."""


def label(place: int) -> str:
    """Return the label of the speaker of a track, by its place among the sources."""
    return f"Track {place + 1}"


def turns_of(
    sources: Sequence[Audio], recogniser: Recogniser, diarizer: Diarizer | None
) -> tuple[Turn, ...]:
    """Return the turns of the sources' speakers, none where each has not one speaker.

    Without a diarizer it is known that each has one.
    """
    speech = [recogniser.speech(audio) for audio in sources]
    columns = [levels(audio, FRAME_S) for audio in sources]
    length = max(len(column) for column in columns)
    table = np.stack(
        [np.pad(one, (0, length - len(one)), constant_values=-120.0) for one in columns], 1
    )
    spoken = [flags(spans, length, FRAME_S) for spans in speech]
    alike = {
        (one, other): likeness(
            sources[one], sources[other], spoken[one] & spoken[other], FRAME_S
        )
        for one, other in combinations(range(len(sources)), 2)
    }
    found = turns(table, FRAME_S, speech, alike, [label(at) for at in range(len(sources))])
    if diarizer is None:
        return found
    speakers = {turn.speaker for turn in found}
    if len(speakers) < 2 or overlap_share(found) > AT_ONCE:
        return ()
    for at, audio in enumerate(sources):
        alone = diarizer.diarize(own(audio, label(at), found)) if label(at) in speakers else ()
        if dominance(alone) < ONE_VOICE:
            return ()
    return found


def own(audio: Audio, speaker: str, turns: Sequence[Turn]) -> Audio:
    """Return a track with nothing but its own speaker's turns."""
    return replace(audio, kept=merge(turn for turn in turns if turn.speaker == speaker))


def named(
    sources: Sequence[Source], before: Sequence[Turn], after: Sequence[Turn]
) -> dict[str, Speaker]:
    """Return the speakers that their tracks' titles name, by the labels of the turns `after`.

    `before` are the same turns by the labels of their tracks.
    """
    names = {label(at): name for at, name in enumerate(track_names([s.title for s in sources]))}
    numbered = {one.speaker: other.speaker for one, other in zip(before, after, strict=True)}
    return {
        numbered[track]: Speaker(numbered[track], name, f"the track is called {name}", "track")
        for track, name in names.items()
        if name is not None and track in numbered
    }
