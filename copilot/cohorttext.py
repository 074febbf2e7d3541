"""Cohort results in words: a triangle and a table of horizons for people, the same in short for a model."""

from __future__ import annotations

from copilot.catalogue import text
from copilot.formatting import figure, span, value_name
from copilot.planner.prose import aligned, join, notes, scope
from tools.cohorts.results import CohortCell, CohortTable, RepurchaseCurve, RepurchaseRow, Within
from tools.metric_query import SMALL_SAMPLE

COUNTS = ("customers", "orders", "revenue")
"""Measures that add up over cohorts; the others have an average."""


def cohort_text(item: CohortTable, language: str) -> str:
    """Lead, triangle, definition and caveats."""
    header, rows = cohort_cells(item, language)
    return join(_cohort_lead(item, language), aligned(header, rows) if rows else "", cohort_caption(item, language),
                _definition(item, language), notes(item, language))  # fmt: skip


def cohort_cells(
    item: CohortTable, language: str, currency: str | None = None
) -> tuple[list[str], list[list[str]]]:
    """Header and rows of the triangle, its average or total last; empty without a cohort."""
    periods = max((len(row.cells) for row in item.rows), default=0)
    header = [text("cohorts.cohort", language), text("cohorts.customers", language), *(f"+{k}" for k in range(periods))]
    body = []
    for row in item.rows:
        figures = [_cell(cell, item, row.customers, language, currency) for cell in row.cells]
        body.append([row.cohort, f"{row.customers:,}", *figures])
    if item.average:
        figures = [_cell(cell, item, cell.n, language, currency) for cell in item.average]
        body.append([average_name(item, language), f"{item.n:,}", *figures])
    return header, [row + [""] * (len(header) - len(row)) for row in body]


def average_name(item: CohortTable, language: str) -> str:
    return text("cohorts.total" if item.measure in COUNTS else "cohorts.average", language)


def cohort_caption(item: CohortTable, language: str) -> str:
    """What the columns are, and what the cells hold."""
    measure = text(f"cohorts.measure.{item.measure}", language)
    return text(f"cohorts.caption.{'age' if item.age_days else item.by}", language, measure=measure, days=item.age_days)


def cohort_lines(item: CohortTable, language: str) -> list[str]:
    """One line a cohort, for a model."""
    header, rows = cohort_cells(item, language)
    lines = [f"{row[0]} (n={row[1]}): {', '.join(cell for cell in row[2:] if cell)}" for row in rows]
    return [cohort_caption(item, language), *reversed(lines)]


def repurchase_text(item: RepurchaseCurve, language: str) -> str:
    """Lead, shares within each horizon, steps from order to order, definition and caveats."""
    header, rows = repurchase_cells(item, language)
    half = item.total.half_after
    median = text("repurchase.median", language, days=half) if half is not None else ""
    return join(_repurchase_lead(item, language), aligned(header, rows) if item.n else "", median,
                _steps(item, language), _definition(item, language), notes(item, language))  # fmt: skip


def repurchase_cells(item: RepurchaseCurve, language: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows: everybody first, then each group."""
    horizons = [text("repurchase.within", language, days=within.days) for within in item.total.within]
    header = [text("repurchase.group", language), text("repurchase.customers", language), *horizons,
              text("repurchase.so_far", language), text("repurchase.median_gap", language)]  # fmt: skip
    named = [(value_name(item.by, row.dimensions[item.by], language), row) for row in item.rows]
    watched = [_watched(within, language) for within in item.total.within]
    return header, [
        [text("repurchase.all", language), *_horizons(item.total, language)],
        [text("repurchase.watched", language), "", *watched, "", ""],
        *([name, *_horizons(row, language)] for name, row in named),
    ]


def repurchase_lines(item: RepurchaseCurve, language: str) -> list[str]:
    """The same table as lines, for a model."""
    header, rows = repurchase_cells(item, language)
    lines = [f"{row[0]}: " + ", ".join(f"{name} {cell}" for name, cell in zip(header[1:], row[1:], strict=True))
             for row in rows]  # fmt: skip
    return [_repurchase_lead(item, language), _steps(item, language), *lines]


def _cohort_lead(item: CohortTable, language: str) -> str:
    key = "empty" if item.value is None or not item.n else item.measure
    unit = text("cohorts.unit", language, unit=text(f"dimension.{item.by}", language).lower())
    value = figure(item.value, item.unit, language)
    return text(f"cohorts.lead.{key}", language, unit=unit, scope=scope(item, language), n=f"{item.n:,}",
                window=span(item.window, language), value=value)  # fmt: skip


def _cell(cell: CohortCell, item: CohortTable, customers: int, language: str, currency: str | None) -> str:
    value = getattr(cell, item.measure)
    plain = item.unit in ("customers", "orders")
    shown = f"{value:,}" if plain else figure(value, item.unit, language, currency=currency)
    observed = f" ({cell.n:,})" if cell.n < customers else ""
    return f"{shown}{'*' if cell.partial else ''}{observed}"


def _repurchase_lead(item: RepurchaseCurve, language: str) -> str:
    blanks = {"window": span(item.window, language), "scope": scope(item, language)}
    if item.value is None:
        return text("repurchase.empty", language, **blanks)
    blanks |= {"days": item.days, "share": figure(item.value, "percent", language), "n": f"{item.n:,}"}
    key = "repurchase.lead" if item.after == 1 else "repurchase.lead_after"
    return text(key, language, after=item.after, **blanks)


def _horizons(row: RepurchaseRow, language: str) -> list[str]:
    shares = [_share(within.share, language) + ("~" if within.vague else "") for within in row.within]
    gap = "-" if row.median_gap is None else f"{row.median_gap:g}"
    return [f"{row.n:,}", *shares, _share(row.rate, language), gap]


def _watched(within: Within, language: str) -> str:
    few = f" ({within.observed})" if 0 < within.observed < SMALL_SAMPLE else ""
    return _share(within.rate, language) + few


def _share(value: float | None, language: str) -> str:
    return "-" if value is None else figure(value, "percent", language)


def _steps(item: RepurchaseCurve, language: str) -> str:
    said = [
        text("repurchase.step", language, order=step.order, next=step.order + 1, again=f"{step.again:,}",
             rate=_share(step.rate, language), customers=f"{step.customers:,}")
        for step in item.steps
    ]  # fmt: skip
    return text("repurchase.steps", language, steps=text("planner.comma", language).join(said)) if said else ""


def _definition(item: CohortTable | RepurchaseCurve, language: str) -> str:
    return text("planner.definition", language, definition=item.definition.model_dump()[language])
