"""The application: routes, errors and the data folder put together.

Never loads a neural network: work is queued, and a worker does it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import Depends, FastAPI

from api import (
    arrivals,
    audio,
    corrections,
    episodes,
    events,
    feeds,
    health,
    imports,
    metrics,
    openai,
    pages,
    people,
    problems,
    review,
    search,
    session,
    shared,
    shares,
    sound,
    speakers,
    transcripts,
    webhooks,
)
from api.access import Rates, needs
from api.document import Documented
from api.doors import Doors
from api.head import Head
from api.openai_errors import respond_by_address
from api.proxied import Proxied
from api.tus import Tus
from pipeline.holdings import open_holdings
from pipeline.settings import Settings

DESCRIPTION = """
Podcast audio in; clean, speaker-labelled transcripts out.

Upload audio, follow its progress, fetch its transcript. An episode's id is the SHA-256 of
its file, so sending a file twice is harmless. Times are seconds; the original clock is that
of the audio as sent, the clean one that of the audio without its ads. Errors are problem
details (RFC 9457), whose `type` is stable.
"""

GUARDED = (
    episodes,
    arrivals,
    imports,
    transcripts,
    review,
    people,
    speakers,
    corrections,
    audio,
    sound,
    events,
    search,
    shares,
    metrics,
)
"""Whose routes want a key where the service asks for one."""

_KEYS = problems.documented("no-key", "forbidden", "misdirected", "too-many")


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service over one data folder, which is opened when it starts."""
    chosen = settings or Settings()

    @asynccontextmanager
    async def opened(app: FastAPI) -> AsyncIterator[None]:
        app.state.holdings = holdings = open_holdings(chosen)
        app.state.rates = Rates()
        try:
            yield
        finally:
            holdings.close()

    app = Documented(
        title="cleancast",
        description=DESCRIPTION,
        version=version("cleancast"),
        lifespan=opened,
        docs_url=None,  # its pages load scripts from elsewhere
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        redirect_slashes=False,  # an address has one name; a body is not sent twice
        responses=problems.documented("internal", "not-working"),
    )
    app.add_middleware(Head)
    app.add_middleware(Tus)
    app.add_middleware(Doors, settings=chosen)
    app.add_middleware(Proxied, settings=chosen)
    problems.install(app, respond_by_address)
    for routes in GUARDED:
        app.include_router(routes.router, dependencies=[Depends(needs())], responses=_KEYS)
    app.include_router(webhooks.router, dependencies=[Depends(needs("admin"))], responses=_KEYS)
    app.include_router(openai.router, dependencies=[Depends(needs())])
    app.include_router(pages.router)
    app.mount("/assets", pages.ASSETS)
    for free in (session, shared, feeds, health):
        app.include_router(free.router)
    return app
