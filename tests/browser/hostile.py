"""An episode whose every text is an attack."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from episodes.types import Chapter, Speaker, Tags
from speakers.utterances import group
from tests.api.conftest import SPOT, found, serving
from tests.pipeline.conftest import sound

ATTACK = (
    """<script>attacked = 1</script>"'><img src=x onerror="attacked = 2">"""
    """<svg onload="attacked = 3"></textarea></title><a href="javascript:attacked=4">{{7*7}}"""
)


def shelve_hostile(folder: Path) -> None:
    """Put it into the data folder of a service that does not run yet."""
    with serving(folder) as service:
        episode_id = service.sent(sound(60), f"{ATTACK}.wav".replace("/", ""))
        said = found()
        words = [replace(w, text=f" {ATTACK}") for u in said.utterances for w in u.words]
        entry = service.begin(episode_id)
        chapters = (Chapter(0.0, 5.0, ATTACK),)
        tags = Tags(ATTACK, ATTACK, ATTACK, ATTACK, chapters)
        service.ledger.describe(episode_id, entry.run, tags, 60.0)
        attack = replace(
            said,
            speakers=tuple(Speaker(s.label, ATTACK) for s in said.speakers),
            utterances=group(words, (SPOT,)),
            ads=(replace(SPOT, sponsor=ATTACK, evidence=(ATTACK,)),),
            warnings=(ATTACK,),
        )
        service.finish(episode_id, attack, cut=sound(50))
