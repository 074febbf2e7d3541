"""A running turn of one browser tab: it grows by itself, can be stopped, and never writes into what came after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial

from copilot.preview import preview_draft
from copilot.session import Copilot
from ui.turns import Shown

PAUSE = 0.12
"""Seconds between two updates of a short answer: faster is not readable and costs the browser."""
PAUSE_A_LETTER = 0.0001
"""More seconds a letter, as the browser draws the whole answer anew each time."""
LONGEST_PAUSE = 1.0
"""Seconds."""
PATIENCE = 5.0
"""Seconds to wait for the tab to have shown the last of a run that is left."""


class Run:
    """One turn. `updates` shows it; `stop` ends it and keeps what has come."""

    def __init__(self, copilot: Copilot, question: str, thread: str) -> None:
        workspace = copilot.workspace
        preview = partial(preview_draft, workspace)
        self.shown = Shown.asking(question, currency=workspace.currency, preview=preview)
        self.abandoned = False
        """Whether the reader has gone on to another conversation."""
        self.gone = asyncio.Event()
        self._changed = asyncio.Event()
        self._ended = False
        self._task = asyncio.create_task(self._grow(copilot, question, thread))

    async def _grow(self, copilot: Copilot, question: str, thread: str) -> None:
        try:
            async for event in copilot.stream(question, thread=thread):
                self.shown.take(event)
                self._changed.set()
        finally:
            self._ended = True
            self._changed.set()

    async def updates(self) -> AsyncIterator[Shown]:
        """Yield the turn as it grows; once this has ended, `shown` is the whole turn. Raises what the stream raises."""
        try:
            yield self.shown
            while not self._ended:
                await self._changed.wait()
                self._changed.clear()
                yield self.shown
                await asyncio.sleep(min(PAUSE + PAUSE_A_LETTER * len(self.shown.words), LONGEST_PAUSE))
        finally:
            self._task.cancel()  # the tab was closed; a run that has ended is not touched
        await asyncio.wait({self._task})
        if not self._task.cancelled() and (bug := self._task.exception()):
            raise bug

    async def stop(self) -> None:
        self.shown.halt()
        self._task.cancel()
        await asyncio.wait({self._task})


class Runs:
    """The running turn of each tab."""

    def __init__(self) -> None:
        self._of_tab: dict[str, Run] = {}

    @contextmanager
    def start(self, tab: str, run: Run) -> Iterator[Run]:
        self._of_tab[tab] = run
        try:
            yield run
        finally:
            run.gone.set()
            self._of_tab.pop(tab, None)

    async def stop(self, tab: str) -> None:
        """Stop what runs in the tab, if anything does; its own handler shows the end."""
        if run := self._of_tab.get(tab):
            await run.stop()

    async def leave(self, tab: str) -> None:
        """Stop what runs in the tab and wait until it will write there no more."""
        if run := self._of_tab.get(tab):
            run.abandoned = True
            await run.stop()
            await asyncio.wait({asyncio.ensure_future(run.gone.wait())}, timeout=PATIENCE)
