"""What stands in words above a result's chart: findings, what was understood, why there is no figure."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from copilot.catalogue import text
from copilot.formatting import priced
from copilot.healthtext import finding_words
from copilot.lifetimetext import check, driver_lines, lead
from copilot.segmenttext import segment_lines
from tools.health import Finding, HealthReport
from tools.lifetime.results import LifetimeReport
from tools.selection.results import Selection
from ui.typed import typed
from ui.words import say


def remarks(evidence: dict, language: str, currency: str) -> str:
    """HTML of the remarks on localised evidence; "" for most kinds."""
    write = _REMARKS.get(evidence["kind"])
    if write is None:
        return ""
    with priced(currency):
        return write(evidence, language)


def findings_list(report: HealthReport, language: str) -> str:
    """The findings, the gravest first, each with a mark of its severity."""
    if not report.findings:
        return f'<p class="ws-healthy">{escape(text("health.none", language))}</p>'
    ranked = sorted(report.findings, key=lambda finding: _GRAVEST.index(finding.severity))
    return f'<ul class="ws-findings">{"".join(_finding(each, language) for each in ranked)}</ul>'


def _finding(finding: Finding, language: str) -> str:
    mark = escape(text(f"health.severity.{finding.severity}", language))
    words = escape(finding_words(finding, language))
    return f'<li class="ws-is-{finding.severity}"><b>{mark}</b><span>{words}</span></li>'


_GRAVEST = ("problem", "warning", "notice")


def _health(evidence: dict, language: str) -> str:
    return findings_list(typed(HealthReport, evidence), language)


def _selection(evidence: dict, language: str) -> str:
    """The selection as the command line tells it; the profile's rows stand in the table."""
    found = typed(Selection, evidence).model_copy(update={"profile": []})
    return _paragraphs(segment_lines(found, language))


def _lifetime(evidence: dict, language: str) -> str:
    report = typed(LifetimeReport, evidence)
    risk = [getattr(report.risk_definition, language)] if report.risk_definition else []
    lines = [*lead(report, language).split("\n\n"), *driver_lines(report, language), check(report, language), *risk]
    return _paragraphs(lines)


def _rfm(evidence: dict, language: str) -> str:
    points = {
        score.removesuffix("_score"): " / ".join(f"{point:,.2f}".rstrip("0").rstrip(".") for point in cuts)
        for score, cuts in evidence["cut_points"].items()
    }
    return _paragraphs([text("tiers.rfm.cuts", language, **points)])


def _links(evidence: dict, language: str) -> str:
    counts = {name: f"{evidence[name]:,.0f}" for name in ("n", "value", "merged", "to_review")}
    return _paragraphs([say("result.link_lead", language, run=evidence["run"], **counts)])


def _paragraphs(lines: list[str]) -> str:
    return "".join(f'<p class="ws-said">{escape(line)}</p>' for line in lines if line)


_REMARKS: dict[str, Callable[[dict, str], str]] = {
    "data_health": _health,
    "selection": _selection,
    "lifetime": _lifetime,
    "rfm_overview": _rfm,
    "link_overview": _links,
}
