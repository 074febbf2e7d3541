"""Assemble the FastAPI app: lifespan, problem documents, routers, pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi_offline import FastAPIOffline
from langchain_core.language_models import BaseChatModel
from starlette.exceptions import HTTPException

from copilot.api import chat, data, drafts, health, knowledge, threads
from copilot.api.problems import on_http_error, on_invalid_request, on_refusal
from copilot.bootstrap import open_copilot
from copilot.settings import Settings
from knowledge.errors import KnowledgeError
from tools.errors import ToolError

Mount = Callable[[FastAPI], FastAPI]
"""Adds a page to the app; the page finds the copilot at `app.state.copilot` once it runs."""


def create_app(settings: Settings, *, model: BaseChatModel | None = None, mounts: tuple[Mount, ...] = ()) -> FastAPI:
    """Return the app; the workspace opens when it starts and closes when it stops."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_copilot(settings, model=model) as copilot:
            copilot.store.mark_interrupted()
            app.state.copilot = copilot
            warming = asyncio.create_task(asyncio.to_thread(copilot.warm))
            yield
            await warming

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
    for module in (health, chat, data, knowledge, drafts, threads):
        app.include_router(module.router)
    app.add_exception_handler(ToolError, on_refusal)
    app.add_exception_handler(KnowledgeError, on_refusal)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    app.add_exception_handler(HTTPException, on_http_error)
    for mount in mounts:
        app = mount(app)
    return app
