"""Paragraphs about figures. Every figure is taken from a typed result, none is computed here."""

from __future__ import annotations

from copilot.catalogue import has, text
from copilot.findings import Findings
from copilot.formatting import change, figure, span
from copilot.planner.step import Step
from tools.results import (
    DataDescription,
    Evidence,
    MetricResult,
    MetricRow,
    TierComparison,
    TierMigration,
    TierOverview,
    TierRow,
)

ROWS = 15  # rows of a table inside the text; the page shows all of them


def _the(findings: Findings, kind: type[Evidence]) -> Evidence:
    return next(item for item in findings.evidence if isinstance(item, kind))


def _tier(name: str, language: str) -> str:
    return text(f"tier.{name}", language)


def _join(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; cells come from data, so bars and line breaks are taken out."""
    clean = [[cell.replace("|", "/").replace("\n", " ") for cell in row] for row in rows]
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *clean]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def notes(item: Evidence, language: str) -> str:
    return "\n".join(text(f"note.{key}", language) for key in item.notes if has(f"note.{key}"))


def label(dimension: str, value: str, language: str) -> str:
    """A dimension value as people read it: tiers and lifecycle stages have names, the rest is data."""
    key = f"{dimension}.{value}" if dimension in {"tier", "lifecycle"} else ""
    return text(key, language) if key and has(key) else value


def scope(item: Evidence, language: str) -> str:
    """Filters in words: "(Dormant, channel 抖音)"."""
    parts = [label(name, value, language) for name, values in item.filters.items() for value in values]
    return text("planner.scope", language, filters=text("planner.comma", language).join(parts)) if parts else ""


# --- one metric ---------------------------------------------------------------------------


def metric(step: Step, findings: Findings, language: str) -> str:
    item: MetricResult = _the(findings, MetricResult)
    lead = _rows_lead(item, step, language) if item.rows else _headline(item, language)
    body = _rows_table(item, language) if item.rows else ""
    return _join(lead, body, _definition(item, language), notes(item, language))


def define(step: Step, findings: Findings, language: str) -> str:
    item: MetricResult = _the(findings, MetricResult)
    lead = text(
        "planner.define",
        language,
        title=item.title.model_dump()[language],
        definition=item.definition.model_dump()[language],
    )
    return _join(lead, _headline(item, language), notes(item, language))


def _headline(item: MetricResult, language: str) -> str:
    blanks = {
        "title": item.title.model_dump()[language],
        "scope": scope(item, language),
        "window": span(item.window, language),
        "value": figure(item.value, item.unit, language),
    }
    if item.value is None:
        return text("planner.metric_empty", language, **blanks)
    lead = text("planner.metric", language, **blanks)
    return lead + _against(item, language)


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
    return " · ".join(label(name, value, language) for name, value in row.dimensions.items())


def _rows_lead(item: MetricResult, step: Step, language: str) -> str:
    total = _headline(item, language) if item.value is not None else ""
    known = [row for row in item.rows if row.value is not None]
    if not known:
        return total or text("planner.rows_empty", language, window=span(item.window, language))
    best, worst = max(known, key=lambda row: row.value), min(known, key=lambda row: row.value)
    blanks = {
        "title": item.title.model_dump()[language],
        "window": span(item.window, language),
        "best": _name(best, language),
        "best_value": figure(best.value, item.unit, language),
        "worst": _name(worst, language),
        "worst_value": figure(worst.value, item.unit, language),
    }
    key = "rows_bottom" if step.slots.order == "bottom" else "rows" if len(known) > 1 else "row"
    ends = text(f"planner.{key}", language, **blanks)
    return (
        f"{ends}{text('planner.space', language)}{total}"
        if step.slots.order
        else f"{total}{text('planner.space', language)}{ends}"
    )


def _rows_table(item: MetricResult, language: str) -> str:
    compared = any(row.previous is not None for row in item.rows)
    shared = any(row.share is not None for row in item.rows)
    names = [text(f"dimension.{name}", language) for name in item.by]
    header = [*names, item.title.model_dump()[language]]
    header += [text("planner.column.share", language)] if shared else []
    header += [text("planner.column.previous", language), text("planner.column.change", language)] if compared else []
    rows = []
    for row in item.rows[:ROWS]:
        cells = [label(name, value, language) for name, value in row.dimensions.items()]
        cells.append(figure(row.value, item.unit, language))
        if shared:
            cells.append(figure(row.share, "percent", language) if row.share is not None else "–")
        if compared:
            cells.append(figure(row.previous, item.unit, language) if row.previous is not None else "–")
            cells.append(change(row.change, item.unit, language) if row.change is not None else "–")
        rows.append(cells)
    more = text("planner.more_rows", language, shown=ROWS, total=len(item.rows)) if len(item.rows) > ROWS else ""
    return _join(table(header, rows), more)


# --- why a metric moved ---------------------------------------------------------------------


def tier_contribution(step: Step, findings: Findings, language: str) -> str:
    """What moved an additive metric, cut by cut."""
    item: MetricResult = _the(findings, MetricResult)
    moved = [row for row in item.rows if row.contribution is not None]
    moved.sort(key=lambda row: abs(row.contribution), reverse=True)
    if not moved:
        return _join(_headline(item, language), notes(item, language))
    parts = [
        text(
            "planner.contribution",
            language,
            name=_name(row, language),
            share=figure(row.contribution, "percent", language),
            previous=figure(row.previous, item.unit, language),
            value=figure(row.value, item.unit, language),
        )
        for row in moved[:3]
    ]
    cut = text(f"dimension.{item.by[0]}", language)
    drivers = text("planner.drivers", language, cut=cut, parts=text("planner.semicolon", language).join(parts))
    return _join(_headline(item, language), drivers, notes(item, language))


def rate_shift(step: Step, findings: Findings, language: str) -> str:
    """Where a rate moved most; rates do not add up, so no contribution is claimed."""
    item: MetricResult = _the(findings, MetricResult)
    moved = sorted((row for row in item.rows if row.change is not None), key=lambda row: abs(row.change), reverse=True)
    if not moved:
        return _join(_headline(item, language), notes(item, language))
    parts = [
        text(
            "planner.shift",
            language,
            name=_name(row, language),
            previous=figure(row.previous, item.unit, language),
            value=figure(row.value, item.unit, language),
        )
        for row in moved[:3]
    ]
    cut = text(f"dimension.{item.by[0]}", language)
    drivers = text("planner.shifts", language, cut=cut, parts=text("planner.semicolon", language).join(parts))
    return _join(_headline(item, language), drivers, notes(item, language))


# --- tiers ----------------------------------------------------------------------------------


def tier_counts(step: Step, findings: Findings, language: str) -> str:
    item: TierOverview = _the(findings, TierOverview)
    asked = [row for row in item.rows if row.tier in step.slots.tiers]
    lead = " ".join(_tier_sentence(row, item, language) for row in asked) or text(
        "planner.tiers_total", language, as_of=item.as_of, customers=figure(item.value, "customers", language)
    )
    rule = text("planner.tier_rule", language, days=item.dormancy_days)
    return _join(lead, _tier_table(item, language), rule, notes(item, language))


def _tier_sentence(row: TierRow, item: TierOverview, language: str) -> str:
    return text(
        "planner.tier",
        language,
        tier=_tier(row.tier, language),
        as_of=item.as_of,
        customers=figure(row.customers, "customers", language),
        share=figure(row.share, "percent", language),
        revenue=figure(row.revenue, "money", language),
        revenue_share=figure(row.revenue_share, "percent", language),
    )


def _tier_table(item: TierOverview, language: str) -> str:
    header = [
        text(f"planner.column.{name}", language)
        for name in ("tier", "customers", "share", "revenue", "revenue_share", "aov", "recency")
    ]
    rows = [
        [
            _tier(row.tier, language),
            figure(row.customers, "customers", language),
            figure(row.share, "percent", language),
            figure(row.revenue, "money", language),
            figure(row.revenue_share, "percent", language),
            figure(row.aov, "money", language),
            figure(row.median_recency_days, "days", language),
        ]
        for row in item.rows
    ]
    return table(header, rows)


def tier_shift(step: Step, findings: Findings, language: str) -> str:
    """How a tier's size changed, and the largest flows in and out."""
    item: TierMigration = _the(findings, TierMigration)
    return _join(
        *(_shift(tier, item, language) for tier in step.slots.tiers or tuple(item.after)), _span_note(item, language)
    )


def _shift(tier: str, item: TierMigration, language: str) -> str:
    before, after = item.before.get(tier, 0), item.after.get(tier, 0)
    way = "up" if after > before else "down" if after < before else "flat"
    lead = text(
        f"planner.shift_lead.{way}",
        language,
        tier=_tier(tier, language),
        before=f"{before:,}",
        after=f"{after:,}",
        moved=f"{abs(item.net[tier]):,}",
        from_day=item.from_day,
        to_day=item.to_day,
    )
    into = sorted((c for c in item.cells if c.target == tier and c.source != tier), key=lambda c: -c.customers)
    out = sorted((c for c in item.cells if c.source == tier and c.target != tier), key=lambda c: -c.customers)
    return _join(lead, _flows("into", tier, into, language), _flows("out", tier, out, language))


def _flows(way: str, tier: str, cells: list, language: str) -> str:
    if not cells:
        return ""
    parts = [
        text(
            f"planner.flow_{way}" if cell.source != "new" else "planner.flow_new",
            language,
            customers=f"{cell.customers:,}",
            share=figure(cell.share, "percent", language),
            source=_source(cell.source, language),
            target=_source(cell.target, language),
        )
        for cell in cells[:4]
    ]
    return text(
        f"planner.flows_{way}",
        language,
        tier=_tier(tier, language),
        parts=text("planner.semicolon", language).join(parts),
    )


def _source(name: str, language: str) -> str:
    return text("planner.new_customers", language) if name == "new" else _tier(name, language)


def _span_note(item: TierMigration, language: str) -> str:
    return text("planner.migration_note", language, from_day=item.from_day, to_day=item.to_day)


def tier_flows(step: Step, findings: Findings, language: str) -> str:
    """One asked flow ("mid to dormant"), or the whole matrix."""
    item: TierMigration = _the(findings, TierMigration)
    asked = step.slots.tiers
    if len(asked) >= 2:
        cell = next((c for c in item.cells if (c.source, c.target) == asked[:2]), None)
        lead = text(
            "planner.flow_asked",
            language,
            source=_tier(asked[0], language),
            target=_tier(asked[1], language),
            customers=f"{cell.customers if cell else 0:,}",
            from_day=item.from_day,
            to_day=item.to_day,
            share=figure(cell.share if cell else 0.0, "percent", language),
        )
        return _join(lead, _matrix(item, language))
    shifts = [_shift(tier, item, language) for tier in asked]
    return _join(*shifts, _matrix(item, language), _span_note(item, language))


def _matrix(item: TierMigration, language: str) -> str:
    tiers = list(item.after)
    found = {(cell.source, cell.target): cell.customers for cell in item.cells}
    header = [text("planner.column.from_to", language), *(_tier(tier, language) for tier in tiers)]
    rows = [
        [_source(source, language), *(f"{found.get((source, target), 0):,}" for target in tiers)]
        for source in [*tiers, "new"]
    ]
    return table(header, rows)


def tier_comparison(step: Step, findings: Findings, language: str) -> str:
    item: TierComparison = _the(findings, TierComparison)
    header = [text("planner.column.metric", language), *(_tier(tier, language) for tier in item.tiers)]
    rows = [
        [row.title.model_dump()[language], *(figure(row.values.get(tier), row.unit, language) for tier in item.tiers)]
        for row in item.rows
    ]
    lead = text("planner.compare", language, window=span(item.window, language), as_of=item.as_of)
    return _join(lead, *_extremes(item, language), table(header, rows), notes(item, language))


def _extremes(item: TierComparison, language: str) -> list[str]:
    lines = []
    for row in item.rows[:3]:
        known = {tier: value for tier, value in row.values.items() if value is not None}
        if len(known) > 1:
            best, worst = max(known, key=known.get), min(known, key=known.get)
            lines.append(
                text(
                    "planner.extreme",
                    language,
                    title=row.title.model_dump()[language],
                    best=_tier(best, language),
                    best_value=figure(known[best], row.unit, language),
                    worst=_tier(worst, language),
                    worst_value=figure(known[worst], row.unit, language),
                )
            )
    return ["\n".join(f"- {line}" for line in lines)] if lines else []


def describe(step: Step, findings: Findings, language: str) -> str:
    item: DataDescription = _the(findings, DataDescription)
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
    return _join(
        lead, table([text("planner.column.table", language), text("planner.column.rows", language)], rows), metrics
    )
