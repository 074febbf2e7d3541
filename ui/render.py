"""A result as a card: headline, chart, table, and where the figure comes from. One function a kind."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from copilot.formatting import change, figure, span
from tools.results import TIERS, Window
from ui.cohorts import cohort_table, headline_label, repurchase_curve
from ui.tables import ROWS, fold, table
from ui.words import LIST_COMMA, filters_line, html, named, say, value_name

Table = tuple[list[str], list[list[str]], int]
"""Head, rows, and how many leading columns are words."""


def head(evidence: dict, language: str, currency: str) -> str:
    """The card's upper half: title, headline figure, change and window."""
    return (
        f'<div class="ws-card-head"><div class="ws-card-title">{escape(title(evidence, language))}</div>'
        f"{_headline(evidence, language, currency)}"
        f'<div class="ws-card-meta">{_meta(evidence, language)}</div></div>'
    )


def foot(evidence: dict, language: str, currency: str) -> str:
    """The card's lower half: caveats, the folded table, the folded provenance."""
    head_row, rows, words = _TABLES[evidence["kind"]](evidence, language, currency)
    parts = [_notes(evidence, language)]
    if rows:
        parts.append(fold(say("result.table", language, n=f"{len(rows):,}"), table(head_row, rows, words=words)))
        if len(rows) > ROWS:
            parts.append(f'<p class="ws-quiet">{html("result.rows_shown", language, n=ROWS)}</p>')
    parts.append(fold(say("result.provenance", language), provenance(evidence, language), kind="ws-provenance"))
    return f'<div class="ws-card-foot">{"".join(parts)}</div>'


def title(evidence: dict, language: str) -> str:
    """Metric and split: "Revenue by channel"; the other kinds have a name of their own."""
    if evidence["kind"] == "cohort_table":
        measure = named("cohorts.measure", evidence["measure"], language)
        return " · ".join([say("result.cohort_table", language), measure])
    if evidence["kind"] != "metric":
        return say(f"result.{evidence['kind']}", language)
    by = [named("dimension", name, language) for name in evidence["by"]]
    return " · ".join([evidence["title"], *by])


def provenance(evidence: dict, language: str) -> str:
    """Definition, window, filters, rows, data date and the query."""
    lines = [
        ("definition", evidence["definition"]),
        ("window", span(_window(evidence["window"]), language)),
        ("filters", filters_line(evidence["filters"], language)),
        ("n", f"{evidence['n']:,}"),
        ("as_of", evidence["as_of"]),
    ]
    if evidence.get("comparison"):
        lines.insert(2, ("compared", span(_window(evidence["comparison"]), language)))
    if evidence.get("rules_version"):
        lines.append(("rules", evidence["rules_version"]))
    listed = "".join(f"<dt>{html(f'result.{key}', language)}</dt><dd>{escape(str(value))}</dd>" for key, value in lines)
    query = f"<pre><code>{escape(evidence['query'])}</code></pre>" if evidence["query"] else ""
    return f'<dl class="ws-facts">{listed}</dl>{query}'


def _window(window: dict) -> Window:
    return Window.model_validate(window)


def _meta(evidence: dict, language: str) -> str:
    chips = [span(_window(evidence["window"]), language)]
    if evidence["filters"]:
        chips.append(filters_line(evidence["filters"], language))
    chips.append(f"n = {evidence['n']:,}")
    chips.append(say("header.data", language, day=evidence["as_of"]))
    return "".join(f"<span>{escape(chip)}</span>" for chip in chips)


def _headline(evidence: dict, language: str, currency: str) -> str:
    if evidence["value"] is None:
        return ""
    label = {"tier_overview": "with_order", "tier_migration": "moved", "tier_comparison": "with_order"}.get(
        evidence["kind"]
    )
    value = figure(evidence["value"], evidence["unit"], language, currency=currency)
    words = say(f"result.{label}", language) if label else headline_label(evidence, language)
    small = f'<span class="ws-label">{escape(words)}</span>' if words else ""
    return (
        f'<div class="ws-headline"><strong>{escape(value)}</strong>{small}{_moved(evidence, language, currency)}</div>'
    )


def _moved(evidence: dict, language: str, currency: str) -> str:
    if evidence.get("change") is None or not evidence.get("comparison"):
        return ""
    way = "up" if evidence["change"] > 0 else "down" if evidence["change"] < 0 else "flat"
    before = html(
        "result.against",
        language,
        window=span(_window(evidence["comparison"]), language),
        value=figure(evidence["previous"], evidence["unit"], language, currency=currency),
    )
    moved = escape(change(evidence["change"], evidence["unit"], language))
    return f'<span class="ws-change ws-{way}">{moved}</span><span class="ws-label">{before}</span>'


def _notes(evidence: dict, language: str) -> str:
    notes = [named("note", key, language) for key in evidence["notes"]]
    if evidence["truncated"] and "truncated" not in evidence["notes"]:
        notes.append(say("result.truncated", language))
    return "".join(f'<p class="ws-note">{escape(note)}</p>' for note in notes)


def _metric(evidence: dict, language: str, currency: str) -> Table:
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


def _tier_overview(evidence: dict, language: str, currency: str) -> Table:
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
    rows = [
        [
            named("tier", row["tier"], language),
            *(figure(row[key], unit, language, currency=currency) for key, unit in units.items()),
        ]
        for row in evidence["rows"]
    ]
    return [say("result.tier", language), *(say(f"result.{key}", language) for key in labels)], rows, 1


def _tier_migration(evidence: dict, language: str, currency: str) -> Table:
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


def _tier_comparison(evidence: dict, language: str, currency: str) -> Table:
    tiers = evidence["tiers"]
    rows = [
        [row["title"], *(figure(row["values"].get(tier), row["unit"], language, currency=currency) for tier in tiers)]
        for row in evidence["rows"]
    ]
    return [say("result.metric", language), *(named("tier", tier, language) for tier in tiers)], rows, 1


def _data_description(evidence: dict, language: str, currency: str) -> Table:
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


_TABLES: dict[str, Callable[[dict, str, str], Table]] = {
    "metric": _metric,
    "tier_overview": _tier_overview,
    "tier_migration": _tier_migration,
    "tier_comparison": _tier_comparison,
    "data_description": _data_description,
    "cohort_table": cohort_table,
    "repurchase_curve": repurchase_curve,
}
