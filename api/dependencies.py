"""What routes ask for: the opened data folder, and the episode an address names."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request

from api.examples import ID
from api.problems import Problem, shown
from pipeline.holdings import Holdings
from storage.library import Entry


def _holdings(request: Request) -> Holdings:
    holdings: Holdings = request.app.state.holdings
    return holdings


Held = Annotated[Holdings, Depends(_holdings)]
Id = Annotated[str, Path(description="SHA-256 of the audio file", examples=[ID])]


def entry_of(id: Id, holdings: Held) -> Entry:  # noqa: A002  the address says {id}
    """The episode of that id. Raises Problem where there is none."""
    entry = holdings.library.get(id)
    if entry is None:
        raise missing(id)
    return entry


def missing(episode_id: str) -> Problem:
    """The problem that an episode is not there."""
    return Problem("not-found", f"There is no episode {shown(episode_id)}.")


Found = Annotated[Entry, Depends(entry_of)]
