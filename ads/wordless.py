"""What is left to judge by where nothing that is said is understood: voices, pauses, sound.

A report's clips are like that too, so what is found here is only worth a person's look. This
file does not know what is said.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ads import voices
from ads.rules import KINDS
from ads.segments import Scores
from ads.sentences import Sentence
from ads.sound import Heard, by_ear

BASE, STRANGER, AT_HOME = -0.15, 3.0, -1.0
"""Log-odds for each sentence, for all of those by a voice that passes by, and for each by
one that stays, where there are several."""

NEVER = -1000.0
"""Log-odds of what is not looked for."""


def weigh(sentences: Sequence[Sentence], heard: Heard | None = None) -> Scores:
    """Scores of paid spots for the decoder; no other kind is looked for."""
    inside = np.full((len(sentences), len(KINDS)), NEVER)
    brief = voices.passing(sentences)
    stays = AT_HOME if len({s.speaker for s in sentences} - {None}) > 1 else 0.0
    inside[:, KINDS.index("sponsor")] = [
        BASE + (STRANGER / brief[s.speaker] if s.speaker in brief else stays) for s in sentences
    ]
    borders = voices.borders(sentences, brief)
    edges = np.repeat(borders[:, None], len(KINDS), axis=1)
    scores = Scores(inside, edges[:-1], edges[1:])
    return scores if heard is None else by_ear(scores, sentences, heard)
