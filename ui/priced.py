"""Amounts in the workspace's currency, for words that the rest of the house writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from copilot.formatting import CURRENCY


@contextmanager
def priced(currency: str) -> Iterator[None]:
    """Within it, `copilot.formatting.figure` writes amounts in this currency."""
    token = CURRENCY.set(currency)
    try:
        yield
    finally:
        CURRENCY.reset(token)
