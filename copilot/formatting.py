"""How a figure is written for people: one place for units, both languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from copilot.catalogue import has, text
from tools.dimensions import RFM_SEGMENT
from tools.results import Window
from tools.rfm import builtin

SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}

NAMED = frozenset({"tier", "lifecycle", "new_or_returning", "weekday", "step"})
"""Dimensions whose values have names in both languages."""

CURRENCY: ContextVar[str] = ContextVar("currency", default="CNY")
"""Currency of the workspace that is being answered for."""


@contextmanager
def priced(currency: str) -> Iterator[None]:
    """Within it, `figure` writes amounts in this currency."""
    token = CURRENCY.set(currency)
    try:
        yield
    finally:
        CURRENCY.reset(token)


def figure(value: float | None, unit: str, language: str, *, currency: str | None = None) -> str:
    """Write a raw figure: 0.6558 percent -> "65.6%", 480.87 money -> "¥480.87"."""
    if value is None:
        return text("format.none", language)
    if unit == "percent":
        return f"{value * 100:.{_share_places(value)}f}%"
    if unit in {"money", "money/customer"}:
        return f"{'-' if value < 0 else ''}{_symbol(currency or CURRENCY.get())}{abs(value):,.2f}"
    number = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"
    return text(f"format.{unit}", language, number=number) if has(f"format.{unit}") else number


def _symbol(currency: str) -> str:
    return SYMBOLS.get(currency, f"{currency} ")


def _share_places(value: float) -> int:
    return 2 if 0 < abs(value) < 0.01 else 1


def change(value: float, unit: str, language: str) -> str:
    """Write a change: relative ("+12.3%") or, for shares, in percentage points."""
    if unit == "percent":
        return text("format.points", language, number=f"{value * 100:+.1f}")
    return f"{value * 100:+.1f}%"


def span(window: Window, language: str) -> str:
    """Write a window as days: "2024-10-01 – 2024-10-31"."""
    if window.start is None:
        return text("format.until", language, end=window.end.isoformat())
    if window.start == window.end:
        return window.start.isoformat()
    return text("format.span", language, start=window.start.isoformat(), end=window.end.isoformat())


def day(value: date) -> str:
    return value.isoformat()


def value_name(dimension: str, value: str, language: str) -> str:
    """A dimension value as people read it: tiers, stages and days of the week have names, the rest is data."""
    if dimension == "hour":
        return text("planner.hour", language, hour=value)
    if value == "unknown":
        return text("value.unknown", language)
    if dimension == RFM_SEGMENT:  # a brand's own segments go by the names it gave them
        known = builtin().segments.get(value)
        return getattr(known.title, language) if known else value
    key = f"{dimension}.{value}" if dimension in NAMED else ""
    return text(key, language) if key and has(key) else value
