"""Begins stories as the settings say, and lets old ones go."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from sqlalchemy.exc import SQLAlchemyError

from copilot.answer import Language
from copilot.privacy import PeopleIn
from copilot.tracing.recorder import Recorder
from copilot.tracing.results import Trace
from copilot.tracing.store import TraceStore
from copilot.tracing.veil import Veil
from tools.roles import Role, require

if TYPE_CHECKING:
    from copilot.workspace import Workspace

log = logging.getLogger(__name__)

class Export(Protocol):
    """Where stories go when they have ended."""

    def send(self, trace: Trace) -> None: ...

    def close(self) -> None: ...


DAY = 86_400
"""Seconds."""


def open_tracer(workspace: Workspace, *, replay_of: str = "") -> Tracer:
    """The tracer that a workspace's settings ask for; old stories go. `replay_of` is the turn that is asked again."""
    settings = workspace.settings
    export = None
    if settings.otel_endpoint:
        from copilot.tracing.otel import Spans  # takes half a second to import

        export = Spans.over(settings.otel_endpoint)
    tracer = Tracer(
        TraceStore.open(workspace.traces_path), workspace.people_in, days=settings.trace_days,
        bodies=settings.trace_bodies, export=export, replay_of=replay_of,
    )  # fmt: skip
    tracer.sweep(datetime.now(UTC))
    return tracer


def stories(tracer: Tracer, role: Role) -> TraceStore:
    """The stories, for somebody of a role. Raises NotAllowed: they tell what other people asked, and what was sent."""
    require(role, "stories")
    return tracer.store


class Tracer:
    """Stories of one workspace's turns: kept in `store` for `days`, told to `export` when they end."""

    def __init__(
        self,
        store: TraceStore,
        people_in: PeopleIn,
        *,
        days: int,
        bodies: bool,
        export: Export | None = None,
        replay_of: str = "",
    ) -> None:
        """0 `days` keep nothing; without `bodies` no words are kept or told, only hashes and timings."""
        self._store, self._closed = store, False
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="stories")
        self._people_in, self._days, self._bodies = people_in, days, bodies
        self._export, self._replay_of = export, replay_of

    def begin(self, *, id: str, thread: str, question: str, language: Language, at: datetime) -> Recorder | None:
        """Begin the story of a turn; None where nobody wants one."""
        if not self._days and self._export is None:
            return None
        head = partial(Trace, id=id, thread=thread, language=language, began_at=at, replay_of=self._replay_of)
        return Recorder(
            lambda asked: head(question=asked), question, Veil(question, self._people_in),
            writer=self._writer, store=self._store if self._days else None, bodies=self._bodies,
            ended=self._export.send if self._export else lambda trace: None,
        )  # fmt: skip

    @property
    def store(self) -> TraceStore:
        """The stories, with everything that has been told so far."""
        if not self._closed:
            self._writer.submit(lambda: None).result()  # it does one thing after the other
        return self._store

    def sweep(self, now: datetime) -> int:
        """Delete what is older than `days`; return how many stories went."""
        return self._store.sweep(now - timedelta(days=self._days))

    async def sweep_daily(self) -> None:
        """Sweep every day while a server runs."""
        while True:
            await asyncio.sleep(DAY)
            try:
                await asyncio.to_thread(self.sweep, datetime.now(UTC))
            except SQLAlchemyError:
                log.exception("old stories cannot be deleted; the next try is in a day")

    def close(self) -> None:
        """Write and send what has been told; only then the data may close that names are looked up in."""
        self._closed = True
        self._writer.shutdown()
        if self._export:
            self._export.close()
        self._store.close()
