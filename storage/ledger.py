"""What a worker writes: how the work goes, what came of it, and that the worker lives.

Every method names the run it belongs to and changes nothing where that is over: cancelled,
deleted, or begun anew by somebody else. So of two workers that hold the same episode for
once, one writes. This file does not know what the work is.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from episodes.edits import Edits
from episodes.errors import FailureKind
from episodes.people import Voice
from episodes.titles import title_of
from episodes.types import Summary, Tags, Transcript
from storage import search
from storage.blobs import Blobs
from storage.database import episodes, workers, writing
from storage.deliveries import announce
from storage.figures import done, failed, stage_took
from storage.library import EDITS, SUMMARY, TAGS, Entry, change, find
from storage.tallies import tally
from storage.voices import forget, set_voices, teach


class Ledger:
    """The same table as the library's, from the other side."""

    def __init__(self, engine: Engine, blobs: Blobs) -> None:
        self._engine, self._blobs = engine, blobs

    def begin(self, episode_id: str, run: str) -> Entry | None:
        """Take up a run, also one that was interrupted; None where it is over."""
        with self._engine.begin() as connection:
            active = _run(run, "queued", "running")
            if not change(connection, episode_id, *active, status="running"):
                return None
            fresh = episodes.c.started_at.is_(None)
            change(connection, episode_id, fresh, started_at=time.time())
            return find(connection, episode_id)

    def goes_on(self, episode_id: str, run: str) -> bool:
        """Whether a run is still wanted."""
        with self._engine.connect() as connection:
            wanted = sa.select(episodes.c.id).where(
                episodes.c.id == episode_id, *_run(run, "running")
            )
            return connection.execute(wanted).first() is not None

    def advance(self, episode_id: str, run: str, stage: str, progress: float) -> None:
        """Note how far a run is; `progress` of the whole, 0 to 1."""
        with self._engine.begin() as connection:
            change(
                connection,
                episode_id,
                *_run(run, "running"),
                stage=stage,
                progress=progress,
            )

    def describe(self, episode_id: str, run: str, tags: Tags, duration_s: float) -> None:
        """Note what the file says of itself; a person's title and show stay."""
        with self._engine.begin() as connection:
            entry = find(connection, episode_id)
            if entry is None:
                return
            change(
                connection,
                episode_id,
                *_run(run, "running"),
                tags=TAGS.dump_python(tags, mode="json"),
                title=title_of(entry.episode.source, entry.edits.title, tags.title),
                show=entry.edits.show or tags.show,
                duration_s=duration_s,
            )

    def finish(
        self,
        entry: Entry,
        key: str,
        transcript: Transcript,
        summary: Summary,
        edits: Edits,
        voices: Sequence[Voice] = (),
    ) -> bool:
        """Make a transcript, whose blob is at `key`, the episode's.

        `transcript` has the entry's edits, which are kept as `edits` from now on; `voices`
        are those heard, before the edits. False where the edits changed since, or the run
        is over.
        """
        with writing(self._engine, entry.id) as connection:
            now = find(connection, entry.id)
            if now is None or now.edits != entry.edits:
                return False
            if not change(
                connection,
                entry.id,
                *_run(entry.run, "running"),
                status="done",
                stage=None,
                progress=1.0,
                error=None,
                language=transcript.language,
                duration_s=transcript.duration_s,
                summary=SUMMARY.dump_python(summary, mode="json"),
                transcript=key,
                edits=EDITS.dump_python(edits, mode="json"),
                finished_at=time.time(),
            ):
                return False
            set_voices(connection, entry.id, voices)
            teach(connection, entry.id, edits, now.episode.show)
            search.index(connection, entry.id, transcript.kept)
            _tell(connection, entry.id)
            work_s = time.time() - (now.started_at or time.time())
            tally(connection, *done(transcript.duration_s, work_s))
        return True

    def active(self) -> dict[str, str]:
        """The ids of queued and running episodes, by run; of many, those longest unchanged."""
        active = sa.select(episodes.c.run, episodes.c.id).where(
            episodes.c.status.in_(("queued", "running"))
        )
        with self._engine.connect() as connection:
            rows = connection.execute(active.order_by(episodes.c.updated_at).limit(1000))
            return {row.run: row.id for row in rows}

    def took(self, stage: str, seconds: float) -> None:
        """Count a stage's time, or that of one piece of it."""
        with self._engine.begin() as connection:
            tally(connection, *stage_took(stage, seconds))

    def fail(
        self, episode_id: str, run: str, reason: str, kind: FailureKind = "unexpected"
    ) -> None:
        """End a run with a sentence for the user, and a kind to count it by."""
        with self._engine.begin() as connection:
            ended = {"status": "failed", "stage": None, "error": reason}
            if change(connection, episode_id, *_run(run, "queued", "running"), **ended):
                _tell(connection, episode_id)
                tally(connection, failed(kind))

    def sweep(self, episode_id: str) -> None:
        """Remove what a worker still wrote of an episode that was deleted meanwhile."""
        with writing(self._engine, episode_id) as connection:  # no `add` comes between
            if find(connection, episode_id) is None:
                forget(connection, episode_id)
                self._blobs.delete(episode_id)

    def drop_audio(self, before: float) -> list[str]:
        """Drop the originals of episodes done before a Unix time; their ids.

        What was sent again after that waits until it is worked on.
        """
        old = sa.and_(
            episodes.c.status == "done",
            episodes.c.finished_at <= before,
            episodes.c.audio_at <= episodes.c.finished_at,
        )
        kept = sa.select(episodes.c.id, episodes.c.audio).where(
            old, episodes.c.audio.is_not(None)
        )
        with self._engine.connect() as connection:
            found = connection.execute(kept).all()
        return [row.id for row in found if self._drop(row.id, row.audio, old)]

    def _drop(self, episode_id: str, audio: str, old: sa.ColumnElement[bool]) -> bool:
        with writing(self._engine, episode_id) as connection:  # nor does an `add` here
            dropped = change(connection, episode_id, old, audio=None)
            if dropped:
                self._blobs.delete(audio)
        return dropped

    def beat(self, worker: str) -> None:
        """Note that a worker lives."""
        with self._engine.begin() as connection:
            _forget(connection, [worker])
            connection.execute(sa.insert(workers).values(name=worker, beat_at=time.time()))

    def silent(self, since: float) -> list[str]:
        """The workers that have not been heard of since a Unix time."""
        with self._engine.connect() as connection:
            silent = sa.select(workers.c.name).where(workers.c.beat_at < since)
            return list(connection.scalars(silent))

    def lively(self, since: float) -> list[str]:
        """The workers that have."""
        with self._engine.connect() as connection:
            lively = sa.select(workers.c.name).where(workers.c.beat_at >= since)
            return list(connection.scalars(lively))

    def forget(self, names: Sequence[str]) -> None:
        """Workers that have gone for good, or their work to others."""
        with self._engine.begin() as connection:
            _forget(connection, names)


def _run(run: str, *statuses: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (episodes.c.run == run, episodes.c.status.in_(statuses))


def _tell(connection: Connection, episode_id: str) -> None:
    ended = find(connection, episode_id)
    assert ended is not None
    announce(connection, ended)


def _forget(connection: Connection, names: Sequence[str]) -> None:
    connection.execute(sa.delete(workers).where(workers.c.name.in_(names)))
