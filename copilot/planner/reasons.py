"""Say why a diagnosis came out as it did."""

from __future__ import annotations

from copilot.catalogue import text
from copilot.diagnosis.results import Diagnosis, Verdict
from copilot.diagnosis.text import named, question_text, verdict_text
from copilot.diagnosis.wording import heading, see
from copilot.findings import Findings
from copilot.planner.step import Step


def explained(step: Step, findings: Findings, language: str) -> str:
    """What speaks for and against each verdict, and what would change it."""
    found = findings.diagnosis
    topics = set(found.topics) & {"stage", "quadrant", "maturity"} or {"stage", "quadrant"}
    said = [_grounds(found, one, language) for one in found.verdicts if one.topic in topics]
    return "\n\n".join(filter(None, [*said, question_text(found, language)]))


def _grounds(found: Diagnosis, one: Verdict, language: str) -> str:
    """The verdict's own text, led by what it rests on."""
    key = "why" if any(each.reading for each in one.inputs) else "no_grounds"
    blanks = {"heading": heading(one.topic, language), "verdict": named(one, language)}
    _, *grounds = verdict_text(found, one, language).split("\n\n")
    return "\n\n".join([text(f"planner.diagnosis.{key}", language, **blanks) + see(one.cards[:2], language), *grounds])
