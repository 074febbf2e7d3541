"""Tiers over time in words: sizes, moves, who moved, the month ahead, the rules."""

from __future__ import annotations

from collections.abc import Sequence

from copilot.catalogue import text
from copilot.formatting import day, figure
from copilot.planner.prose import aligned, join, notes, tier_name
from tools.results import TIERS, Evidence, TierMigration, TierOverview
from tools.tiers.results import ExpectedTiers, MovedCustomers, TierSeries
from tools.tiers.versions import RulesVersion


def columns(language: str, *names: str, **blanks: object) -> list[str]:
    """Headings of a table."""
    return [text(f"tiers.column.{name}", language, **blanks) for name in names]


def definition(item: Evidence, language: str) -> str:
    return text("planner.definition", language, definition=item.definition.model_dump()[language])


def overview_text(item: TierOverview, language: str) -> str:
    """Lead, table, rules and caveats."""
    header = columns(language, "tier", "customers", "share", "revenue_year", "revenue_share", "aov", "recency",
                     days=(item.window.end - item.window.start).days + 1)  # fmt: skip
    rows = [
        [
            tier_name(row.tier, language), f"{row.customers:,}", figure(row.share, "percent", language),
            figure(row.revenue, "money", language), figure(row.revenue_share, "percent", language),
            figure(row.aov, "money", language), figure(row.median_recency_days, "days", language),
        ]
        for row in item.rows
    ]  # fmt: skip
    lead = text("tiers.lead", language, day=day(item.as_of), customers=figure(item.value, "customers", language))
    version = text("tiers.version", language, version=item.rules_version, days=item.dormancy_days)
    return join(lead, aligned(header, rows), version, definition(item, language), notes(item, language))


def migration_text(item: TierMigration, language: str) -> str:
    """Lead, net change, one line a move, and caveats."""
    header = columns(language, "from", "to", "customers", "share_of_source", "paid_between")
    rows = [
        [
            tier_name(cell.source, language), tier_name(cell.target, language), f"{cell.customers:,}",
            figure(cell.share, "percent", language), figure(cell.revenue, "money", language),
        ]
        for cell in item.cells
    ]  # fmt: skip
    newcomers = sum(cell.customers for cell in item.cells if cell.source == "new")
    lead = text(
        "tiers.migration.lead", language, first=day(item.from_day), last=day(item.to_day),
        moved=figure(item.value, "customers", language), newcomers=figure(newcomers, "customers", language),
        revenue=figure(sum(cell.revenue for cell in item.cells), "money", language),
    )  # fmt: skip
    parts = [
        text("tiers.migration.net_part", language, tier=tier_name(tier, language), before=f"{item.before[tier]:,}",
             after=f"{item.after[tier]:,}", net=f"{item.net[tier]:+,}")
        for tier in TIERS
    ]  # fmt: skip
    net = text("tiers.migration.net", language, parts=text("planner.comma", language).join(parts))
    return join(lead, net, aligned(header, rows), _rules_used(item, language), notes(item, language))


def moved_text(item: MovedCustomers, language: str) -> str:
    """Lead and one line a customer; for people only."""
    names = {"source": tier_name(item.source, language), "target": tier_name(item.target, language)}
    days = {"first": day(item.from_day), "last": day(item.to_day)}
    if not item.customers:
        return join(text("tiers.moved.nobody", language, **names, **days), _rules_used(item, language))
    lead = text("tiers.moved.lead", language, customers=figure(item.value, "customers", language), **names, **days)
    rows = [
        [
            row.customer_id, figure(row.spend_before, "money", language), figure(row.revenue, "money", language),
            figure(row.recency_days, "days", language),
        ]
        for row in item.customers
    ]  # fmt: skip
    cut = text("tiers.moved.cut", language, shown=len(rows)) if item.truncated else ""
    table = aligned(columns(language, "customer", "spend_before", "paid_between", "idle"), rows)
    return join(lead, table, cut, _rules_used(item, language), notes(item, language))


def expected_text(item: ExpectedTiers, language: str) -> str:
    """Lead, table of sizes now and then, newcomers, and how far to trust it."""
    return join(
        *_expected_lead(item, language), aligned(*expected_cells(item, language)),
        *_expected_basis(item, language), definition(item, language), _rules_used(item, language),
        notes(item, language),
    )  # fmt: skip


def expected_cells(item: ExpectedTiers, language: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows: each tier now, expected, and the newcomers on top."""
    rows = [
        [
            tier_name(row.tier, language), f"{row.now:,}", f"{row.expected:,.0f}", _range(row.low, row.high, language),
            f"{row.newcomers:,.0f}",
        ]
        for row in item.rows
    ]  # fmt: skip
    return columns(language, "tier", "now", "expected", "range", "newcomers"), rows


def expected_lines(item: ExpectedTiers, language: str) -> list[str]:
    """The same as lines, for a model."""
    header, rows = expected_cells(item, language)
    lines = [f"{row[0]}: " + ", ".join(f"{name} {cell}" for name, cell in zip(header[1:], row[1:], strict=True))
             for row in rows]  # fmt: skip
    return [*_expected_lead(item, language), *lines, *_expected_basis(item, language)]


def _expected_lead(item: ExpectedTiers, language: str) -> list[str]:
    moved = figure(round(item.value), "customers", language)
    return [text("tiers.expected.lead", language, months=item.months, day=day(item.to_day), moved=moved)]


def _expected_basis(item: ExpectedTiers, language: str) -> list[str]:
    new = {"newcomers": f"{item.newcomers:,.0f}", "low": f"{item.newcomers_low:,.0f}",
           "high": f"{item.newcomers_high:,.0f}"}  # fmt: skip
    span = {"first": day(item.first_month_end), "last": day(item.last_month_end)}
    held = {"checks": item.checks, "held": item.held, "level": f"{item.level:.0%}"}
    return [
        text("tiers.expected.newcomers", language, **new),
        text("tiers.expected.basis", language, n=f"{item.n:,}", **span),
        *([text("tiers.expected.held", language, **held)] if item.checks else []),
    ]


def _range(low: float, high: float, language: str) -> str:
    return text("tiers.expected.range", language, low=f"{low:,.0f}", high=f"{high:,.0f}")


def history_text(item: TierSeries, language: str) -> str:
    """Sizes by month, with the version of the rules where it changes."""
    versions = {point.rules_version for point in item.points}
    header = [*columns(language, "day"), *(tier_name(tier, language) for tier in TIERS), *columns(language, "total")]
    rows = [
        [day(point.as_of), *(f"{point.tiers[tier]:,}" for tier in TIERS), f"{point.customers:,}",
         *([point.rules_version] if len(versions) > 1 else [])]
        for point in item.points
    ]  # fmt: skip
    header += [text("tiers.column.version", language)] if len(versions) > 1 else []
    lead = text("tiers.history.lead", language, day=day(item.as_of))
    return join(lead, aligned(header, rows), _rules_used(item, language), notes(item, language))


def rules_text(versions: Sequence[RulesVersion], language: str) -> str:
    """The rules in force with their meaning, how to change one, and every earlier version."""
    now = versions[-1]
    lines = [
        text("tiers.rules.setting", language, name=name, value=value, meaning=text(f"tiers.rules.{name}", language))
        for name, value in now.rules.model_dump().items()
    ]
    lead = text("tiers.rules.now", language, version=now.rules_version, since=day(now.since))
    former = [_former(each, language) for each in reversed(versions[:-1])]
    earlier = "\n".join([text("tiers.rules.former", language), *former]) if former else ""
    return join("\n".join([lead, *lines]), text("tiers.rules.change", language), earlier)


def _former(version: RulesVersion, language: str) -> str:
    settings = ", ".join(f"{name}={value}" for name, value in version.rules.model_dump().items())
    return text(
        "tiers.rules.row", language, version=version.rules_version, since=day(version.since), settings=settings
    )


def _rules_used(item: TierMigration | MovedCustomers | ExpectedTiers | TierSeries, language: str) -> str:
    return text("tiers.rules_used", language, version=item.rules_version)
