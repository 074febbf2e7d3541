"""Assemble the FastAPI app: lifespan, problem documents, routers, pages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi_offline import FastAPIOffline
from langchain_core.language_models import BaseChatModel
from starlette.exceptions import HTTPException

from copilot.api import (
    campaigns,
    chat,
    check,
    cohorts,
    data,
    data_health,
    diagnoses,
    documents,
    drafts,
    erasures,
    health,
    identity,
    knowledge,
    lessons,
    lifetime,
    next_best,
    profile,
    quarantine,
    segments,
    tags,
    threads,
    tiers,
    traces,
    usage,
)
from copilot.api.later import Later
from copilot.api.origin import OwnOrigin
from copilot.api.problems import on_http_error, on_invalid_request, on_refusal, on_unexpected
from copilot.api.signing import Sessions, SignedIn
from copilot.bootstrap import open_copilot
from copilot.session import Copilot
from copilot.settings import Settings
from copilot.team import Team
from knowledge.errors import KnowledgeError
from tools.errors import ToolError

log = logging.getLogger(__name__)

Mount = Callable[[FastAPI], FastAPI]
"""Adds a page to the app; it finds the copilot at `app.state.copilot` once that runs, and adds what may take its time
to `app.state.later`."""


def create_app(
    settings: Settings,
    *,
    model: BaseChatModel | None = None,
    mounts: tuple[Mount, ...] = (),
    host: str = "127.0.0.1",
    names: Iterable[str] = (),
) -> FastAPI:
    """Return the app; the workspace opens when it starts and closes when it stops.

    It answers at `host`, at this machine's own names and at the further host names in `names`.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_copilot(settings, model=model) as copilot:
            copilot.store.mark_interrupted()
            copilot.tracer.store.mark_interrupted()
            app.state.copilot = copilot
            await _wake(copilot)
            sweeping = asyncio.create_task(copilot.tracer.sweep_daily())
            async with app.state.later.running():
                yield
            sweeping.cancel()

    app = FastAPIOffline(  # FastAPI whose docs page brings its own scripts: no request leaves the machine
        title="Wellspring",
        version="1",
        lifespan=lifespan,
        docs_url="/api/docs",
        static_url="/api/static",
        openapi_url="/api/openapi.json",
        redoc_url=None,
        swagger_ui_oauth2_redirect_url="/api/docs/oauth2-redirect",
        swagger_ui_parameters={"validatorUrl": None},
    )
    app.state.settings = settings
    app.state.team = Team(settings.directory)
    app.state.sessions = Sessions()
    app.state.sign_in = ""
    app.state.later = Later()
    data_routes = (data, tiers, cohorts, tags, segments, lifetime, next_best, data_health, identity, quarantine)
    campaign_routes = (campaigns, drafts, check, profile)
    talk_routes = (chat, threads, usage, traces)
    for module in (health, *talk_routes, *data_routes, documents, knowledge, diagnoses, lessons, erasures,
                   *campaign_routes):
        app.include_router(module.router)
    app.add_exception_handler(ToolError, on_refusal)
    app.add_exception_handler(KnowledgeError, on_refusal)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(Exception, on_unexpected)
    for mount in mounts:
        app = mount(app)
    app.state.later.add("search", lambda: _warmed(app.state.copilot))
    app.add_middleware(SignedIn)
    app.add_middleware(OwnOrigin, bound=host, names=frozenset(name.lower() for name in names))
    return app


async def _wake(copilot: Copilot) -> None:
    """Load what every question takes; it must not be asked before. What fails here fails there too, and says why."""
    try:
        await asyncio.to_thread(copilot.wake)
    except Exception:
        log.exception("not all that a question takes could be loaded")


@asynccontextmanager
async def _warmed(copilot: Copilot) -> AsyncIterator[None]:
    await asyncio.to_thread(copilot.warm)
    yield
