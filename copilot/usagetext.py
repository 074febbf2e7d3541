"""Usage in words."""

from __future__ import annotations

from collections.abc import Iterable

from copilot.answer import Answer, Usage
from copilot.catalogue import text
from copilot.planner.prose import aligned
from copilot.settings import PLANNER
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


def byline(answer: Answer, language: str) -> str:
    """Who answered, by which prompt, what it had not read whole, and what it used."""
    model = text("usage.planner", language) if answer.model == PLANNER else answer.model
    parts = [model, answer.prompt, folded_line(answer.folded, language)]
    parts += [usage_line(answer.usage, language)] if answer.usage else []
    return " · ".join(filter(None, parts))


def folded_line(turns: int, language: str) -> str:
    """That early turns were read as a record; "" where none were."""
    return text("usage.folded", language, count=turns) if turns else ""


def days_text(days: Iterable[DayUsage], language: str) -> str:
    head = [text(f"usage.column.{name}", language) for name in ("day", "calls", "input", "output", "cost")]
    return aligned(head, [[day.day.isoformat(), *cells(day)] for day in days])


def cells(used: Usage) -> list[str]:
    """Calls, tokens in, tokens out and cost as a table shows them."""
    cost = "-" if used.cost is None else money(used.cost, used.currency)
    return [f"{used.calls:,}", f"{used.input_tokens:,}", f"{used.output_tokens:,}", cost]


def money(cost: float, currency: str) -> str:
    return f"{currency} {cost:,.4f}"
