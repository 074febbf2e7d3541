"""Usage in words."""

from __future__ import annotations

from collections.abc import Iterable

from copilot.answer import Usage
from copilot.catalogue import text
from copilot.planner.prose import aligned
from copilot.usage import DayUsage


def usage_line(used: Usage, language: str) -> str:
    """Write it as one line: "3 model calls · 4,210 tokens in, 380 out · USD 0.0062"."""
    parts = [
        text("usage.calls", language, count=used.calls),
        text("usage.tokens", language, input=f"{used.input_tokens:,}", output=f"{used.output_tokens:,}"),
    ]
    if used.cost is not None:
        parts.append(money(used.cost, used.currency))
    if used.unmetered:
        parts.append(text("usage.unmetered", language, count=used.unmetered))
    return " · ".join(parts)


def days_text(days: Iterable[DayUsage], language: str) -> str:
    head = [text(f"usage.column.{name}", language) for name in ("day", "calls", "input", "output", "cost")]
    rows = [
        [day.day.isoformat(), f"{day.calls:,}", f"{day.input_tokens:,}", f"{day.output_tokens:,}",
         "-" if day.cost is None else money(day.cost, day.currency)]
        for day in days
    ]  # fmt: skip
    return aligned(head, rows)


def money(cost: float, currency: str) -> str:
    return f"{currency} {cost:,.4f}"
