"""The page on the web: mounted on the app, locked to this machine's own files."""

from __future__ import annotations

import os
from importlib import resources
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from copilot.api.later import LateRoute
from ui import following, passages, revising, signing, stories

if TYPE_CHECKING:
    import gradio as gr

PATH = "/chat"
LARGEST_UPLOAD = "500mb"
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
"""Gradio's own scripts are inline and evaluate templates; nothing may come from, or go to, elsewhere."""


def mount(app: FastAPI) -> FastAPI:
    """Add the page at /chat, with / leading to it; it talks to `app.state.copilot`.

    The page itself is made once the app serves: Gradio takes longer to import than all the rest.
    """

    @app.get("/", include_in_schema=False)
    def home() -> RedirectResponse:
        return RedirectResponse(f"{PATH}/")

    @app.get("/favicon.ico", include_in_schema=False)
    @app.get("/favicon.svg", include_in_schema=False)
    def icon() -> Response:
        return Response(_asset("favicon.svg"), media_type="image/svg+xml")

    app.include_router(signing.routes(PATH, app))
    for part in (following, passages, revising, stories):  # before the page, which takes every path below
        app.include_router(part.routes(PATH, lambda: app.state.copilot))
    app.add_middleware(ContentPolicy)
    page = LateRoute(PATH, lambda: _page(app))
    app.router.routes.append(page)
    app.state.later.add("page", page.opened)
    return app


def _page(app: FastAPI) -> FastAPI:
    """The page in an app of its own; it takes whole paths, as a part of `app`."""
    gradio = _gradio()
    from ui.theme import theme  # they need Gradio, and Gradio reads its switches when imported

    return gradio.mount_gradio_app(
        FastAPI(openapi_url=None), build_ui(app), path=PATH, theme=theme(), head=_head(),
        ssr_mode=False, footer_links=[], run_history=False, show_error=False, max_file_size=LARGEST_UPLOAD,
        enable_monitoring=False, mcp_server=False, auth_dependency=signing.username,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )  # fmt: skip


def build_ui(app: FastAPI) -> gr.Blocks:
    """Return the page over the copilot that `app` holds while it runs."""
    _gradio()
    from ui.page import Page

    return Page(signing.copilot_of(app)).build()


class ContentPolicy:
    """ASGI middleware: the page's responses carry the content policy; streams pass through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PATH):
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                more = [(b"content-security-policy", POLICY.encode()), (b"referrer-policy", b"no-referrer"),
                        (b"x-content-type-options", b"nosniff")]  # fmt: skip
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        await self._app(scope, receive, guarded)


def _gradio():  # noqa: ANN202
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read once, when Gradio is imported
    import gradio

    return gradio


def _head() -> str:
    # Gradio would rewrite the selectors of its own `css` argument; a plain style element stays as written.
    return (
        '<link rel="icon" type="image/svg+xml" href="/favicon.svg"><meta name="color-scheme" content="light">'
        f"<style>{_asset('page.css')}</style><script>{_asset('page.js')}</script>"
    )


def _asset(name: str) -> str:
    return resources.files("ui").joinpath("static", name).read_text(encoding="utf-8")
