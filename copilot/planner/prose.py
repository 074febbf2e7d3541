"""Pieces that every paragraph about figures is made of."""

from __future__ import annotations

from rich.cells import cell_len

from copilot.catalogue import has, text
from copilot.findings import Findings
from copilot.formatting import value_name
from tools.dimensions import ORDER_VALUE
from tools.results import Evidence

ROWS = 15  # rows of a table inside the text; the page shows all of them


def the(findings: Findings, kind: type[Evidence]) -> Evidence:
    return next(item for item in findings.evidence if isinstance(item, kind))


def tier_name(name: str, language: str) -> str:
    return text(f"tier.{name}", language)


def join(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; cells come from data, so bars and line breaks are taken out."""
    clean = [[cell.replace("|", "/").replace("\n", " ") for cell in row] for row in rows]
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *clean]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def aligned(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table whose columns also stand straight in a terminal, Chinese characters counted as two."""
    columns = list(zip(header, *rows, strict=True))
    widths = [max(cell_len(cell) for cell in column) for column in columns]

    def padded(row: list[str]) -> list[str]:
        name, *figures = (" " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        return [row[0] + name, *(gap + cell for gap, cell in zip(figures, row[1:], strict=True))]

    return table(padded(header), [padded(row) for row in rows])


def notes(item: Evidence, language: str) -> str:
    return "\n".join(text(f"note.{key}", language) for key in item.notes if has(f"note.{key}"))


def scope(item: Evidence, language: str) -> str:
    """Filters in words: "(Dormant, channel 抖音)"."""
    parts = [each for name, values in item.filters.items() for each in _values(name, values, language)]
    return text("planner.scope", language, filters=text("planner.comma", language).join(parts)) if parts else ""


def _values(name: str, values: list[str], language: str) -> list[str]:
    """Values in words; hours in a row as one span."""
    if name == "hour" and len(values) > 1 and int(values[-1]) - int(values[0]) == len(values) - 1:
        return [text("planner.hours", language, first=values[0], last=values[-1])]
    if name == ORDER_VALUE and len(values) > 1:
        return [_order_values(values, language)]
    return [value_name(name, value, language) for value in values]


def _order_values(bands: list[str], language: str) -> str:
    """Bands of order values in a row, from the first one's lower edge to the last one's upper."""
    low, high = bands[0].partition("-")[0], bands[-1].partition("-")[2]
    which = "between" if high and low != "0" else "under" if high else "over"
    return text(f"planner.orders_{which}", language, low=f"{int(low):,}", high=f"{int(high or 0):,}")
