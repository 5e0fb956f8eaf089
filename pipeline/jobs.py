"""The durable queue: the only import of DBOS. It queues work and recovers it, no more.

An episode is a workflow, a stage a step. What a stage gave is kept elsewhere, by content
(storage/results.py); the engine only remembers that a step was done, so a step that is run
twice finds its result. The engine's tables lie in the project's database: an episode and
its job are accepted in one transaction. This file does not know what the work is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine

Given = tuple[int, str]
"""What the engine remembers of a stage: a number or a key, if the next ones need it."""

Step = Callable[[str, Callable[[], Given]], Given]
"""Does a named piece of work, unless it is remembered as done: then gives what it gave."""

NAME = "cleancast"
QUEUE = "episodes"
WORKFLOW = "episode"
VERSION = "1"
"""Said outright: left to itself the engine hashes the code, and work that was accepted by
yesterday's code would wait for ever."""

OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

KEPT = timedelta(days=1)
"""How long ended jobs are remembered."""


def migrate(engine: Engine) -> None:
    """Make or update the engine's tables in the project's database."""
    from dbos import DBOS

    DBOS.migrate(engine.url.render_as_string(hide_password=False))


class Queue:
    """Where work is handed in; knows nothing of who does it."""

    def __init__(self, engine: Engine) -> None:
        from dbos import DBOSClient

        self._client = DBOSClient(system_database_engine=engine, application_name=NAME)

    def put(self, connection: Connection, episode_id: str, run: str) -> None:
        """Queue a run of an episode as part of the caller's transaction."""
        self._client.enqueue_in_transaction(
            connection,
            {
                "workflow_name": WORKFLOW,
                "queue_name": QUEUE,
                "workflow_id": run,
                "app_version": VERSION,
            },
            episode_id,
            run,
        )

    def close(self) -> None:
        """Let go of the database."""
        self._client.destroy()


class Jobs:
    """Takes work from the queue, one episode at a time, as the executor `name`.

    Two live processes of one name would do the same step twice: the caller sees to it that
    there is one. `work` is called with an episode's id, its run and a Step.
    """

    def __init__(
        self, engine: Engine, name: str, work: Callable[[str, str, Step], None]
    ) -> None:
        from dbos import DBOS

        self._dbos = DBOS
        self._name = name

        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
        def episode(episode_id: str, run: str) -> None:
            work(episode_id, run, lambda name, do: DBOS.run_step({"name": name}, do))

        DBOS(
            config={
                "name": NAME,
                "system_database_engine": engine,
                "application_version": VERSION,
                "executor_id": name,
                "log_level": "WARNING",
            }
        )

    def start(self) -> None:
        """Take up what this executor left unfinished, then whatever is queued."""
        self._dbos.launch()
        self._dbos.register_queue(
            QUEUE, worker_concurrency=1, polling_interval_sec=0.5, on_conflict="always_update"
        )

    def take_over(self, name: str) -> int:
        """Queue again what a dead executor left unfinished; how much that was.

        The engine would leave it to that executor's return.
        """
        left = self._dbos.list_workflows(
            status="PENDING", executor_id=name, load_input=False, load_output=False
        )
        for workflow in left:
            self._dbos.resume_workflow(workflow.workflow_id, queue_name=QUEUE)
        return len(left)

    def ended(self, runs: Collection[str]) -> list[str]:
        """Which of these runs are over for the queue."""
        over = self._dbos.list_workflows(
            workflow_ids=list(runs), status=OVER, load_input=False, load_output=False
        )
        return [workflow.workflow_id for workflow in over]

    def forget(self) -> None:
        """Drop the memory of jobs that ended long ago."""
        ended = self._dbos.list_workflows(
            status=OVER,
            completed_before=(datetime.now(UTC) - KEPT).isoformat(),
            limit=1000,
            load_input=False,
            load_output=False,
        )
        if ended:
            self._dbos.delete_workflows([workflow.workflow_id for workflow in ended])
