"""Findings as short text for a language model: figures with units, passages fenced as data."""

from __future__ import annotations

from functools import singledispatch

from pydantic import BaseModel

from copilot.answer import Citation
from copilot.campaigns.wording import proposed_lines as campaign_lines
from copilot.campaigns.wording import reach_lines
from copilot.catalogue import text
from copilot.checktext import check_text
from copilot.cohorttext import cohort_lines, repurchase_lines
from copilot.diagnosis.text import diagnosis_text
from copilot.findings import Findings
from copilot.formatting import change, figure, span
from copilot.healthtext import finding_line, set_aside_line
from copilot.lessons.wording import proposed_lines
from copilot.lifetimetext import check, driver_lines, lead, tier_rows
from copilot.nextbesttext import overview_lines
from copilot.privacy import fence
from copilot.profiletext import lifecycle_cells, lines, rfm_cells
from copilot.segmenttext import list_lines, overlap_lines, segment_lines
from copilot.tagtext import tag_lines
from copilot.tiertext import expected_lines
from knowledge.results import LESSON
from tools.audience import AudienceReach
from tools.cohorts.results import CohortTable, RepurchaseCurve
from tools.health import HealthReport
from tools.identity.results import LinkOverview
from tools.lifetime.results import LifetimeReport
from tools.next_best.results import NextBestOverview
from tools.results import (
    DataDescription,
    Draft,
    Evidence,
    LifecycleOverview,
    MetricResult,
    RfmOverview,
    TierComparison,
    TierMigration,
    TierOverview,
)
from tools.selection.results import Overlap, SegmentList, Selection
from tools.tiers.results import ExpectedTiers
from tools.traits.results import TagOverview

ROWS = 40  # what a model reads of a long table; people get all rows


def for_model(findings: Findings, language: str, rows: int | None = ROWS) -> str:
    """Write what a call found; of a long table the first `rows`, None for all."""
    if findings.diagnosis:  # it words its own figures
        told = fence(diagnosis_text(findings.diagnosis, language))
        return "\n\n".join([told, *(_passage(citation, language) for citation in findings.citations)])
    parts = [_cut(_write(item, language), rows) for item in findings.evidence]
    parts += [_passage(citation, language) for citation in findings.citations]
    parts += [_draft(draft) for draft in findings.drafts]
    if findings.lesson:
        parts.append(fence("\n".join(proposed_lines(findings.lesson, language))))
    if findings.campaign:
        proposed = findings.campaign
        parts.append(fence("\n".join(campaign_lines(proposed.campaign, proposed.check, language))))
    if findings.text_check:
        parts.append(fence(check_text(findings.text_check, language)))
    if findings.lookup and not findings.lookup.answerable:
        parts.append(text(f"modeltext.{'no_direct' if findings.citations else 'no_answer'}", language))
    return "\n\n".join(parts)


def _cut(part: str, rows: int | None) -> str:
    """The part with at most `rows` lines between its marks."""
    head, mark, data = part.partition("<data>\n")
    lines = data.removesuffix("\n</data>").split("\n")
    if rows is None or len(lines) <= rows:
        return part
    return "\n".join([f"{head}{mark.strip()}", *lines[:rows], f"(+{len(lines) - rows} rows)", "</data>"])


def _passage(citation: Citation, language: str) -> str:
    rule = [text("modeltext.lesson", language)] if citation.id.startswith(LESSON) else []
    rule += [text("modeltext.expired", language)] if citation.expired else []
    rule += [text("modeltext.flagged", language)] if citation.flags else []
    return "\n".join((f"[{citation.id}]", *rule, fence(f"{citation.title} — {citation.source}\n{citation.quote}")))


def _draft(draft: Draft) -> str:
    issues = "; ".join(f"{issue.rule} {issue.severity}: {issue.words}" for issue in draft.issues)
    head = f"{draft.id} {draft.channel} {draft.language} {draft.angle} {draft.characters} chars"
    return "\n".join((head, fence(f"{draft.title}\n{draft.body}\nissues: {issues or 'none'}")))


def _frame(item: Evidence, language: str, lines: list[str]) -> str:
    head = f"{item.metric} | {span(item.window, language)} | as of {item.as_of} | n={item.n}"
    filters = [f"filters {item.filters}"] if item.filters else []
    # A brand may have written the definition itself; last, as an early turn keeps the first lines only.
    told = "\n".join([*filters, *lines, item.definition.model_dump()[language]])
    return f"{head}\n{fence(told)}"


@singledispatch
def _write(item: BaseModel, language: str) -> str:
    # A result as a whole may hold what no model should read: each kind says what it shows.
    raise TypeError(f"no text for a model is written for {type(item).__name__}")


@_write.register
def _(item: DataDescription, language: str) -> str:
    tables = [f"{name}: {rows:,} rows" for name, rows in item.tables.items()]
    known = ", ".join(title.model_dump()[language] for title in item.available)
    missing = [f"not available: {name} (needs {', '.join(needs)})" for name, needs in item.unavailable.items()]
    days = f"days {item.first_day} to {item.last_day}"
    return _frame(item, language, [days, *tables, f"metrics: {known}", *missing])


@_write.register
def _(item: LinkOverview, language: str) -> str:
    return _frame(item, language, [
        f"run {item.run} of {item.made_at:%Y-%m-%d}",
        f"accounts {item.n:,}, persons {item.value or 0:,.0f}, accounts merged {item.merged:,}",
        *(f"linked by {rule}: {pairs:,} pairs" for rule, pairs in item.links.items()),
        f"pairs to review {item.to_review:,}, new accounts not looked at {item.new_accounts:,}",
    ])  # fmt: skip


@_write.register
def _(item: LifetimeReport, language: str) -> str:
    header, rows = tier_rows(item.tiers, language)
    cells = [" | ".join(line) for line in ([header, *rows] if rows else [])]
    return _frame(item, language, [*lead(item, language).split("\n\n"), check(item, language), *cells,
                                   *driver_lines(item, language)])  # fmt: skip


@_write.register
def _(item: HealthReport, language: str) -> str:
    found = [finding_line(finding, language) for finding in item.findings]
    return _frame(item, language, [set_aside_line(item, language), *found])


@_write.register
def _(item: MetricResult, language: str) -> str:
    lines = [f"total: {figure(item.value, item.unit, language)}"] if item.value is not None else []
    if item.previous is not None and item.comparison:
        moved = f" ({change(item.change, item.unit, language)})" if item.change is not None else ""
        lines.append(f"{span(item.comparison, language)}: {figure(item.previous, item.unit, language)}{moved}")
    for row in item.rows:
        was = f" (was {figure(row.previous, item.unit, language)})" if row.previous is not None else ""
        lines.append(f"{' / '.join(row.dimensions.values())}: {figure(row.value, item.unit, language)}{was}")
    return _frame(item, language, lines)


@_write.register
def _(item: TierOverview, language: str) -> str:
    lines = [
        f"{row.tier}: customers {row.customers} ({row.share:.1%}), "
        f"revenue {item.window.days}d {row.revenue:,.2f} ({row.revenue_share:.1%}), "
        f"AOV {figure(row.aov, 'money', language)}, orders/customer {row.orders_per_customer or 0:.2f}, "
        f"median recency {row.median_recency_days or 0:.0f} days"
        for row in item.rows
    ]
    return _frame(item, language, [*lines, f"dormancy horizon: {item.dormancy_days} days"])


@_write.register
def _(item: TierMigration, language: str) -> str:
    lines = [
        f"{cell.source} -> {cell.target}: {cell.customers} ({cell.share:.1%} of {cell.source}), "
        f"revenue {cell.revenue:,.2f}"
        for cell in item.cells
    ]
    return _frame(item, language, [f"before {item.before}", f"after {item.after}", *lines])


@_write.register
def _(item: TierComparison, language: str) -> str:
    lines = [
        f"{row.metric}: "
        + ", ".join(f"{tier} {figure(value, row.unit, language)}" for tier, value in row.values.items())
        for row in item.rows
    ]
    return _frame(item, language, lines)


@_write.register
def _(item: CohortTable, language: str) -> str:
    return _frame(item, language, cohort_lines(item, language))


@_write.register
def _(item: RepurchaseCurve, language: str) -> str:
    return _frame(item, language, repurchase_lines(item, language))


@_write.register
def _(item: TagOverview, language: str) -> str:
    return _frame(item, language, tag_lines(item, language))


@_write.register
def _(item: Selection, language: str) -> str:
    # No head with the exact number: fewer than ten stay "<10" for a model.
    return fence("\n".join(segment_lines(item, language, exact=False)))


@_write.register
def _(item: Overlap, language: str) -> str:
    return fence("\n".join(overlap_lines(item, language, exact=False)))


@_write.register
def _(item: SegmentList, language: str) -> str:
    return fence("\n".join(list_lines(item, language, exact=False)))


@_write.register
def _(item: AudienceReach, language: str) -> str:
    return fence("\n".join(reach_lines(item, language, exact=False)))


@_write.register
def _(item: NextBestOverview, language: str) -> str:
    return fence("\n".join(overview_lines(item, language, exact=False)))


@_write.register
def _(item: RfmOverview, language: str) -> str:
    cuts = [f"cut points {name}: {points}" for name, points in item.cut_points.items()]
    return _frame(item, language, [*lines(*rfm_cells(item, language)), *cuts])


@_write.register
def _(item: LifecycleOverview, language: str) -> str:
    return _frame(item, language, lines(*lifecycle_cells(item, language)))


@_write.register
def _(item: ExpectedTiers, language: str) -> str:
    return _frame(item, language, expected_lines(item, language))
