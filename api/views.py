"""An entry of the library as the API shows it. Knows shapes and links, no request."""

from __future__ import annotations

import time

from api.options import chosen
from api.proxied import here
from api.schemas import (
    EditsMade,
    EpisodeView,
    Figures,
    Named,
    Progressed,
    SpanDecision,
    Stretch,
)
from episodes.edits import Edits
from episodes.spans import Span
from episodes.types import Summary
from storage.library import Entry

_ENOUGH = 0.03
"""Below this share of the work, how long the rest takes is anybody's guess."""


def view(entry: Entry) -> EpisodeView:
    """An episode."""
    episode, summary = entry.episode, entry.summary
    return EpisodeView(
        id=entry.id,
        status=episode.status,
        stage=entry.stage,
        progress=round(entry.progress, 4),
        eta_s=eta_s(entry),
        error=episode.error,
        title=episode.title,
        show=episode.show,
        description=episode.description,
        published=episode.published,
        source=episode.source,
        duration_s=entry.duration_s,
        language=entry.language,
        created_at=episode.created_at,
        updated_at=entry.updated_at,
        options=chosen(entry.options),
        edits=_edits(entry.edits),
        summary=None if summary is None else _figures(summary),
        audio="kept" if entry.audio else "dropped",
        links=links(entry.id),
    )


def links(episode_id: str) -> dict[str, str]:
    """Where everything of an episode is."""
    own = here(f"/v1/episodes/{episode_id}")
    parts = ("transcript", "audio", "chapters", "review", "events")
    return {"self": own, **{part: f"{own}/{part}" for part in parts}}


def progressed(entry: Entry) -> Progressed:
    """How far an episode is."""
    return Progressed(
        status=entry.episode.status,
        stage=entry.stage,
        progress=round(entry.progress, 4),
        eta_s=eta_s(entry),
        error=entry.episode.error,
    )


def eta_s(entry: Entry) -> float | None:
    """About how many seconds a running episode takes yet, by how it went so far."""
    if entry.episode.status != "running" or not entry.started_at or entry.progress < _ENOUGH:
        return None
    spent = time.time() - entry.started_at
    return round(spent * (1 - entry.progress) / entry.progress, 1)


def _figures(summary: Summary) -> Figures:
    return Figures(
        speakers=summary.speakers,
        ads=summary.ads,
        stripped_s=round(summary.stripped_s, 3),
        to_review=summary.to_review,
        warnings=list(summary.warnings),
    )


def _edits(edits: Edits) -> EditsMade:
    return EditsMade(
        title=edits.title,
        show=edits.show,
        speakers=[Named(label=one.label, name=one.name) for one in edits.names],
        ads=[
            SpanDecision(
                start=one.start,
                end=one.end,
                decision=one.action,
                kind=one.kind,
                sponsor=one.sponsor,
                replaces=_stretch(one.replaces),
            )
            for one in edits.ads
        ],
        corrections=len(edits.corrections),
    )


def _stretch(span: Span | None) -> Stretch | None:
    return None if span is None else Stretch(start=span.start, end=span.end)
