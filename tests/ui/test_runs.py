"""A run ends when it is stopped or left, and what left never writes again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest

from copilot.answer import Event, Failed, TextDelta
from ui.runs import Run, Runs

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Dripping:
    """Streams words for ever, or `words` of them and a failure; notes whether it was closed."""

    workspace = SimpleNamespace(currency="CNY")

    def __init__(self, words: int = 0, bug: bool = False) -> None:
        self.words, self.bug, self.closed = words, bug, False

    async def stream(self, question: str, *, thread: str) -> AsyncIterator[Event]:
        try:
            sent = 0
            while not self.words or sent < self.words:
                await asyncio.sleep(0.01)
                yield TextDelta(text="drip ")
                sent += 1
            if self.bug:
                raise RuntimeError("a bug")
            yield Failed(code="E", message="dry", log_id="x", partial="drip")
        finally:
            self.closed = True


async def test_after_the_updates_the_turn_is_whole() -> None:
    run = Run(Dripping(words=3), "q", "t")
    seen = [turn.words async for turn in run.updates()]
    assert seen[0] == ""
    assert run.shown.failure == "dry"


async def test_a_stopped_run_keeps_its_words_and_closes_its_stream() -> None:
    source = Dripping()
    run = Run(source, "q", "t")
    async for turn in run.updates():
        if turn.words:
            await run.stop()
            words = turn.words
    assert source.closed
    assert run.shown.stopped
    assert run.shown.words == words


async def test_a_closed_tab_ends_the_stream() -> None:
    source = Dripping()
    updates = Run(source, "q", "t").updates()
    await anext(updates)
    await asyncio.sleep(0.05)
    await updates.aclose()
    await asyncio.sleep(0.05)
    assert source.closed


async def test_a_bug_in_the_stream_is_raised_and_not_swallowed() -> None:
    with pytest.raises(RuntimeError, match="a bug"):
        async for _ in Run(Dripping(words=1, bug=True), "q", "t").updates():
            pass


async def test_leaving_waits_until_the_tab_shows_no_more() -> None:
    runs, order = Runs(), []

    async def show() -> None:
        with runs.start("tab", Run(Dripping(), "q", "t")) as run:
            async for _ in run.updates():
                order.append("update")
            order.append("end" if run.abandoned else "kept")

    showing = asyncio.create_task(show())
    await asyncio.sleep(0.1)
    await runs.leave("tab")
    order.append("left")
    await showing
    assert order[-2:] == ["end", "left"]
    await runs.leave("tab")  # nothing runs: nothing to wait for
