"""A result as a card: headline, chart, table, and where the figure comes from. One function a kind."""

from __future__ import annotations

from html import escape

from copilot.cohorttext import COUNTS
from copilot.formatting import change, figure, span
from tools.results import Window
from ui.exports import table_link
from ui.remarks import remarks
from ui.tables import ROWS, fold, table
from ui.tabulation import tabulated
from ui.words import filters_line, html, named, say


def head(evidence: dict, language: str, currency: str) -> str:
    """The card's upper half: title, headline figure, change, window, and what is to be said about it."""
    return (
        f'<div class="ws-card-head"><div class="ws-card-title">{escape(title(evidence, language))}</div>'
        f"{_headline(evidence, language, currency)}"
        f'<div class="ws-card-meta">{_meta(evidence, language)}</div>{remarks(evidence, language, currency)}</div>'
    )


def foot(evidence: dict, language: str, currency: str, *, opened: bool = False) -> str:
    """The card's lower half: caveats, the table (folded unless `opened`), the folded provenance."""
    head_row, rows, words = tabulated(evidence, language, currency)
    parts = [_notes(evidence, language)]
    if rows:
        cut = f'<p class="ws-quiet">{html("result.rows_shown", language, n=ROWS)}</p>' if len(rows) > ROWS else ""
        body = table(head_row, rows, words=words) + cut + table_link(evidence["kind"], head_row, rows, language)
        parts.append(fold(say("result.table", language, n=f"{len(rows):,}"), body, opened=opened))
    parts.append(fold(say("result.provenance", language), provenance(evidence, language), kind="ws-provenance"))
    return f'<div class="ws-card-foot">{"".join(parts)}</div>'


def title(evidence: dict, language: str) -> str:
    """Metric and split: "Revenue by channel"; the other kinds have a name of their own."""
    if evidence["kind"] == "cohort_table":
        measure = named("cohorts.measure", evidence["measure"], language)
        return " · ".join([say("result.cohort_table", language), measure])
    if evidence["kind"] == "selection" and evidence["name"]:
        return say("result.saved_segment", language, name=evidence["name"], version=evidence["version"])
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
    number = round(evidence["value"]) if evidence["unit"] == "customers" else evidence["value"]  # expected ones too
    unit = "" if evidence["kind"] in _PLAIN else evidence["unit"]
    value = figure(number, unit, language, currency=currency)
    words = _label(evidence, language)
    small = f'<span class="ws-label">{escape(words)}</span>' if words else ""
    return (
        f'<div class="ws-headline"><strong>{escape(value)}</strong>{small}{_moved(evidence, language, currency)}</div>'
    )


_PLAIN = {"data_health", "segment_list", "link_overview"}
"""Kinds whose headline is told by its label, not by a unit."""
_LABELS = {
    "tier_overview": "with_order", "tier_migration": "moved", "tier_comparison": "with_order",
    "rfm_overview": "with_order", "lifecycle_overview": "with_order", "expected_tiers": "will_move",
    "data_health": "to_mind", "link_overview": "persons", "selection": "selected", "segment_list": "saved",
    "segment_overlap": "selected", "audience": "in_audience", "lifetime": "order_days", "tag_overview": "with_order",
    "next_best": "looked_at",
}  # fmt: skip


def _label(evidence: dict, language: str) -> str:
    """What the headline figure is; "" where the title says it."""
    if evidence["kind"] == "repurchase_curve":
        return say("result.again_within", language, days=evidence["days"])
    if evidence["kind"] == "cohort_table":
        return "" if evidence["measure"] in COUNTS else say("result.cohort_next", language)
    label = _LABELS.get(evidence["kind"])
    return say(f"result.{label}", language) if label else ""


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
