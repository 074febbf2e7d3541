"""Paragraphs about cohorts and repurchase: the headline, the best and the weakest, a short table."""

from __future__ import annotations

import re

from copilot.catalogue import text
from copilot.cohorttext import COUNTS, average_name, cohort_caption
from copilot.findings import Findings
from copilot.formatting import figure, span, value_name
from copilot.planner.prose import join, notes, scope, table, the
from copilot.planner.step import Step
from tools.cohorts.results import CohortCell, CohortRow, CohortTable, RepurchaseCurve, RepurchaseRow

ROWS, PERIODS, GROUPS = 12, 6, 12
DEFAULT_DAYS = 90
_STILL = re.compile(r"\bstill\b|还[在有剩]|至今|到现在")


def cohorts(step: Step, findings: Findings, language: str) -> str:
    item: CohortTable = the(findings, CohortTable)
    period = step.slots.period or (_STILL.search(step.slots.text) and _latest(item)) or 1
    shown = _table(item, period, language)
    cut = len(item.rows) > ROWS or len(item.average) > PERIODS
    return join(
        _lead(item, period, language), shown,
        "\n".join(filter(None, [cohort_caption(item, language),
                                text("planner.cohort.more", language) if cut else ""])),
        _definition(item, language), notes(item, language),
    )  # fmt: skip


def _latest(item: CohortTable) -> int:
    """The last whole period of a lone cohort, 0 for several."""
    cells = item.rows[0].cells if len(item.rows) == 1 else []
    return max((cell.period for cell in cells if not cell.partial), default=0)


def _lead(item: CohortTable, period: int, language: str) -> str:
    blanks = {"scope": scope(item, language), "window": span(item.window, language), "period": period,
              "unit": _unit(item, language)}  # fmt: skip
    if item.measure in COUNTS:
        value = figure(item.value, item.unit, language)
        return text("planner.cohort.customers", language, **blanks, value=value) if item.measure == "customers" else ""
    average = next((cell for cell in item.average if cell.period == period), None)
    if average is None:
        return text("planner.cohort.unobserved", language, **blanks)
    value = figure(getattr(average, item.measure), item.unit, language)
    lead = text(f"planner.cohort.{item.measure}", language, **blanks, value=value, n=f"{average.n:,}")
    return f"{lead}{text('planner.space', language)}{_ends(item, period, language)}"


def _ends(item: CohortTable, period: int, language: str) -> str:
    """The best and the weakest cohort in the period; one too small to tell is neither."""
    known = [(row, cell) for row in item.rows if not row.small and (cell := _cell_of(row, period)) and not cell.partial]
    if len(known) < 2:
        return ""
    ordered = sorted(known, key=lambda pair: getattr(pair[1], item.measure))
    (worst, low), (best, high) = ordered[0], ordered[-1]
    values = {key: figure(getattr(cell, item.measure), item.unit, language)
              for key, cell in (("best_value", high), ("worst_value", low))}  # fmt: skip
    return text("planner.cohort.best", language, best=best.cohort, worst=worst.cohort, **values)


def _unit(item: CohortTable, language: str) -> str:
    return text(f"planner.cohort.unit.{'age' if item.age_days else item.by}", language, days=item.age_days)


def _table(item: CohortTable, period: int, language: str) -> str:
    if not item.rows:
        return ""
    periods = [*range(PERIODS - 1), max(PERIODS - 1, period)]
    periods = [each for each in periods if any(_cell_of(row, each) for row in item.rows)]
    header = [text("cohorts.cohort", language), text("cohorts.customers", language), *(f"+{each}" for each in periods)]
    rows = [
        [row.cohort, f"{row.customers:,}", *(_shown(_cell_of(row, each), item, language) for each in periods)]
        for row in item.rows[-ROWS:]
    ]
    averages = {cell.period: cell for cell in item.average}
    if averages:
        cells = (_shown(averages.get(each), item, language) for each in periods)
        rows.append([average_name(item, language), f"{item.n:,}", *cells])
    return table(header, rows)


def _cell_of(row: CohortRow, period: int) -> CohortCell | None:
    return next((cell for cell in row.cells if cell.period == period), None)


def _shown(cell: CohortCell | None, item: CohortTable, language: str) -> str:
    if cell is None:
        return ""
    return f"{figure(getattr(cell, item.measure), item.unit, language)}{'*' if cell.partial else ''}"


def repurchase(step: Step, findings: Findings, language: str) -> str:
    item: RepurchaseCurve = the(findings, RepurchaseCurve)
    days = step.slots.horizon or (DEFAULT_DAYS if _share(item.total, DEFAULT_DAYS) is not None else item.days or 0)
    lead = [_repurchase_lead(item, days, language), _pace(item, language)]
    if "how_fast" in step.slots.cues:
        lead.reverse()
    lead.append(_groups(item, days, language))
    return join(
        text("planner.space", language).join(filter(None, lead)), _curve_table(item, language),
        _definition(item, language), notes(item, language),
    )  # fmt: skip


def _repurchase_lead(item: RepurchaseCurve, days: int, language: str) -> str:
    share = _share(item.total, days)
    if share is None:
        return text("planner.repurchase.unobserved", language, days=days)
    key = "first" if item.after == 1 else "after"
    return text(
        f"planner.repurchase.{key}", language, days=days, share=figure(share, "percent", language), n=f"{item.n:,}",
        scope=scope(item, language), window=span(item.window, language), after=item.after,
    )  # fmt: skip


def _pace(item: RepurchaseCurve, language: str) -> str:
    if item.total.median_gap is None:
        return ""
    gap = text("planner.repurchase.gap", language, gap=figure(item.total.median_gap, "days", language))
    half = item.total.half_after
    waiting = (
        text("planner.repurchase.never_half", language)
        if half is None
        else text("planner.repurchase.half", language, days=half)
    )
    return f"{gap}{text('planner.space', language)}{waiting}"


def _share(row: RepurchaseRow, days: int) -> float | None:
    """Estimated share within any number of days; None where nobody was watched for so long."""
    exact = next((within.share for within in row.within if within.days == days), None)
    if exact is not None or any(within.days == days for within in row.within):
        return exact
    if not any(within.days > days and within.share is not None for within in row.within):
        return None
    return max((point.share for point in row.curve if point.days <= days), default=0.0)


def _groups(item: RepurchaseCurve, days: int, language: str) -> str:
    known = [(row, share) for row in item.rows if not row.small and (share := _share(row, days)) is not None]
    if len(known) < 2:
        return ""
    ordered = sorted(known, key=lambda pair: pair[1])
    (worst, low), (best, high) = ordered[0], ordered[-1]
    return text(
        "planner.repurchase.best", language, cut=text(f"dimension.{item.by}", language),
        best=value_name(item.by, best.dimensions[item.by], language), best_value=figure(high, "percent", language),
        worst=value_name(item.by, worst.dimensions[item.by], language), worst_value=figure(low, "percent", language),
    )  # fmt: skip


def _curve_table(item: RepurchaseCurve, language: str) -> str:
    if not item.n:
        return ""
    horizons = [text("repurchase.within", language, days=within.days) for within in item.total.within]
    header = [text("repurchase.group", language), text("repurchase.customers", language), *horizons]
    rows = [(text("repurchase.all", language), item.total)]
    rows += [(value_name(item.by, row.dimensions[item.by], language), row) for row in item.rows[-GROUPS:]]
    return table(header, [[name, f"{row.n:,}", *_within(row, language)] for name, row in rows])


def _within(row: RepurchaseRow, language: str) -> list[str]:
    return [
        "–" if within.share is None else figure(within.share, "percent", language) + ("~" if within.vague else "")
        for within in row.within
    ]


def _definition(item: CohortTable | RepurchaseCurve, language: str) -> str:
    return text("planner.definition", language, definition=item.definition.model_dump()[language])
