"""An episode's work, waited for by a request that wants its result and nothing else.

Knows the library and whether a worker lives; knows no route and no form of the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping

from anyio import to_thread

from api.dependencies import missing
from api.problems import Problem
from pipeline.choices import choose
from pipeline.holdings import Holdings
from storage.library import STARTABLE, Entry

LOOK_S = 0.3

_DETERMINED: Mapping[str, str] = {"x-should-retry": "false"}
"""Clients of OpenAI's send an audio again after some errors; these would come again."""


async def awaited(
    entry: Entry, options: Mapping[str, str], holdings: Holdings, *, fresh: bool
) -> AsyncGenerator[Entry, None]:
    """The entry, look after look, until it is done under `options`; the last is that.

    Work that has ended otherwise is begun anew, once; work under way is waited for first.
    `fresh` says that the episode is new and its work therefore ours. Raises Problem where
    the work fails, is given up, or is done by nobody.
    """
    ours, latest = fresh, entry
    while True:
        wanted = _wanted(latest, options)
        alike = _alike(latest.options, wanted, holdings)
        if latest.episode.status in STARTABLE:
            if ours or (alike and latest.episode.status == "done"):
                _check_done(latest)
                yield latest
                return
            ours = await to_thread.run_sync(holdings.library.restart, entry.id, wanted)
        else:
            ours = ours or alike
        await to_thread.run_sync(_check_worker, holdings)
        yield latest
        await asyncio.sleep(LOOK_S)
        found = await to_thread.run_sync(holdings.library.get, entry.id)
        if found is None:
            raise missing(entry.id)
        latest = found


def _wanted(entry: Entry, options: Mapping[str, str]) -> dict[str, str]:
    """The entry's options with those given in their place; a model is always meant."""
    kept = {name: text for name, text in entry.options.items() if name != "model"}
    return kept | dict(options)


def _alike(one: Mapping[str, str], other: Mapping[str, str], holdings: Holdings) -> bool:
    """Whether two sets of options lead to the same transcript."""
    if one == other:
        return True
    settings = holdings.settings
    return choose(one, settings).telling == choose(other, settings).telling


def _check_done(entry: Entry) -> None:
    reason = entry.episode.error or "The work broke off."
    if entry.episode.status == "cancelled":
        raise Problem("conflict", "The work on this audio was cancelled.", {}, _DETERMINED)
    if entry.episode.status == "failed":
        if entry.duration_s is None:  # it was never decoded: that is the file's fault
            wrong = {"errors": [{"field": "file", "message": reason}]}
            raise Problem("invalid", reason, wrong)
        raise Problem("internal", reason, {}, _DETERMINED)


def _check_worker(holdings: Holdings) -> None:
    if not holdings.worker_alive():
        detail = "No worker is alive: what was sent is kept and waits until one is."
        raise Problem("not-working", detail, {}, {"Retry-After": "10"})
