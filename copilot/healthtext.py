"""Findings of a data health check in words."""

from __future__ import annotations

from typing import Any

from copilot.catalogue import localise, text
from copilot.formatting import figure
from tools.health import Finding, FreshnessRow, HealthReport


def finding_words(finding: Finding, language: str) -> str:
    """One sentence: what was found, what it means, what to do."""
    shares = {"share"} | ({"before", "after"} if finding.check == "filled_shift" else set())
    params = {key: _written(value, key in shares, language) for key, value in finding.params.items()}
    named = {"table": finding.table, "column": finding.column, "span": _span(finding, language)}
    return text(f"health.check.{finding.check}", language, **named | params)


def _written(value: str | float, share: bool, language: str) -> str:
    return value if isinstance(value, str) else figure(value, "percent" if share else "number", language)


def finding_line(finding: Finding, language: str) -> str:
    severity = text(f"health.severity.{finding.severity}", language)
    return text("health.finding_line", language, severity=severity, words=finding_words(finding, language))


def health_lead(report: HealthReport, language: str) -> str:
    return text("health.lead", language, last=report.as_of, orders=f"{report.n:,}", serious=len(report.serious))


def set_aside_line(report: HealthReport, language: str) -> str:
    """How many rows were not taken in, and why."""
    if not report.set_aside:
        return text("health.none_aside", language)
    reasons = text("planner.semicolon", language).join(
        text("health.aside_reason", language, reason=text(f"reason.{reason}", language), rows=f"{rows:,}")
        for reason, rows in report.set_aside.items()
    )
    return text("health.aside", language, rows=f"{report.rows_set_aside:,}", reasons=reasons)


def table_line(row: FreshnessRow, language: str) -> str:
    days = _days(row.first_day, row.last_day, language) if row.first_day else "-"
    return text("health.table_line", language, table=row.table, rows=f"{row.rows:,}", days=days)


def health_text(report: HealthReport, language: str) -> str:
    """The whole report as lines of text."""
    tables = [table_line(row, language) for row in report.tables]
    findings = [finding_line(finding, language) for finding in report.findings]
    lead = [health_lead(report, language), set_aside_line(report, language)]
    return "\n".join([*lead, *(findings or [text("health.none", language)]), "", *tables])


def health_json(report: HealthReport, language: str) -> dict[str, Any]:
    """The documented JSON object: the report with each finding also in words."""
    body = localise(report.model_dump(mode="json"), language)
    words = [finding_words(finding, language) for finding in report.findings]
    body["findings"] = [shown | {"words": said} for shown, said in zip(body["findings"], words, strict=True)]
    return body


def _span(finding: Finding, language: str) -> str:
    if finding.start is None:
        return ""
    if finding.column:  # a shift is told by its month
        return f"{finding.start:%Y-%m}"
    return str(finding.start) if finding.start == finding.end else _days(finding.start, finding.end, language)


def _days(start: object, end: object, language: str) -> str:
    return text("health.days", language, start=start, end=end)
