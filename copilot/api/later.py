"""What a server makes ready while it answers already: a first question does not wait for what it does not need."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

log = logging.getLogger(__name__)

FIRST_QUESTION = 1.0
"""Seconds that a late part leaves to the first question, which it would slow down, unless somebody asks for it."""
Step = Callable[[], AbstractAsyncContextManager[object]]
"""Entered when its turn comes, left when the server stops."""


class Later:
    """Steps taken one after the other, in the order that they were added, once the server serves."""

    def __init__(self) -> None:
        self._steps: dict[str, Step] = {}
        self.left: list[str] = []
        """Names of the steps that are not done yet."""

    def add(self, name: str, step: Step) -> None:
        self._steps[name] = step

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Take the steps meanwhile. One that fails is logged, and the others follow."""
        self.left, over = list(self._steps), asyncio.Event()
        task = asyncio.create_task(self._take(over))
        try:
            yield
        finally:
            over.set()
            await task  # its thread uses what closes next

    async def _take(self, over: asyncio.Event) -> None:
        async with AsyncExitStack() as stack:
            for name in [*self.left]:
                if over.is_set():
                    return
                try:
                    await stack.enter_async_context(self._steps[name]())
                except Exception:
                    log.exception("%s could not be made ready", name)
                self.left.remove(name)
            await over.wait()


class LateRoute(BaseRoute):
    """All below a path, answered by an app that is made later; a request waits until it is there."""

    def __init__(self, path: str, make: Callable[[], FastAPI]) -> None:
        """`make` takes long; it runs in a thread, its app's own start in the server's loop."""
        self._path = path
        self._make = make
        self._wanted, self._ended = asyncio.Event(), asyncio.Event()
        self._app: ASGIApp | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """The step that makes it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wanted.wait(), FIRST_QUESTION)
        try:
            app = await asyncio.to_thread(self._make)
            async with app.router.lifespan_context(app):
                self._app = app
                self._ended.set()
                yield
        finally:
            self._ended.set()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        below = scope["type"] in {"http", "websocket"} and f"{scope['path']}/".startswith(f"{self._path}/")
        return (Match.FULL if below else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._wanted.set()
        await self._ended.wait()
        if self._app is None:
            raise RuntimeError(f"{self._path} could not be made ready")
        await self._app(scope, receive, send)
