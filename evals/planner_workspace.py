"""A workspace beside another one: its data, its index and its definitions, and none of what was said or kept there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from copilot.settings import Settings
from copilot.tracing.scratch import scratch


@contextmanager
def beside(settings: Settings) -> Iterator[Settings]:
    """Yield settings of it, without a language model: what is asked there leaves nothing behind."""
    with scratch(settings, copied=()) as fresh:
        yield fresh.model_copy(update={"api_key": None, "base_url": None})
