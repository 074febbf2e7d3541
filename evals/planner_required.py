"""Whether an answer holds the names and numbers that a statement over the data gives."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from copilot.answer import Answer
from copilot.formatting import NAMED, value_name
from copilot.grounding import Figure, figures
from copilot.planner.prose import ROWS
from evals.planner_cases import Unit

_ASIDE = frozenset({"query", "as_of", "window", "comparison", "definition"})
"""Fields of a result that are no figures of it."""


@dataclass(frozen=True)
class Required:
    names: tuple[str, ...]
    numbers: tuple[float, ...]
    rows: int


def required(connection: duckdb.DuckDBPyConnection, statement: str) -> Required:
    """Run the statement. Raises duckdb.Error where it is not understood."""
    with connection.cursor() as cursor:
        rows = cursor.execute(statement).fetchall()
    values = [value for row in rows for value in row if value is not None]
    names = [_name(value) for value in values if isinstance(value, str | date)]
    numbers = [float(value) for value in values if isinstance(value, int | float | Decimal)]
    return Required(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(numbers)), len(rows))


def absent(wanted: Required, answer: Answer, unit: Unit) -> list[str]:
    """Return what the answer lacks: names, and numbers that no figure of it is written like.

    Of a long list the text shows the first rows; the others are looked for in the table that the page shows.
    """
    written = list(figures(answer.text))
    told = answer.text.lower()
    beside = list(_numbers(answer.evidence)) if wanted.rows > ROWS else []
    names = [name for name in wanted.names if not (_told(name, told, answer.language) or wanted.rows > ROWS)]
    numbers = [
        f"{number:g}" for number in wanted.numbers
        if not any(_writes(figure, number, unit) for figure in written)
        and not any(abs(each - number) < 0.005 for each in beside)
    ]  # fmt: skip
    return names + numbers


def _name(value: str | date) -> str:
    return value.date().isoformat() if isinstance(value, datetime) else str(value)


def _told(name: str, text: str, language: str) -> bool:
    """Whether a value is named, by its own words or by what people call it; a month's first day by its month."""
    spoken = [name, *(value_name(dimension, name, language) for dimension in NAMED)]
    if re.fullmatch(r"\d{4}-\d\d-01", name):
        spoken.append(name[:7])
    return any(each.lower() in text for each in spoken)


def _writes(figure: Figure, number: float, unit: Unit) -> bool:
    if unit == "mixed":
        return figure.writes(number)
    if unit in {"percent", "points"}:
        return figure.percent and figure.writes(number)
    return not figure.percent and figure.writes(number)


def _numbers(node: Any) -> Iterable[float]:
    if isinstance(node, dict):
        for name, child in node.items():
            if name not in _ASIDE:
                yield from _numbers(child)
    elif isinstance(node, list):
        for child in node:
            yield from _numbers(child)
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield float(node)
