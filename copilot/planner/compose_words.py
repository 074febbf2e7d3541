"""Paragraphs about knowledge and drafts: quoted passages with their source, never rewritten figures."""

from __future__ import annotations

import re

from copilot.answer import Citation
from copilot.catalogue import has, text
from copilot.findings import Findings
from copilot.formatting import figure
from copilot.planner.step import Step
from tools.results import TierOverview

_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)
LEAD = {"zh": 700, "en": 2200}
"""Longest lead passage, in characters."""


def knowledge(step: Step, findings: Findings, language: str) -> str:
    lookup = findings.lookup
    if lookup is None or not lookup.answerable or not findings.citations:
        key = "cannot_tell_figure" if {"amount", "count"} & step.slots.cues else "cannot_tell"
        return text(f"planner.{key}", language)
    first, *rest = findings.citations
    lead = f"**{first.title}** [{first.id}]\n\n{clip(first.quote, LEAD[language])}\n\n{_grade(first, language)}"
    asides = [f"- **{item.title}** — {_first_sentence(item.quote)} [{item.id}]" for item in _others(first, rest)]
    if {"amount", "count"} & step.slots.cues:
        lead = f"{text('planner.nearest', language)}\n\n{lead}"
    if not asides:
        return lead
    return f"{lead}\n\n{text('planner.related', language)}\n" + "\n".join(asides)


def playbook(step: Step, findings: Findings, language: str) -> str:
    overview = next((item for item in findings.evidence if isinstance(item, TierOverview)), None)
    row = next((row for row in overview.rows if row.tier == step.arguments["tier"]), None) if overview else None
    situation = (
        text(
            "planner.tier",
            language,
            tier=text(f"tier.{row.tier}", language),
            as_of=overview.as_of,
            customers=figure(row.customers, "customers", language),
            share=figure(row.share, "percent", language),
            revenue=figure(row.revenue, "money", language),
            revenue_share=figure(row.revenue_share, "percent", language),
        )
        if row
        else ""
    )
    passages = [
        f"**{item.title}** [{item.id}]\n\n{clip(item.quote, LEAD[language])}" for item in findings.citations[:2]
    ]
    grade = _grade(findings.citations[0], language) if findings.citations else ""
    return "\n\n".join(part for part in (situation, *passages, grade) if part)


def drafts(step: Step, findings: Findings, language: str) -> str:
    if not findings.drafts:
        return text("planner.no_drafts", language)
    first = findings.drafts[0]
    lead = text(
        "planner.drafts",
        language,
        n=len(findings.drafts),
        tier=text(f"tier.{first.tier}", language),
        channel=text(f"draft.channel.{first.channel}", language),
        goal=text(f"draft.goal.{first.goal}", language),
    )
    lines = [_draft_line(number, draft, language) for number, draft in enumerate(findings.drafts, 1)]
    said = step.arguments.get("offer", "")
    offer = text("planner.offer", language, offer=said) if said else text("planner.no_offer", language)
    return "\n\n".join(part for part in (lead, *lines, offer, text("planner.human_approves", language)) if part)


def _draft_line(number: int, draft, language: str) -> str:  # noqa: ANN001
    head = f"**{draft.title}**\n" if draft.title else ""
    angle = text(f"draft.angle.{draft.angle}", language)
    size = (
        text("planner.sms_size", language, characters=draft.characters, segments=draft.segments)
        if draft.segments
        else text("planner.size", language, characters=draft.characters)
    )
    found = (
        text("planner.issues", language, n=len(draft.issues)) if draft.issues else text("planner.no_issues", language)
    )
    quoted = "\n".join(f"> {line}" if line else ">" for line in f"{head}{draft.body}".split("\n"))
    return f"{number}. {angle} · {size} · {found}\n\n{quoted}"


def _grade(citation: Citation, language: str) -> str:
    key = f"evidence.{citation.evidence_grade.replace(' ', '_').replace(chr(39), '')}"
    grade = text(key, language) if has(key) else ""
    return text("planner.source", language, source=citation.source, grade=grade)


def _first_sentence(words: str) -> str:
    """The first sentence of the first paragraph that is prose."""
    prose = next((line for line in words.splitlines() if line.strip() and line.lstrip()[0] not in "#|-*>"), "")
    match = re.match(r".*?(?:[。！？!?]|\.(?=\s|$))", prose)
    return match.group() if match else prose


def _others(first: Citation, rest: list[Citation]) -> list[Citation]:
    """At most three more cards, none twice."""
    seen, kept = {first.title}, []
    for item in rest:
        if item.title not in seen:
            seen.add(item.title)
            kept.append(item)
    return kept[:3]


def clip(words: str, limit: int) -> str:
    """Whole sentences up to `limit` characters; a quote is never cut inside a sentence."""
    words = _HEADING.sub(r"**\1**", words.strip())
    if len(words) <= limit:
        return words
    kept = ""
    for match in re.finditer(r".*?(?:[。！？!?]|\.(?=\s)|\n|$)", words, re.DOTALL):
        if len(kept) + len(match.group()) > limit and kept:
            break
        kept += match.group()
    return kept.strip() + " …"
