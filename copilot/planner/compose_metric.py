"""Paragraphs about metrics. Every figure is taken from a typed result, none is computed here."""

from __future__ import annotations

from dataclasses import replace

from copilot.catalogue import has, text
from copilot.findings import Findings
from copilot.formatting import change, figure, span, value_name
from copilot.planner.grammar import asks_difference, ranks_changes
from copilot.planner.prose import ROWS, join, notes, scope, table, the
from copilot.planner.step import Step
from tools import catalog
from tools.results import DataDescription, MetricResult, MetricRow

_SEVERAL = frozenset({"channel", "category", "product", "city", "region"})
"""Splits of orders: one customer may have orders in several rows."""


def metric(step: Step, findings: Findings, language: str) -> str:
    item: MetricResult = the(findings, MetricResult)
    lead = _rows_lead(item, step, language) if item.rows else _headline(item, language) + _gap(item, step, language)
    body = _rows_table(item, language) if item.rows else ""
    guessed = item.rows and step.slots.order and not step.slots.metrics and step.slots.said
    if guessed:  # "which channel is best" names no figure
        lead = join(lead, text("planner.assumed", language, title=item.title.model_dump()[language]))
    return join(lead, body, _apart(item, language), _definition(item, language), notes(item, language))


def _apart(item: MetricResult, language: str) -> str:
    """Why a rate of customers is lower in every row than in the whole; "" where it is not."""
    known = [row.value for row in item.rows if row.value is not None]
    split = [name for name in item.by if name in _SEVERAL]
    if item.unit != "percent" or item.value is None or not split or len(known) < 2 or max(known) >= item.value:
        return ""
    return text("planner.apart", language, cut=text(f"dimension.{split[0]}", language))


def define(step: Step, findings: Findings, language: str) -> str:
    item: MetricResult = the(findings, MetricResult)
    lead = text(
        "planner.define",
        language,
        title=item.title.model_dump()[language],
        definition=item.definition.model_dump()[language],
    )
    return join(lead, _headline(item, language), notes(item, language))


def _headline(item: MetricResult, language: str) -> str:
    blanks = {
        "title": item.title.model_dump()[language],
        "scope": scope(item, language),
        "window": span(item.window, language),
        "value": figure(item.value, item.unit, language),
    }
    if item.value is None:
        return text("planner.metric_empty", language, **blanks)
    if item.whole and item.whole.share is not None:
        return _part_of(item, blanks, language)
    lead = text("planner.metric", language, **blanks)
    return lead + _interval(item, language) + _against(item, language)


def _part_of(item: MetricResult, blanks: dict[str, str], language: str) -> str:
    """A figure as the share that was asked for."""
    share, whole = figure(item.whole.share, "percent", language), figure(item.whole.value, item.unit, language)
    every = scope(item.model_copy(update={"filters": item.whole.filters}), language)
    return text("planner.part", language, **blanks, share=share, whole=whole, every=every)


def _gap(item: MetricResult, step: Step, language: str) -> str:
    """How far a figure is from the one before it, where that is asked."""
    if item.rows or item.value is None or item.previous is None or not asks_difference(step.slots.text):
        return ""
    return text("planner.gap", language, difference=_written(abs(item.value - item.previous), item, language))


def _written(gap: float, item: MetricResult, language: str) -> str:
    """A difference in the metric's unit; of shares in points."""
    if item.unit == "percent":
        return text("format.points", language, number=f"{gap * 100:.1f}")
    return figure(gap, item.unit, language)


def _interval(item: MetricResult, language: str) -> str:
    """The range of an estimated figure, as a sentence of its own."""
    if item.low is None or item.high is None:
        return ""
    ends = {name: figure(getattr(item, name), item.unit, language) for name in ("low", "high")}
    return text("planner.interval", language, **ends)


def _against(item: MetricResult, language: str) -> str:
    if item.comparison is None:
        return ""
    if item.previous is None or item.change is None:
        return text("planner.no_comparison", language, window=span(item.comparison, language))
    way = "up" if item.change > 0 else "down" if item.change < 0 else "flat"
    return text(
        f"planner.against.{way}",
        language,
        window=span(item.comparison, language),
        previous=figure(item.previous, item.unit, language),
        change=change(item.change, item.unit, language).lstrip("+-"),
    )


def _definition(item: MetricResult, language: str) -> str:
    return text("planner.definition", language, definition=item.definition.model_dump()[language])


def _name(row: MetricRow, language: str) -> str:
    return " · ".join(value_name(name, value, language) for name, value in row.dimensions.items())


def _rows_lead(item: MetricResult, step: Step, language: str) -> str:
    total = _headline(item, language) if item.value is not None else ""
    known = [row for row in item.rows if row.value is not None]
    if not known:
        return total or text("planner.rows_empty", language, window=span(item.window, language))
    best, worst = max(known, key=lambda row: row.value), min(known, key=lambda row: row.value)
    owed = all(row.value <= 0 for row in known)  # what was paid back: the most is the furthest below nothing
    best, worst = (worst, best) if owed else (best, worst)
    blanks = {
        "title": item.title.model_dump()[language],
        "window": span(item.window, language),
        "best": _name(best, language),
        "best_value": figure(best.value, item.unit, language),
        "worst": _name(worst, language),
        "worst_value": figure(worst.value, item.unit, language),
    }
    if ranks_changes(step.slots.text) and (moved := _most_moved(item, language)):
        return f"{moved}{text('planner.space', language)}{total}"
    # The other end of a ranking is only the end of the list.
    order = step.arguments.get("order", "")
    if total and len(item.rows) == 1 and blanks["best_value"] == figure(item.value, item.unit, language):
        return total  # the one row is the whole
    if len(known) > 1 and blanks["best_value"] == blanks["worst_value"]:
        return f"{total}{text('planner.space', language)}{text('planner.level_rows', language, **blanks)}"
    order = {"top": "bottom", "bottom": "top"}.get(order, "") if owed else order
    key = f"{order}_row" if order else "rows" if len(known) > 1 else "row"
    ends = text(f"planner.{key}", language, **blanks) + _difference(blanks, known, item, step, language)
    return (
        f"{ends}{text('planner.space', language)}{total}"
        if order
        else f"{total}{text('planner.space', language)}{ends}"
    )


def _difference(
    names: dict[str, str], rows: list[MetricRow], item: MetricResult, step: Step, language: str
) -> str:
    """How far two rows are apart, where that is asked."""
    if len(rows) != 2 or not asks_difference(step.slots.text):
        return ""
    written = _written(abs(rows[0].value - rows[1].value), item, language)
    return text("planner.space", language) + text("planner.apart_by", language, **names, difference=written)


def _most_moved(item: MetricResult, language: str) -> str:
    """The row that rose most, and the one that rose least or fell."""
    known = sorted((row for row in item.rows if row.change is not None), key=lambda row: row.change)
    if len(known) < 2:
        return ""
    blanks = {"most": _name(known[-1], language), "least": _name(known[0], language),
              "most_change": change(known[-1].change, item.unit, language),
              "least_change": change(known[0].change, item.unit, language)}  # fmt: skip
    return text("planner.most_moved", language, **blanks)


def _rows_table(item: MetricResult, language: str) -> str:
    compared = any(row.previous is not None for row in item.rows)
    shared = any(row.share is not None for row in item.rows)
    names = [text(f"dimension.{name}", language) for name in item.by]
    header = [*names, item.title.model_dump()[language]]
    header += [text("planner.column.share", language)] if shared else []
    header += [text("planner.column.previous", language), text("planner.column.change", language)] if compared else []
    rows = []
    for row in item.rows[:ROWS]:
        cells = [value_name(name, value, language) for name, value in row.dimensions.items()]
        cells.append(figure(row.value, item.unit, language))
        if shared:
            cells.append(figure(row.share, "percent", language) if row.share is not None else "–")
        if compared:
            cells.append(figure(row.previous, item.unit, language) if row.previous is not None else "–")
            cells.append(change(row.change, item.unit, language) if row.change is not None else "–")
        rows.append(cells)
    more = text("planner.more_rows", language, shown=ROWS, total=len(item.rows)) if len(item.rows) > ROWS else ""
    return join(table(header, rows), more)


def contribution(step: Step, findings: Findings, language: str) -> str:
    """What moved an additive metric, cut by cut: the largest rises and falls."""
    item: MetricResult = the(findings, MetricResult)
    moved = sorted((row for row in item.rows if row.difference), key=lambda row: -abs(row.difference))
    parts = [
        text(
            f"planner.{'rise' if row.difference > 0 else 'fall'}",
            language,
            difference=figure(abs(row.difference), item.unit, language),
            **_before_and_after(item, row, language),
        )
        for row in moved[:4]
    ]
    return _moves(item, "drivers", parts, language)


def rate_shift(step: Step, findings: Findings, language: str) -> str:
    """Where a rate moved most; rates do not add up, so no contribution is claimed."""
    item: MetricResult = the(findings, MetricResult)
    moved = sorted((row for row in item.rows if row.change is not None), key=lambda row: -abs(row.change))
    parts = [text("planner.shift", language, **_before_and_after(item, row, language)) for row in moved[:3]]
    return _moves(item, "shifts", parts, language)


def blaming(step: Step, findings: Findings) -> Step:
    """The step as the next turn should know it: with the tier that did the figure most harm, where tiers were told."""
    item = next((each for each in findings.evidence if isinstance(each, MetricResult)), None)
    if step.focus not in {"why_metric", "why_rate"} or item is None or item.by != ["tier"]:
        return step
    if step.arguments["metric"].startswith("churn"):
        return replace(step, blamed="dormant")  # whoever they were before, they are asleep now
    known = catalog.metrics().get(step.arguments["metric"])
    good = -1 if known and known.direction == "down" else 1
    harm = {row.dimensions["tier"]: good * (row.value - row.previous) for row in item.rows
            if row.value is not None and row.previous is not None}  # fmt: skip
    worst = min(harm, key=harm.__getitem__, default="")
    return replace(step, blamed=worst) if worst and harm[worst] < 0 else step


def _before_and_after(item: MetricResult, row: MetricRow, language: str) -> dict[str, str]:
    values = {"previous": row.previous, "value": row.value}
    return {key: figure(value, item.unit, language) for key, value in values.items()} | {"name": _name(row, language)}


def _moves(item: MetricResult, key: str, parts: list[str], language: str) -> str:
    drivers = ""
    if parts:
        cut = text(f"dimension.{item.by[0]}", language)
        listed = text("planner.semicolon", language).join(parts)
        drivers = text(f"planner.{key}", language, cut=cut, parts=listed)
    return join(_headline(item, language), drivers, notes(item, language))


def describe(step: Step, findings: Findings, language: str) -> str:
    item: DataDescription = the(findings, DataDescription)
    rows = [
        [text(f"table.{name}", language) if has(f"table.{name}") else name, f"{count:,}"]
        for name, count in item.tables.items()
    ]
    lead = text("planner.data", language, first=item.first_day, last=item.last_day)
    metrics = text(
        "planner.metrics_available",
        language,
        names=text("planner.comma", language).join(title.model_dump()[language] for title in item.available),
    )
    return join(
        lead, table([text("planner.column.table", language), text("planner.column.rows", language)], rows), metrics
    )
