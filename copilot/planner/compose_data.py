"""Paragraphs about the loaded data itself."""

from __future__ import annotations

from copilot.catalogue import text
from copilot.findings import Findings
from copilot.healthtext import finding_line, health_lead, set_aside_line
from copilot.planner.prose import join, the
from copilot.planner.step import Step
from tools.health import HealthReport

SHOWN = 8


def health(step: Step, findings: Findings, language: str) -> str:
    """What needs care, the gravest first."""
    item: HealthReport = the(findings, HealthReport)
    lines = [f"- {finding_line(finding, language)}" for finding in item.findings[:SHOWN]]
    more = len(item.findings) - SHOWN
    if more > 0:
        lines.append(f"- {text('planner.health_more', language, count=more)}")
    found = "\n".join(lines) or text("health.none", language)
    return join(health_lead(item, language), set_aside_line(item, language), found)
