"""Paragraphs about the five tiers: their size, how it changed, who moved, how they differ."""

from __future__ import annotations

from copilot.catalogue import text
from copilot.findings import Findings
from copilot.formatting import figure, span
from copilot.planner.prose import join, notes, table, the, tier_name
from copilot.planner.step import Step
from tools.results import TierComparison, TierMigration, TierOverview, TierRow


def tier_counts(step: Step, findings: Findings, language: str) -> str:
    item: TierOverview = the(findings, TierOverview)
    asked = [row for row in item.rows if row.tier in step.slots.tiers]
    lead = " ".join(_tier_sentence(row, item, language) for row in asked) or text(
        "planner.tiers_total", language, as_of=item.as_of, customers=figure(item.value, "customers", language)
    )
    rule = text("planner.tier_rule", language, days=item.dormancy_days)
    return join(lead, _tier_table(item, language), rule, notes(item, language))


def tier_rule(step: Step, findings: Findings, language: str) -> str:
    """The rules that put customers into tiers, and how many are in the asked one."""
    item: TierOverview = the(findings, TierOverview)
    asked = [_tier_sentence(row, item, language) for row in item.rows if row.tier in step.slots.tiers]
    rule = text("planner.tier_definition", language, definition=item.definition.model_dump()[language])
    return join(rule, *asked, "" if asked else _tier_table(item, language))


def _tier_sentence(row: TierRow, item: TierOverview, language: str) -> str:
    return text(
        "planner.tier",
        language,
        tier=tier_name(row.tier, language),
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
            tier_name(row.tier, language),
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
    item: TierMigration = the(findings, TierMigration)
    return join(
        *(_shift(tier, item, language) for tier in step.slots.tiers or tuple(item.after)), _span_note(item, language)
    )


def _shift(tier: str, item: TierMigration, language: str) -> str:
    before, after = item.before.get(tier, 0), item.after.get(tier, 0)
    way = "up" if after > before else "down" if after < before else "flat"
    lead = text(
        f"planner.shift_lead.{way}",
        language,
        tier=tier_name(tier, language),
        before=f"{before:,}",
        after=f"{after:,}",
        moved=f"{abs(item.net[tier]):,}",
        from_day=item.from_day,
        to_day=item.to_day,
    )
    into = sorted((c for c in item.cells if c.target == tier and c.source != tier), key=lambda c: -c.customers)
    out = sorted((c for c in item.cells if c.source == tier and c.target != tier), key=lambda c: -c.customers)
    joined = _flows("into", tier, into, item.joined[tier], language)
    return join(lead, joined, _flows("out", tier, out, item.left[tier], language))


def _flows(way: str, tier: str, cells: list, total: int, language: str) -> str:
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
        total=f"{total:,}",
        tier=tier_name(tier, language),
        parts=text("planner.semicolon", language).join(parts),
    )


def _source(name: str, language: str) -> str:
    return text("planner.new_customers", language) if name == "new" else tier_name(name, language)


def _span_note(item: TierMigration, language: str) -> str:
    return text("planner.migration_note", language, from_day=item.from_day, to_day=item.to_day)


def tier_flows(step: Step, findings: Findings, language: str) -> str:
    """One asked flow ("mid to dormant"), or the whole matrix."""
    item: TierMigration = the(findings, TierMigration)
    asked = step.slots.tiers
    if len(asked) >= 2:
        cell = next((c for c in item.cells if (c.source, c.target) == asked[:2]), None)
        lead = text(
            "planner.flow_asked",
            language,
            source=tier_name(asked[0], language),
            target=tier_name(asked[1], language),
            customers=f"{cell.customers if cell else 0:,}",
            from_day=item.from_day,
            to_day=item.to_day,
            share=figure(cell.share if cell else 0.0, "percent", language),
        )
        return join(lead, _matrix(item, language))
    shifts = [_shift(tier, item, language) for tier in asked]
    return join(*shifts, _matrix(item, language), _span_note(item, language))


def _matrix(item: TierMigration, language: str) -> str:
    tiers = list(item.after)
    found = {(cell.source, cell.target): cell.customers for cell in item.cells}
    header = [text("planner.column.from_to", language), *(tier_name(tier, language) for tier in tiers)]
    rows = [
        [_source(source, language), *(f"{found.get((source, target), 0):,}" for target in tiers)]
        for source in [*tiers, "new"]
    ]
    return table(header, rows)


def tier_comparison(step: Step, findings: Findings, language: str) -> str:
    item: TierComparison = the(findings, TierComparison)
    header = [text("planner.column.metric", language), *(tier_name(tier, language) for tier in item.tiers)]
    rows = [
        [row.title.model_dump()[language], *(figure(row.values.get(tier), row.unit, language) for tier in item.tiers)]
        for row in item.rows
    ]
    lead = text("planner.compare", language, window=span(item.window, language), as_of=item.as_of)
    return join(lead, *_extremes(item, language), table(header, rows), notes(item, language))


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
                    best=tier_name(best, language),
                    best_value=figure(known[best], row.unit, language),
                    worst=tier_name(worst, language),
                    worst_value=figure(known[worst], row.unit, language),
                )
            )
    return ["\n".join(f"- {line}" for line in lines)] if lines else []
