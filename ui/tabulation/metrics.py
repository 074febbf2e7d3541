"""Tables of metrics and tiers."""

from __future__ import annotations

from collections.abc import Callable

from copilot.formatting import change, figure, value_name
from tools.results import TIERS, Window
from ui.words import LIST_COMMA, named, say

Table = tuple[list[str], list[list[str]], int]
"""Head, rows, and how many leading columns are words."""


def metric(evidence: dict, language: str, currency: str) -> Table:
    by, rows, unit = evidence["by"], evidence["rows"], evidence["unit"]
    more = [key for key in ("previous", "change", "share", "contribution") if any(row[key] is not None for row in rows)]
    write: dict[str, Callable[[float], str]] = {
        "previous": lambda value: figure(value, unit, language, currency=currency),
        "change": lambda value: change(value, unit, language),
        "share": lambda value: figure(value, "percent", language),
        "contribution": lambda value: figure(value, "percent", language),
    }
    names = [named("dimension", name, language) for name in by]
    header = [*names, evidence["title"], *(say(f"result.{key}", language) for key in more), "n"]
    body = [
        [
            *(value_name(name, row["dimensions"].get(name, ""), language) for name in by),
            figure(row["value"], unit, language, currency=currency),
            *("–" if row[key] is None else write[key](row[key]) for key in more),
            f"{row['n']:,}",
        ]
        for row in rows
    ]
    return header, body, len(by)


def tier_overview(evidence: dict, language: str, currency: str) -> Table:
    units = {
        "customers": "customers",
        "share": "percent",
        "revenue": "money",
        "revenue_share": "percent",
        "orders": "orders",
        "aov": "money",
        "orders_per_customer": "times",
        "median_recency_days": "days",
    }
    labels = ("customers", "customer_share", "revenue", "revenue_share", "orders", "aov", "frequency", "recency")
    window = Window.model_validate(evidence["window"])
    rows = [
        [
            named("tier", row["tier"], language),
            *(figure(row[key], unit, language, currency=currency) for key, unit in units.items()),
        ]
        for row in evidence["rows"]
    ]
    names = [say(f"result.{key}", language, days=window.days) for key in labels]
    return [say("result.tier", language), *names], rows, 1


def tier_migration(evidence: dict, language: str, currency: str) -> Table:
    cells = {(cell["source"], cell["target"]): cell["customers"] for cell in evidence["cells"]}
    sources = [*TIERS, *(["new"] if any(source == "new" for source, _ in cells) else [])]
    header = [
        say("result.from_tier", language, day=evidence["from_day"]),
        *(f"→ {named('tier', tier, language)}" for tier in TIERS),
    ]
    body = [
        [named("tier", source, language), *(f"{cells.get((source, target), 0):,}" for target in TIERS)]
        for source in sources
    ]
    body.append([say("result.net", language), *(f"{evidence['net'].get(tier, 0):+,}" for tier in TIERS)])
    return header, body, 1


def tier_comparison(evidence: dict, language: str, currency: str) -> Table:
    tiers = evidence["tiers"]
    rows = [
        [row["title"], *(figure(row["values"].get(tier), row["unit"], language, currency=currency) for tier in tiers)]
        for row in evidence["rows"]
    ]
    return [say("result.metric", language), *(named("tier", tier, language) for tier in tiers)], rows, 1


def data_description(evidence: dict, language: str, currency: str) -> Table:
    comma = LIST_COMMA[language]
    rows = [[named("table", name, language), f"{count:,}"] for name, count in evidence["tables"].items()]
    rows.append([say("result.available", language), comma.join(evidence["available"])])
    lacking = [
        say(
            "result.lacks",
            language,
            metric=metric,
            tables=comma.join(named("table", name, language) for name in tables),
        )
        for metric, tables in evidence["unavailable"].items()
    ]
    if lacking:
        rows.append([say("result.unavailable", language), comma.join(lacking)])
    return [say("result.data_table", language), say("result.data_rows", language)], rows, 2
