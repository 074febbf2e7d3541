"""Asking: streams one turn into the chat, tab by tab."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator

from copilot.answer import TextDelta
from copilot.session import Copilot
from ui.turns import Shown

PAUSE = 0.08
"""Seconds between two updates of streaming text: faster is not readable and costs the browser."""


async def ask(copilot: Copilot, question: str, thread: str) -> AsyncIterator[Shown]:
    """Yield the turn as it grows; the last one is over."""
    shown = Shown.asking(question, currency=copilot.workspace.currency)
    yield shown
    last = 0.0
    async for event in copilot.stream(question, thread=thread):
        shown.take(event)
        if isinstance(event, TextDelta) and time.monotonic() - last < PAUSE:
            continue
        last = time.monotonic()
        yield shown


def new_thread() -> str:
    return uuid.uuid4().hex
